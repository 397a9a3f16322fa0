import { expect, test } from 'vitest'
import { directionOf } from '../../../agent/capacity/direction.ts'
import { nextTrain, ofTheLine, type PlannedTrain, type SentTrain } from '../../../agent/capacity/plan.ts'
import { readTrain, type TrainReading } from '../../../agent/capacity/reading.ts'
import { type SimulatedLine, trainOver } from '../../support/simulated-line.ts'

const HEADER = 28
const LIMITS = { leftBytes: 96_000, headerBytes: HEADER, knownKbps: null }
const bytesOf = ({ cars, carBytes }: PlannedTrain) => cars * (carBytes + HEADER)

/** All trains of one direction over a line whose bucket fills again between them. */
function allTrains(line: SimulatedLine, knownKbps: number | null = null) {
  const sent: SentTrain[] = []
  let leftBytes = LIMITS.leftBytes
  for (;;) {
    const planned = nextTrain(sent, { ...LIMITS, leftBytes, knownKbps })
    if (!planned) break
    leftBytes -= bytesOf(planned)
    expect(leftBytes).toBeGreaterThanOrEqual(0)
    const packetBytes = planned.carBytes + HEADER
    const received = trainOver(line, { cars: planned.cars, packetBytes }, sent.length + 1)
    sent.push({ ...planned, reading: readTrain(received) })
  }
  return { sent, spent: LIMITS.leftBytes - leftBytes, found: directionOf(sent) }
}

// At most: what one direction may cost there.
test.each<[string, SimulatedLine, number]>([
  ['128 kbit/s', { kbps: 128, burstBytes: 1600 }, 15_000],
  ['128 kbit/s, a bucket of 16 kB', { kbps: 128, burstBytes: 16_384 }, 96_000],
  ['1 Mbit/s', { kbps: 1000, burstBytes: 1600 }, 50_000],
  ['1 Mbit/s, a bucket of 32 kB', { kbps: 1000, burstBytes: 32_768 }, 96_000],
  ['8 Mbit/s', { kbps: 8000, burstBytes: 4000 }, 96_000],
  ['50 Mbit/s', { kbps: 50_000, burstBytes: 25_000 }, 96_000],
  ['50 Mbit/s, a bucket of 64 kB', { kbps: 50_000, burstBytes: 65_536 }, 96_000],
])('%s is found within a quarter', (_, line, most) => {
  const { spent, found } = allTrains({ ...line, jitterUs: 20 })
  expect(Math.abs(found!.kbps / line.kbps - 1)).toBeLessThan(0.25)
  expect(Math.abs(found!.kbps / line.kbps - 1) * 100).toBeLessThan(found!.errorPercent)
  expect(spent).toBeLessThanOrEqual(most)
})

test('a line that was slow gets no 80 kB at once when its bucket lets the first trains through', () => {
  const line = { kbps: 128, burstBytes: 16_384 }
  const unknown = allTrains(line)
  const known = allTrains(line, 130)
  expect(Math.max(...known.sent.map(bytesOf))).toBeLessThan(30_000)
  expect(known.spent).toBeLessThan(unknown.spent)
  expect(Math.abs(known.found!.kbps / 128 - 1)).toBeLessThan(0.1)
})

test('a line that is faster than trains can tell is not told', () => {
  expect(allTrains({ kbps: 900_000, burstBytes: 1600 }).found).toBeNull()
  expect(allTrains({ kbps: 50_000, burstBytes: 500_000 }).found).toBeNull()
})

const reading = (given: Partial<TrainReading>): TrainReading => ({
  ...{ kbps: 1000, errorPercent: 5, steadyMs: 300, lost: 0 },
  ...given,
})
const sentTrain = (given: Partial<TrainReading> | null): SentTrain => ({
  ...{ cars: 8, carBytes: 600, gapUs: 0 },
  reading: given && reading(given),
})

test('a queue that runs over gets the next train spaced, a little faster than the line', () => {
  const next = nextTrain([sentTrain({ kbps: 128, lost: 0.5, errorPercent: 14 })], LIMITS)!
  const kbps = ((next.carBytes + HEADER) * 8000) / next.gapUs
  expect(kbps).toBeGreaterThan(128 * 1.3)
  expect(kbps).toBeLessThan(128 * 2)
})

test('a spaced train that comes as fast as it was sent shows its sender, not the line', () => {
  const spaced = { cars: 14, carBytes: 600, gapUs: 25_120 }
  expect(ofTheLine(spaced, reading({ kbps: 196 }), HEADER)!.errorPercent).toBeGreaterThan(50)
  expect(ofTheLine(spaced, reading({ kbps: 125 }), HEADER)).toEqual(reading({ kbps: 125 }))
  expect(ofTheLine({ ...spaced, gapUs: 0 }, reading({ kbps: 196 }), HEADER)!.errorPercent).toBe(5)
  expect(ofTheLine(spaced, null, HEADER)).toBeNull()
})

test('when nothing comes it is tried once more, and that is all', () => {
  expect(nextTrain([sentTrain(null)], LIMITS)).not.toBeNull()
  expect(nextTrain([sentTrain(null), sentTrain(null)], LIMITS)).toBeNull()
})

test('with too little money for eight cars there is no train, and never a ninth train', () => {
  expect(nextTrain([], { ...LIMITS, leftBytes: 8 * 628 - 1 })).toBeNull()
  const unsure = Array.from({ length: 8 }, () => sentTrain({ errorPercent: 30 }))
  expect(nextTrain(unsure, LIMITS)).toBeNull()
})

test('trains that disagree by more than they admit make the error what they differ by', () => {
  const found = directionOf([sentTrain({ kbps: 1000 }), sentTrain({ kbps: 1400 })])!
  expect(found.kbps).toBeCloseTo(1200)
  expect(found.errorPercent).toBeGreaterThan(16)
})

test('a train that saw the line for a moment only is not asked when another saw it for long', () => {
  const found = directionOf([sentTrain({ kbps: 9000, steadyMs: 3 }), sentTrain({ kbps: 1000 })])
  expect(found).toEqual({ kbps: 1000, errorPercent: 5 })
})

test('nothing is told of which nobody can be sure', () => {
  expect(directionOf([])).toBeNull()
  expect(directionOf([sentTrain(null)])).toBeNull()
  expect(directionOf([sentTrain({ errorPercent: 51 })])).toBeNull()
})
