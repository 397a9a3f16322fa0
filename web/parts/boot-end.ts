import { BOOT_ENDS, type BootEnd } from '#protocol/hello.ts'
import type { Language } from '../view.ts'
import { deviceWordsOf } from '../words/device.ts'
import { moment } from './time.tsx'

const isBootEnd = (word: string): word is BootEnd => (BOOT_ENDS as readonly string[]).includes(word)

/**
 * How the last boot ended, of trait `boot_end`: `shutdown 2026-11-20T10:02:11Z event 1074` is "tắt máy bình thường lúc
 * 17:02 ngày 20/11" by the record "event 1074". What this version does not know is told as it came.
 */
export function bootEndWords(
  trait: string,
  now: number,
  language: Language,
): { words: string; record: string } {
  const [end = '', ...rest] = trait.trim().split(/\s+/)
  if (!isBootEnd(end)) return { words: trait, record: '' }
  const words = deviceWordsOf(language)
  const at = /^\d{4}-\d\d-\d\dT/.test(rest[0] ?? '') ? Date.parse(rest[0]!) : Number.NaN
  if (Number.isNaN(at)) return { words: words.bootEnd[end], record: rest.join(' ') }
  const when = words.at(moment(at, now, language))
  return { words: `${words.bootEnd[end]} ${when}`, record: rest.slice(1).join(' ') }
}
