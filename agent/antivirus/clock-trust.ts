import type { Clock } from '../clock.ts'

/**
 * Whether the wall clock may date anything. It is compared with the uptime, which no one can set: when the two part
 * by a jump, either the old time was wrong or the new one is, and for a day nobody knows which.
 */
export interface ClockTrust {
  /** Wall clock less uptime at the last look; null before a first look at a clock that can be right. */
  offsetMs: number | null
  doubtedUntilSeconds: number
}

export const NEW_CLOCK: ClockTrust = { offsetMs: null, doubtedUntilSeconds: 0 }

/** Before the first agent: a dead battery's clock. */
const EARLIEST_MS = Date.UTC(2026, 0, 1)
/** An hour more or less makes no signatures old. */
const JUMP_MS = 3600_000
/** By then whoever set a clock wrong has seen it, and a time server has set it right again. */
const DOUBT_SECONDS = 24 * 3600

/** @returns the time in ms since 1970, null while it cannot be believed, and what to remember */
export function trustedTime(before: ClockTrust, clock: Clock): { nowMs: number | null; trust: ClockTrust } {
  const clockMs = clock.nowMs()
  const uptimeSeconds = clock.uptimeSeconds()
  // A dead battery is no jump: what time it is, is learned from the first clock that can be right.
  if (!(clockMs >= EARLIEST_MS)) return { nowMs: null, trust: before }
  const offsetMs = clockMs - uptimeSeconds * 1000
  const jumped = before.offsetMs !== null && Math.abs(offsetMs - before.offsetMs) > JUMP_MS
  const doubtedUntilSeconds = jumped ? uptimeSeconds + DOUBT_SECONDS : before.doubtedUntilSeconds
  const trust = { offsetMs, doubtedUntilSeconds }
  return { nowMs: uptimeSeconds < doubtedUntilSeconds ? null : clockMs, trust }
}
