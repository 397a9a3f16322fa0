import { type Base, baseOf, canStandOn } from '#protocol/base.ts'
import { decodeReport, encodeReport } from '#protocol/report.ts'
import type { Sealed } from '../outbox.ts'

/**
 * The bytes to send: the difference to the report that was sent last over the same connection, or, where there is none
 * or it would not be shorter, the whole. TCP keeps the order, so the centre has that one when it reads this one; the
 * first report of a connection stands on none, which also helps a centre that has lost one.
 */
export function standingOn(before: Sealed | null, report: Sealed): Uint8Array {
  if (before === null || before.epoch !== report.epoch || before.boot !== report.boot) return report.bytes
  const base: Base = baseOf(decodeReport(before.bytes))
  const whole = decodeReport(report.bytes)
  if (!canStandOn(base, whole)) return report.bytes
  const difference = encodeReport(whole, base)
  return difference.length < report.bytes.length ? difference : report.bytes
}
