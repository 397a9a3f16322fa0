import type { Cause } from './cause.ts'

/** So long a dead line is tried without a pause: most outages end within. Three SYNs in 6 s are 30 B/s, 9 kB in all. */
const QUICK_MS = 300_000
/** Between the starts of two attempts, also where each fails at once: without a route a try costs no byte, only CPU. */
const SPACING_MS = 1000
/** Attempts of many devices shall not march in step. */
const JITTER_MS = 250
/**
 * After that a pause is at most this part of the outage: back within 2 % of what it took anyway. A whole day costs 560
 * attempts, 100 kB where SYNs into nowhere are billed; the budget may forbid them.
 */
const SHARE_OF_OUTAGE = 0.02
/** Five minutes: a device is seen at most this long after its line returns. */
const CAP_MS = 300_000
/** The first bound of the full jitter against a centre that refuses. */
const BASE_MS = 1000
/** A refused key is mended by hand: a minute, doubling to an hour. A try costs 0.8 kB, an hour's pace 19 kB a day. */
const KEY_BASE_MS = 60_000
const KEY_CAP_MS = 3_600_000

/** From the moment a connection was missed until one has held for a minute. */
export interface Outage {
  sinceMs: number
  /** What it began with: thousands of devices may have lost the same centre, which then looks like a dead line. */
  begunBy: Cause
  /** Attempts in a row that the centre, or its view of the key, has ended. */
  refusals: number
}

export function outageBy(cause: Cause, sinceMs: number): Outage {
  return { sinceMs, begunBy: cause, refusals: cause === 'line' ? 0 : 1 }
}

/** The same outage after one more attempt that came to nothing. */
export function afterFailure(outage: Outage, cause: Cause): Outage {
  return { ...outage, refusals: cause === 'line' ? outage.refusals : outage.refusals + 1 }
}

export interface Moment {
  nowMs: number
  /** How long the attempt took that just failed. */
  attemptMs: number
  /** From 0 to 1. */
  random: number
  /** Over how long devices spread their return when it was the centre that went away. */
  spreadMs: number
}

/** How long to wait before the next attempt, the last having ended by `cause`. */
export function pauseMs(outage: Outage, cause: Cause, moment: Moment): number {
  if (cause === 'key') {
    const bound = Math.min(KEY_CAP_MS, KEY_BASE_MS * 2 ** (outage.refusals - 1))
    return Math.floor(bound * (0.5 + moment.random / 2))
  }
  if (cause === 'centre') return Math.floor(untilCentre(outage, moment))
  const spread = outage.begunBy === 'centre' ? untilCentre(outage, moment) : 0
  return Math.floor(Math.max(spread, untilLine(outage, moment)))
}

/** The whole range from nothing to a bound that doubles ("full jitter"), and never less than the centre's own spread. */
function untilCentre({ refusals }: Outage, { random, spreadMs }: Moment): number {
  const doubled = Math.min(CAP_MS, BASE_MS * 2 ** Math.max(0, refusals - 1))
  return random * Math.max(spreadMs, doubled)
}

function untilLine({ sinceMs }: Outage, { nowMs, attemptMs, random }: Moment): number {
  const ageMs = nowMs - sinceMs
  if (ageMs < QUICK_MS) return Math.max(0, SPACING_MS - attemptMs) + random * JITTER_MS
  return Math.min(CAP_MS, ageMs * SHARE_OF_OUTAGE) * (0.5 + random / 2)
}
