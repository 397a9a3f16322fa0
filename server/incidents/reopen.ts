import type { Incident } from './incident.ts'
import { isOver } from './members.ts'
import { after, deviceState, incidentOf, ownState, type Step } from './state.ts'
import { listInStorm } from './storm-list.ts'
import { placeInStorm } from './storm-place.ts'
import { revise, tell } from './tell.ts'
import type { Fired } from './why.ts'
import type { WatchedDevice } from './world.ts'

/** The same device again within two days: one case. So often that it cannot be chance: one that stays open. */
export function reopen(step: Step, seed: WatchedDevice): boolean {
  const { state, rules } = step
  const known = ownState(state, seed.id)
  const incident = incidentOf(state, known.ownCase)
  if (incident?.scope !== 'device') return false
  const kase = state.cases[incident.id]!
  const lastAt = Math.max(incident.end ?? 0, kase.lostAt.at(-1) ?? 0)
  if (state.now - lastAt > rules.reopenSeconds * 1000) return false
  kase.lostAt = [...kase.lostAt.filter((at) => at > state.now - rules.flappingSeconds * 1000), state.now]
  const wasOver = isOver(incident)
  incident.state = incident.acknowledgedBy === null ? 'open' : 'acknowledged'
  incident.end = null
  incident.resolveAt = null
  incident.returned = incident.returned.filter(({ device }) => device !== seed.id)
  known.incident = incident.id
  if (known.gap) known.gap.incident = incident.id
  const times = kase.lostAt.length
  const why: Fired[] = [{ rule: 'reopened', times }]
  const flaps = !incident.flapping && flapping(step, incident)
  if (flaps) why.push(flaps)
  revise(step, incident, why)
  // Whoever was told no end yet still waits for it.
  if (wasOver || incident.flapping) kase.tellEnd = incident.flapping
  if (flaps) tell(step, incident, 'widened', 'ticket', why)
  else if (!kase.told) tellAnew(step, incident, why)
  else if (wasOver) after(step, rules.residualSeconds, { kind: 'still-away', incident: incident.id })
  return true
}

/** It does not come back as it did before: whoever was told that it had recovered is told that it has not. */
export function judgeStillAway(step: Step, id: string): void {
  const { state, rules } = step
  const incident = incidentOf(state, id)
  if (!incident || (incident.state !== 'open' && incident.state !== 'acknowledged')) return
  if (incident.flapping) {
    judgeDead(step, incident)
    return
  }
  const kase = state.cases[id]!
  const times = kase.lostAt.length
  if (kase.tellEnd || times < 2 || state.now - kase.lostAt.at(-1)! < rules.residualSeconds * 1000) return
  tellAnew(step, incident, [{ rule: 'reopened', times }])
}

/** One that used to come back has been away for so long that it will not: it is told once for each such absence. */
function judgeDead(step: Step, incident: Incident): void {
  const { state, rules } = step
  const [device] = incident.devices
  const gap = device === undefined ? null : deviceState(state, device).gap
  const kase = state.cases[incident.id]!
  if (!gap || gap.backAt !== null || kase.deadSince === gap.loss[0]) return
  if (state.now - gap.loss[1] < rules.flappingDeadSeconds * 1000) return
  kase.deadSince = gap.loss[0]
  tellAnew(step, incident, [{ rule: 'reopened', times: kase.lostAt.length }])
}

/** As it would be told if it had opened now. */
function tellAnew(step: Step, incident: Incident, why: Fired[]): void {
  const placed = placeInStorm(step, incident)
  if (placed.quiet) {
    listInStorm(step, incident)
    return
  }
  incident.priority = 'ticket'
  tell(step, incident, 'opened', 'ticket', [...why, ...placed.why])
}

/** A device that goes and comes back all the time is one case, which stays open until it has rested. */
export function flapping(step: Step, incident: Incident): Fired | null {
  const { state, rules } = step
  const [device] = incident.devices
  if (incident.scope !== 'device' || device === undefined) return null
  const since = state.now - rules.flappingSeconds * 1000
  const drops = deviceState(state, device).recoveries.filter(({ at }) => at > since).length
  const times = state.cases[incident.id]!.lostAt.length
  if (times < rules.flappingTimes && drops < rules.flappingDrops) return null
  incident.flapping = true
  after(step, rules.flappingDeadSeconds, { kind: 'still-away', incident: incident.id })
  return { rule: 'flapping', times: times + drops, days: Math.round(rules.flappingSeconds / 86_400) }
}
