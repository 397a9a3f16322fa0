import { stateNumber } from '#protocol/metrics.ts'
import { METRICS } from '#protocol/metrics-table.ts'
import type { Range } from '../../web/address.ts'
import { RATE_UNIT, RATES, type RateName, rateOf } from '../../web/rates.ts'
import type { ChartView, DrawnView, LoadView, SpareView } from '../../web/view.ts'
import { portSpeedOf } from '../projections/readings/port-speed.ts'
import { type Rate, rateMeans } from '../projections/readings/rates.ts'
import { readRates } from '../projections/readings/read-rates.ts'
import type { ReadingStore } from '../projections/readings/store.ts'
import type { Device } from '../registry/registry.ts'
import { loadsOf } from '../views/loads.ts'
import { spareSince } from '../views/spare.ts'

const HOUR_MS = 3600_000

/** As many buckets for either, so that a chart is always about as many bytes. */
const RANGE_MS: Record<Range, number> = { '24h': 24 * HOUR_MS, '7d': 7 * 24 * HOUR_MS }

/** A phone's 360 pixels show no more than this. */
const BUCKETS = 144

/** A chart is about 1 KB of a page and one question to the store: what is beyond lies a tap away. */
export const CHARTS_A_PAGE = 12

/**
 * What a line through several readings says something of, in the order in which it is looked for: the line first.
 * States, counters, ages and errors are told as they stand.
 */
const DRAWN: readonly string[] = [
  ...RATES.map(({ name }) => name),
  ...['rtt_ms', 'loss_percent', 'jitter_ms', 'down_kbps', 'up_kbps', 'cpu_percent', 'memory_percent'],
  ...['disk_percent', 'fullest_disk_percent', 'temperature_celsius', 'rsrp_dbm', 'sinr_db', 'rsrq_db'],
  ...['rssi_dbm', 'supply_volts', 'battery_percent', 'battery_minutes', 'amplifier_watts'],
  ...['volume_percent', 'probe_rtt_ms', 'probe_loss_percent'],
  ...['uplink1_rtt_ms', 'uplink1_loss_percent', 'uplink2_rtt_ms', 'uplink2_loss_percent'],
]

export interface Drawing {
  device: Pick<Device, 'id'>
  /** Every metric that it has ever told. */
  measured: readonly string[]
  /** Its newest values. */
  values: Readonly<Record<string, number>>
  traits: Readonly<Record<string, string>>
  range: Range
  /** Which dozen of charts, from 1. */
  page: number
  /** ms since 1970 */
  now: number
}

/** What of a device's page comes from the store of readings: at most a dozen questions and one more. */
export async function drawingOf(store: Pick<ReadingStore, 'read'>, drawing: Drawing): Promise<DrawnView> {
  const { device, measured, values, traits, range, now } = drawing
  const stepMs = RANGE_MS[range] / BUCKETS
  const to = Math.ceil(now / stepMs) * stepMs
  const span = { from: to - RANGE_MS[range], to }
  const drawable = DRAWN.filter((name) => measured.includes(rateOf(name)?.counter ?? name))
  const pages = Math.max(1, Math.ceil(drawable.length / CHARTS_A_PAGE))
  const page = Math.min(drawing.page, pages)
  const shown = drawable.slice((page - 1) * CHARTS_A_PAGE, page * CHARTS_A_PAGE)

  const rates = new Map<RateName, Rate[]>()
  const portBitsPerSecond = portSpeedOf(traits.interfaces)
  const draw = async (metric: string): Promise<ChartView> => {
    const rate = rateOf(metric)
    const query = { device: device.id, ...span }
    if (!rate) {
      const points = await store.read({ ...query, metric, stepMs })
      return { metric, unit: unitOf(metric), ...span, points }
    }
    const known = await readRates(store, { ...query, metric: rate.name, stepMs: null, portBitsPerSecond })
    rates.set(rate.name, known)
    return { metric, unit: RATE_UNIT, ...span, points: rateMeans(known, stepMs) }
  }
  const charts = await Promise.all(shown.map(draw))
  const loads: LoadView[] = loadsOf(values, rates, now)
  return {
    charts: charts.filter(({ points }) => points.length > 0),
    ...{ page, pages, loads, spare: await spareOf(store, drawing, span) },
  }
}

const unitOf = (name: string): string => METRICS.find((metric) => metric.name === name)?.unit ?? ''

/** Asked only while the spare line carries. */
async function spareOf(
  store: Pick<ReadingStore, 'read'>,
  { device, values }: Drawing,
  span: { from: number; to: number },
): Promise<SpareView | null> {
  if (values.uplink_carrying !== stateNumber('uplink_carrying', 'second')) return null
  const query = { device: device.id, metric: 'uplink_carrying', ...span, stepMs: null }
  return spareSince(await store.read(query))
}
