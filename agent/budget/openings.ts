/**
 * What opening lines may cost: a line that flickers all day must not eat what a month of reports needs. A bucket of
 * bytes: filled with half of what is left, evenly over the rest of the month.
 */

/** An outage of some hours is tried through without a limit: a dozen connects, or a tenth of the cap. */
const FEWEST_CONNECTS = 12
const CAP_SHARE = 0.1
const LEFT_SHARE = 0.5

export interface Openings {
  /** What the bucket holds; below 0 a connect was dearer than what was left. */
  openingBytes: number
  capBytes: number
  leftBytes: number
  leftSeconds: number
  /** Of a whole connect. */
  connectBytes: number
}

export function fullOpenings({
  capBytes,
  connectBytes,
}: Pick<Openings, 'capBytes' | 'connectBytes'>): number {
  return Math.max(FEWEST_CONNECTS * connectBytes, capBytes * CAP_SHARE)
}

/** The bucket after `passedSeconds` more. */
export function refill(openings: Openings, passedSeconds: number): number {
  const { openingBytes, leftBytes, leftSeconds } = openings
  const perSecond = (LEFT_SHARE * Math.max(0, leftBytes)) / Math.max(1, leftSeconds)
  return Math.min(fullOpenings(openings), openingBytes + perSecond * passedSeconds)
}
