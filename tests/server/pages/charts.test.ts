import { expect, test } from 'vitest'
import { deviceId } from '#protocol/ids.ts'
import { METRICS } from '#protocol/metrics-table.ts'
import { CHARTS_A_PAGE, type Drawing, drawingOf } from '../../../server/pages/charts.ts'
import type { ReadingQuery } from '../../../server/projections/readings/store.ts'

const AT = Date.UTC(2026, 5, 21, 7, 14)
const MINUTE_MS = 60_000
const EVERY_METRIC = METRICS.map(({ name }): string => name)

/** A store of a minute's readings each, that counts what it is asked. */
function countingStore(valueAt: (query: ReadingQuery, at: number) => number | null) {
  const asked: ReadingQuery[] = []
  return {
    asked,
    async read(query: ReadingQuery) {
      asked.push(query)
      const step = query.stepMs ?? MINUTE_MS
      const points: { at: number; value: number }[] = []
      for (let at = Math.ceil(query.from / step) * step; at < Math.min(query.to, AT); at += step) {
        const value = valueAt(query, at)
        if (value !== null) points.push({ at, value })
      }
      return points
    },
  }
}

const drawing = (changes: Partial<Drawing>): Drawing => ({
  ...{ device: { id: deviceId('R1') }, measured: [], values: {}, traits: {}, range: '24h', page: 1, now: AT },
  ...changes,
})

test('only what the device has told is asked for', async () => {
  const store = countingStore(() => 1)
  const { charts, pages } = await drawingOf(
    store,
    drawing({ measured: ['cpu_percent', 'antivirus_state', 'uptime_seconds', 'rx_bytes', 'metric_99'] }),
  )
  expect(store.asked.map(({ metric }) => metric)).toEqual(['rx_bytes', 'cpu_percent'])
  expect(charts.map(({ metric }) => metric)).toEqual(['rx_bits_per_second', 'cpu_percent'])
  expect(pages).toBe(1)
})

test('a device that has everything is asked for a dozen at once, and each chart lies on one page', async () => {
  const shown: string[] = []
  const first = await drawingOf(
    countingStore(() => 1),
    drawing({ measured: EVERY_METRIC }),
  )
  for (let page = 1; page <= first.pages; page++) {
    const store = countingStore(() => 3)
    const { charts } = await drawingOf(
      store,
      drawing({ measured: EVERY_METRIC, values: { uplink_carrying: 3 }, page }),
    )
    expect(store.asked.length).toBeLessThanOrEqual(CHARTS_A_PAGE + 1)
    shown.push(...charts.map(({ metric }) => metric))
  }
  expect(new Set(shown).size).toBe(shown.length)
  // Whatever has a unit of its own, but for counters, ages, errors and numbers of the day.
  const drawable = METRICS.filter(
    ({ name, unit }) => !['', 'B', 's', 'h', 'bulletins'].includes(unit) && !name.includes('_error_'),
  )
  expect(drawable.filter(({ name }) => !shown.includes(name))).toEqual([])
  expect(
    await drawingOf(
      countingStore(() => 1),
      drawing({ measured: EVERY_METRIC, page: 99 }),
    ),
  ).toMatchObject({
    page: first.pages,
  })
})

test.each([
  ['24h', 144],
  ['7d', 144],
] as const)(
  'a rate over %s is drawn by as many points as any other, and is never negative',
  async (range, buckets) => {
    // A counter that begins anew each hour.
    const store = countingStore((_, at) => ((at / MINUTE_MS) % 60) * 75_000)
    const { charts } = await drawingOf(store, drawing({ measured: ['rx_bytes'], range }))
    const { points, unit } = charts[0]!
    expect(unit).toBe('bit/s')
    expect(points.length).toBeGreaterThan(buckets * 0.9)
    expect(points.length).toBeLessThanOrEqual(buckets + 1)
    for (const { value } of points) expect(value).toBeCloseTo(10_000, 6)
  },
)

test('loads and the spare line come with the charts', async () => {
  const store = countingStore(({ metric }, at) =>
    metric === 'uplink_carrying' ? (at < AT - 190 * MINUTE_MS ? 2 : 3) : (at / MINUTE_MS) * 75_000,
  )
  const { loads, spare } = await drawingOf(
    store,
    drawing({
      measured: ['uplink1_rx_bytes', 'uplink2_rx_bytes', 'down_kbps', 'uplink_carrying'],
      values: { uplink_carrying: 3, down_kbps: 40, down_error_percent: 10 },
    }),
  )
  expect(loads).toEqual([
    {
      direction: 'down',
      line: 2,
      bitsPerSecond: 10_000,
      capacity: { bitsPerSecond: 40_000, errorPercent: 10 },
    },
  ])
  expect(spare).toEqual({ since: AT - 190 * MINUTE_MS, exact: true })
})
