import type { Incident } from './incident.ts'
import type { Step } from './state.ts'

type Given = Pick<Incident, 'scope' | 'element' | 'cause' | 'severity' | 'start' | 'priority'>

/** A new incident without members, of which nobody has been told yet. */
export function makeIncident({ state, changed }: Step, given: Given, root: string | null = null): Incident {
  state.opened++
  const incident: Incident = {
    id: `I${state.opened}`,
    root,
    ...given,
    state: 'open',
    ...{ sites: [], areas: [], devices: [], onBattery: [], returned: [], end: null, storm: null },
    openedAt: state.now,
    resolveAt: null,
    acknowledgedBy: null,
    acknowledgedAt: null,
    flapping: false,
    revisions: [],
  }
  state.incidents[incident.id] = incident
  state.cases[incident.id] = {
    lostAt: [state.now],
    told: false,
    tellEnd: true,
    deadSince: null,
    evidence: {},
  }
  changed.add(incident.id)
  return incident
}
