import type { Engine, Reason } from './engine.ts'

const HOUR_MS = 3600_000

/**
 * Signatures of less than this are never called old. Vendors make new ones at least daily; three days leave room for
 * a weekend on which nobody made any or the machine was off. Defender itself waits for 7 days, which is too long
 * where nobody looks: a week of new malware.
 */
const RECENT_HOURS = 72

/**
 * So long a machine must have been on with its line up before it is blamed for old signatures: three office days of
 * 8 hours, and a day of a machine that is never off. Every updater tries at least daily (Windows Update each 17 to
 * 22 hours, freshclam and Kaspersky each hour or two) and most when the machine starts. 150 MB, a whole set of
 * Defender's, take 5.2 hours at 64 kbit/s.
 */
const CHANCE_HOURS = 24

/**
 * Where the blame is sure sooner, one office day must do: the product has itself waited for days before it calls
 * itself out of date, or the signatures are of a month ago, which no holiday explains.
 */
const SHORT_CHANCE_HOURS = 8
const LONGEST_EXCUSED_HOURS = 30 * 24

/** Without a date that can be believed only that nothing changes tells: three days of a machine that is never off. */
const UNDATED_CHANCE_HOURS = 72

/** Before the first agent: a clock that says so has a dead battery. */
const EARLIEST_MS = Date.UTC(2026, 0, 1)
/** No agent of this kind will be at work then. */
const LATEST_MS = Date.UTC(2100, 0, 1)
/** Before the first signatures that any engine of today takes: such a date was never set. */
const EARLIEST_MADE_MS = Date.UTC(2005, 0, 1)
/** A date without its time zone is wrong by up to 14 hours. */
const FUTURE_MS = 24 * HOUR_MS

/**
 * How old signatures are in whole hours, never negative; null where either date cannot be right.
 * @param nowMs null while the clock cannot be believed
 */
export function ageHours(madeMs: number | null, nowMs: number | null): number | null {
  if (madeMs === null || nowMs === null || !(nowMs >= EARLIEST_MS && nowMs < LATEST_MS)) return null
  if (!(madeMs >= EARLIEST_MADE_MS) || madeMs > nowMs + FUTURE_MS) return null
  return Math.max(0, Math.floor((nowMs - madeMs) / HOUR_MS))
}

export interface Freshness {
  state: 'protected' | 'stale' | 'unknown'
  why: Reason
}

/**
 * Whether an engine that is on has signatures worth the name, by what it could have known.
 * @param chanceHours in which it could have renewed them since they were first seen: the machine ran, the line was up
 */
export function freshnessOf(engine: Engine, age: number | null, chanceHours: number): Freshness {
  const { product, signaturesMadeMs: madeMs, upToDate } = engine
  const is = (state: Freshness['state'], reason: Reason['reason'], facts?: Reason['facts']): Freshness => ({
    state,
    why: facts ? { reason, facts } : { reason },
  })
  if (engine.unarmed) return is('stale', 'no-signatures', { product })
  if (age !== null && madeMs !== null) {
    if (age < RECENT_HOURS) return is('protected', engine.mode === 'on-demand' ? 'only-on-demand' : 'current')
    const limit = age >= LONGEST_EXCUSED_HOURS ? SHORT_CHANCE_HOURS : CHANCE_HOURS
    const facts = { made: new Date(madeMs).toISOString().slice(0, 10), limit_hours: limit }
    return chanceHours >= limit ? is('stale', 'signatures-old', facts) : is('protected', 'few-chances', facts)
  }
  if (upToDate === false) {
    const facts = { limit_hours: SHORT_CHANCE_HOURS }
    if (chanceHours >= SHORT_CHANCE_HOURS) return is('stale', 'says-outdated')
    return is('protected', 'says-outdated-few-chances', facts)
  }
  if (madeMs !== null) {
    if (chanceHours < UNDATED_CHANCE_HOURS) return is('protected', 'age-not-known')
    return is('stale', 'not-renewed', { limit_hours: UNDATED_CHANCE_HOURS })
  }
  return upToDate ? is('protected', 'says-current') : is('unknown', 'signatures-not-told', { product })
}

/** What tells one set of signatures of an engine from the next. */
export function signaturesOf({ signaturesMadeMs, upToDate }: Engine): string {
  return signaturesMadeMs === null ? `said ${String(upToDate)}` : String(signaturesMadeMs)
}
