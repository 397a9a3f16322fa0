import { formatDate } from '../format.ts'
import type { Language, SupportView } from '../view.ts'
import { deviceWordsOf } from '../words/device.ts'

/** "hết hỗ trợ từ 14/10/2025, còn mua được bản vá đến 10/10/2028" */
export function supportWords({ state, endsAt, boughtUntil }: SupportView, language: Language): string {
  const words = deviceWordsOf(language)
  const day = (date: string) => formatDate(Date.parse(date))
  const told = words.support[state](day(endsAt))
  return state === 'supported' || boughtUntil === null ? told : `${told}, ${words.bought(day(boughtUntil))}`
}
