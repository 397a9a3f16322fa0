import type { Line } from '#protocol/cost.ts'
import { connectionOnLine, DAY_SECONDS, dayOnLine, type Habit } from '#protocol/forecast.ts'
import type { Point } from '../projections/readings/store.ts'

const HOUR_SECONDS = 3600
export const HOUR_MS = HOUR_SECONDS * 1000

/** The dearer guess in each: timestamps, the longer seal; IPv4, since most lines of offices have nothing else. */
const LINE: Line = { timestamps: true, tagBytes: 16, ipv6: false }

/**
 * What a month has cost a device that does not count itself: `hours` has a point for each hour of which there are
 * readings. In them it kept its pace, and behind each gap it connected anew.
 */
export function estimateBytes(hours: readonly Point[], habit: Habit): number {
  const connects = hours.filter(({ at }, index) => index === 0 || at - hours[index - 1]!.at > HOUR_MS).length
  const heardDays = (hours.length * HOUR_SECONDS) / DAY_SECONDS
  return Math.round(heardDays * dayOnLine(LINE, habit) + connects * connectionOnLine(LINE))
}
