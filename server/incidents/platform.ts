import type { AreaId, DeviceId } from '#protocol/ids.ts'
import type { Incident } from './incident.ts'
import type { Interval } from './interval.ts'
import { makeIncident } from './make-incident.ts'
import { lineOf } from './paths.ts'
import { after, deviceState, incidentOf, ownState, type Step } from './state.ts'
import { revise, tell } from './tell.ts'
import { schedule } from './timers.ts'
import type { Fired } from './why.ts'
import type { World } from './world.ts'

/** The centre doubts itself before it doubts the devices. */

/** Fewer devices than this can vanish by chance. */
const FEW = 20

/** The centre makes up its mind before anybody's wait ends. */
const JUST_AFTER_MS = 1000

/** The centre hears nothing from now on. */
export function noteAway(step: Step): void {
  const { platform } = step.state
  if (platform.awaySince !== null) return
  platform.awaySince = step.state.now
  unrecover(step)
  after(step, step.rules.platformHoldDownSeconds, { kind: 'platform' })
}

/** It hears again. `since`: when it last heard, where nothing told that it would stop. */
export function noteHere(step: Step, since: number): void {
  const { state, rules } = step
  const { platform } = state
  const from = platform.awaySince ?? since
  const to = state.now
  platform.awaySince = null
  platform.losses = []
  platform.sureAt = to + rules.staleGraceSeconds * 1000
  const lasted = to - from
  const known = incidentOf(state, platform.incident)
  const incident =
    known ??
    (lasted >= rules.platformHoldDownSeconds * 1000
      ? openPlatform(step, [from, from], [{ rule: 'centre-was-away', from, to }])
      : null)
  if (incident) recover(step, incident)
}

/** When the centre can tell again who is away; null: it can now. */
export function sureAgainAt({ state, rules }: Step): number | null {
  const { awaySince, sureAt } = state.platform
  if (awaySince !== null) return state.now + rules.staleGraceSeconds * 1000
  return sureAt > state.now ? sureAt : null
}

export function awayIfDue(step: Step): void {
  const { state, rules } = step
  const { platform } = state
  if (platform.doubtUntil > 0 && platform.doubtUntil <= state.now) doubtOn(step, platform.incident)
  if (platform.awaySince === null) return
  if (state.now - platform.awaySince < rules.platformHoldDownSeconds * 1000) return
  const from = platform.awaySince
  openPlatform(step, [from, from], [{ rule: 'centre-was-away', from, to: null }])
}

/** As long as most are away it is the centre that nobody reaches; once they return, the rest is waited for once more. */
function doubtOn(step: Step, id: string | null): void {
  const { state, rules, world } = step
  const { platform } = state
  platform.doubtUntil = 0
  const incident = incidentOf(state, id)
  if (!incident) return
  let lost = 0
  let heard = 0
  for (const device of world.devices()) {
    const { session } = deviceState(state, device.id)
    if (session.state === 'suspect') lost++
    if (session.state === 'online') heard++
  }
  const away = lost > rules.platformShare * (lost + heard)
  if (away) platform.doubtUntil = after(step, rules.staleGraceSeconds, { kind: 'platform' })
  else if (platform.awaySince === null) recover(step, incident)
  const until = state.now + rules.staleGraceSeconds * 1000 + JUST_AFTER_MS
  for (const device of world.devices()) doubt(step, device.id, until)
}

/** A device was lost. When most are within minutes it is the centre's line and not theirs, as long as they may return. */
export function noteVanished(step: Step, id: DeviceId): void {
  const { state, rules, world } = step
  const { platform, now } = state
  if (platform.doubtUntil > now) doubt(step, id, platform.doubtUntil + JUST_AFTER_MS)
  const windowMs = rules.platformWindowSeconds * 1000
  platform.losses.push(now)
  while (platform.losses[0]! < now - windowMs) platform.losses.shift()
  const devices = platform.losses.length
  if (devices < FEW || platform.doubtUntil > now) return
  const isFew = (online: number): boolean => devices <= rules.platformShare * (online + devices)
  let online = 0
  for (const { id } of world.devices()) {
    // Counting on would not change it, and this is asked at every loss.
    if (isFew(online)) return
    if (deviceState(state, id).session.state === 'online') online++
  }
  if (isFew(online)) return
  if (!isEverywhere(step)) return
  const start: Interval = [platform.losses[0]!, now]
  unrecover(step)
  openPlatform(step, start, [{ rule: 'most-vanished', devices, of: online + devices }])
  platform.doubtUntil = after(step, rules.staleGraceSeconds, { kind: 'platform' })
  for (const { id } of world.devices()) doubt(step, id, platform.doubtUntil + JUST_AFTER_MS)
}

/** Those who are lost have neither an operator nor a handful of areas in common: then it is one of these. */
function isEverywhere({ state, world, rules }: Step): boolean {
  const areas = new Set<AreaId | undefined>()
  const isps = new Set<string>()
  for (const device of world.devices()) {
    if (deviceState(state, device.id).session.state !== 'suspect') continue
    areas.add(world.site(device.site)?.area)
    const line = lineOf(world, device)
    if (line) isps.add(line.isp)
  }
  return areas.size >= rules.ispAreas && (isps.size !== 1 || !hasOtherIsp(world, isps))
}

/** Where all lines are one operator's nothing tells its failure from the centre's own. */
function hasOtherIsp(world: World, isps: ReadonlySet<string>): boolean {
  for (const device of world.devices()) {
    const line = lineOf(world, device)
    if (line && !isps.has(line.isp)) return true
    if (world.uplinksOf(device.site).some(({ isp }) => !isps.has(isp))) return true
  }
  return false
}

/** Who is lost is waited for as after a return of the centre. */
function doubt({ state }: Step, id: DeviceId, until: number): void {
  const { session } = deviceState(state, id)
  if (session.state !== 'suspect') return
  ownState(state, id).session = { ...session, offlineAt: Math.max(session.offlineAt, until) }
  schedule(state.timers, Math.max(session.offlineAt, until), { kind: 'session', device: id })
}

/** One at a time: an outage that comes while the last is not quite over is the same. */
function openPlatform(step: Step, start: Interval, why: Fired[]): Incident {
  const { state } = step
  const known = incidentOf(state, state.platform.incident)
  if (known) {
    revise(step, known, why)
    return known
  }
  const incident = makeIncident(step, {
    ...{ scope: 'platform', element: '', cause: 'platform', severity: 'critical', start, priority: 'page' },
  })
  state.platform.incident = incident.id
  revise(step, incident, why)
  tell(step, incident, 'opened', 'page', why)
  return incident
}

/** It was thought to be over. */
function unrecover(step: Step): void {
  const incident = incidentOf(step.state, step.state.platform.incident)
  if (incident?.state !== 'recovering') return
  incident.state = incident.acknowledgedBy === null ? 'open' : 'acknowledged'
  incident.end = null
  incident.resolveAt = null
  step.changed.add(incident.id)
}

function recover(step: Step, incident: Incident): void {
  const { rules, state } = step
  incident.state = 'recovering'
  incident.end = state.now
  incident.resolveAt = after(step, rules.recoverySeconds, { kind: 'resolve', incident: incident.id })
  step.changed.add(incident.id)
}
