import type { SentTrain } from './plan.ts'

/** What a line carries one way. */
export interface DirectionEstimate {
  /** At the IP layer. */
  kbps: number
  /** Half of the interval that is to hold the truth nine times in ten, at most `MAX_TOLD_PERCENT`. */
  errorPercent: number
}

/** A figure that may be half as much again helps nobody to choose a tariff. */
export const MAX_TOLD_PERCENT = 50
/** Three times as fast and a train is over in 2 ms: its sender, not the line, sets the pace then. */
const MAX_TOLD_KBPS = 200_000
/** A train that is so much less sure than another says nothing against it. */
const UNSURE_TIMES = 2
/** Trains that saw the line for much less than the longest may have seen a bucket. */
const LONG_SHARE = 0.5

/** What all trains of one direction say together; null: nothing that could be told. */
export function directionOf(sent: readonly SentTrain[]): DirectionEstimate | null {
  const readings = sent.flatMap(({ reading }) =>
    reading && reading.errorPercent <= MAX_TOLD_PERCENT ? [reading] : [],
  )
  if (readings.length === 0) return null
  const longestMs = Math.max(...readings.map(({ steadyMs }) => steadyMs))
  const long = readings.filter(({ steadyMs }) => steadyMs >= LONG_SHARE * longestMs)
  const best = Math.min(...long.map(({ errorPercent }) => errorPercent))
  const longest = long.filter(({ errorPercent }) => errorPercent <= UNSURE_TIMES * best)
  const weights = longest.map(({ errorPercent }) => 1 / errorPercent ** 2)
  const whole = weights.reduce((sum, weight) => sum + weight, 0)
  const kbps = longest.reduce((sum, reading, at) => sum + reading.kbps * weights[at]!, 0) / whole
  // Trains that disagree by more than they admit have seen a line that changes.
  const apart = Math.max(...longest.map((reading) => Math.abs(reading.kbps / kbps - 1) * 100))
  const errorPercent = Math.max(best, apart)
  if (errorPercent > MAX_TOLD_PERCENT || kbps > MAX_TOLD_KBPS) return null
  return { kbps, errorPercent }
}
