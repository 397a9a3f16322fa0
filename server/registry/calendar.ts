import { VIETNAM_HOLIDAYS } from '../availability/holidays.ts'
import type { Calendar } from '../incidents/world.ts'

/** When most offices of the state work. */
export const DEFAULT_CALENDAR: Calendar = {
  workdays: [1, 2, 3, 4, 5],
  openMinutes: 7 * 60 + 30,
  closeMinutes: 17 * 60,
  holidays: VIETNAM_HOLIDAYS,
  utcOffsetMinutes: 7 * 60,
}
