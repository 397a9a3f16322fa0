import type { Delivery } from '#protocol/delivery.ts'
import type { Report } from '#protocol/report.ts'

/**
 * When each row of a report was measured, ms since 1970 on the centre's clock.
 *
 * The device's own wall clock decides only where nothing better is known: the age at sending, counted on a
 * clock that cannot jump, back from the moment of arrival, is right even on a PC whose clock says 1970. No row is
 * placed after its arrival.
 */
export function placeRows(receivedAtMs: number, age: Delivery['age'], report: Report): number[] {
  const first = firstRowMs(receivedAtMs, age, report)
  return report.offsetsSeconds.map((offset) => first + offset * 1000)
}

function firstRowMs(receivedAtMs: number, age: Delivery['age'], report: Report): number {
  const lastOffset = report.offsetsSeconds.at(-1) ?? 0
  // An age by a clock that was set back can be shorter than the report is long.
  if (age !== null) return receivedAtMs - Math.max(age.seconds, lastOffset) * 1000
  const hint = report.clockSeconds === null ? null : report.clockSeconds * 1000
  // A row cannot be newer than its arrival: such a hint is wrong, and arrival is the best bound there is.
  return hint !== null && hint + lastOffset * 1000 <= receivedAtMs ? hint : receivedAtMs - lastOffset * 1000
}
