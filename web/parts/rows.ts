import { LOSS_REASONS } from '#protocol/loss.ts'
import { formatNumber } from '../format.ts'
import type { Language, RowsView } from '../view.ts'
import { wordsOf } from '../words/words.ts'

/** "Lượt đo: đã đo 10.080, đã lưu 10.060, tác tử báo mất 20 (lấy thưa khi nhật ký đầy), còn chờ gửi 0" */
export function rowsLine(rows: RowsView, language: Language): string {
  const { rows: words } = wordsOf(language)
  const { produced, stored, declaredLost, waiting, vanished } = rows
  const parts = [words.produced(produced), words.stored(stored)]
  const reasons = LOSS_REASONS.filter((reason) => declaredLost[reason] > 0)
  const lost = reasons.reduce((sum, reason) => sum + declaredLost[reason], 0)
  if (lost > 0) {
    const why = reasons.map((reason) =>
      reasons.length === 1
        ? words.reason[reason]
        : `${words.reason[reason]} ${formatNumber(declaredLost[reason], language)}`,
    )
    parts.push(`${words.declaredLost(lost)} (${why.join(', ')})`)
  }
  if (vanished > 0) parts.push(words.vanished(vanished))
  parts.push(words.waiting(waiting))
  return words.line(parts.join(', '))
}
