import type { AreaId } from '#protocol/ids.ts'
import type { Incident } from './incident.ts'
import { isOver } from './members.ts'
import { deviceState, incidentOf, type Step } from './state.ts'
import { rootIn } from './storm-place.ts'
import { stormOver } from './storms.ts'
import { revise, tell } from './tell.ts'
import type { Fired } from './why.ts'

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
