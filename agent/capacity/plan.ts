import { MAX_CARS, MAX_TRAINS } from '#protocol/train.ts'
import type { TrainReading } from './reading.ts'

/** The next train of one direction. */
export interface PlannedTrain {
  cars: number
  carBytes: number
  gapUs: number
}

/** One that was sent, and what it showed; null: too few cars came. */
export interface SentTrain extends PlannedTrain {
  reading: TrainReading | null
}

/** Eight cars of 628 bytes, 5 kB: a third of a second at 128 kbit/s, and enough to tell 1 Mbit/s from 10. */
const FIRST: PlannedTrain = { cars: 8, carBytes: 600, gapUs: 0 }
/**
 * Where the first went through as fast as it was sent, or said nothing: another 12 kB, since a slow line with a bucket of 16 kB shall not
 * get 80 kB at once.
 */
const SECOND: PlannedTrain = { cars: 10, carBytes: 1200, gapUs: 0 }
/**
 * The third of a line that was slow when it was looked at last, and lets the first two through at once all the same: a
 * bucket that is larger than they are, not another line, and 80 kB would stop it for 5 s.
 */
const THIRD_OF_SLOW: PlannedTrain = { cars: 20, carBytes: 1200, gapUs: 0 }
/** Faster than this the first cars say nothing of the line behind its bucket. */
const FAST_KBPS = 20_000
/** Short cars give a slow line more moments; long ones a fast line fewer that wait for a processor. */
const SLOW_KBPS = 1500
const SLOW_CAR_BYTES = 600
const CAR_BYTES = 1200
/** A reading that knows so little only hints at an order of magnitude. */
const ROUGH_PERCENT = 100
/** A busy processor's 3 ms and a radio's 10 are little beside it, and nobody on the line notices. */
const GOAL_MS = 300
/** Then it is good enough: a quarter is what is promised. */
const GOOD_PERCENT = 12
const GOOD_MS = 50
/** Under this nothing is learned that was not known. */
const FEWEST_CARS = 8
/** Beyond this share the queue before the line runs over, and what is left of a train is short. */
const OVERFLOW = 0.3
/** Cars sent so much faster than the line carries them keep it busy without filling its queue at once. */
const PACED = 1.6
/** The bucket lets the first of them through as they are sent; so many more show the line. */
const FEWEST_PACED_CARS = 14
/** Cars that come nearly as fast as they were sent show their sender's pace, not the line's. */
const SENDERS_PACE = 0.85
/** Faster than this no timer can pace. */
const PACED_KBPS = 4000
/** The longest gap that the centre grants. */
const MAX_GAP_US = 250_000

export interface PlanLimits {
  /** What this direction may still spend. */
  leftBytes: number
  /** Of IP and UDP. */
  headerBytes: number
  /** What the line carried when it was looked at last; null: nobody knows. */
  knownKbps: number | null
}

/** null: it is enough, or no more is to be had. */
export function nextTrain(
  sent: readonly SentTrain[],
  { leftBytes, headerBytes, knownKbps }: PlanLimits,
): PlannedTrain | null {
  if (sent.length >= MAX_TRAINS) return null
  const fitting = ({ cars, carBytes, gapUs }: PlannedTrain): PlannedTrain | null => {
    const most = Math.min(cars, MAX_CARS, Math.floor(leftBytes / (carBytes + headerBytes)))
    return most < FEWEST_CARS ? null : { cars: most, carBytes, gapUs }
  }
  const last = sent.at(-1)
  if (!last) return fitting(FIRST)
  const { reading } = last
  // Twice nothing: the line carries no trains.
  if (reading === null) return sent.length > 1 && sent.at(-2)!.reading === null ? null : fitting(last)
  const isFast = reading.kbps > FAST_KBPS
  if (sent.length === 1 && (isFast || reading.errorPercent >= ROUGH_PERCENT)) return fitting(SECOND)
  const wasSlow = knownKbps !== null && knownKbps < SLOW_KBPS
  if (sent.length === 2 && isFast && wasSlow) return fitting(THIRD_OF_SLOW)
  const good = reading.errorPercent <= GOOD_PERCENT && reading.steadyMs >= GOOD_MS
  if (good && sent.length > 1) return null
  const wantedBytes = isFast ? leftBytes : (reading.kbps * GOAL_MS) / 8
  const carBytes = reading.kbps < SLOW_KBPS ? SLOW_CAR_BYTES : CAR_BYTES
  const packetBytes = carBytes + headerBytes
  const spacedUs = gapUs(reading, packetBytes)
  const fewest = spacedUs > 0 ? FEWEST_PACED_CARS : FEWEST_CARS
  return fitting({ cars: Math.max(fewest, Math.ceil(wantedBytes / packetBytes)), carBytes, gapUs: spacedUs })
}

/** What a train that was sent so has shown of the line. */
export function ofTheLine(
  { gapUs, carBytes }: PlannedTrain,
  reading: TrainReading | null,
  headerBytes: number,
): TrainReading | null {
  if (reading === null || gapUs === 0) return reading
  const sentKbps = ((carBytes + headerBytes) * 8000) / gapUs
  if (reading.kbps < SENDERS_PACE * sentKbps) return reading
  return { ...reading, errorPercent: reading.errorPercent + ROUGH_PERCENT }
}

function gapUs({ lost, kbps }: TrainReading, packetBytes: number): number {
  if (lost < OVERFLOW || kbps > PACED_KBPS) return 0
  return Math.min(MAX_GAP_US, Math.round((packetBytes * 8000) / (kbps * PACED)))
}
