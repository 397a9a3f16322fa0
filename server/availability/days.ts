import { localTime, msOf } from '../incidents/calendar.ts'
import type { Calendar } from '../incidents/world.ts'

const DAY_MS = 86_400_000

/** The parts of [from, to] by the days of the calendar, keyed by `2026-06-21`. */
export function* byDay(calendar: Calendar, from: number, to: number): Generator<[day: string, ms: number]> {
  let at = from
  for (let { day } = localTime(calendar, from); at < to; day++) {
    const end = Math.min(to, msOf(calendar, { day: day + 1, minute: 0 }))
    yield [new Date(day * DAY_MS).toISOString().slice(0, 10), end - at]
    at = end
  }
}
