import { type Base, baseOf, canStandOn, decodeReport, encodeReport } from '#protocol/report.ts'
import type { SealedReport } from '../journal/contents.ts'

/**
 * The bytes to send: the difference to a report that this connection has seen acknowledged, or, where there is none
 * or it would not be shorter, the whole. A new connection begins without a base, so a centre that has lost one is
 * helped by the reconnect that its silence leads to.
 */
export function standingOn(base: Base | null, report: SealedReport): Uint8Array {
  if (base === null) return report.bytes
  const whole = decodeReport(report.bytes)
  if (!canStandOn(base, whole)) return report.bytes
  const difference = encodeReport(whole, base)
  return difference.length < report.bytes.length ? difference : report.bytes
}

/** The base for what comes next: the newest acknowledged, since the backlog is acknowledged out of order. */
export function laterBase(base: Base | null, acknowledged: SealedReport): Base {
  if (base?.epoch === acknowledged.epoch && base.seq > acknowledged.seq) return base
  return baseOf(decodeReport(acknowledged.bytes))
}
