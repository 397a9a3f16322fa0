import { expect, test } from 'vitest'
import { readTrain } from '../../../agent/capacity/reading.ts'
import { type SimulatedLine, trainOver } from '../../support/simulated-line.ts'

const LONG = { cars: 64, packetBytes: 1228 }
const MANY = { cars: 60, packetBytes: 628 }
const FEW = { cars: 8, packetBytes: 628 }
const TRIES = 300

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((one, other) => one - other)[Math.ceil(values.length * share) - 1]!

function tries(line: SimulatedLine, train: typeof LONG) {
  const errors: number[] = []
  let held = 0
  for (let seed = 1; seed <= TRIES; seed++) {
    const reading = readTrain(trainOver(line, train, seed))!
    const error = Math.abs(reading.kbps / line.kbps - 1) * 100
    const half = (reading.kbps * reading.errorPercent) / 100
    if (Math.abs(reading.kbps - line.kbps) <= half) held++
    errors.push(error)
  }
  return { median: quantile(errors, 0.5), most: quantile(errors, 0.95), held: held / TRIES }
}

// Most: what 19 of 20 trains stay under. The shaper counts 14 bytes of Ethernet a packet: 1.1 or 2.2 % of each error.
test.each<[string, SimulatedLine, typeof LONG, number]>([
  ['50 Mbit/s with the least bucket', { kbps: 50_000, burstBytes: 1600, jitterUs: 20 }, LONG, 3],
  ['50 Mbit/s with a bucket of 32 kB', { kbps: 50_000, burstBytes: 32_768, jitterUs: 20 }, LONG, 3],
  ['50 Mbit/s with a bucket of 64 kB', { kbps: 50_000, burstBytes: 65_536, jitterUs: 20 }, LONG, 8],
  ['50 Mbit/s, 2 % lost', { kbps: 50_000, burstBytes: 32_768, jitterUs: 20, loss: 0.02 }, LONG, 4],
  ['50 Mbit/s, cars that pass each other', { kbps: 50_000, burstBytes: 32_768, jitterUs: 200 }, LONG, 12],
  [
    '8 Mbit/s, 2 % lost, two stalls',
    { kbps: 8000, burstBytes: 4000, jitterUs: 100, loss: 0.02, stalls: 2 },
    LONG,
    6,
  ],
  ['8 Mbit/s behind a radio', { kbps: 8000, burstBytes: 32_768, frameUs: 10_000 }, LONG, 12],
  ['20 Mbit/s behind a radio', { kbps: 20_000, burstBytes: 1600, frameUs: 5000 }, LONG, 5],
  ['1 Mbit/s, 2 % lost', { kbps: 1000, burstBytes: 1600, jitterUs: 1000, loss: 0.02, stalls: 2 }, MANY, 6],
  ['1 Mbit/s with a bucket of 16 kB', { kbps: 1000, burstBytes: 16_384, jitterUs: 3000 }, MANY, 12],
  [
    '1 Mbit/s with a queue of 6 kB',
    { kbps: 1000, burstBytes: 1600, jitterUs: 300, queueBytes: 6250 },
    MANY,
    8,
  ],
  ['128 kbit/s', { kbps: 128, burstBytes: 1600, jitterUs: 2000 }, FEW, 8],
  ['128 kbit/s, 5 % lost', { kbps: 128, burstBytes: 1600, jitterUs: 1000, loss: 0.05 }, FEW, 15],
])('%s is told by one train', (_, line, train, mostPercent) => {
  const { median, most, held } = tries(line, train)
  expect(median).toBeLessThan(4)
  expect(most).toBeLessThan(mostPercent)
  expect(held).toBeGreaterThan(0.9)
})

test.each<[string, SimulatedLine, typeof LONG]>([
  ['kept waiting once', { kbps: 50_000, burstBytes: 32_768, jitterUs: 20, stalls: 1 }, LONG],
  [
    'kept waiting three times',
    { kbps: 50_000, burstBytes: 25_000, jitterUs: 20, stalls: 3, stallUs: 2000 },
    LONG,
  ],
  ['on a radio of 10 ms', { kbps: 128, burstBytes: 1600, jitterUs: 10_000 }, FEW],
])('a receiver that is %s is right in the middle, and says when it is not sure', (_, line, train) => {
  const { median, held } = tries(line, train)
  expect(median).toBeLessThan(5)
  expect(held).toBeGreaterThanOrEqual(0.88)
})

/** 50 Mbit/s: a burst of 20 cars at once, then one each 196 µs; what is said of each car's time comes on top. */
function withPauses(lateUs: (index: number, onTimeUs: number) => number) {
  const arrivals = Array.from({ length: 64 }, (_, index) => {
    const onTimeUs = index < 20 ? index * 5 : 100 + (index - 19) * 196
    return { index, atUs: onTimeUs + lateUs(index, onTimeUs) }
  })
  return { cars: 64, packetBytes: 1228, arrivals }
}
/** All that came until then is taken then, 4 µs a car. */
const standsStill = (fromUs: number, toUs: number) => (index: number, us: number) =>
  us > fromUs && us < toUs ? toUs - us + index * 4 : 0

test.each([
  // The cars wait at the sender, and the line is idle.
  ['a sender that stands still in the burst', (index: number) => (index > 2 ? 12_000 : 0)],
  ['a sender that stands still in the middle', (index: number) => (index > 40 ? 3000 : 0)],
  ['a receiver that stands still in the middle', standsStill(2000, 5000)],
  ['a receiver that stands still at the end, for longer than the train', standsStill(6000, 30_000)],
  ['both', (index: number, us: number) => (index > 30 ? 4000 : 0) + standsStill(1000, 1900)(index, us)],
])('%s hides no rate that other cars show', (_, lateUs) => {
  const reading = readTrain(withPauses(lateUs))!
  expect(Math.abs(reading.kbps / 50_122 - 1)).toBeLessThan(0.05)
  expect(reading.errorPercent).toBeLessThan(25)
})

test('a burst before a long pause is no rate, however even it was', () => {
  const arrivals = Array.from({ length: 64 }, (_, index) => ({
    index,
    atUs: index < 40 ? index * 98 : 30_000 + index * 4,
  }))
  expect(readTrain({ cars: 64, packetBytes: 1228, arrivals })!.errorPercent).toBeGreaterThan(50)
})

test('cars that come twice or in another order change nothing', () => {
  const train = trainOver({ kbps: 8000, burstBytes: 4000 }, LONG, 1)
  const shuffled = [...train.arrivals, ...train.arrivals.slice(3, 9)].reverse()
  expect(readTrain({ ...train, arrivals: shuffled })).toEqual(readTrain(train))
})

test('two cars are no train, and cars that came all at once are no rate to be sure of', () => {
  const two = [0, 1].map((index) => ({ index, atUs: index * 1000 }))
  expect(readTrain({ ...FEW, arrivals: two })).toBeNull()
  const together = FEW
  const arrivals = Array.from({ length: 8 }, (_, index) => ({ index, atUs: 0 }))
  const reading = readTrain({ ...together, arrivals })!
  expect(reading.errorPercent).toBeGreaterThan(50)
  expect(Number.isFinite(reading.kbps)).toBe(true)
})

test('what a queue that ran over has dropped is told', () => {
  const reading = readTrain(trainOver({ kbps: 1000, burstBytes: 1600, queueBytes: 6250 }, MANY, 1))!
  expect(reading.lost).toBeGreaterThan(0.7)
})
