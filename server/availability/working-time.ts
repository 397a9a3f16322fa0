import { isWorkday, localTime, msOf } from '../incidents/calendar.ts'
import type { Calendar } from '../incidents/world.ts'

export interface Span {
  from: number
  to: number
}

/** The stretches of [from, to] in which offices work, in order. */
export function workingSpans(calendar: Calendar, from: number, to: number): Span[] {
  const spans: Span[] = []
  if (to <= from) return spans
  const last = localTime(calendar, to).day
  for (let { day } = localTime(calendar, from); day <= last; day++) {
    if (!isWorkday(calendar, day)) continue
    const span = {
      from: Math.max(from, msOf(calendar, { day, minute: calendar.openMinutes })),
      to: Math.min(to, msOf(calendar, { day, minute: calendar.closeMinutes })),
    }
    if (span.from < span.to) spans.push(span)
  }
  return spans
}

export function workingSeconds(calendar: Calendar, from: number, to: number): number {
  return workingSpans(calendar, from, to).reduce((sum, span) => sum + (span.to - span.from), 0) / 1000
}
