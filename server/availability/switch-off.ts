import type { Rules } from '../incidents/rules.ts'
import { isSudden } from './deaths.ts'
import type { SiteView } from './site-view.ts'
import { alwaysOn, ranAt, type Timeline } from './timeline.ts'

const DAY_MS = 86_400_000

/** What is shorter is no night. */
const NIGHT_MS = 3 * 3600_000

/** A router that went dark with its whole office. `until` is Infinity while it is. */
export interface Darkness {
  at: number
  until: number
}

/**
 * Whether somebody has switched the office off: the router dies without a word, no PC is left running, nothing near
 * is wrong, and the site has gone dark in the same way at the same time of day often enough. Nights before and after
 * count alike: the record may be corrected by what is learned later.
 */
export function isSwitchOff(site: SiteView, rules: Rules, timeline: Timeline, darkness: Darkness): boolean {
  if (!looksLikeOne(site, rules, timeline, darkness)) return false
  let alike = 0
  const rangeMs = rules.learnedOffDays * DAY_MS
  const withinMs = rules.learnedOffToleranceSeconds * 1000
  for (const other of darknessesOf(site, rules, timeline)) {
    if (other.at === darkness.at || Math.abs(other.at - darkness.at) > rangeMs) continue
    // Who works late is back in the morning all the same.
    const off = timeOfDayApart(other.at, darkness.at)
    const back = Number.isFinite(darkness.until) ? timeOfDayApart(other.until, darkness.until) : off
    if (Math.min(off, back) <= withinMs) alike++
  }
  return alike >= rules.learnedOffTimes
}

/** Worked out once for each router, for each of its nights asks for all. */
function darknessesOf(site: SiteView, rules: Rules, timeline: Timeline): Darkness[] {
  let known = site.darknesses.get(timeline.device)
  if (!known) {
    known = site.deaths.filter(
      (death) => death.timeline === timeline && isSudden(death) && looksLikeOne(site, rules, timeline, death),
    )
    site.darknesses.set(timeline.device, known)
  }
  return known
}

function looksLikeOne(site: SiteView, rules: Rules, timeline: Timeline, { at, until }: Darkness): boolean {
  if (timeline.battery || timeline.kind === 'speaker' || !alwaysOn(timeline) || until - at < NIGHT_MS)
    return false
  const marginMs = rules.coDeathSeconds * 1000
  if (site.feederDiedNearby(at, marginMs)) return false
  for (const other of site.timelines) {
    if (other.kind === 'pc' && ranAt(other, at + marginMs)) return false
    if (other.kind === 'speaker' && diedNear(site, other, at, marginMs)) return false
  }
  return true
}

function diedNear(site: SiteView, timeline: Timeline, at: number, withinMs: number): boolean {
  return site.deathsNear(at, withinMs).some((death) => death.timeline === timeline && isSudden(death))
}

function timeOfDayApart(one: number, other: number): number {
  const apart = Math.abs(one - other) % DAY_MS
  return Math.min(apart, DAY_MS - apart)
}
