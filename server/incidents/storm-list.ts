import type { Incident } from './incident.ts'
import { isOver } from './members.ts'
import { incidentOf, type Step, type Storm } from './state.ts'
import { tailOf } from './storms.ts'
import { tell, tellTogether } from './tell.ts'
import { schedule } from './timers.ts'

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
