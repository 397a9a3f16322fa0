import type { Language } from '../../web/view.ts'

/** Times in messages: to the minute, on Vietnam's clock wherever the server stands. */

const MINUTE_MS = 60_000

const parts = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Ho_Chi_Minh',
  hourCycle: 'h23',
  hour: '2-digit',
  minute: '2-digit',
  day: 'numeric',
  month: 'numeric',
})
const monthName = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Ho_Chi_Minh', month: 'short' })

function part(ms: number, type: 'hour' | 'minute' | 'day' | 'month'): string {
  return parts.formatToParts(ms).find((found) => found.type === type)!.value
}

/** "14:02" */
export function clock(ms: number): string {
  return `${part(ms, 'hour')}:${part(ms, 'minute')}`
}

/** "ngày 21/6", "21 Jun" */
export function date(ms: number, language: Language): string {
  const day = Number(part(ms, 'day'))
  return language === 'vi' ? `ngày ${day}/${Number(part(ms, 'month'))}` : `${day} ${monthName.format(ms)}`
}

/** "14:02 ngày 21/6", "14:02, 21 Jun" */
export function clockAndDate(ms: number, language: Language): string {
  return `${clock(ms)}${language === 'vi' ? ' ' : ', '}${date(ms, language)}`
}

/**
 * "2 giờ 39 phút", "2 h 39 min". Counted between the two clock faces that a message shows, not between the
 * milliseconds behind them, so that a reader who subtracts finds the same.
 */
export function duration(from: number, to: number, language: Language): string {
  const minutes = Math.max(0, Math.floor(to / MINUTE_MS) - Math.floor(from / MINUTE_MS))
  const units = language === 'vi' ? (['ngày', 'giờ', 'phút'] as const) : (['d', 'h', 'min'] as const)
  const counts = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60]
  const named = counts.map((count, at) => ({ count, text: `${count} ${units[at]}` }))
  const first = named.findIndex(({ count }) => count > 0)
  if (first === -1) return language === 'vi' ? 'dưới 1 phút' : 'under 1 min'
  const two = named.slice(first, first + 2).filter(({ count }) => count > 0)
  return two.map(({ text }) => text).join(' ')
}
