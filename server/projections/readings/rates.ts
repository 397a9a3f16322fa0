import type { Point } from './store.ts'

/** What a counter of bytes has carried between two readings. */
export interface Rate {
  /** ms since 1970 */
  from: number
  to: number
  bitsPerSecond: number
}

/** Of a port whose speed nobody has told: a commune office has none quicker than gigabit. */
export const FASTEST_PORT = 1e9

/** Two readings nearer than this are one for a rate: what their clocks are off would be most of what lies between. */
const LEAST_MS = 1000

/**
 * A gap is longer than this many usual steps. Of a journal that was thinned to a half or a quarter the rates stay;
 * what lies behind an hour of silence is not spread over it.
 */
const GAP_STEPS = 5

/** What the step is taken for at least: readings that came a second apart make no minute a gap. */
const LEAST_STEP_MS = 60_000

/** Counters of whole KiB floor: a tick of one between two readings is no speed beyond the port's. */
const COUNTER_STEP_BYTES = 1024

/** ECMA-262, 21.4.1.1: no date lies further from 1970. */
const LAST_DATE_MS = 8.64e15
/** A counter of 64 bits. */
const MOST_BYTES = 2 ** 64

/**
 * Rates from readings of a counter of bytes, in any order; their stretches do not overlap. Of a stretch that nobody can
 * know of there is none: a counter that fell began anew, behind a gap it may have begun anew unseen, and what is more
 * than `portBitsPerSecond` carries is another counter's. So no rate is negative, and where the counter began anew
 * unseen it is too low at most: what it shows has been carried.
 */
export function ratesOf(readings: readonly Point[], portBitsPerSecond = FASTEST_PORT): Rate[] {
  const points = inOrder(readings)
  const gapMs = GAP_STEPS * usualStepMs(points)
  const rates: Rate[] = []
  const kept = points.slice(0, 1)
  for (const point of points.slice(1)) {
    const last = kept.at(-1)!
    if (point.at - last.at < LEAST_MS && point.value >= last.value) continue
    const before = point.value >= last.value ? last : continuedFrom(kept, point, gapMs)
    kept.push(point)
    if (before === null) continue
    while (rates.length > 0 && rates.at(-1)!.to > before.at) rates.pop()
    const [ms, bytes] = [point.at - before.at, point.value - before.value]
    const carried = Math.max(0, bytes - COUNTER_STEP_BYTES) * 8000
    if (ms < LEAST_MS || ms > gapMs || carried > portBitsPerSecond * ms) continue
    rates.push({ from: before.at, to: point.at, bitsPerSecond: (bytes * 8000) / ms })
  }
  return rates
}

/**
 * The reading that one below its last goes on from; null: it began anew. Rows of an earlier boot that came late may be
 * placed among those of this one: their counter stands higher, and to rise to it and fall back is no traffic.
 */
function continuedFrom(kept: readonly Point[], { at, value }: Point, gapMs: number): Point | null {
  for (let index = kept.length - 1; index >= 0; index--) {
    const point = kept[index]!
    if (at - point.at > gapMs) return null
    if (point.value <= value) return point
  }
  return null
}

/** The mean rate in each bucket of `stepMs`, weighed by time; a rate belongs where its stretch ends. */
export function rateMeans(rates: readonly Rate[], stepMs: number): Point[] {
  const buckets = new Map<number, { bits: number; ms: number }>()
  for (const { from, to, bitsPerSecond } of rates) {
    const start = Math.floor((to - 1) / stepMs) * stepMs
    const bucket = buckets.get(start) ?? { bits: 0, ms: 0 }
    buckets.set(start, { bits: bucket.bits + bitsPerSecond * (to - from), ms: bucket.ms + (to - from) })
  }
  return [...buckets].map(([at, { bits, ms }]) => ({ at, value: bits / ms }))
}

/** By time, each moment once; without what no counter shows. */
function inOrder(readings: readonly Point[]): Point[] {
  const valueAt = new Map<number, number>()
  for (const { at, value } of readings) {
    if (Math.abs(at) <= LAST_DATE_MS && value >= 0 && value <= MOST_BYTES) valueAt.set(at, value)
  }
  return [...valueAt].map(([at, value]) => ({ at, value })).sort((one, other) => one.at - other.at)
}

function usualStepMs(points: readonly Point[]): number {
  const steps = points.slice(1).map(({ at }, index) => at - points[index]!.at)
  const middle = steps.sort((one, other) => one - other)[Math.floor(steps.length / 2)] ?? 0
  return Math.max(middle, LEAST_STEP_MS)
}
