import type { DeviceId } from '#protocol/ids.ts'
import type { Incident, Return } from './incident.ts'
import { isAlwaysOn } from './paths.ts'
import type { Pool } from './pool.ts'
import { after, deviceState, incidentOf, ownState, type Step } from './state.ts'
import type { WatchedDevice } from './world.ts'

/** Who belongs to an incident, who is back, and what that makes of it. Each function works at the state's `now`. */

export function addMembers(step: Step, incident: Incident, { members, loss }: Pool): void {
  const { state, world } = step
  incident.start = loss
  for (const { id, site } of members) {
    // A member that was released and is lost again by the same cause is the same member.
    incident.returned = incident.returned.filter(({ device }) => device !== id)
    if (!incident.devices.includes(id)) incident.devices.push(id)
    if (!incident.sites.includes(site)) incident.sites.push(site)
    const area = world.site(site)?.area
    if (area !== undefined && !incident.areas.includes(area)) incident.areas.push(area)
    const known = ownState(state, id)
    known.incident = incident.id
    if (known.gap && known.gap.backAt === null) known.gap.incident = incident.id
  }
  step.changed.add(incident.id)
}

/** Those that live on by battery belong to it though they are heard: when they die it is no new incident. */
export function addRiders(step: Step, incident: Incident, riders: Pool['members']): void {
  const free = riders.filter(({ id }) => deviceState(step.state, id).incident === null)
  addMembers(step, incident, { members: free, loss: incident.start })
  incident.onBattery = [...new Set([...incident.onBattery, ...free.map(({ id }) => id)])]
}

/** A member is back, or will not be missed any more. */
export function noteBack(step: Step, id: DeviceId, by: Return['by']): void {
  const incident = incidentOf(step.state, deviceState(step.state, id).incident)
  if (!incident || hasReturned(incident, id)) return
  incident.returned.push({ device: id, at: step.state.now, by })
  step.changed.add(incident.id)
  settle(step, incident)
}

/** A device is lost: a member that was back is missing again, or, when it had stayed back, is no member now. */
export function noteLost(step: Step, id: DeviceId): void {
  const { state, rules } = step
  const known = ownState(state, id)
  const incident = incidentOf(state, known.incident)
  if (!incident) return
  incident.onBattery = incident.onBattery.filter((rider) => rider !== id)
  const back = incident.returned.find(({ device }) => device === id)
  if (!back) return
  if (isOver(incident) || (state.now - back.at >= rules.releaseSeconds * 1000 && !incident.flapping)) {
    known.incident = null
  } else {
    incident.returned.splice(incident.returned.indexOf(back), 1)
    step.changed.add(incident.id)
    settle(step, incident)
  }
}

/** Members that the world has forgotten are missed by nobody. */
export function noteRemoved(step: Step): void {
  for (const { devices } of Object.values(step.state.incidents)) {
    for (const id of devices) if (!step.world.device(id)) noteBack(step, id, 'removed')
  }
}

export const isOver = ({ state }: Incident): boolean => state === 'resolved' || state === 'closed'

export const hasReturned = (incident: Incident, id: DeviceId): boolean =>
  incident.returned.some(({ device }) => device === id)

/** Members that are missed: a PC, which its clerk may have switched off meanwhile, is not. */
export function missing(step: Step, incident: Incident): DeviceId[] {
  const returned = new Set(incident.returned.map(({ device }) => device))
  return incident.devices.filter((id) => isAlwaysOn(step.world.device(id)) && !returned.has(id))
}

/** Brings an incident's state in line with who is missing. */
export function settle(step: Step, incident: Incident): void {
  const { state, rules } = step
  if (isOver(incident)) return
  if (isWell(step, incident)) {
    if (incident.state === 'recovering') return
    incident.state = 'recovering'
    incident.end = state.now
    const seconds = incident.flapping ? rules.reopenSeconds : rules.recoverySeconds
    incident.resolveAt = after(step, seconds, { kind: 'resolve', incident: incident.id })
  } else {
    if (incident.flapping && incident.state === 'recovering')
      after(step, rules.flappingDeadSeconds, { kind: 'still-away', incident: incident.id })
    incident.state = incident.acknowledgedBy === null ? 'open' : 'acknowledged'
    incident.end = null
    incident.resolveAt = null
  }
  step.changed.add(incident.id)
}

/** Enough of those that count are back, and none of them lives on a battery unless all others are. */
function isWell(step: Step, incident: Incident): boolean {
  const { rules } = step
  const returned = new Set(incident.returned.map(({ device }) => device))
  const { counting, riding } = countingOf(step, incident, returned)
  if (counting.length === 0) return true
  const back = counting.filter((id) => returned.has(id)).length
  if (back === counting.length) return true
  // Clerks come when they come: one of them shows that the site lives.
  if (!counting.some((id) => isAlwaysOn(step.world.device(id)))) return back > 0
  return back >= rules.recoveredShare * counting.length && riding === 0
}

/** Those always on that were lost; where there are none the riders, and where there are none either the PCs. */
function countingOf(
  { world }: Step,
  incident: Incident,
  returned: ReadonlySet<DeviceId>,
): { counting: DeviceId[]; riding: number } {
  const riders = incident.onBattery
  const rides = new Set(riders)
  const riding = riders.filter((id) => !returned.has(id)).length
  const lost = incident.devices.filter((id) => isAlwaysOn(world.device(id)) && !rides.has(id))
  if (lost.length > 0) return { counting: lost, riding }
  return { counting: riders.length > 0 ? riders : incident.devices, riding }
}

export const membersOf = ({ world }: Step, incident: Incident): WatchedDevice[] =>
  incident.devices.flatMap((id) => world.device(id) ?? [])
