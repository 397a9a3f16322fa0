/**
 * Between which two moments something happened, ms since 1970. A loss has an interval, not a time: silence
 * is noticed later than it begins, by an amount that the keepalive bounds.
 */
export type Interval = [earliest: number, latest: number]

/** Whether both can have happened at one moment, each edge being uncertain by `slackMs`. */
export function canMeet(one: Interval, other: Interval, slackMs: number): boolean {
  return one[0] <= other[1] + 2 * slackMs && other[0] <= one[1] + 2 * slackMs
}

/** Where the moment lies if both hold; of two that meet only by the slack, the gap between them. */
export function narrow(one: Interval, other: Interval): Interval {
  const inner: Interval = [Math.max(one[0], other[0]), Math.min(one[1], other[1])]
  return inner[0] <= inner[1] ? inner : [inner[1], inner[0]]
}

export function overlaps(one: Interval, other: Interval): boolean {
  return one[0] <= other[1] && other[0] <= one[1]
}
