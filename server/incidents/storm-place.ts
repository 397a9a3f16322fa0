import type { AreaId } from '#protocol/ids.ts'
import type { Incident } from './incident.ts'
import { isOver } from './members.ts'
import { incidentOf, type Step, type Storm } from './state.ts'
import { setEnd, stormOver, stormsOver } from './storms.ts'
import type { Fired } from './why.ts'

/** The first of a storm in an area is told, the others are listed under it; a single device waits for the end. */
export function placeInStorm(step: Step, incident: Incident): { quiet: boolean; why: Fired[] } {
  const area = incident.areas[0]
  if (area === undefined || incident.scope === 'isp') return { quiet: false, why: [] }
  if (incident.scope !== 'device') noteOpening(step, area, incident)
  const storm = stormOver(step, area)
  if (!storm) return { quiet: false, why: [] }
  incident.storm = storm.id
  const hidden = incident.root !== null
  const why: Fired[] = [{ rule: 'storm-mode', storm: storm.id, by: storm.by }]
  // What another incident has hidden until now has waited long enough.
  if (hidden) return { quiet: false, why }
  // What the weather service did not announce may be no storm: a device's own fault is told as ever.
  if (incident.scope === 'device' && storm.by === 'incidents') return { quiet: false, why }
  const root = rootIn(step, area)
  if (root !== null && root !== incident.id) {
    incident.root = root
    return { quiet: true, why }
  }
  if (incident.scope === 'device') return { quiet: true, why }
  storm.roots[area] = incident.id
  return { quiet: false, why }
}

/** The first incident of the storms that are over the area, while it stands or has not been over for long. */
export function rootIn(step: Step, area: AreaId): string | null {
  const { state, rules } = step
  for (const { roots } of stormsOver(step, area)) {
    const root = Object.hasOwn(roots, area) ? incidentOf(state, roots[area]!) : undefined
    if (!root) continue
    if (!isOver(root) || state.now - (root.end ?? 0) < rules.stormDigestSeconds * 1000) return root.id
  }
  return null
}

/** Many incidents in one area in a short time are a storm, announced or not. */
function noteOpening(step: Step, area: AreaId, incident: Incident): void {
  const { state, rules } = step
  const since = state.now - rules.stormWindowSeconds * 1000
  const before = Object.hasOwn(state.openings, area) ? state.openings[area]! : []
  const openings = [...before.filter(({ at }) => at > since), { at: state.now, incident: incident.id }]
  state.openings[area] = openings
  const over = stormOver(step, area)
  const ends = state.now + rules.stormWindowSeconds * 1000
  if (over) {
    if (over.by === 'incidents') setEnd(step, over, ends)
    return
  }
  if (openings.length < rules.stormIncidents) return
  state.stormsFound++
  const storm: Storm = {
    ...{ id: `S${state.stormsFound}`, by: 'incidents', areas: [area], begins: openings[0]!.at, ends },
    ...{ roots: { [area]: openings[0]!.incident }, unlisted: [], digestAt: null, unwarned: [] },
  }
  state.storms[storm.id] = storm
  setEnd(step, storm, ends)
  for (const { incident: id } of openings) {
    const earlier = incidentOf(state, id)
    if (!earlier) continue
    earlier.storm = storm.id
    step.changed.add(id)
  }
}
