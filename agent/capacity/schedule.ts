import { LEAST_ESTIMATE_BYTES, MAX_ESTIMATE_BYTES } from './estimate.ts'

/** How often a line is looked at, and how much a look may cost. */
export interface Allowance {
  everyDays: number
  bytes: number
}

/** Of a month's cap, for looks at the line: reports must never wait for them. */
const CAP_SHARE = 0.1
const LONGEST_MONTH_DAYS = 31
const WEEKS_IN_MONTH = 5

/**
 * By the month's cap of this device. From 62 MB on each day with all that a look may cost, from 2 MB on each week with a
 * fiftieth of the cap, which is less sure of fast lines; under that never.
 */
export function allowanceOf(capBytes: number | null): Allowance | null {
  if (capBytes === null) return { everyDays: 1, bytes: MAX_ESTIMATE_BYTES }
  const monthBytes = capBytes * CAP_SHARE
  if (monthBytes >= LONGEST_MONTH_DAYS * MAX_ESTIMATE_BYTES)
    return { everyDays: 1, bytes: MAX_ESTIMATE_BYTES }
  const bytes = Math.floor(Math.min(MAX_ESTIMATE_BYTES, monthBytes / WEEKS_IN_MONTH))
  return bytes < LEAST_ESTIMATE_BYTES ? null : { everyDays: 7, bytes }
}

/** Minutes of the day in Vietnam, drawn once for each device: a fleet spreads its looks. */
export interface QuietMinutes {
  /** For what always runs: between 22:00 and 04:00 nobody works and no loudspeaker speaks. */
  night: number
  /** For what is switched off at night: between 11:45 and 13:15, the offices' rest. */
  noon: number
}

const MINUTE_MS = 60_000
const DAY_MINUTES = 1440
const DAY_MS = DAY_MINUTES * MINUTE_MS
/** Vietnam has one time, and no summer time. */
const VIETNAM_MS = 7 * 60 * MINUTE_MS
const NIGHT = { from: 22 * 60, minutes: 6 * 60 }
const NOON = { from: 11 * 60 + 45, minutes: 90 }
/** From the drawn minute on it is tried each minute: until the line is quiet, the link there, the centre free. */
const WINDOW_MINUTES = 45
/** A day's look may be somewhat early: noon comes before the minute of the night before. */
const EARLY_MS = 4 * 60 * MINUTE_MS
/** One that is off at night and at noon is looked at whenever it is on, after so many days or weeks. */
const OVERDUE = 3
/** When communes' loudspeakers speak: they need the line, and so do those who load the bulletin. */
const BULLETINS = [
  { from: 4 * 60 + 30, to: 7 * 60 + 30 },
  { from: 10 * 60 + 30, to: 11 * 60 + 30 },
  { from: 16 * 60, to: 18 * 60 + 30 },
] as const
/** Switched on in the morning a PC loads updates first. */
const SETTLED_SECONDS = 45 * 60

/** @param random from 0 to 1 */
export function drawQuietMinutes(random: () => number): QuietMinutes {
  const night = NIGHT.from + Math.floor(random() * NIGHT.minutes)
  return { night: night % DAY_MINUTES, noon: NOON.from + Math.floor(random() * NOON.minutes) }
}

export interface Moment {
  minutes: QuietMinutes
  everyDays: number
  /** When the last look was taken; null: never. By the wall clock, like the rest. */
  lastMs: number | null
  /** When the agent came here. */
  sinceMs: number
  nowMs: number
  uptimeSeconds: number
}

/** Whether this is a minute in which to look at the line, as far as the clock says. */
export function isDue({ minutes, everyDays, lastMs, sinceMs, nowMs, uptimeSeconds }: Moment): boolean {
  // A clock that was ahead and has been set back must not put off the next look for years.
  const ageMs = nowMs - (lastMs ?? sinceMs)
  const old = ageMs < 0
  if (lastMs !== null && !old && ageMs < everyDays * DAY_MS - EARLY_MS) return false
  const minute = Math.floor(((nowMs + VIETNAM_MS) % DAY_MS) / MINUTE_MS)
  const sinceMinute = (from: number): number => (minute - from + DAY_MINUTES) % DAY_MINUTES
  if (sinceMinute(minutes.night) < WINDOW_MINUTES || sinceMinute(minutes.noon) < WINDOW_MINUTES) return true
  const overdue = !old && ageMs > OVERDUE * everyDays * DAY_MS
  const bulletin = BULLETINS.some(({ from, to }) => minute >= from && minute < to)
  return overdue && !bulletin && uptimeSeconds >= SETTLED_SECONDS
}
