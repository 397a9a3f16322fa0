/** A month of a budget and of a bill is a calendar month in Vietnam, UTC+7 without summer time. */
const ZONE_MS = 7 * 3600_000

/** Months counted from the year 0: 2026-11 is 24322. */
export type Month = number

export function monthAt(ms: number): Month {
  const there = new Date(ms + ZONE_MS)
  return there.getUTCFullYear() * 12 + there.getUTCMonth()
}

/** Its first millisecond, since 1970 UTC. */
export function monthStart(month: Month): number {
  return Date.UTC(Math.floor(month / 12), month % 12) - ZONE_MS
}

/** "2026-11" */
export function monthName(month: Month): string {
  return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`
}

/** The month of this name, or null when it is none: "2026-11". */
export function parseMonth(name: string): Month | null {
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(name) ?? []
  return year && month ? Number(year) * 12 + Number(month) - 1 : null
}
