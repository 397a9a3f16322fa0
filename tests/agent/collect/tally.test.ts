import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createNetworkCollector } from '../../../agent/collect/network.ts'
import { advance, type InterfaceBytes, type Tally } from '../../../agent/collect/tally.ts'

/** 10 Gbit/s. */
const MOST_BYTES_PER_MS = 1_250_000
const GIGABYTE = 1e9

test('a modem is unplugged, plugged in again, dialled anew: the sum goes on from where it was', async () => {
  const eth0 = { name: 'eth0', rx: 5000, tx: 500 }
  const looks: InterfaceBytes[][] = [
    [eth0, { name: 'wwan0', rx: 40_000, tx: 4000 }],
    [eth0],
    [eth0, { name: 'wwan0', rx: 300, tx: 30 }],
    [eth0, { name: 'wwan0', rx: 900, tx: 90 }],
    [eth0, { name: 'wwan0', rx: 100, tx: 10 }],
  ]
  let nowMs = 0
  const network = createNetworkCollector(
    async () => looks[nowMs / 60_000]!,
    () => nowMs,
  )
  const sums: (number | undefined)[] = []
  for (; nowMs < 300_000; nowMs += 60_000) sums.push((await network.read()).rx_bytes)
  expect(sums).toEqual([45_000, 45_000, 45_300, 45_900, 46_000])
})

test('an interface that nobody has seen before brings no past with it', async () => {
  const looks: InterfaceBytes[][] = [
    [{ name: 'eth0', rx: 1000, tx: 0 }],
    [
      { name: 'eth0', rx: 1000, tx: 0 },
      { name: 'eth1', rx: 70 * GIGABYTE, tx: 0 },
    ],
    [
      { name: 'eth0', rx: 1000, tx: 0 },
      { name: 'eth1', rx: 70 * GIGABYTE + 77, tx: 0 },
    ],
  ]
  let nowMs = 0
  const network = createNetworkCollector(
    async () => looks[nowMs / 1000]!,
    () => nowMs,
  )
  const sums: (number | undefined)[] = []
  for (; nowMs < 3000; nowMs += 1000) sums.push((await network.read()).rx_bytes)
  expect(sums).toEqual([1000, 1000, 1077])
})

/** What an interface does between two looks. */
const step = fc.record({
  passedMs: fc.integer({ min: 1, max: 3_600_000 }),
  gone: fc.boolean(),
  /** It was made anew, with whatever its counters say then. */
  remade: fc.boolean(),
  rx: fc.oneof(
    fc.integer({ min: 0, max: 1e6 }),
    fc.maxSafeNat(),
    fc.constant(Number.NaN),
    fc.integer({ min: -5, max: -1 }),
  ),
})

test('whatever counters do, what is counted never falls and never rises faster than any line', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let tally: Tally | null = null
      let raw = 0
      let nowMs = 0
      let lastSeenMs = 0
      for (const { passedMs, gone, remade, rx } of steps) {
        nowMs += passedMs
        raw = remade ? rx : raw + Math.max(0, rx || 0)
        const before: Tally | null = tally
        tally = advance(before, gone ? [] : [{ name: 'wwan0', rx: raw, tx: raw }], nowMs)
        const [was, is] = [before?.get('wwan0')?.rx, tally.get('wwan0')?.rx]
        if (is !== undefined) expect(is).toBeGreaterThanOrEqual(0)
        if (was !== undefined) {
          expect(is! - was).toBeGreaterThanOrEqual(0)
          expect(is! - was).toBeLessThanOrEqual((nowMs - lastSeenMs) * MOST_BYTES_PER_MS)
        }
        if (!gone && raw >= 0) lastSeenMs = nowMs
      }
    }),
  )
})

test('what a well-behaved line carries is counted to the byte, through any number of new beginnings', () => {
  const look = fc.record({ bytes: fc.integer({ min: 0, max: 1e8 }), anew: fc.boolean() })
  fc.assert(
    fc.property(fc.array(look, { minLength: 1, maxLength: 40 }), (looks) => {
      let tally: Tally | null = advance(null, [{ name: 'pppoe-wan', rx: 1000, tx: 0 }], 0)
      let [raw, carried, nowMs] = [1000, 1000, 0]
      for (const { bytes, anew } of looks) {
        if (anew) {
          nowMs += 10_000
          tally = advance(tally, [], nowMs)
          raw = 0
        }
        nowMs += 10_000
        raw += bytes
        carried += bytes
        tally = advance(tally, [{ name: 'pppoe-wan', rx: raw, tx: 0 }], nowMs)
      }
      expect(tally.get('pppoe-wan')!.rx).toBe(carried)
    }),
  )
})

test('the wire from a router’s processor to its switch carries what its ports carry, and is not counted again', async () => {
  const ports = ['eth0', 'wan', 'lan1'].map((name) => ({ name, rx: 1000, tx: 500 }))
  const network = createNetworkCollector(
    async () => ports,
    undefined,
    (name) => name === 'eth0',
  )
  expect(await network.read()).toEqual({ rx_bytes: 2000, tx_bytes: 1000 })
})
