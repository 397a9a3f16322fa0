import type { Language } from './view.ts'

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Every time on a page is Vietnam's, wherever the server or the reader is. */
const TIME_ZONE = 'Asia/Ho_Chi_Minh'

/** 1842.46 is "1.842,5" in Vietnamese; at most one decimal unless told. */
export function formatNumber(value: number, language: Language, decimals = 1): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: decimals }).format(value)
}

export function formatPercent(percent: number, language: Language, decimals = 1): string {
  return `${formatNumber(percent, language, decimals)}%`
}

const BYTE_UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const

/** In steps of 1,000, as operators sell data: 1,234,567 bytes are "1,2 MB". */
export function formatBytes(bytes: number, language: Language): string {
  let value = bytes
  let step = 0
  // 999.95 would round to "1.000": it belongs to the next unit.
  while (Math.abs(value) >= 999.95 && step < BYTE_UNITS.length - 1) {
    value /= 1000
    step += 1
  }
  return `${formatNumber(value, language)} ${BYTE_UNITS[step]}`
}

const RATE_UNITS = ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s'] as const

/** "8 Mbit/s"; two digits say what a line does: "1,3 Mbit/s", "340 kbit/s". */
export function formatRate(bitsPerSecond: number, language: Language): string {
  let value = bitsPerSecond
  let step = 0
  while (value >= 999.5 && step < RATE_UNITS.length - 1) {
    value /= 1000
    step += 1
  }
  return `${formatNumber(value, language, value < 10 && step > 0 ? 1 : 0)} ${RATE_UNITS[step]}`
}

/** Always in megabytes, as a bill has them: 24,400 bytes are "0,024 MB". */
export function formatMegabytes(bytes: number, language: Language): string {
  const megabytes = bytes / 1_000_000
  const format = new Intl.NumberFormat(language, { maximumSignificantDigits: megabytes < 10 ? 2 : 3 })
  return `${format.format(megabytes)} MB`
}

/** "1.400 đ" */
export function formatVnd(vnd: number, language: Language): string {
  return `${formatNumber(vnd, language, 0)}\u00a0đ`
}

function unit(count: number, name: 'second' | 'minute' | 'hour' | 'day', language: Language): string {
  const style = { style: 'unit', unit: name, unitDisplay: 'short' } as const
  return new Intl.NumberFormat(language, style).format(count)
}

/** The two largest units: "3 ngày 4 giờ", "2 giờ 39 phút", "12 phút", "45 giây". `live.ts` spells the same. */
export function formatDuration(durationMs: number, language: Language): string {
  const ms = Math.max(0, durationMs)
  const days = Math.floor(ms / DAY_MS)
  const hours = Math.floor((ms % DAY_MS) / HOUR_MS)
  const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS)
  const two = (first: string, rest: number, name: 'hour' | 'minute') =>
    rest > 0 ? `${first} ${unit(rest, name, language)}` : first
  if (days > 0) return two(unit(days, 'day', language), hours, 'hour')
  if (hours > 0) return two(unit(hours, 'hour', language), minutes, 'minute')
  if (minutes > 0) return unit(minutes, 'minute', language)
  return unit(Math.floor(ms / SECOND_MS), 'second', language)
}

/** How often something comes: "60 giây", "15 phút", "90 giây". */
export function formatInterval(seconds: number, language: Language): string {
  return seconds < 120 || seconds % 60 !== 0
    ? unit(seconds, 'second', language)
    : formatDuration(seconds * SECOND_MS, language)
}

/** "12 phút trước"; null under a minute, which the words call "just now". `live.ts` spells the same. */
export function formatAgo(ageMs: number, language: Language): string | null {
  const relative = new Intl.RelativeTimeFormat(language)
  if (ageMs < MINUTE_MS) return null
  if (ageMs < HOUR_MS) return relative.format(-Math.floor(ageMs / MINUTE_MS), 'minute')
  if (ageMs < DAY_MS) return relative.format(-Math.floor(ageMs / HOUR_MS), 'hour')
  return relative.format(-Math.floor(ageMs / DAY_MS), 'day')
}

// British order and digits are what a Vietnamese office writes: 21/06/2026, 14:02.
const clock = new Intl.DateTimeFormat('en-GB', { timeZone: TIME_ZONE, hour: '2-digit', minute: '2-digit' })
const calendar = new Intl.DateTimeFormat('en-GB', {
  timeZone: TIME_ZONE,
  day: '2-digit',
  month: '2-digit',
  year: 'numeric',
})

/** Stands for what cannot be told. */
export const UNTOLD = '–'

/** Years of four digits; further out a broken clock speaks, and `Date` throws before long. */
const FIRST_MS = Date.UTC(1970, 0)
const LAST_MS = Date.UTC(9999, 0)

/** Whether a page can tell this time. */
export const isTellable = (ms: number): boolean => ms >= FIRST_MS && ms < LAST_MS

/** "14:02" */
export const formatTime = (ms: number): string => (isTellable(ms) ? clock.format(ms) : UNTOLD)

/** "21/06/2026" */
export const formatDate = (ms: number): string => (isTellable(ms) ? calendar.format(ms) : UNTOLD)

/** `length` characters of ISO 8601: 19 are to the second, 16 to the minute. */
const iso = (ms: number, length: number): string =>
  isTellable(ms) ? `${new Date(ms).toISOString().slice(0, length)}Z` : ''

/** What a `<time datetime>` holds, to the second; empty for a time that cannot be told. */
export const isoSecond = (ms: number): string => iso(ms, 19)

/** The same to the nearest minute: three bytes less in each row of a list, where ages are told in minutes. */
export const isoMinute = (ms: number): string => iso(nearestMinute(ms), 16)

export const nearestMinute = (ms: number): number => Math.round(ms / MINUTE_MS) * MINUTE_MS

/** A wired line's keepalive bounds a loss to 60 s, a cell's to 120 s: so much is worth no "between". */
const EXACT_MS = 120_000

/** When a loss began, as a person says it: the middle of a narrow interval, both ends of a wide one. */
export function beginning([earliest, latest]: readonly [number, number]):
  | { exact: true; at: number }
  | { exact: false } {
  return latest - earliest <= EXACT_MS ? { exact: true, at: (earliest + latest) / 2 } : { exact: false }
}
