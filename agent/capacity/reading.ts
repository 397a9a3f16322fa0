import type { CarArrival } from '#protocol/train.ts'
import { type Fit, mean, type Point, steadyFit } from './steady-fit.ts'

/** What one train has shown of the line. */
export interface TrainReading {
  /** At the IP layer. */
  kbps: number
  /** Half of the interval that is to hold the truth nine times in ten. */
  errorPercent: number
  /** So long the line was seen at its steady pace. */
  steadyMs: number
  /** Of the cars that were sent, from 0 to 1. */
  lost: number
}

/** A train as its receiver saw it. */
export interface ReceivedTrain {
  cars: number
  /** Of each car on the line, IP and UDP headers too. */
  packetBytes: number
  arrivals: readonly CarArrival[]
}

/** One for the burst and two to have a slope. */
const FEWEST_CARS = 3
/** What is never measured better: the link layer's own headers, clocks that run apart, a shaper's rounding. */
const FLOOR_PERCENT = 4
/** At the two ends together. */
const ENDS_US = 250
/** Whose time missing cars took is told by the time between others: wrongly once in a few times. */
const LOSS_SHARE = 0.3
const LOSS_PERCENT = 5
/** Where half of the cars came late the rest is less sure. */
const LATE_PERCENT = 8

/** Of a train's time: a pause that long is none of the line's. Two are looked at. */
const PAUSE_SHARE = 0.15
const PAUSES = 2
const FEWEST_OF_PART = 8
const FEWEST_OF_BURST = 4
const PART_PERCENT = 1
/** More than is told. */
const BURST_PERCENT = 60

/** The pace at which the line let a train through, once its bucket was empty. @returns null when too few cars came */
export function readTrain(train: ReceivedTrain): TrainReading | null {
  const { cars, packetBytes } = train
  const inOrder = arrivalsOf(train)
  if (inOrder.length < FEWEST_CARS) return null
  const rough = steadyFit(pointsOf(inOrder, packetBytes, Number.POSITIVE_INFINITY))
  const points = pointsOf(inOrder, packetBytes, rough.usPerByte * packetBytes)
  const lost = 1 - points.length / cars
  const readings = [readingOf(points, lost), ...partsOf(points).map((part) => partReading(part, lost))]
  return readings.reduce((best, one) => (one.errorPercent < best.errorPercent ? one : best))
}

function readingOf(points: readonly Point[], lost: number, fit = steadyFit(points)): TrainReading {
  const [first, last] = [fit.onTime[0]!, fit.onTime.at(-1)!]
  const steadyUs = Math.max(1, last.us - first.us)
  const tail = points.filter(({ bytes }) => bytes >= first.bytes)
  const lateShare = 1 - fit.onTime.length / tail.length
  const missing = lostBetween(points, first, last)
  const errorPercent =
    FLOOR_PERCENT +
    fit.percent +
    (100 * ENDS_US) / steadyUs +
    100 * slopeError(fit) +
    LATE_PERCENT * lateShare +
    Math.min(LOSS_PERCENT, LOSS_SHARE * 100 * missing)
  return { kbps: 8000 / fit.usPerByte, errorPercent, steadyMs: steadyUs / 1000, lost }
}

/**
 * A train whose sender or receiver stood still, cut where it did: to its end, or to its beginning. Then the line may
 * have been idle, and the curve is not convex any more, but either part is.
 */
function partsOf(points: readonly Point[]): { points: Point[]; isEnd: boolean }[] {
  const wholeUs = points.at(-1)!.us - points[0]!.us
  const gaps = points.slice(1).map(({ us }, at) => ({ at: at + 1, us: us - points[at]!.us }))
  const pauses = gaps
    .filter(({ us }) => us >= PAUSE_SHARE * wholeUs)
    .sort((one, other) => other.us - one.us)
    .slice(0, PAUSES)
    .sort((one, other) => one.at - other.at)
  const cuts = pauses.map(({ at }) => at)
  const parts = [0, ...cuts].map((from, at) => ({ from, to: cuts[at] ?? points.length }))
  return parts
    .filter(({ from, to }) => cuts.length > 0 && to - from >= FEWEST_OF_PART)
    .map(({ from, to }) => {
      const before = points[from]!.bytes - points[0]!.bytes
      const part = points.slice(from, to).map((point) => ({ ...point, bytes: point.bytes - before }))
      return { points: part, isEnd: to === points.length }
    })
}

/** Of a part before the end a burst may be all; what is steady only after a burst is not one. */
function partReading({ points, isEnd }: { points: Point[]; isEnd: boolean }, lost: number): TrainReading {
  const fit = steadyFit(points)
  const afterBurst = points.filter(({ bytes }) => bytes < fit.onTime[0]!.bytes).length >= FEWEST_OF_BURST
  const reading = readingOf(points, lost, fit)
  const percent = isEnd || afterBurst ? PART_PERCENT : BURST_PERCENT
  return { ...reading, errorPercent: reading.errorPercent + percent }
}

/** Each car once, as they came. */
function arrivalsOf({ arrivals }: ReceivedTrain): CarArrival[] {
  const seen = new Set<number>()
  const once = arrivals.filter(({ index }) => !seen.has(index) && seen.add(index))
  return [...once].sort((one, other) => one.atUs - other.atUs)
}

/**
 * Cars that are missing took the line's time when they were lost behind it, and none when a queue before it ran over:
 * after the one kind the next car comes later by theirs, after the other it comes at once.
 */
function pointsOf(inOrder: readonly CarArrival[], packetBytes: number, carUs: number): Point[] {
  const came = new Set(inOrder.map(({ index }) => index))
  let bytes = 0
  return inOrder.map(({ index, atUs }, at) => {
    const before = inOrder[at - 1]
    let skipped = 0
    while (before && index - skipped - 1 > before.index && !came.has(index - skipped - 1)) skipped++
    const waited = before ? Math.round((atUs - before.atUs) / carUs) - 1 : 0
    bytes += packetBytes * (1 + Math.max(0, Math.min(skipped, waited)))
    return { index, bytes, us: atUs }
  })
}

/** Twice the standard error of the slope, as a share of it. */
function slopeError({ usPerByte, atUs, onTime }: Fit): number {
  const middle = mean(onTime.map(({ bytes }) => bytes))
  const spread = onTime.reduce((sum, { bytes }) => sum + (bytes - middle) ** 2, 0)
  const residual = onTime.reduce((sum, { bytes, us }) => sum + (us - atUs - usPerByte * bytes) ** 2, 0)
  const variance = residual / Math.max(1, onTime.length - 2) / spread
  return (2 * Math.sqrt(variance)) / usPerByte
}

/** Of the cars from the one's number to the other's, the share that never came. */
function lostBetween(points: readonly Point[], first: Point, last: Point): number {
  const [from, to] = [Math.min(first.index, last.index), Math.max(first.index, last.index)]
  const came = points.filter(({ index }) => index >= from && index <= to).length
  return 1 - came / (to - from + 1)
}
