import { type RateName, rateOf } from '../../../web/rates.ts'
import { FASTEST_PORT, type Rate, rateMeans, ratesOf } from './rates.ts'
import type { Point, ReadingQuery, ReadingStore } from './store.ts'
import { checkQuery } from './values.ts'

/** A rate that ends at `from` begins before it: at the slowest pace by so much. */
const LEAD_MS = 3600_000

/** Rates come of every single reading: of a month a minute that is 44,640. */
export const LONGEST_RATES_MS = 31 * 24 * 3600_000

export interface RateQuery extends Omit<ReadingQuery, 'metric'> {
  metric: RateName
  /** Of the ports whose counter it is, in bit/s. */
  portBitsPerSecond?: number
}

/**
 * The rates of a counter that end in [from, to). Every reading is read, not means of buckets: a mean of a counter that
 * began anew in its bucket is no reading of it.
 * @throws RangeError when times are no whole numbers, or longer than LONGEST_RATES_MS
 */
export async function readRates(
  store: Pick<ReadingStore, 'read'>,
  { metric, portBitsPerSecond = FASTEST_PORT, ...query }: RateQuery,
): Promise<Rate[]> {
  const { device, from, to } = query
  checkQuery(query)
  if (to - from > LONGEST_RATES_MS) {
    const days = LONGEST_RATES_MS / 24 / 3600_000
    throw new RangeError(`from, to: expected at most ${days} days of a rate, got ${(to - from) / 1000} s`)
  }
  const counter = rateOf(metric)!.counter
  const readings = await store.read({ device, metric: counter, from: from - LEAD_MS, to, stepMs: null })
  return ratesOf(readings, portBitsPerSecond).filter((rate) => rate.to >= from)
}

/** The same as points: each at its end, or means of buckets at their start. */
export async function readRatePoints(store: Pick<ReadingStore, 'read'>, query: RateQuery): Promise<Point[]> {
  const rates = await readRates(store, query)
  if (query.stepMs !== null) return rateMeans(rates, query.stepMs)
  return rates.map(({ to, bitsPerSecond }) => ({ at: to, value: bitsPerSecond }))
}
