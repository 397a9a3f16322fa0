import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DeviceId, deviceId } from '#protocol/ids.ts'
import { rateMeans, ratesOf } from '../../../../server/projections/readings/rates.ts'
import { readRatePoints } from '../../../../server/projections/readings/read-rates.ts'
import type { Point, ReadingQuery } from '../../../../server/projections/readings/store.ts'

const T = Date.UTC(2026, 10, 22, 3, 0)
const MINUTE_MS = 60_000
const KIB = 1024

/** Readings a minute apart from T on; null: none was taken. */
const minutely = (...values: (number | null)[]): Point[] =>
  values.flatMap((value, n) => (value === null ? [] : [{ at: T + n * MINUTE_MS, value }]))

const kbits = (rates: ReturnType<typeof ratesOf>) =>
  rates.map(({ from, to, bitsPerSecond }) => [
    (from - T) / MINUTE_MS,
    (to - T) / MINUTE_MS,
    Math.round(bitsPerSecond / 1000),
  ])

test.each<[string, Point[], [number, number, number][]]>([
  ['nothing', [], []],
  ['one reading', minutely(5), []],
  [
    '60 kB a minute is 8 kbit/s',
    minutely(0, 60_000, 120_000),
    [
      [0, 1, 8],
      [1, 2, 8],
    ],
  ],
  ['a counter that stands still', minutely(7, 7), [[0, 1, 0]]],
  [
    'it fell: it began anew, and nobody knows what it had carried',
    minutely(600_000, 660_000, 1000, 61_000),
    [
      [0, 1, 8],
      [2, 3, 8],
    ],
  ],
  [
    'it wrapped at 2^32',
    minutely(2 ** 32 - 60_000, 2 ** 32 - KIB, 59_000, 119_000),
    [
      [0, 1, 8],
      [2, 3, 8],
    ],
  ],
  ['a missing reading is bridged', minutely(0, null, 120_000), [[0, 2, 8]]],
  [
    'six missing readings are not',
    minutely(0, 60_000, 120_000, null, null, null, null, null, null, 9e6, 9_060_000),
    [
      [0, 1, 8],
      [1, 2, 8],
      [9, 10, 8],
    ],
  ],
  [
    'a jump that no port carries is another counter',
    minutely(0, 60_000, 60_000 + 1.1e9 * 7.5, 120_000 + 1.1e9 * 7.5),
    [
      [0, 1, 8],
      [2, 3, 8],
    ],
  ],
  ['twice the same', [...minutely(0, 60_000), ...minutely(0, 60_000)], [[0, 1, 8]]],
  [
    'any order',
    minutely(0, 60_000, 120_000).reverse(),
    [
      [0, 1, 8],
      [1, 2, 8],
    ],
  ],
  [
    'no numbers',
    [...minutely(0, 60_000), { at: T + 30_000, value: Number.NaN }, { at: T + 40_000, value: -1 }],
    [[0, 1, 8]],
  ],
])('rates: %s', (_case, readings, expected) => expect(kbits(ratesOf(readings))).toEqual(expected))

test('two readings within a second are one', () => {
  const rates = ratesOf([
    ...minutely(0, 60_000),
    { at: T + MINUTE_MS + 1, value: 60_000 + 50 * KIB },
    ...minutely(null, null, 120_000),
  ])
  expect(kbits(rates)).toEqual([
    [0, 1, 8],
    [1, 2, 8],
  ])
})

test('a counter that began anew within a second of its last reading is followed', () => {
  const readings = [
    ...minutely(500_000, 560_000),
    { at: T + MINUTE_MS + 500, value: 1000 },
    ...minutely(null, null, 60_500),
  ]
  expect(ratesOf(readings).map(({ from, to }) => [from - T, to - T])).toEqual([
    [0, MINUTE_MS],
    [MINUTE_MS + 500, 2 * MINUTE_MS],
  ])
})

test('what was carried before a restart stays, however low the counter begins anew', () => {
  const hour = Array.from({ length: 60 }, (_, minute) => minute * 60_000)
  const rates = kbits(ratesOf(minutely(...hour, 1000, 61_000)))
  expect(rates).toEqual([...hour.slice(1).map((_, minute) => [minute, minute + 1, 8]), [60, 61, 8]])
})

test('rows of an earlier boot that were placed among those of this one make no traffic', () => {
  const earlier = [1.5, 2.5, 2.7].map((minute, n) => ({ at: T + minute * MINUTE_MS, value: 100e6 + n * 6e4 }))
  const rates = ratesOf([...minutely(0, 60_000, 120_000, 180_000, 240_000), ...earlier])
  expect(kbits(rates)).toEqual([
    [0, 1, 8],
    [1, 2, 8],
    [2, 3, 8],
    [3, 4, 8],
  ])
})

test('the speed of a port bounds what is believed, to the last step of a counter', () => {
  const carried = (bytes: number) => ratesOf(minutely(0, bytes), 1e6).length
  expect(carried(7.5e6 + KIB)).toBe(1)
  expect(carried(7.5e6 + 2 * KIB)).toBe(0)
})

test('means are weighed by time, and what is not known is in none', () => {
  const rates = [
    { from: T, to: T + MINUTE_MS, bitsPerSecond: 100 },
    { from: T + MINUTE_MS, to: T + 4 * MINUTE_MS, bitsPerSecond: 500 },
    { from: T + 10 * MINUTE_MS, to: T + 11 * MINUTE_MS, bitsPerSecond: 7 },
  ]
  expect(rateMeans(rates, 5 * MINUTE_MS)).toEqual([
    { at: T, value: 400 },
    { at: T + 10 * MINUTE_MS, value: 7 },
  ])
})

/** What a port carries minute by minute, and what happens to its counter meanwhile. */
const past = fc.record({
  minutes: fc.array(
    fc.record({
      bytes: fc.nat(7_500_000),
      event: fc.oneof(
        { weight: 12, arbitrary: fc.constant('read' as const) },
        { weight: 2, arbitrary: fc.constant('missed' as const) },
        { weight: 1, arbitrary: fc.constant('restart' as const) },
        { weight: 1, arbitrary: fc.constant('twice' as const) },
      ),
      /** A restart is somewhere in its minute. */
      into: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { maxLength: 200 },
  ),
  start: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  bits: fc.constantFrom(32, 48),
})

test('whatever begins anew, wraps, comes twice, late or in any order: never negative, never more than was carried', () => {
  fc.assert(
    fc.property(past, fc.integer(), ({ minutes, start, bits }, seed) => {
      let counter = start
      const readings: Point[] = [{ at: T, value: floor(start) }]
      const carriedUntil = [0]
      minutes.forEach(({ bytes, event, into }, n) => {
        counter = event === 'restart' ? bytes * into : (counter + bytes) % 2 ** bits
        carriedUntil.push(carriedUntil[n]! + bytes)
        const reading = { at: T + (n + 1) * MINUTE_MS, value: floor(counter) }
        if (event !== 'missed') readings.push(reading)
        if (event === 'twice') readings.push(reading)
      })
      const rates = ratesOf(shuffled(readings, seed), 1e6)
      // 7.5 MB a minute are 1 Mbit/s, and each of two readings is floored to a KiB.
      for (const { from, to, bitsPerSecond } of rates) {
        const [first, last] = [(from - T) / MINUTE_MS, (to - T) / MINUTE_MS]
        const carried = carriedUntil[last]! - carriedUntil[first]!
        expect(bitsPerSecond).toBeGreaterThanOrEqual(0)
        expect((bitsPerSecond * (to - from)) / 8000).toBeLessThanOrEqual(carried + KIB)
      }
      expect(ratesOf(readings, 1e6)).toEqual(rates)
    }),
    { numRuns: 500 },
  )
})

test('rates are of all that was carried while nothing began anew or was missed', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(7_000_000), { minLength: 1, maxLength: 100 }), (minutes) => {
      let counter = 0
      const readings = [0, ...minutes].map((bytes, n) => {
        counter += bytes
        return { at: T + n * MINUTE_MS, value: floor(counter) }
      })
      const told = ratesOf(readings, 1e6).reduce(
        (sum, { from, to, bitsPerSecond }) => sum + (bitsPerSecond * (to - from)) / 8000,
        0,
      )
      expect(Math.abs(told - counter)).toBeLessThanOrEqual(KIB)
    }),
  )
})

test('two boots mixed up in time: never more than the one or the other carried', () => {
  const minute = fc.record({ bytes: fc.nat(600_000), late: fc.boolean() })
  fc.assert(
    fc.property(
      fc.array(minute, { maxLength: 100 }),
      fc.integer({ min: 1e7, max: 1e12 }),
      (minutes, ahead) => {
        let [own, other] = [0, ahead]
        const readings = [{ at: T, value: 0 }]
        minutes.forEach(({ bytes, late }, n) => {
          const at = T + (n + 1) * MINUTE_MS
          own += bytes
          other += bytes
          if (late) readings.push({ at: at - MINUTE_MS / 2, value: floor(other) })
          readings.push({ at, value: floor(own) })
        })
        // 600 kB a minute are 80 kbit/s; a counter that floors adds a KiB.
        for (const { from, to, bitsPerSecond } of ratesOf(readings)) {
          expect(bitsPerSecond).toBeLessThanOrEqual(80_000 + (KIB * 8000) / (to - from))
        }
      },
    ),
  )
})

test('no numbers at all make a rate that is none', () => {
  const point = fc.record({ at: fc.oneof(fc.integer(), fc.double()), value: fc.double() })
  fc.assert(
    fc.property(fc.array(point, { maxLength: 50 }), fc.integer({ min: 1, max: 1e12 }), (readings, stepMs) => {
      const rates = ratesOf(readings, 1e9)
      for (const { value } of rateMeans(rates, stepMs)) expect(value).toBeGreaterThanOrEqual(0)
      // In order, and no moment is counted twice.
      rates.slice(1).forEach(({ from }, n) => {
        expect(from).toBeGreaterThanOrEqual(rates[n]!.to)
      })
      for (const { from, to, bitsPerSecond } of rates) {
        expect(bitsPerSecond).toBeGreaterThanOrEqual(0)
        expect(bitsPerSecond).toBeLessThanOrEqual(1e9 + (KIB * 8000) / (to - from))
      }
    }),
  )
})

test('a store is asked once, a little before what is wanted, for every reading', async () => {
  const asked: ReadingQuery[] = []
  const store = {
    read: async (query: ReadingQuery) => {
      asked.push(query)
      return minutely(0, 60_000, 120_000, 120_000)
    },
  }
  const device: DeviceId = deviceId('R1')
  const query = {
    device,
    metric: 'uplink1_rx_bits_per_second',
    from: T + 2 * MINUTE_MS,
    to: T + 9e6,
  } as const
  expect(await readRatePoints(store, { ...query, stepMs: null })).toEqual([
    { at: T + 2 * MINUTE_MS, value: 8000 },
    { at: T + 3 * MINUTE_MS, value: 0 },
  ])
  expect(await readRatePoints(store, { ...query, stepMs: 10 * MINUTE_MS })).toEqual([{ at: T, value: 4000 }])
  expect(asked.map(({ metric, stepMs }) => [metric, stepMs])).toEqual([
    ['uplink1_rx_bytes', null],
    ['uplink1_rx_bytes', null],
  ])
  expect(asked[0]!.from).toBeLessThan(query.from)
  await expect(readRatePoints(store, { ...query, stepMs: null, from: 0 })).rejects.toThrow(/at most 31 days/)
})

const floor = (bytes: number) => Math.floor(bytes / KIB) * KIB

function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const rank = new Map(
    items.map((item, n) => [item, Math.sin(seed + n) * 1e4 - Math.floor(Math.sin(seed + n) * 1e4)]),
  )
  return [...items].sort((one, other) => rank.get(one)! - rank.get(other)!)
}
