import { type DirectionEstimate, MAX_TOLD_PERCENT } from './direction.ts'

/** Bytes of this machine's interfaces since the boot, as `agent/collect/network.ts` counts them. */
export interface TrafficCounters {
  rx_bytes: number
  tx_bytes: number
}

/** A machine on which nobody works: name look-ups, time, the LAN's announcements, the agent's own reports. */
const QUIET_BYTES_PER_SECOND = 2000
/** Of what the line carried last: too little to move an estimate. */
const QUIET_SHARE = 0.02
/** A counter that was reset, or a clock that stood, says nothing. */
const UNKNOWN = Number.POSITIVE_INFINITY

export interface Rates {
  downBytesPerSecond: number
  upBytesPerSecond: number
}

/** Nobody watches: it is taken for quiet, as the minute is, and the estimate for as much less sure. */
export const UNWATCHED: Rates = {
  downBytesPerSecond: QUIET_BYTES_PER_SECOND,
  upBytesPerSecond: QUIET_BYTES_PER_SECOND,
}

export function ratesBetween(before: TrafficCounters, after: TrafficCounters, seconds: number): Rates {
  const rate = (from: number, to: number): number =>
    to < from || seconds <= 0 ? UNKNOWN : (to - from) / seconds
  return {
    downBytesPerSecond: rate(before.rx_bytes, after.rx_bytes),
    upBytesPerSecond: rate(before.tx_bytes, after.tx_bytes),
  }
}

/** Whether a train would have the line for itself, as far as this machine can tell. @param kbps of the line; null: not known */
export function isQuiet(bytesPerSecond: number, kbps: number | null): boolean {
  return bytesPerSecond <= Math.max(QUIET_BYTES_PER_SECOND, QUIET_SHARE * (kbps ?? 0) * 125)
}

/** An estimate is less sure by the share of the line that others take; null: too little is left of it. */
export function widened(
  estimate: DirectionEstimate | null,
  othersBytesPerSecond: number,
): DirectionEstimate | null {
  if (!estimate) return null
  const share = (othersBytesPerSecond * 8) / 1000 / estimate.kbps
  const errorPercent = estimate.errorPercent + 100 * share
  return errorPercent <= MAX_TOLD_PERCENT ? { ...estimate, errorPercent } : null
}
