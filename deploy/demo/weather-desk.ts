import { createBulletins } from './cap.ts'
import type { Names } from './cast.ts'
import type { ContractLine } from './simulator/contract-line.ts'

export interface DeskParts {
  /** Of the pages. */
  address: string
  password: string
  names: Names
  onRefused(reason: string): void
}

/** People and services outside who tell the centre things: bulletins of the weather service, announced cuts. */
export interface Desk {
  take(line: ContractLine & { type: 'warning' | 'planned' }): Promise<void>
}

/** Signs in as the administrator and speaks through the API, as any other program would. */
export async function openDesk({ address, password, names, onRefused }: DeskParts): Promise<Desk> {
  const bulletinOf = createBulletins((area) => names.get(area) ?? area)
  const { token } = (await (
    await send('/sessions', 'application/json', JSON.stringify({ name: 'admin', password }))
  ).json()) as { token: string }

  function send(path: string, type: string, body: string, authorization?: string): Promise<Response> {
    const headers = { 'content-type': type, ...(authorization !== undefined && { authorization }) }
    return fetch(`${address}/api/v1${path}`, { method: 'POST', headers, body })
  }

  return {
    async take(line) {
      const authorization = `Bearer ${token}`
      const answer =
        line.type === 'warning'
          ? await send('/warnings', 'application/cap+xml', bulletinOf(line), authorization)
          : await send('/planned', 'application/json', JSON.stringify(planOf(line)), authorization)
      if (!answer.ok) onRefused(`${line.type} ${line.id}: ${answer.status} ${await answer.text()}`)
    },
  }
}

function planOf({ cause, sites, from, to }: ContractLine & { type: 'planned' }) {
  const reason = cause === 'power' ? 'Điện lực báo cắt điện' : 'Bảo trì'
  return { cause, sites, from, to, reason }
}
