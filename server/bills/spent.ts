import type { Point } from '../projections/readings/store.ts'

/**
 * What a device has told of a month: `points` are its running totals of `line_bytes`, by time, some of the month before
 * among them. A total that falls has begun anew: at the month's beginning, or where the device's account was lost.
 * null when it has told nothing.
 */
export function toldBytes(points: readonly Point[], fromMs: number): number | null {
  const counts = countsOf(points)
  const ofMonth = counts.filter((count) => count.at(-1)!.at >= fromMs)
  // A count that goes on from the month before is the month before's, said late.
  const own = ofMonth.filter((count) => count[0]!.at >= fromMs)
  if (own.length === 0) return null
  return own.reduce((sum, count) => sum + count.at(-1)!.value, 0)
}

/** Cut where the total falls. */
function countsOf(points: readonly Point[]): Point[][] {
  const counts: Point[][] = []
  for (const point of points) {
    const count = counts.at(-1)
    if (count && point.value >= count.at(-1)!.value) count.push(point)
    else counts.push([point])
  }
  return counts
}
