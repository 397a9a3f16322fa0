import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { DeviceId } from '#protocol/ids.ts'
import { MAX_SECONDS } from '#protocol/limits.ts'
import { createEmbeddedStore } from '../../server/projections/readings/embedded.ts'
import { createInfluxStore, selectStatement } from '../../server/projections/readings/influx.ts'
import { readRatePoints } from '../../server/projections/readings/read-rates.ts'
import type {
  PlacedReport,
  Point,
  ReadingQuery,
  ReadingStore,
} from '../../server/projections/readings/store.ts'
import { openDatabase } from '../../server/sqlite/database.ts'
import { type Influxd, influxdMissing, startInfluxd } from '../support/influxd.ts'
import { placedReport } from '../support/placed-report.ts'

/** A round minute, so that buckets are easy to name. */
const T = Date.UTC(2026, 10, 22, 3, 0)
const MINUTE_MS = 60_000

interface Subject {
  name: string
  skipped: boolean
  /** Once for all tests of the subject. */
  install(): Promise<void>
  /** An empty store, started. */
  open(): Promise<ReadingStore>
  goDown(): Promise<void>
  comeBack(): Promise<void>
  uninstall(): Promise<void>
}

for (const subject of [embeddedSubject(), influxSubject()]) {
  describe.skipIf(subject.skipped)(`readings in ${subject.name}`, () => {
    let store: ReadingStore
    const read = (query: Partial<ReadingQuery>): Promise<Point[]> =>
      store.read({
        device: 'pc-1' as DeviceId,
        metric: 'cpu_percent',
        from: T,
        to: T + 3600_000,
        stepMs: null,
        ...query,
      })
    const open = async () => {
      store = await subject.open()
    }

    beforeAll(subject.install)
    afterEach(() => store.stop())
    afterAll(subject.uninstall)

    test('what is written comes back: scaled, at its time, with gaps where nothing was measured', async () => {
      await open()
      const offsetsSeconds = [0, 60, 121, 180]
      const columns = {
        1: [123, null, 0, 1000],
        4: [5, 5, null, 9],
        8: [-7, null, null, null],
        900: [null, -4, 5, null],
      }
      await store.write([placedReport({ firstAt: T, uptimeSeconds: 36, offsetsSeconds, columns })])

      expect(await read({})).toEqual([point(0, 12.3), point(121, 0), point(180, 100)])
      expect(await read({ metric: 'rx_bytes' })).toEqual([point(0, 5120), point(60, 5120), point(180, 9216)])
      expect(await read({ metric: 'temperature_celsius' })).toEqual([point(0, -3.5)])
      expect(await read({ metric: 'uptime_seconds' })).toEqual([
        point(0, 36),
        point(60, 96),
        point(121, 157),
        point(180, 216),
      ])
      expect(await read({ metric: 'metric_900' })).toEqual([point(60, -4), point(121, 5)])
      expect(await read({ metric: 'memory_percent' })).toEqual([])
    })

    test('a step gives the mean of each bucket that has readings, at its start', async () => {
      await open()
      const offsetsSeconds = [0, 60, 299, 300, 1200]
      await store.write([
        placedReport({ firstAt: T, offsetsSeconds, columns: { 1: [100, 200, null, 50, 70] } }),
      ])

      const stepMs = 5 * MINUTE_MS
      expect(await read({ stepMs })).toEqual([point(0, 15), point(300, 5), point(1200, 7)])
      // A bucket that the range cuts still stands at its own start, with what is inside the range.
      expect(await read({ stepMs, from: T + 1, to: T + 600_000 })).toEqual([point(0, 20), point(300, 5)])
      // Buckets begin at 1970, not at `from`: this one holds everything.
      expect(await read({ stepMs: Number.MAX_SAFE_INTEGER })).toEqual([{ at: 0, value: 10.5 }])
    })

    test('from is in the range and to is not, also inside one report', async () => {
      await open()
      const offsetsSeconds = [0, 60, 120]
      await store.write([placedReport({ firstAt: T, offsetsSeconds, columns: { 1: [10, 20, 30] } })])

      expect(await read({ from: T + 60_000, to: T + 120_000 })).toEqual([point(60, 2)])
      expect(await read({ from: T + 60_001, to: T + 120_001 })).toEqual([point(120, 3)])
      expect(await read({ from: T + 120_001 })).toEqual([])
      expect(await read({ to: T })).toEqual([])
      expect(await read({ to: T + 1 })).toEqual([point(0, 1)])
      expect(await read({ from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER })).toHaveLength(3)
    })

    test('the same report written again, in the same batch and later, is one', async () => {
      await open()
      const report = placedReport({ firstAt: T, offsetsSeconds: [0, 60], columns: { 1: [10, 30] } })
      await store.write([report, report])
      await store.write([report])

      expect(await read({})).toEqual([point(0, 1), point(60, 3)])
      expect(await read({ stepMs: 5 * MINUTE_MS })).toEqual([point(0, 2)])
    })

    test('a counter is read reading by reading, so that its rate is true across a restart and late history', async () => {
      await open()
      const counter = (seq: number, minute: number, ...kib: number[]) =>
        placedReport({
          ...{ seq, firstAt: T + minute * MINUTE_MS, offsetsSeconds: kib.map((_, n) => n * 60) },
          columns: { 4: kib },
        })
      // It begins anew behind the fifth minute, and the second report comes last.
      await store.write([counter(1, 0, 100, 175, 250), counter(3, 6, 3, 78)])
      await store.write([counter(2, 3, 325, 400, 475)])

      const query = { device: 'pc-1' as DeviceId, metric: 'rx_bits_per_second' as const }
      const range = { from: T, to: T + 3600_000 }
      const rate = (75 * 1024 * 8) / 60
      const minutes = [1, 2, 3, 4, 5, 7]
      expect(await readRatePoints(store, { ...query, ...range, stepMs: null })).toEqual(
        minutes.map((minute) => point(minute * 60, rate)),
      )
      expect(await readRatePoints(store, { ...query, ...range, stepMs: 600_000 })).toEqual([point(0, rate)])
    })

    test('of two rows at one instant the later one stands, metric by metric', async () => {
      await open()
      await store.write([
        placedReport({
          firstAt: T,
          offsetsSeconds: [0, 0, 60],
          columns: { 1: [10, 30, 70], 2: [40, null, 60] },
        }),
      ])

      expect(await read({})).toEqual([point(0, 3), point(60, 7)])
      expect(await read({ metric: 'memory_percent' })).toEqual([point(0, 4), point(60, 6)])
    })

    test('time orders the answer, not the order of arrival, and devices do not mix', async () => {
      await open()
      await store.write([placedReport({ firstAt: T + 600_000, seq: 2, columns: { 1: [20] } })])
      await store.write([
        placedReport({ device: 'pc-2', firstAt: T + 1, columns: { 1: [990] } }),
        placedReport({ device: 'PC-1', firstAt: T + 2, columns: { 1: [980] } }),
        placedReport({ firstAt: T, seq: 1, offsetsSeconds: [0, 900], columns: { 1: [10, 30] } }),
      ])

      expect(await read({})).toEqual([point(0, 1), point(600, 2), point(900, 3)])
      expect(await read({ device: 'pc-2' as DeviceId })).toEqual([{ at: T + 1, value: 99 }])
    })

    test('a batch of a week is there when write resolves, and is read to its end', async () => {
      await open()
      // 7 × 1,440 = 10,080 rows: three requests to InfluxDB, and two pages from it.
      await store.write(Array.from({ length: 7 }, (_, day) => dayOf(T + day * 1440 * MINUTE_MS, day)))

      const to = T + 8 * 1440 * MINUTE_MS
      expect(await read({ to })).toHaveLength(10_080)
      expect(await read({ to, stepMs: MINUTE_MS })).toEqual(await read({ to }))
    })

    test('a device that moved to another site in between has each reading once', async () => {
      await open()
      const report = { firstAt: T, columns: { 1: [10] } }
      await store.write([placedReport(report)])
      await store.write([placedReport({ ...report, site: 'S2' })])

      expect(await read({})).toEqual([point(0, 1)])
    })

    test('a report that spans the longest time there is does not hold up what comes with it', async () => {
      await open()
      const offsetsSeconds = [0, MAX_SECONDS]
      await store.write([
        placedReport({ firstAt: T - MAX_SECONDS * 1000, seq: 1, offsetsSeconds, columns: { 1: [10, null] } }),
        placedReport({ firstAt: T, seq: 2, columns: { 1: [20] } }),
        placedReport({ firstAt: T + 1000, seq: 3, offsetsSeconds, columns: { 1: [30, 40] } }),
      ])

      expect(await read({})).toEqual([point(0, 2), point(1, 3)])
    })

    test('hostile names find nothing and break nothing', async () => {
      await open()
      await store.write([placedReport({ firstAt: T, columns: { 1: [10] } })])

      for (const text of HOSTILE) {
        expect(await read({ device: text as DeviceId })).toEqual([])
        expect(await read({ metric: text })).toEqual([])
        expect(await read({ metric: text, stepMs: 1000 })).toEqual([])
      }
      expect(await read({})).toEqual([point(0, 1)])
    })

    test('a step or a time that is no whole number is refused', async () => {
      await open()
      for (const query of [
        { stepMs: 0 },
        { stepMs: 0.5 },
        { from: Number.NaN },
        { to: Number.POSITIVE_INFINITY },
      ]) {
        await expect(read(query)).rejects.toThrow(RangeError)
      }
    })

    test('a store that is down rejects, and takes the same reports when it is back', async () => {
      await open()
      const [first, second] = [1, 2].map((seq) =>
        placedReport({ firstAt: T + seq * 1000, seq, columns: { 1: [seq * 10] } }),
      )
      await store.write([first!])
      await subject.goDown()
      await expect(store.write([first!, second!])).rejects.toThrow(/expected|locked/)
      await subject.comeBack()

      expect(await read({})).toEqual([point(1, 1)])
      await store.write([first!, second!])
      expect(await read({})).toEqual([point(1, 1), point(2, 2)])
    })
  })
}

test('the embedded store answers any question as plain lists would', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'haidang-readings-'))
  const store = createEmbeddedStore({ path: join(folder, 'readings.db') })
  await store.start()
  let runs = 0
  try {
    await fc.assert(
      fc.asyncProperty(reportsOfADevice, anyQuery, async (drafts, query) => {
        const device = `d${runs++}`
        const reports = drafts.map((draft) => placedReport({ ...draft, device }))
        for (const report of reports) await store.write([report])
        const asked = { ...query, device: device as DeviceId }
        expect(await store.read(asked)).toEqual(modelRead(reports, asked))
      }),
      { numRuns: 200 },
    )
  } finally {
    await store.stop()
    rmSync(folder, { recursive: true })
  }
})

test('one damaged frame is named and does not hide the others of its device', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'haidang-readings-'))
  const path = join(folder, 'readings.db')
  const warnings: unknown[] = []
  const store = createEmbeddedStore({ path, log: { warn: (fields) => warnings.push(fields) } })
  await store.start()
  try {
    await store.write(
      [1, 2].map((seq) => placedReport({ firstAt: T + seq, seq, columns: { 1: [seq * 10] } })),
    )
    const other = openDatabase(path, { migrations: [''] })
    expect(other.run('UPDATE frames SET frame = substr(frame, 1, 5) WHERE seq = 1')).toBe(1)
    other.close()

    const query = { device: 'pc-1' as DeviceId, metric: 'cpu_percent', from: T, to: T + 10, stepMs: null }
    expect(await store.read(query)).toEqual([{ at: T + 2, value: 2 }])
    expect(warnings).toEqual([{ device: 'pc-1', epoch: 7, seq: 1 }])
  } finally {
    await store.stop()
    rmSync(folder, { recursive: true })
  }
})

test('names are quoted in InfluxQL', () => {
  const device = `a' OR 'b\\` as DeviceId
  expect(selectStatement({ device, metric: 'x" FROM "y\n\\', from: 1, to: 2, stepMs: 60_000 })).toBe(
    `SELECT mean("x\\" FROM \\"y\\n\\\\") FROM "reading" WHERE "device" = 'a\\' OR \\'b\\\\' AND time >= 1ms AND time < 2ms GROUP BY time(60000ms) fill(none) LIMIT 10000`,
  )
})

const HOSTILE = [
  `pc-1' OR '1'='1`,
  `pc-1\\' OR 1=1 --`,
  `x'; DROP MEASUREMENT "reading"; --`,
  `cpu_percent" FROM "reading"; DROP MEASUREMENT "reading"; --`,
  `cpu_percent\\", "cpu_percent`,
  'time',
  '*',
  '/.*/',
  'device',
  'a\nb',
  '',
]

function point(afterSeconds: number, value: number): Point {
  return { at: T + afterSeconds * 1000, value }
}

function dayOf(firstAt: number, seq: number): PlacedReport {
  const minutes = Array.from({ length: 1440 }, (_, minute) => minute)
  return placedReport({
    firstAt,
    seq,
    offsetsSeconds: minutes.map((minute) => minute * 60),
    columns: { 1: minutes.map((minute) => minute % 1000) },
  })
}

/** Few instants and small steps, so that rows, reports and buckets meet, touch and overlap. */
const MODEL_MS = 40_000
const reportsOfADevice = fc.uniqueArray(
  fc
    .record({
      epoch: fc.integer({ min: 1, max: 2 }),
      seq: fc.integer({ min: 1, max: 9 }),
      rows: fc.integer({ min: 1, max: 6 }),
    })
    .chain(({ epoch, seq, rows }) => {
      const column = fc.array(fc.option(fc.integer({ min: -50, max: 1000 })), {
        minLength: rows,
        maxLength: rows,
      })
      return fc.record({
        epoch: fc.constant(epoch),
        seq: fc.constant(seq),
        firstAt: fc.nat({ max: 10 }).map((second) => T + second * 1000),
        uptimeSeconds: fc.nat({ max: 1000 }),
        offsetsSeconds: fc
          .array(fc.nat({ max: 5 }), { minLength: rows - 1, maxLength: rows - 1 })
          .map((gaps) => [0, ...gaps.map((_, at) => gaps.slice(0, at + 1).reduce((a, b) => a + b))]),
        columns: fc.record({ 1: column, 77: column }, { requiredKeys: [] }),
      })
    }),
  { selector: ({ epoch, seq }) => `${epoch}/${seq}`, maxLength: 8 },
)
const anyQuery = fc.record({
  metric: fc.constantFrom('cpu_percent', 'uptime_seconds', 'metric_77', 'rx_bytes', 'metric_1'),
  from: fc.integer({ min: T - 1000, max: T + MODEL_MS }),
  to: fc.integer({ min: T, max: T + 2 * MODEL_MS }),
  stepMs: fc.option(fc.integer({ min: 1, max: 20_000 })),
})

/** Written without the store's own helpers, from what the contract says. */
function modelRead(reports: PlacedReport[], { metric, from, to, stepMs }: ReadingQuery): Point[] {
  const all = [...reports]
    .sort(
      (a, b) => a.rowsAt[0]! - b.rowsAt[0]! || a.report.epoch - b.report.epoch || a.report.seq - b.report.seq,
    )
    .flatMap(({ report, rowsAt }) =>
      rowsAt.map((at, row) => {
        const integerOf = (number: number) =>
          report.columns.find((column) => column.metric === number)?.values[row] ?? null
        const cpu = integerOf(1)
        const values: Record<string, number | null> = {
          cpu_percent: cpu === null ? null : cpu / 10,
          metric_77: integerOf(77),
          uptime_seconds: report.uptimeSeconds + (at - rowsAt[0]!) / 1000,
        }
        return { at, value: values[metric] ?? null }
      }),
    )
  const points: Point[] = []
  for (let at = from; at < to; at++) {
    const value = all.findLast((reading) => reading.at === at && reading.value !== null)?.value
    if (value !== undefined && value !== null) points.push({ at, value })
  }
  if (stepMs === null) return points
  const starts = [...new Set(points.map(({ at }) => at - (at % stepMs)))]
  return starts.map((start) => {
    const inside = points.filter(({ at }) => at >= start && at < start + stepMs)
    return { at: start, value: inside.reduce((sum, { value }) => sum + value, 0) / inside.length }
  })
}

function embeddedSubject(): Subject {
  let folder: string
  let opened = 0
  const path = () => join(folder, `${opened}.db`)
  let locker: ReturnType<typeof openDatabase>
  return {
    name: 'the embedded store',
    skipped: false,
    async install() {
      folder = mkdtempSync(join(tmpdir(), 'haidang-readings-'))
    },
    async open() {
      opened++
      const store = createEmbeddedStore({ path: path() })
      await store.start()
      return store
    },
    /** Another process writes for longer than the store waits. */
    async goDown() {
      locker = openDatabase(path(), { migrations: [''] })
      locker.exec('BEGIN IMMEDIATE')
    },
    async comeBack() {
      locker.exec('ROLLBACK')
      locker.close()
    },
    uninstall: async () => rmSync(folder, { recursive: true }),
  }
}

function influxSubject(): Subject {
  let influxd: Influxd | undefined
  let opened = 0
  return {
    name: 'a real InfluxDB 1.x',
    skipped: influxdMissing(),
    async install() {
      influxd = await startInfluxd()
    },
    async open() {
      const store = createInfluxStore({
        url: influxd!.url,
        token: null,
        org: null,
        bucket: `hải "đăng" ${++opened}`,
      })
      await store.start()
      return store
    },
    goDown: () => influxd!.stop('SIGKILL'),
    comeBack: () => influxd!.start(),
    uninstall: async () => influxd?.remove(),
  }
}
