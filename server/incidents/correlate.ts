import type { DeviceId, SiteId } from '#protocol/ids.ts'
import type { Incident, Priority } from './incident.ts'
import { canMeet, type Interval, narrow } from './interval.ts'
import type { World } from './observation.ts'
import type { Rules } from './rules.ts'
import type { Session } from './session.ts'
import { deviceState, type EngineState, incidentOf } from './state.ts'

/** Who shares a cause with whom: questions about a site, asked of the state and changing nothing. */
export interface Scene {
  state: EngineState
  world: World
  rules: Rules
}

/** The devices of a site that can have gone together, and when that can have been. */
export interface Group {
  devices: DeviceId[]
  loss: Interval
}

/** The lost devices of the site, in no incident yet, whose losses can share the moment `loss`; `first` leads. */
export function lostTogether(scene: Scene, site: SiteId, first: DeviceId, loss: Interval): Group {
  const slackMs = scene.rules.slackSeconds * 1000
  const group: Group = { devices: [], loss }
  const others = (scene.world.site(site)?.devices ?? []).filter((id) => id !== first)
  for (const id of [first, ...others]) {
    const { session, incident } = deviceState(scene.state, id)
    const lost = session.state === 'suspect' || session.state === 'offline'
    if (!lost || incident !== null || !canMeet(group.loss, session.loss, slackMs)) continue
    group.devices.push(id)
    group.loss = narrow(group.loss, session.loss)
  }
  return group
}

/** Whether no device of the site outlived `loss`: those online then are all lost, and can be lost by it. */
export function isWholeSite({ state, world, rules }: Scene, site: SiteId, loss: Interval): boolean {
  const devices = world.site(site)?.devices ?? []
  return devices.every((id) => !outlived(deviceState(state, id).session, loss, rules.slackSeconds * 1000))
}

function outlived(session: Session, loss: Interval, slackMs: number): boolean {
  switch (session.state) {
    case 'online':
    case 'stale':
      return true
    case 'goodbye':
      return session.since > loss[1] + slackMs
    case 'suspect':
    case 'offline':
      return session.loss[0] > loss[1] && !canMeet(session.loss, loss, slackMs)
    case 'new':
      return false
  }
}

/** The incident that a further loss of the site belongs to, and by which rule. */
export function homeOf(
  scene: Scene,
  site: SiteId,
  loss: Interval,
): { incident: Incident; why: 'losses-can-meet' | 'site-still-down' } | null {
  const { state, rules } = scene
  const here = incidentsAt(scene, site)
  const met = here.find((incident) => canMeet(incident.start, loss, rules.slackSeconds * 1000))
  if (met) return { incident: met, why: 'losses-can-meet' }
  const standing = here.find(
    (incident) => incident.scope === 'site' && !hasWorkedSince(incident, state.now, rules),
  )
  return standing ? { incident: standing, why: 'site-still-down' } : null
}

/** The site's incidents that are not resolved, oldest first: those that its devices are held by. */
function incidentsAt({ state, world }: Scene, site: SiteId): Incident[] {
  const ids = new Set((world.site(site)?.devices ?? []).map((id) => deviceState(state, id).incident))
  return [...ids]
    .flatMap((id) => incidentOf(state, id) ?? [])
    .filter((incident) => incident.site === site)
    .sort((one, other) => one.openedAt - other.openedAt)
}

/** Once a member has stayed back, a loss at the site is a new fault and not the old one. */
function hasWorkedSince(incident: Incident, t: number, rules: Rules): boolean {
  return incident.returned.some(({ at, by }) => by === 'connected' && t - at >= rules.releaseSeconds * 1000)
}

/** A PC is somebody's to switch off: it pages nobody and keeps nothing open. Whatever else there is should run. */
export function isAlwaysOn(world: World, id: DeviceId): boolean {
  return world.device(id)?.kind !== 'pc'
}

/** How urgent a loss of these devices of the site is, and by which rule. */
export function urgency(
  { state, world }: Scene,
  site: SiteId,
  devices: readonly DeviceId[],
): { priority: Priority; why: 'only-pcs' | 'some-always-on-answer' | 'no-always-on-answers' } {
  if (!devices.some((id) => isAlwaysOn(world, id))) return { priority: 'digest', why: 'only-pcs' }
  const answers = (world.site(site)?.devices ?? []).some((id) => {
    const { session } = deviceState(state, id)
    return isAlwaysOn(world, id) && (session.state === 'online' || session.state === 'stale')
  })
  return answers
    ? { priority: 'ticket', why: 'some-always-on-answer' }
    : { priority: 'page', why: 'no-always-on-answers' }
}
