import type { Calendar } from './world.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** Day and minute of an office's clock. `day` counts days since 1970 there. */
export interface LocalTime {
  day: number
  minute: number
}

export function localTime(calendar: Calendar, ms: number): LocalTime {
  const local = ms + calendar.utcOffsetMinutes * MINUTE_MS
  const day = Math.floor(local / DAY_MS)
  return { day, minute: (local - day * DAY_MS) / MINUTE_MS }
}

export function msOf(calendar: Calendar, { day, minute }: LocalTime): number {
  return day * DAY_MS + (minute - calendar.utcOffsetMinutes) * MINUTE_MS
}

/** 1 January 1970 was a Thursday, the fourth day of the week. */
export function isWorkday(calendar: Calendar, day: number): boolean {
  const weekday = ((((day + 3) % 7) + 7) % 7) + 1
  return calendar.workdays.includes(weekday) && !calendar.holidays.includes(dateOf(day))
}

const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10)

export function isWorking(calendar: Calendar, ms: number): boolean {
  const { day, minute } = localTime(calendar, ms)
  return isWorkday(calendar, day) && minute >= calendar.openMinutes && minute < calendar.closeMinutes
}

/** The first moment after `ms` at which it is `minute` of a working day; null when none comes within 60 days. */
export function nextWorkday(calendar: Calendar, ms: number, minute: number): number | null {
  const from = localTime(calendar, ms)
  for (let day = from.day; day <= from.day + 60; day++) {
    const at = msOf(calendar, { day, minute })
    if (at > ms && isWorkday(calendar, day)) return at
  }
  return null
}
