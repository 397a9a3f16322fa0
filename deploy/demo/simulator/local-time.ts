/** Viet Nam has one offset and no summer time. */
export const UTC_OFFSET_MINUTES = 420

export const DAY_SECONDS = 86_400
const MINUTE_MS = 60_000

/** Holidays of the simulated calendar, Tết among them. */
const HOLIDAYS = [
  ...['2026-01-01', '2026-02-16', '2026-02-17', '2026-02-18', '2026-02-19', '2026-02-20'],
  ...['2026-04-26', '2026-04-30', '2026-05-01', '2026-09-01', '2026-09-02'],
  ...['2027-01-01', '2027-02-05', '2027-02-08', '2027-02-09', '2027-02-10', '2027-04-30', '2027-09-02'],
]

/** The days of a period, each with the second at which it begins there, local midnight. */
export interface Days {
  count: number
  midnight(day: number): number
  isWorkday(day: number): boolean
  /** 0 is Sunday. */
  weekday(day: number): number
  /** Seconds since local midnight. */
  timeOfDay(at: number): number
  holidays: readonly string[]
}

/** `startMs` need not be a midnight; day 0 is the local day it lies in. */
export function daysOf(startMs: number, days: number): Days {
  const localMs = startMs + UTC_OFFSET_MINUTES * MINUTE_MS
  const dayMs = DAY_SECONDS * 1000
  const firstDay = Math.floor(localMs / dayMs)
  const offset = (localMs - firstDay * dayMs) / 1000
  const weekday = (day: number) => (firstDay + day + 4) % 7
  const holiday = (day: number) =>
    HOLIDAYS.includes(new Date((firstDay + day) * dayMs).toISOString().slice(0, 10))
  const workdays = Array.from(
    { length: days + 2 },
    (_, day) => weekday(day) >= 1 && weekday(day) <= 5 && !holiday(day),
  )
  return {
    count: days + (offset > 0 ? 1 : 0),
    midnight: (day) => day * DAY_SECONDS - offset,
    isWorkday: (day) => workdays[day] ?? false,
    weekday,
    timeOfDay: (at) => (((at + offset) % DAY_SECONDS) + DAY_SECONDS) % DAY_SECONDS,
    holidays: HOLIDAYS,
  }
}
