import { stateNumber } from '#protocol/metrics.ts'
import type { SpareView } from '../../web/view.ts'

const SECOND = stateNumber('uplink_carrying', 'second')

/**
 * Since when the second line has carried without a break, by readings of `uplink_carrying` in time order; null: it
 * does not. Where no reading says otherwise it may have been for longer.
 */
export function spareSince(readings: readonly { at: number; value: number }[]): SpareView | null {
  const other = readings.findLastIndex(({ value }) => value !== SECOND)
  const first = readings[other + 1]
  return first === undefined ? null : { since: first.at, exact: other >= 0 }
}
