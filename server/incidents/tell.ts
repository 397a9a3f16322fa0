import type { DeviceId } from '#protocol/ids.ts'
import { type Incident, type IncidentEvent, type Priority, SCOPES } from './incident.ts'
import { hasReturned } from './members.ts'
import type { Step } from './state.ts'
import type { Fired } from './why.ts'

/** Makes an event of an incident as it is now. */
export function tell(
  step: Step,
  incident: Incident,
  event: IncidentEvent['event'],
  priority: Priority,
  why: Fired[],
  devices: readonly DeviceId[] = incident.devices,
): void {
  const { state, events } = step
  if (priority !== 'digest' && event !== 'resolved') {
    const kase = state.cases[incident.id]!
    kase.told = true
    kase.tellEnd = true
  }
  step.changed.add(incident.id)
  const copy = structuredClone({ incident, why, devices: [...devices] })
  events.push({ t: state.now, event, priority, ...copy })
}

/** What is held to be true of the incident from now on, and why. */
export function revise(step: Step, incident: Incident, why: Fired[]): void {
  const { scope, cause, start } = incident
  incident.revisions.push({ t: step.state.now, scope, cause, start, why })
  step.changed.add(incident.id)
}

/** Several that a person has to see to on one way, in one message: it bears the widest one's name and all who are missing. */
export function tellTogether(
  step: Step,
  incidents: readonly Incident[],
  priority: Priority,
  why: Fired[],
): void {
  const [first, ...others] = [...incidents].sort(
    (one, other) => SCOPES.indexOf(other.scope) - SCOPES.indexOf(one.scope),
  )
  if (!first) return
  for (const incident of incidents) incident.priority = priority
  for (const other of others) {
    const kase = step.state.cases[other.id]!
    kase.told = true
    // Who was told of one is not told of the end of many.
    kase.tellEnd = false
  }
  const devices = incidents.flatMap((incident) => incident.devices.filter((id) => !hasReturned(incident, id)))
  tell(step, first, 'opened', priority, why, others.length === 0 ? first.devices : [...new Set(devices)])
}
