import type { DeviceId, SiteId } from '#protocol/ids.ts'
import { type Group, homeOf, isAlwaysOn, isWholeSite, lostTogether, urgency } from './correlate.ts'
import {
  type Incident,
  type IncidentEvent,
  PRIORITIES,
  type Priority,
  type Return,
  type Why,
} from './incident.ts'
import { deviceState, incidentOf, type Step, schedule } from './state.ts'

/** What becomes of incidents when devices go and come. Each function works at the state's `now`. */

/** A device has stayed away beyond its hold-down: it joins an incident of its site or opens one. */
export function judge(step: Step, id: DeviceId): void {
  const { session, incident } = deviceState(step.state, id)
  const place = step.world.device(id)
  if (incident !== null || session.state !== 'offline' || !place) return
  const home = homeOf(step, place.site, session.loss)
  if (home === null) {
    open(step, place.site, lostTogether(step, place.site, id, session.loss))
  } else if (home.why === 'losses-can-meet') {
    join(step, home.incident, lostTogether(step, place.site, id, home.incident.start), home.why)
  } else {
    const { devices } = lostTogether(step, place.site, id, session.loss)
    join(step, home.incident, { devices, loss: home.incident.start }, home.why)
  }
}

function open(step: Step, site: SiteId, group: Group): void {
  const { state, world } = step
  const area = world.site(site)?.area
  const { priority, why } = urgency(step, site, group.devices)
  const reasons: Why[] = ['silent-past-hold-down', why]
  if (group.devices.length > 1) reasons.push('losses-can-meet')
  const whole = group.devices.length > 1 && isWholeSite(step, site, group.loss)
  if (whole) reasons.push('whole-site-silent')
  state.opened++
  const incident: Incident = {
    id: `I${state.opened}`,
    scope: whole ? 'site' : 'device',
    cause: 'undetermined',
    state: 'open',
    site,
    areas: area === undefined ? [] : [area],
    devices: [],
    returned: [],
    start: group.loss,
    end: null,
    priority,
    openedAt: state.now,
    resolveAt: null,
    acknowledgedBy: null,
    acknowledgedAt: null,
    why: [],
  }
  state.incidents[incident.id] = incident
  addMembers(step, incident, group)
  tell(step, incident, 'opened', priority, reasons)
}

function join(step: Step, incident: Incident, group: Group, how: Why): void {
  addMembers(step, incident, group)
  const reasons: Why[] = [how]
  const widens =
    incident.scope === 'device' &&
    incident.devices.length > 1 &&
    isWholeSite(step, incident.site, incident.start)
  if (widens) {
    incident.scope = 'site'
    reasons.push('whole-site-silent')
  }
  const { priority, why } = urgency(step, incident.site, incident.devices)
  const rises = PRIORITIES.indexOf(priority) > PRIORITIES.indexOf(incident.priority)
  if (rises) {
    incident.priority = priority
    reasons.push(why)
  }
  settle(step, incident)
  // Who was told stays told: only what is more urgent than that is worth another interruption.
  if (widens || rises) tell(step, incident, 'widened', rises ? priority : 'digest', reasons)
  else remember(incident, reasons)
}

function addMembers({ state }: Step, incident: Incident, { devices, loss }: Group): void {
  incident.start = loss
  for (const id of devices) {
    // A member that was released and is lost again by the same cause is the same member.
    incident.returned = incident.returned.filter(({ device }) => device !== id)
    if (!incident.devices.includes(id)) incident.devices.push(id)
    state.devices[id]!.incident = incident.id
  }
}

/** A member is back, or will not be missed any more. */
export function noteBack(step: Step, id: DeviceId, by: Return['by']): void {
  const incident = incidentOf(step.state, deviceState(step.state, id).incident)
  if (!incident || hasReturned(incident, id)) return
  incident.returned.push({ device: id, at: step.state.now, by })
  settle(step, incident)
}

/** A device is lost: a member that was back is missing again, or, when it had stayed back, is no member now. */
export function noteLost(step: Step, id: DeviceId): void {
  const { state, rules } = step
  const incident = incidentOf(state, deviceState(state, id).incident)
  const back = incident?.returned.find(({ device }) => device === id)
  if (!incident || !back) return
  if (state.now - back.at >= rules.releaseSeconds * 1000) {
    state.devices[id]!.incident = null
  } else {
    incident.returned.splice(incident.returned.indexOf(back), 1)
    settle(step, incident)
  }
}

/** Members that the world has forgotten are missed by nobody. */
export function noteRemoved(step: Step): void {
  for (const { devices } of Object.values(step.state.incidents)) {
    for (const id of devices) if (!step.world.device(id)) noteBack(step, id, 'removed')
  }
}

const hasReturned = (incident: Incident, id: DeviceId): boolean =>
  incident.returned.some(({ device }) => device === id)

/** Brings an incident's state in line with who is missing. */
function settle({ state, world, rules }: Step, incident: Incident): void {
  const alwaysOn = incident.devices.filter((id) => isAlwaysOn(world, id))
  const counting = alwaysOn.length > 0 ? alwaysOn : incident.devices
  if (counting.every((id) => hasReturned(incident, id))) {
    if (incident.state === 'recovering') return
    incident.state = 'recovering'
    incident.end = state.now
    incident.resolveAt = state.now + rules.recoverySeconds * 1000
    schedule(state, { at: incident.resolveAt, incident: incident.id })
  } else {
    incident.state = incident.acknowledgedBy === null ? 'open' : 'acknowledged'
    incident.end = null
    incident.resolveAt = null
  }
}

/** The centre starts: who was back is in doubt again, so no incident is over before the doubt is. */
export function holdOpen({ state, rules }: Step): void {
  const doubtEndsAt = state.now + rules.staleGraceSeconds * 1000
  for (const incident of Object.values(state.incidents)) {
    if (incident.resolveAt !== null) incident.resolveAt = Math.max(incident.resolveAt, doubtEndsAt)
  }
}

/** A timer of the incident falls due: if it is still the one that counts, the incident is over. */
export function resolveIfDue(step: Step, id: string): void {
  const { state } = step
  const incident = incidentOf(state, id)
  if (!incident || incident.resolveAt !== state.now) return
  incident.state = 'resolved'
  incident.resolveAt = null
  delete state.incidents[id]
  for (const device of incident.devices) {
    if (deviceState(state, device).incident === id) state.devices[device]!.incident = null
  }
  const everybody = incident.devices.every((device) => hasReturned(incident, device))
  tell(step, incident, 'resolved', incident.priority, [everybody ? 'all-back' : 'pcs-hold-nothing-open'])
}

function tell(
  { state, events }: Step,
  incident: Incident,
  event: IncidentEvent['event'],
  priority: Priority,
  why: Why[],
): void {
  remember(incident, why)
  events.push({ t: state.now, event, priority, incident: structuredClone(incident), why })
}

function remember(incident: Incident, why: readonly Why[]): void {
  incident.why = [...new Set([...incident.why, ...why])]
}
