import { isState } from '#protocol/metrics.ts'
import { METRICS } from '#protocol/metrics-table.ts'
import type { Range } from '../../web/address.ts'
import type { ChartView } from '../../web/view.ts'
import type { ReadingStore } from '../projections/readings/store.ts'
import type { Device } from '../registry/registry.ts'

const HOUR_MS = 3600_000

/** As many buckets for either, so that a chart is always about as many bytes. */
const RANGE_MS: Record<Range, number> = { '24h': 24 * HOUR_MS, '7d': 7 * 24 * HOUR_MS }

/** A phone's 360 pixels show no more than this. */
const BUCKETS = 144

/** What rises evenly, counters and ages, is told as a number and not drawn, nor are states. */
const NOT_DRAWN: readonly string[] = ['B', 's', 'h']
const DRAWN = METRICS.filter(({ name, unit }) => !NOT_DRAWN.includes(unit) && !isState(name))

/** The charts of a device's page; a metric without a reading in the range has none. */
export async function chartsOf(
  store: Pick<ReadingStore, 'read'>,
  device: Device,
  range: Range,
  now: number,
): Promise<ChartView[]> {
  const stepMs = RANGE_MS[range] / BUCKETS
  const to = Math.ceil(now / stepMs) * stepMs
  const from = to - RANGE_MS[range]
  const charts = await Promise.all(
    DRAWN.map(async ({ name, unit }) => ({
      metric: name,
      unit,
      from,
      to,
      points: await store.read({ device: device.id, metric: name, from, to, stepMs }),
    })),
  )
  return charts.filter(({ points }) => points.length > 0)
}
