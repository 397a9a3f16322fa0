/**
 * Which moment it is, for an account that a wrong clock must neither reset nor multiply.
 *
 * The rule: believed time never goes back. It runs with the monotonic clock of the boot. Once a boot the wall clock may
 * tell how long the machine was off before, up to a month; any other step forward is believed when the clock has then
 * run evenly for a day. A clock that is behind says nothing. Before any clock could be believed there is no date.
 */
export interface Calendar {
  /** ms since 1970; null while no clock could be believed. */
  atMs: number | null
  boot: number
  uptimeSeconds: number
  /** The wall clock has told how long the machine was off before this boot. */
  offTold: boolean
  /** By how much the wall clock is ahead of belief, and since which uptime it has been so. */
  doubted: { aheadMs: number; sinceUptimeSeconds: number } | null
}

/** What the machine says at one moment. */
export interface Look {
  boot: number
  uptimeSeconds: number
  clockMs: number
}

/** Before the first agent: a dead battery's clock. */
const EARLIEST_MS = Date.UTC(2026, 0, 1)
const LONGEST_OFF_MS = 31 * 24 * 3600_000
const CONFIRMED_SECONDS = 24 * 3600
/** Two clocks apart by 1000 ppm, ten times a bad quartz, and the whole seconds of an uptime. */
const DRIFT = 0.001
const ROUNDING_MS = 2000
/** A clock that is set by the network moves a little while it settles. */
const EVEN_MS = 60_000

export const NO_DATE: Calendar = { atMs: null, boot: 0, uptimeSeconds: 0, offTold: false, doubted: null }

/** Without a date time passes all the same, as long as the machine runs. */
export function passedBetween(before: Calendar, after: Calendar): number {
  if (before.atMs !== null && after.atMs !== null) return (after.atMs - before.atMs) / 1000
  return before.boot === after.boot ? Math.max(0, after.uptimeSeconds - before.uptimeSeconds) : 0
}

export function pass(calendar: Calendar, look: Look): Calendar {
  const { boot, uptimeSeconds, clockMs } = look
  const sameBoot = calendar.boot === boot
  const before = { boot, uptimeSeconds, offTold: sameBoot && calendar.offTold, doubted: null }
  if (calendar.atMs === null) {
    const known = clockMs >= EARLIEST_MS
    return { ...before, atMs: known ? clockMs : null, offTold: known }
  }
  const ranSeconds = sameBoot ? Math.max(0, uptimeSeconds - calendar.uptimeSeconds) : 0
  const atMs = calendar.atMs + ranSeconds * 1000
  const aheadMs = clockMs - atMs
  if (aheadMs <= 0) return { ...before, atMs }
  if (aheadMs <= ROUNDING_MS + ranSeconds * 1000 * DRIFT) return { ...before, atMs: clockMs, offTold: true }
  if (!before.offTold && aheadMs <= LONGEST_OFF_MS) return { ...before, atMs: clockMs, offTold: true }
  const doubted = sameBoot ? calendar.doubted : null
  const even = doubted !== null && Math.abs(doubted.aheadMs - aheadMs) <= EVEN_MS
  if (!even) return { ...before, atMs, doubted: { aheadMs, sinceUptimeSeconds: uptimeSeconds } }
  const confirmed = uptimeSeconds - doubted.sinceUptimeSeconds >= CONFIRMED_SECONDS
  return confirmed ? { ...before, atMs: clockMs, offTold: true } : { ...before, atMs, doubted }
}
