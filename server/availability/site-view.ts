import type { DeviceId } from '#protocol/ids.ts'
import { type Death, deathsBetween, deathsOf } from './deaths.ts'
import type { Plan } from './plans.ts'
import type { Darkness } from './switch-off.ts'
import type { Timeline } from './timeline.ts'

/** What was known of all devices of a site at one moment: each is the others' witness. */
export interface SiteView {
  asOf: number
  timelines: readonly Timeline[]
  /** In order of time. */
  deaths: readonly Death[]
  deathsNear(at: number, withinMs: number): Death[]
  /** Whether something that always runs at another site of the area died suddenly within so long of `at`. */
  diedNearby(at: number, withinMs: number): boolean
  /** The same of so much that it was a feeder and not another office. */
  feederDiedNearby(at: number, withinMs: number): boolean
  plans: readonly Plan[]
  /** Keyed by router, filled when first asked for. */
  darknesses: Map<DeviceId, Darkness[]>
}

export function siteView(
  timelines: readonly Timeline[],
  plans: readonly Plan[],
  asOf: number,
  nearby: Pick<SiteView, 'diedNearby' | 'feederDiedNearby'>,
): SiteView {
  const deaths = deathsOf(timelines)
  return {
    asOf,
    timelines,
    deaths,
    deathsNear: (at, withinMs) => deathsBetween(deaths, at - withinMs, at + withinMs),
    ...nearby,
    plans,
    darknesses: new Map(),
  }
}
