import type { AreaId } from '#protocol/ids.ts'
import type { Incident } from './incident.ts'
import { isOver } from './members.ts'
import type { Warning } from './observation.ts'
import { deviceState, incidentOf, type Step, type Storm } from './state.ts'
import { revise, tell, tellTogether } from './tell.ts'
import { schedule } from './timers.ts'
import type { Fired } from './why.ts'
import type { World } from './world.ts'

/** A storm changes how incidents are grouped and told, and never what is seen. */

/** A warning of the weather service, or of a person: only one that is meant and severe changes anything. */
export function noteWarning(step: Step, warning: Warning): void {
  const { state, rules } = step
  const { id, action, status, severity, areas, onset, expires } = warning
  if (status === 'test') return
  const known = Object.hasOwn(state.storms, id) ? state.storms[id]! : null
  const counts = action !== 'cancel' && (severity === 'severe' || severity === 'extreme')
  if (!counts) {
    if (known) setEnd(step, known, Math.min(known.ends, state.now))
    return
  }
  const begins = onset - rules.stormLeadSeconds * 1000
  const storm: Storm = known ?? {
    ...{ id, by: 'warning', begins, ends: expires, areas: [], roots: {}, unlisted: [] },
    ...{ digestAt: null, unwarned: [] },
  }
  storm.areas = [...areas]
  storm.begins = begins
  state.storms[id] = storm
  setEnd(step, storm, expires)
  schedule(state.timers, Math.max(begins, state.now), { kind: 'storm-begin', storm: id })
}

function setEnd({ state, rules }: Step, storm: Storm, ends: number): void {
  storm.ends = ends
  schedule(state.timers, tailOf(storm, rules.stormTailSeconds), { kind: 'storm-tail', storm: storm.id })
}

const tailOf = ({ ends }: Storm, tailSeconds: number): number => ends + tailSeconds * 1000

/** The storm that is over an area now: a warning before what the engine has found, and of several the first. */
export function stormOver(where: Pick<Step, 'state' | 'world'>, area: AreaId): Storm | null {
  return stormsOver(where, area)[0] ?? null
}

function stormsOver({ state, world }: Pick<Step, 'state' | 'world'>, area: AreaId): Storm[] {
  const over = Object.values(state.storms).filter(
    ({ begins, ends, areas }) => begins <= state.now && ends >= state.now && isUnder(world, area, areas),
  )
  const order = ({ by, begins }: Storm): number => (by === 'warning' ? 0 : 1e15) + begins
  return over.sort((one, other) => order(one) - order(other))
}

function isUnder(world: World, area: AreaId, above: readonly AreaId[]): boolean {
  const seen = new Set<AreaId>()
  for (let at: AreaId | null = area; at !== null && !seen.has(at); at = world.area(at)?.parent ?? null) {
    if (above.includes(at)) return true
    seen.add(at)
  }
  return false
}

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
function rootIn(step: Step, area: AreaId): string | null {
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

/** Nobody is woken by it: it goes on the list, which is told at once when none was told for long. */
export function listInStorm(step: Step, incident: Incident): void {
  const storm = incident.storm === null ? undefined : step.state.storms[incident.storm]
  if (!storm) return
  incident.priority = 'digest'
  storm.unlisted.push(incident.id)
  if (storm.digestAt === null) tellDigest(step, storm)
}

export function digestIfDue(step: Step, id: string): void {
  const storm = Object.hasOwn(step.state.storms, id) ? step.state.storms[id]! : null
  if (!storm || storm.digestAt === null || storm.digestAt > step.state.now) return
  if (storm.unlisted.length > 0) tellDigest(step, storm)
  else storm.digestAt = null
}

function tellDigest(step: Step, storm: Storm): void {
  const { state, rules } = step
  const listed = storm.unlisted
    .flatMap((id) => incidentOf(state, id) ?? [])
    .filter(({ id }) => !state.cases[id]!.told)
  storm.unlisted = []
  storm.digestAt = state.now + rules.stormDigestSeconds * 1000
  schedule(state.timers, storm.digestAt, { kind: 'storm-digest', storm: storm.id })
  const [first] = listed
  if (!first) return
  const roots = Object.values(storm.roots).flatMap((id) => incidentOf(state, id) ?? [])
  const standing = roots.filter((root) => !isOver(root)).sort((one, other) => one.openedAt - other.openedAt)
  const head = standing[0] ?? first
  const devices = [...new Set(listed.flatMap((incident) => incident.devices))]
  tell(step, head, 'digest', 'digest', [{ rule: 'storm-mode', storm: storm.id, by: storm.by }], devices)
}

/** The storm is over for so long: what it hid is told now, whatever became of the storm. */
export function endStorm(step: Step, id: string): void {
  const { state, rules } = step
  const storm = Object.hasOwn(state.storms, id) ? state.storms[id]! : null
  if (!storm || tailOf(storm, rules.stormTailSeconds) > state.now) return
  // Those that are over by now are named once, too.
  const listed = new Set(storm.unlisted)
  storm.unlisted = storm.unlisted.filter((one) => {
    const incident = incidentOf(state, one)
    return incident && isOver(incident)
  })
  if (storm.unlisted.length > 0) tellDigest(step, storm)
  // Who is coming back is named once that is sure.
  storm.unlisted = [...listed].filter((one) => incidentOf(state, one)?.state === 'recovering')
  const untold = Object.values(state.incidents).filter(
    (incident) => incident.storm === id && !isOver(incident) && !state.cases[incident.id]!.told,
  )
  const away = untold.filter((incident) => incident.state !== 'recovering')
  for (const area of new Set(away.map(({ areas }) => areas[0]))) {
    const here = away.filter(({ areas }) => areas[0] === area)
    tellTogether(step, here, 'ticket', [{ rule: 'storm-mode', storm: id, by: storm.by }])
  }
  // Who has just come back is no trouble yet, and may be none: that is seen when its recovery ends.
  const soon = untold.flatMap(({ state: life, resolveAt }) =>
    life === 'recovering' ? (resolveAt ?? []) : [],
  )
  if (soon.length === 0) delete state.storms[id]
  else schedule(state.timers, Math.min(...soon), { kind: 'storm-tail', storm: id })
}

/**
 * While a warning is in force: an area most of whose loudspeakers are silent cannot be warned. What was told before is
 * told so; what was not is made a page.
 * @returns the reasons that are the incident's own, still to be told
 */
export function raiseUnwarned(step: Step, incident: Incident): Fired[] {
  return incident.areas.flatMap((area) => raiseIn(step, area, incident))
}

/** The same for an incident that was there before. */
export function raiseAndTell(step: Step, incident: Incident): void {
  const why = raiseUnwarned(step, incident)
  if (why.length === 0) return
  const { told } = step.state.cases[incident.id]!
  revise(step, incident, why)
  tell(step, incident, told ? 'widened' : 'opened', told ? 'digest' : 'page', why)
}

export function beginStorm(step: Step, id: string): void {
  const storm = Object.hasOwn(step.state.storms, id) ? step.state.storms[id]! : null
  if (!storm) return
  for (const incident of Object.values(step.state.incidents)) {
    if (!isOver(incident)) raiseAndTell(step, incident)
  }
}

function raiseIn(step: Step, area: AreaId, incident: Incident): Fired[] {
  const { state, rules } = step
  const storm = stormOver(step, area)
  if (storm?.by !== 'warning' || storm.unwarned.includes(area)) return []
  const { lost, of } = speakersIn(step, area)
  if (of < 2 || of - lost >= rules.speakersShare * of) return []
  storm.unwarned.push(area)
  const why: Fired[] = [{ rule: 'speakers-unreachable', area, lost, of }]
  const root = incidentOf(state, rootIn(step, area))
  const head = root && !isOver(root) ? root : incident
  head.severity = 'critical'
  if (!state.cases[head.id]!.told) head.priority = 'page'
  if (head.id === incident.id) return why
  const { told } = state.cases[head.id]!
  revise(step, head, why)
  tell(step, head, told ? 'widened' : 'opened', told ? 'digest' : 'page', why)
  return []
}

function speakersIn({ state, world }: Step, area: AreaId): { lost: number; of: number } {
  let lost = 0
  let of = 0
  for (const device of world.devices()) {
    if (device.kind !== 'speaker' || world.site(device.site)?.area !== area) continue
    const { session } = deviceState(state, device.id)
    if (session.state === 'new') continue
    of++
    if (session.state === 'offline' || session.state === 'suspect') lost++
  }
  return { lost, of }
}
