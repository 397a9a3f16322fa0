import { beginning } from '../../web/format.ts'
import type { Language } from '../../web/view.ts'
import type { Interval } from '../incidents/interval.ts'
import { clock, clockAndDate, date, duration } from './when.ts'

/** From when to when, as a message tells it. */

const WORDS = {
  vi: { since: 'từ', about: 'khoảng', to: 'đến', atLeast: 'ít nhất' },
  en: { since: 'since', about: 'about', to: 'to', atLeast: 'at least' },
} as const satisfies Record<Language, unknown>

/** "từ 14:02 ngày 21/6 (12 phút)", "từ khoảng 10:00–10:12 ngày 21/6 (ít nhất 5 phút)" */
export function sinceWhen(start: Interval, t: number, language: Language): string {
  const words = WORDS[language]
  const begin = beginning(start)
  if (begin.exact) {
    return `${words.since} ${clockAndDate(begin.at, language)} (${duration(begin.at, t, language)})`
  }
  const [earliest, latest] = start
  const range = `${pointBeside(earliest, latest, language)}–${clockAndDate(latest, language)}`
  return `${words.since} ${words.about} ${range} (${words.atLeast} ${duration(latest, t, language)})`
}

/** "từ 14:02", "từ khoảng 10:00–10:12" */
export function shortSince(start: Interval, language: Language): string {
  const words = WORDS[language]
  const begin = beginning(start)
  if (begin.exact) return `${words.since} ${clock(begin.at)}`
  const [earliest, latest] = start
  return `${words.since} ${words.about} ${pointBeside(earliest, latest, language)}–${clock(latest)}`
}

/** How long it lasted, and from when to when: "2 giờ 39 phút", "14:02–16:41". */
export function howLong(start: Interval, end: number, language: Language): { length: string; range: string } {
  const words = WORDS[language]
  const begin = beginning(start)
  if (begin.exact) {
    const sameDay = date(begin.at, language) === date(end, language)
    return {
      length: duration(begin.at, end, language),
      range: sameDay
        ? `${clock(begin.at)}–${clock(end)}`
        : `${clockAndDate(begin.at, language)} – ${clockAndDate(end, language)}`,
    }
  }
  const [earliest, latest] = start
  const from = `${pointBeside(earliest, latest, language)}–${pointBeside(latest, end, language)}`
  return {
    length: `${words.atLeast} ${duration(latest, end, language)}`,
    range: `${words.since} ${words.about} ${from} ${words.to} ${clock(end)}`,
  }
}

/** The time, with its date only where that is another than the one beside it. */
function pointBeside(ms: number, beside: number, language: Language): string {
  return date(ms, language) === date(beside, language) ? clock(ms) : clockAndDate(ms, language)
}
