import {
  formatAgo,
  formatDate,
  formatDuration,
  formatTime,
  isoMinute,
  isoSecond,
  isTellable,
  nearestMinute,
  UNTOLD,
} from '../format.ts'
import type { Language } from '../view.ts'
import { wordsOf } from '../words/words.ts'

interface TimeProps {
  at: number
  now: number
  language: Language
}

/** "12 phút trước"; `live.ts` keeps it true while the page is open. */
export function Ago({ at, now, language }: TimeProps) {
  if (!isTellable(at)) return UNTOLD
  return (
    <time datetime={isoMinute(at)} data-ago>
      {formatAgo(now - nearestMinute(at), language) ?? wordsOf(language).justNow}
    </time>
  )
}

/** "12 phút", for what still lasts; `live.ts` keeps it true while the page is open. */
export function Lasting({ at, now, language }: TimeProps) {
  if (!isTellable(at)) return UNTOLD
  return (
    <time datetime={isoSecond(at)} data-lasting>
      {formatDuration(now - at, language)}
    </time>
  )
}

/** "07:30–11:00 ngày 16/10": the day is told once where both ends lie in one. */
export function span(from: number, to: number, now: number, language: Language): string {
  const end = moment(to, now, language)
  const sameDay = isTellable(from) && isTellable(to) && formatDate(from) === formatDate(to)
  return sameDay ? `${formatTime(from)}–${end}` : `${moment(from, now, language)} – ${end}`
}

/** "14:02" today, "14:02 ngày 21/06" this year, with the year before that; a dash for what cannot be told. */
export function moment(at: number, now: number, language: Language): string {
  if (!isTellable(at)) return UNTOLD
  const time = formatTime(at)
  const [day, today] = [formatDate(at), formatDate(now)]
  if (day === today) return time
  const sameYear = day.slice(6) === today.slice(6)
  return wordsOf(language).onDay(time, sameYear ? day.slice(0, 5) : day)
}
