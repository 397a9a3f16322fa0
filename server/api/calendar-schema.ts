import { type Static, Type } from 'typebox'
import type { Calendar } from '../incidents/world.ts'
import { closed } from './schemas.ts'

/** The same words as a replay's `calendar` line has. */
export const CalendarSchema = Type.Object(
  {
    workdays: Type.Array(Type.Integer({ minimum: 1, maximum: 7, description: '1 is Monday, 7 Sunday' }), {
      maxItems: 7,
      uniqueItems: true,
    }),
    open: Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', description: '"07:30"' }),
    close: Type.String({ pattern: '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$', description: '"17:00"' }),
    holidays: Type.Array(
      Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', description: 'a date: "2026-01-01"' }),
      // Thirty years of all that a year has.
      { maxItems: 500, uniqueItems: true },
    ),
    utcOffsetMinutes: Type.Integer({ minimum: -12 * 60, maximum: 14 * 60 }),
  },
  closed,
)
export type CalendarBody = Static<typeof CalendarSchema>

/** A calendar as it is told. */
export function bodyOf({ openMinutes, closeMinutes, ...calendar }: Calendar): CalendarBody {
  const { workdays, holidays, utcOffsetMinutes } = calendar
  return {
    ...{ workdays: [...workdays], open: clockOf(openMinutes), close: clockOf(closeMinutes) },
    ...{ holidays: [...holidays], utcOffsetMinutes },
  }
}

const clockOf = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
