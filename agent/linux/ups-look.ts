import type { PowerSupply, UpsLook } from '../collect/power.ts'
import { type UpsAddress, UpsTalk } from './nut.ts'
import { upsAddress } from './nut-config.ts'

export interface UpsLookLimits {
  /** Between two questions, which cost 0.4 ms: in truth a minute, at every other look. */
  askMs: number
  /** How long a sample waits for the answer; one on the same LAN comes in milliseconds. */
  answerMs: number
  /** After one that went unanswered. */
  retryMs: number
  /** Between two looks at whether the tools are set up, and for which UPS. */
  configMs: number
}

const LIMITS: UpsLookLimits = { askMs: 55_000, answerMs: 1500, retryMs: 60_000, configMs: 3600_000 }

/** Words of `ups.status`: OL on line, OB on battery; beside them CHRG, LB, RB, … */
export function supplyOf(status: string): PowerSupply {
  const words = status.split(' ')
  const state = words.includes('OB') ? 'Discharging' : words.includes('OL') ? 'Not charging' : ''
  return { type: 'UPS', scope: '', online: '', status: state }
}

/**
 * What the UPS of this machine does, by Network UPS Tools: asked now and then, told at each look. One that is set up
 * and does not answer is a supply without a word; null where none is set up.
 */
export function createUpsLook({
  root = '/',
  limits: given = {},
  now = () => performance.now(),
}: {
  root?: string
  limits?: Partial<UpsLookLimits>
  now?: () => number
} = {}): UpsLook {
  const limits = { ...LIMITS, ...given }
  let address: UpsAddress | null = null
  let talk: UpsTalk | null = null
  let supply: PowerSupply | null = null
  let configDueMs = Number.NEGATIVE_INFINITY
  let askDueMs = Number.NEGATIVE_INFINITY
  let asking: Promise<void> | null = null
  /** One that does not is not waited for. */
  let answers = true

  async function ask(): Promise<void> {
    if (now() >= configDueMs) {
      configDueMs = now() + limits.configMs
      const told = await upsAddress(root)
      if (JSON.stringify(told) !== JSON.stringify(address)) talk = endOf(talk)
      address = told
    }
    if (!address) {
      supply = null
      askDueMs = configDueMs
      return
    }
    askDueMs = now() + limits.askMs
    try {
      supply = supplyOf(await status(address))
      answers = true
    } catch {
      talk = endOf(talk)
      answers = false
      // Why is told by who looks at its battery.
      supply = supplyOf('')
      askDueMs = now() + limits.retryMs
    }
  }

  /** Over the connection that there is: one for each question would cost five times as much. */
  async function status(ups: UpsAddress): Promise<string> {
    const asked = ['ups.status']
    // A server that began anew in between ends it.
    const known = talk && !talk.over ? await talk.variables(asked).catch(() => null) : null
    if (known) return known['ups.status'] ?? ''
    endOf(talk)
    talk = new UpsTalk(ups, limits.answerMs)
    return (await talk.variables(asked))['ups.status'] ?? ''
  }

  return async () => {
    if (now() >= askDueMs && !asking) {
      asking = ask().finally(() => {
        asking = null
      })
    }
    if (answers) await asking
    return supply
  }
}

function endOf(talk: UpsTalk | null): null {
  talk?.end()
  return null
}
