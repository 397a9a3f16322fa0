import { formatMegabytes, formatVnd } from '../format.ts'
import type { BillView, Language } from '../view.ts'
import { wordsOf } from '../words/words.ts'

/** "Dữ liệu tháng này: 0,7 MB trong 5 MB, khoảng 140 đ" */
export function billLine({ bytes, capBytes, vnd, estimated }: BillView, language: Language): string {
  const words = wordsOf(language)
  const spent = formatMegabytes(bytes, language)
  const parts = [capBytes === null ? spent : words.outOf(spent, formatMegabytes(capBytes, language))]
  if (vnd !== null) parts.push(words.about(formatVnd(vnd, language)))
  if (estimated) parts.push(words.estimated)
  return words.dataThisMonth(parts.join(', '))
}
