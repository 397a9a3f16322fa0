import type { Incident } from './incident.ts'
import { type EngineState, incidentOf } from './state.ts'

/**
 * Somebody takes an incident on; the first one stays. `t` is ms since 1970.
 * @returns the incident, or undefined when none that is not closed has this id
 */
export function acknowledge(state: EngineState, id: string, by: string, t: number): Incident | undefined {
  const incident = incidentOf(state, id)
  if (!incident || incident.acknowledgedBy !== null) return incident
  incident.acknowledgedBy = by
  incident.acknowledgedAt = t
  if (incident.state === 'open') incident.state = 'acknowledged'
  return incident
}
