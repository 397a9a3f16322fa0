import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Calendar } from '../incidents/world.ts'
import { bodyOf, type CalendarBody, CalendarSchema } from './calendar-schema.ts'
import type { Parts } from './parts.ts'
import { Problem } from './schemas.ts'

export const calendarRoutes =
  ({ registry }: Pick<Parts, 'registry'>): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/calendar',
      {
        schema: {
          tags: ['calendar'],
          description: 'When offices work: what must be up, and when.',
          response: { 200: CalendarSchema },
        },
      },
      () => bodyOf(registry.calendar()),
    )

    app.put(
      '/calendar',
      {
        schema: {
          tags: ['calendar'],
          description: 'Says anew when offices work.',
          body: CalendarSchema,
          response: { 200: CalendarSchema, 422: Problem },
        },
      },
      async (request) => {
        await registry.setCalendar(calendarOf(request.body))
        return bodyOf(registry.calendar())
      },
    )
  }

/** @throws Error of status 422 naming all that is wrong */
function calendarOf({ workdays, open, close, holidays, utcOffsetMinutes }: CalendarBody): Calendar {
  const [openMinutes, closeMinutes] = [minutesOf(open), minutesOf(close)]
  const wrong = holidays
    .filter((day) => !isDate(day))
    .map((day) => `holidays: expected dates that exist, as 2026-01-01, got ${day}`)
  if (closeMinutes <= openMinutes) wrong.push(`close: expected a time after open, ${open}, got ${close}`)
  if (wrong.length > 0) throw Object.assign(new Error(wrong.join('; ')), { statusCode: 422 })
  return {
    ...{ workdays: workdays.toSorted(), openMinutes, closeMinutes },
    ...{ holidays: holidays.toSorted(), utcOffsetMinutes },
  }
}

const isDate = (day: string): boolean => {
  const date = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day)
}

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))
