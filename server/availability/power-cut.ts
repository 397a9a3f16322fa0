import type { Rules } from '../incidents/rules.ts'
import { type Death, deathsBetween, isSudden } from './deaths.ts'
import { outageOf } from './membership.ts'
import type { SiteView } from './site-view.ts'
import { alwaysOn, lifeAt, onBatteryAt, type Timeline } from './timeline.ts'

/** The mains failed under a device. */
export interface PowerCut {
  /** When there was power again, by the first witness. */
  backAt: number
}

/**
 * Whether a sudden death was the mains' doing. Devices are not told who shares a feeder with whom: who dies together
 * does. Speakers stand on poles of their own, so the office says nothing against them nor they against the office.
 */
export function powerCutOf(site: SiteView, rules: Rules, death: Death): PowerCut | null {
  if (!isSudden(death)) return null
  const together = diedTogether(site, rules, death)
  const byIncident = inPowerIncident(death)
  const found =
    onBatteryAt(death.timeline, death.at) ||
    (isSpeaker(death.timeline)
      ? speakersCut(together)
      : officeCut(site, rules, death, together, byIncident)) ||
    byIncident ||
    (alwaysOn(death.timeline) && death.end === 'power-loss' && !standsAlone(site, rules, death))
  return found ? { backAt: backAt(site, rules, death, together) } : null
}

/** The others of the site that died suddenly at the same moment. */
function diedTogether(site: SiteView, rules: Rules, death: Death): Death[] {
  const withinMs = rules.coDeathSeconds * 1000
  return deathsBetween(site.deaths, death.at - withinMs, death.at + withinMs).filter(
    (other) => other.timeline !== death.timeline && isSudden(other),
  )
}

function isSpeaker({ kind }: Timeline): boolean {
  return kind === 'speaker'
}

/** A single PC that goes at the same moment has been unplugged by somebody who went home. */
function speakersCut(together: readonly Death[]): boolean {
  return together.length > 1 || together.some(({ timeline }) => alwaysOn(timeline))
}

function officeCut(
  site: SiteView,
  rules: Rules,
  death: Death,
  together: readonly Death[],
  byIncident: boolean,
): boolean {
  if (alwaysOn(death.timeline)) return together.length > 0 || wentOnBattery(site, rules, death.at)
  const witnesses = onMains(site, rules, death)
  // A router without a battery that runs on proves that the office has power, and the PC was unplugged.
  if (witnesses.some(alwaysOn)) return false
  const office = together.filter(({ timeline }) => !isSpeaker(timeline))
  if (wentOnBattery(site, rules, death.at) || office.some(({ timeline }) => alwaysOn(timeline))) return true
  if (office.length === 0) return together.length > 0 && witnesses.length === 0
  // PCs alone: two clerks may leave together, a whole office does not in two minutes.
  return byIncident || new Set(office.map(({ timeline }) => timeline)).size + 1 > witnesses.length
}

/** Devices of the office without a battery that ran on across the moment. */
function onMains(site: SiteView, rules: Rules, { at, timeline }: Death): Timeline[] {
  const marginMs = rules.coDeathSeconds * 1000
  return site.timelines.filter((other) => {
    if (other === timeline || isSpeaker(other) || other.battery || onBatteryAt(other, at + marginMs))
      return false
    const found = lifeAt(other.lives, at)
    return found !== undefined && found.life.to > at + marginMs
  })
}

/** Batteries say at once that the mains failed. */
function wentOnBattery(site: SiteView, rules: Rules, at: number): boolean {
  const marginMs = rules.coDeathSeconds * 1000
  return site.timelines.some(({ power }) =>
    power.some(({ t, source }) => source === 'battery' && Math.abs(t - at) <= marginMs),
  )
}

/** One that is a single device's says no more than the device itself. */
function inPowerIncident({ timeline, at, until }: Death): boolean {
  const outage = outageOf(timeline.outages, at, until)
  return outage?.cause === 'power' && outage.scope !== 'device'
}

/** Who returns within this of each other returns together. */
const RETURN_TOGETHER_MS = 600_000

/** A feeder does not end at the site's fence: what died elsewhere in the area at that moment may have hung on the same. */
function standsAlone(site: SiteView, rules: Rules, death: Death): boolean {
  return othersRan(site, rules, death) && !site.diedNearby(death.at, rules.coDeathSeconds * 1000)
}

/** Whether others of its kind ran while it was dead: power that only one lacks is a fault of its own supply. */
function othersRan(site: SiteView, rules: Rules, { at, until, timeline }: Death): boolean {
  const from = at + rules.coDeathSeconds * 1000
  const to = until - RETURN_TOGETHER_MS
  return site.timelines.some(
    (other) =>
      other !== timeline &&
      isSpeaker(other) === isSpeaker(timeline) &&
      !other.battery &&
      other.lives.some((life) => life.from < to && life.to > from),
  )
}

/** The first of those who died of it to run again, or the first word of a battery that the mains is back. */
function backAt(site: SiteView, rules: Rules, death: Death, together: readonly Death[]): number {
  const speaker = isSpeaker(death.timeline)
  const shared = together.filter(({ timeline }) => isSpeaker(timeline) === speaker)
  // Another feeder that failed in the same storm: who comes back together had power together.
  const alike = shared.some(({ until }) => Math.abs(until - death.until) <= RETURN_TOGETHER_MS)
  if (alwaysOn(death.timeline) && alike) return death.until
  // When a PC runs again is for its user to say, but that there is power then is sure.
  const asked = alwaysOn(death.timeline) ? shared : shared.filter(({ timeline }) => alwaysOn(timeline))
  const returns = asked.map(({ until }) => until)
  if (alwaysOn(death.timeline)) returns.push(death.until)
  const marginMs = rules.coDeathSeconds * 1000
  for (const other of site.timelines) {
    if (isSpeaker(other) !== speaker || !alwaysOn(other)) continue
    if (!onBatteryAt(other, death.at + marginMs)) continue
    const mains = other.power.find(({ t, source }) => source === 'mains' && t > death.at)
    if (mains) returns.push(mains.t)
    const died = deathsBetween(site.deaths, death.at, death.until).find(({ timeline }) => timeline === other)
    if (died) returns.push(died.until)
  }
  if (returns.length === 0) {
    // Nobody here always runs: the incident knows when the others had power, or else the first PC does.
    const outage = outageOf(death.timeline.outages, death.at, death.until)
    returns.push(...[death, ...shared].map(({ until }) => until))
    if (outage?.cause === 'power') returns.push(outage.over)
  }
  const [first = death.until] = returns.filter((t) => t > death.at).sort((one, other) => one - other)
  return Math.min(first, death.until)
}
