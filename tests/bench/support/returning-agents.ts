/**
 * Thousands of agents that find the line dead and hold a backlog; run by bench:reconnect in a network namespace. Each
 * is the agent's own link and reporter on a journal in memory. Prints `ready` when all are trying, then a JSON line for
 * each agent: when its newest reading was acknowledged and when its backlog was, ms since 1970; then `done`.
 */
import { deviceId } from '#protocol/ids.ts'
import { connectOptions } from '../../../agent/link/connect.ts'
import { Exchange } from '../../../agent/link/exchange.ts'
import { Link } from '../../../agent/link/link.ts'
import type { Sealed } from '../../../agent/outbox.ts'
import { ageOf, rowOf } from '../../../agent/report.ts'
import { Reporter } from '../../../agent/reporter.ts'
import { officeDay } from '../../samples/office-pc.ts'
import { sampleHello } from '../../support/sample-hello.ts'
import { createMemoryJournal } from './memory-journal.ts'

export interface Returning {
  host: string
  port: number
  devices: { device: string; key: string }[]
  /** Of each, one a minute. */
  rows: number
}

/** What one agent tells when it has nothing left to send. */
export interface Returned {
  device: string
  connectedMs: number
  liveMs: number
  drainedMs: number
  connections: number
}

const SILENT = { info() {}, warn() {}, error() {} }

function startAgent(
  { host, port, rows: count }: Returning,
  { device, key }: { device: string; key: string },
  rows: ReturnType<typeof rowOf>[],
): Promise<Returned> {
  const address = { host, port }
  const config = { server: address, device: deviceId(device), key }
  const last = rows.at(-1)!
  const journal = createMemoryJournal(rows)
  const clock = { uptimeSeconds: () => last.uptimeSeconds, nowMs: Date.now }
  const told = { device, connectedMs: 0, liveMs: 0, drainedMs: 0, connections: 0 }
  return new Promise((resolve) => {
    const outbox = {
      pending: () => journal.pending(),
      async ack(sealed: readonly Sealed[]) {
        await journal.ack(sealed)
        if (told.liveMs === 0 && sealed.some((one) => one.uptimeSeconds === last.uptimeSeconds))
          told.liveMs = Date.now()
        if (journal.unsealedRows > 0 || journal.pending().length > 0) return
        told.drainedMs = Date.now()
        resolve(told)
      },
    }
    const link: Link = new Link({
      address,
      options: () => connectOptions(config, sampleHello({ uptimeSeconds: last.uptimeSeconds, rows: count })),
      outbox,
      ageOf: (sealed) => ageOf(sealed, last.boot, clock),
      exchange: new Exchange(),
      keepaliveSeconds: () => 1200,
      onConnected: () => {
        told.connections++
        told.connectedMs ||= Date.now()
        return reporter.onConnected()
      },
      onRoom: () => void reporter.onRoom(),
      log: SILENT,
    })
    const reporter = new Reporter({
      pace: () => ({ sampleSeconds: 60, reportSeconds: 900 }),
      journal,
      link,
      log: SILENT,
    })
    link.start()
  })
}

async function main(returning: Returning): Promise<void> {
  const rows = officeDay(42, returning.rows).map((sample, at) => rowOf(sample, at + 1))
  const agents = returning.devices.map((device) =>
    startAgent(returning, device, rows).then((told) => {
      process.stdout.write(`${JSON.stringify(told)}\n`)
    }),
  )
  process.stdout.write('ready\n')
  await Promise.all(agents)
  process.stdout.write('done\n')
  process.exit(0)
}

const chunks: Buffer[] = []
for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
await main(JSON.parse(Buffer.concat(chunks).toString()) as Returning)
