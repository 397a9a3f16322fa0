import { stateOf } from '#protocol/metrics.ts'
import type { RateName } from '../../web/rates.ts'
import type { LoadView } from '../../web/view.ts'
import type { Rate } from '../projections/readings/rates.ts'

/** "Now" is a mean over the newest quarter of an hour: one sample may have met a page that was just loading. */
const MEAN_MS = 15 * 60_000

/** What was carried longer ago than this says nothing of now. */
const STALE_MS = 2 * 3600_000

const DIRECTIONS = [
  { direction: 'down', counted: 'rx', capacity: 'down_kbps', error: 'down_error_percent' },
  { direction: 'up', counted: 'tx', capacity: 'up_kbps', error: 'up_error_percent' },
] as const

/**
 * How much of its line a device uses, each way: of a site with two lines the one that carries, as the capacity was
 * measured over that one. @param now ms since 1970
 */
export function loadsOf(
  values: Readonly<Record<string, number>>,
  rates: ReadonlyMap<RateName, readonly Rate[]>,
  now: number,
): LoadView[] {
  const carrying = stateOf('uplink_carrying', values.uplink_carrying ?? 0)
  const line = carrying === 'first' ? 1 : carrying === 'second' ? 2 : null
  return DIRECTIONS.flatMap(({ direction, counted, capacity, error }): LoadView[] => {
    const kbps = values[capacity]
    if (kbps === undefined || kbps <= 0) return []
    const ofLine = line === null ? undefined : rates.get(`uplink${line}_${counted}_bits_per_second`)
    const rate = newestMean(ofLine ?? rates.get(`${counted}_bits_per_second`) ?? [], now)
    if (rate === null) return []
    return [
      {
        ...{ direction, line: ofLine ? line : null, bitsPerSecond: rate },
        capacity: { bitsPerSecond: kbps * 1000, errorPercent: values[error] ?? null },
      },
    ]
  })
}

function newestMean(rates: readonly Rate[], now: number): number | null {
  const newest = rates.at(-1)?.to ?? Number.NEGATIVE_INFINITY
  if (newest < now - STALE_MS) return null
  const counted = rates.filter(({ to }) => to > newest - MEAN_MS)
  const bits = counted.reduce((sum, { from, to, bitsPerSecond }) => sum + bitsPerSecond * (to - from), 0)
  return bits / counted.reduce((sum, { from, to }) => sum + (to - from), 0)
}
