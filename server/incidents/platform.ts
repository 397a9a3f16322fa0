import type { AreaId, DeviceId } from '#protocol/ids.ts'
import type { Incident } from './incident.ts'
import type { Interval } from './interval.ts'
import { after, deviceState, incidentOf, ownState, type Step } from './state.ts'
import { lineOf } from './paths.ts'
import { revise, tell } from './tell.ts'
import { schedule } from './timers.ts'
import type { Fired } from './why.ts'

/** The centre doubts itself before it doubts the devices. */

/** Fewer devices than this can vanish by chance. */
const FEW = 20

/** The centre hears nothing from now on. */
export function noteAway(step: Step): void {
  const { platform } = step.state
  if (platform.awaySince !== null) return
  platform.awaySince = step.state.now
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
  const lasted = to - from
  const known = incidentOf(state, platform.incident)
  const incident =
    known ??
    (lasted >= rules.platformHoldDownSeconds * 1000
      ? openPlatform(step, [from, from], [{ rule: 'centre-was-away', from, to }])
      : null)
  if (incident) recover(step, incident)
}

export function awayIfDue(step: Step): void {
  const { state, rules } = step
  const { platform } = state
  if (platform.incident !== null && platform.doubtUntil === state.now) doubtOn(step, platform.incident)
  if (platform.awaySince === null || platform.incident !== null) return
  if (state.now - platform.awaySince < rules.platformHoldDownSeconds * 1000) return
  const from = platform.awaySince
  openPlatform(step, [from, from], [{ rule: 'centre-was-away', from, to: null }])
}

/** As long as most are away it is the centre that nobody reaches; once they return, the rest is waited for once more. */
function doubtOn(step: Step, id: string): void {
  const { state, rules, world } = step
  const { platform } = state
  let lost = 0
  let heard = 0
  for (const device of world.devices()) {
    const { session } = deviceState(state, device.id)
    if (session.state === 'suspect') lost++
    if (session.state === 'online') heard++
  }
  const away = lost > rules.platformShare * (lost + heard)
  const incident = incidentOf(state, id)
  if (!away && incident && platform.awaySince === null) recover(step, incident)
  platform.doubtUntil = state.now + rules.staleGraceSeconds * 1000
  if (away) schedule(state.timers, platform.doubtUntil, { kind: 'platform' })
  for (const device of world.devices()) doubt(step, device.id, platform.doubtUntil)
}

/** A device was lost. When most are within minutes it is the centre's line and not theirs, as long as they may return. */
export function noteVanished(step: Step, id: DeviceId): void {
  const { state, rules, world } = step
  const { platform, now } = state
  if (platform.doubtUntil > now) doubt(step, id, platform.doubtUntil)
  const windowMs = rules.platformWindowSeconds * 1000
  platform.losses.push(now)
  while (platform.losses[0]! < now - windowMs) platform.losses.shift()
  const devices = platform.losses.length
  if (devices < FEW || platform.incident !== null) return
  let online = 0
  for (const { id } of world.devices()) {
    if (deviceState(state, id).session.state === 'online') online++
  }
  if (devices <= rules.platformShare * (online + devices) || !isEverywhere(step)) return
  const start: Interval = [platform.losses[0]!, now]
  openPlatform(step, start, [{ rule: 'most-vanished', devices, of: online + devices }])
  platform.doubtUntil = after(step, rules.staleGraceSeconds, { kind: 'platform' })
  for (const { id } of world.devices()) doubt(step, id, platform.doubtUntil)
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
  return areas.size >= rules.ispAreas && isps.size !== 1
}

/** Who is lost is waited for as after a return of the centre. */
function doubt({ state }: Step, id: DeviceId, until: number): void {
  const { session } = deviceState(state, id)
  if (session.state !== 'suspect') return
  ownState(state, id).session = { ...session, offlineAt: Math.max(session.offlineAt, until) }
  schedule(state.timers, Math.max(session.offlineAt, until), { kind: 'session', device: id })
}

function openPlatform(step: Step, start: Interval, why: Fired[]): Incident {
  const { state } = step
  state.opened++
  const incident: Incident = {
    id: `I${state.opened}`,
    root: null,
    scope: 'platform',
    element: '',
    cause: 'platform',
    state: 'open',
    severity: 'critical',
    ...{ sites: [], areas: [], devices: [], returned: [], start, end: null, storm: null },
    priority: 'page',
    openedAt: state.now,
    resolveAt: null,
    acknowledgedBy: null,
    acknowledgedAt: null,
    flapping: false,
    revisions: [],
  }
  state.incidents[incident.id] = incident
  state.cases[incident.id] = { lostAt: [], told: false, tellEnd: true, riders: [], evidence: {} }
  state.platform.incident = incident.id
  revise(step, incident, why)
  tell(step, incident, 'opened', 'page', why)
  return incident
}

function recover(step: Step, incident: Incident): void {
  const { state, rules } = step
  state.platform.incident = null
  incident.state = 'recovering'
  incident.end = state.now
  incident.resolveAt = after(step, rules.recoverySeconds, { kind: 'resolve', incident: incident.id })
  step.changed.add(incident.id)
}
