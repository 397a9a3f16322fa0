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
  const last = lastRowMs(receivedAtMs, age, report)
  const lastOffset = report.offsetsSeconds.at(-1) ?? 0
  return report.offsetsSeconds.map((offset) => last - (lastOffset - offset) * 1000)
}

function lastRowMs(receivedAtMs: number, age: Delivery['age'], report: Report): number {
  if (age !== null) return receivedAtMs - age.seconds * 1000
  if (report.clockSeconds === null) return receivedAtMs
  const hint = (report.clockSeconds + (report.offsetsSeconds.at(-1) ?? 0)) * 1000
  // A row cannot be newer than its arrival: such a hint is wrong, and arrival is the best bound there is.
  return Math.min(hint, receivedAtMs)
}
