import type { DeviceId, SiteId } from '#protocol/ids.ts'
import type { Rules } from '../incidents/rules.ts'
import type { World } from '../incidents/world.ts'
import { absenceBetween, absenceSince, type Stretch } from './absence.ts'
import type { Facts } from './facts.ts'
import { joined, momentaryOf, underPlans } from './interruption.ts'
import { neighbourhood } from './neighbourhood.ts'
import { plansOf } from './plans.ts'
import { awayTimes } from './platform.ts'
import { presence } from './presence.ts'
import { type SiteView, siteView } from './site-view.ts'
import { stormTimes } from './storm-time.ts'
import { type Timeline, timelineOf } from './timeline.ts'
import type { Verdict } from './verdict.ts'

/**
 * What was held at `asOf`. It remembers the sites that it was asked for last, so it is good until the facts grow,
 * and asking for devices site by site is cheap.
 */
export interface Judge {
  asOf: number
  /** Parts all of [from, to], in order. What lies behind `asOf` is unknown. */
  verdicts(device: DeviceId, from: number, to: number): Verdict[]
}

/** Sites that are remembered: an area or two at a time, not a province with all its years. */
const REMEMBERED_SITES = 8

export function judge(facts: Facts, world: World, rules: Rules, asOf: number): Judge {
  const aways = awayTimes(facts.platform, asOf)
  const stormOf = stormTimes(facts, asOf)
  const sites = new Map<SiteId | null, Map<DeviceId, Verdict[]>>()

  const near = neighbourhood(world, timelinesOf)

  function timelinesOf(ids: readonly DeviceId[]): Timeline[] {
    return ids.map((id) => timelineOf(facts, id, world.device(id), aways, stormOf, rules, asOf))
  }

  function viewOf(ids: readonly DeviceId[], site: SiteId | null): SiteView {
    const plans = site === null ? [] : plansOf(facts, site, asOf)
    return siteView(timelinesOf(ids), plans, asOf, {
      diedNearby: (at, withinMs) => site !== null && near.diedNear(site, at, withinMs),
      feederDiedNearby: (at, withinMs) => site !== null && near.feederDiedNear(site, at, withinMs),
    })
  }

  function allOf(device: DeviceId): Verdict[] {
    const site = world.device(device)?.site ?? null
    const known = sites.get(site)?.get(device)
    if (known) return known
    const ids = site === null ? [device] : (world.site(site)?.devices ?? [device])
    const view = viewOf(ids, site)
    const judged = new Map(
      view.timelines.map((timeline) => [timeline.device, wholeRecord(view, rules, timeline)]),
    )
    sites.delete(site)
    sites.set(site, judged)
    const [oldest] = sites.keys()
    if (sites.size > REMEMBERED_SITES && oldest !== undefined) sites.delete(oldest)
    return judged.get(device) ?? []
  }

  return { asOf, verdicts: (device, from, to) => cut(allOf(device), from, to) }
}

/** All that is known of a device, from its first sign of life on. */
function wholeRecord(site: SiteView, rules: Rules, timeline: Timeline): Verdict[] {
  const stretches: Stretch[] = [...beforeFirst(timeline)]
  timeline.lives.forEach((life, index) => {
    stretches.push(...presence(timeline, life, rules.staleGraceSeconds * 1000))
    if (index + 1 < timeline.lives.length) stretches.push(...absenceBetween(site, rules, timeline, index))
    else if (life.to < site.asOf) stretches.push(...absenceSince(site, rules, timeline, life))
  })
  const whole = joined(underPlans(joined(stretches), site.plans, rules.plannedMarginSeconds * 1000))
  const momentary = momentaryOf(whole)
  return whole.map(({ restart: _, ...stretch }, index) => ({
    ...stretch,
    whole: [stretch.from, stretch.to],
    momentary: momentary[index]!,
  }))
}

/** A PC that was never seen running was off; of what always runs nobody can say. */
function beforeFirst({ kind, lives }: Timeline): Stretch[] {
  const [first] = lives
  if (!first || kind !== 'pc') return []
  return [
    {
      state: 'off-planned',
      from: Number.NEGATIVE_INFINITY,
      to: first.from,
      provisional: false,
      unanchored: false,
      incident: null,
      storm: null,
      restart: false,
    },
  ]
}

/** The part of a record in [from, to]; what it does not reach is unknown. */
function cut(record: readonly Verdict[], from: number, to: number): Verdict[] {
  const verdicts: Verdict[] = []
  let at = from
  const fill = (until: number) => {
    if (until <= at) return
    verdicts.push({
      state: 'unknown',
      from: at,
      to: until,
      whole: [at, until],
      provisional: true,
      unanchored: false,
      momentary: false,
      incident: null,
      storm: null,
    })
    at = until
  }
  for (let index = firstAfter(record, from); index < record.length; index++) {
    const verdict = record[index]!
    if (verdict.from >= to) break
    fill(verdict.from)
    const end = Math.min(verdict.to, to)
    if (end <= at) continue
    verdicts.push({ ...verdict, from: at, to: end })
    at = end
  }
  fill(to)
  return verdicts
}

function firstAfter(record: readonly Verdict[], t: number): number {
  let low = 0
  let high = record.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (record[middle]!.to <= t) low = middle + 1
    else high = middle
  }
  return low
}
