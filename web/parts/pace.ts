import { SILENT_STEP } from '#protocol/pace.ts'
import { formatInterval } from '../format.ts'
import type { Language, PaceView } from '../view.ts'
import { wordsOf } from '../words/words.ts'

/** "Báo cáo mỗi 15 phút, báo còn hoạt động mỗi 60 giây" and, where it is so, that it is sentinel or was stretched. */
export function paceLine(pace: PaceView, language: Language): string {
  const words = wordsOf(language)
  if (pace.step === SILENT_STEP) return words.silent
  const parts = [words.reportsEvery(formatInterval(pace.reportSeconds, language))]
  // Beyond the report interval there is none: the report shows that it lives.
  if (pace.keepaliveSeconds < pace.reportSeconds) {
    parts.push(words.livenessEvery(formatInterval(pace.keepaliveSeconds, language)))
  }
  if (pace.sentinel) parts.push(words.sentinel)
  if (pace.step > 0) parts.push(words.stretched(pace.step))
  return parts.join(', ')
}
