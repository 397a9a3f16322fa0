import type { DeviceId } from '#protocol/ids.ts'
import { reviseByHistory } from './account.ts'
import type { Incident } from './incident.ts'
import { missing } from './members.ts'
import { isAlwaysOn } from './paths.ts'
import { after, deviceState, incidentOf, ownState, type Step } from './state.ts'
import { tell } from './tell.ts'
import { schedule } from './timers.ts'
import type { Fired } from './why.ts'

/** A timer of the incident falls due: if it is still the one that counts, the incident is over. */
export function resolveIfDue(step: Step, id: string): void {
  const { state, rules } = step
  const incident = incidentOf(state, id)
  if (!incident || incident.resolveAt === null || incident.resolveAt > state.now) return
  incident.state = 'resolved'
  incident.resolveAt = null
  if (state.platform.incident === id) state.platform.incident = null
  const kase = state.cases[id]!
  const left = missing(step, incident).filter((device) => !incident.onBattery.includes(device))
  for (const device of incident.devices) {
    if (deviceState(state, device).incident === id && !left.includes(device))
      ownState(state, device).incident = null
  }
  step.changed.add(id)
  if (kase.told && kase.tellEnd)
    tell(step, incident, 'resolved', incident.priority, [ending(step, incident, left)])
  if (left.length > 0) after(step, rules.residualSeconds, { kind: 'residual', incident: id })
  after(step, waitsFor(step, incident), { kind: 'close', incident: id })
  reviseByHistory(step, incident)
}

function ending({ world }: Step, { devices, returned }: Incident, left: readonly DeviceId[]): Fired {
  if (left.length > 0) return { rule: 'most-back', devices: returned.length, of: devices.length }
  const back = new Set(returned.map(({ device }) => device))
  const pcs = devices.filter((id) => !back.has(id) && !isAlwaysOn(world.device(id))).length
  if (pcs > 0) return { rule: 'pcs-hold-nothing-open', devices: pcs }
  return back.size === devices.length
    ? { rule: 'all-back', devices: devices.length }
    : { rule: 'most-back', devices: back.size, of: devices.length }
}

/** For how long a resolved incident is kept at least: a device's own may be opened again, a storm's stand above others. */
function waitsFor({ rules }: Step, { scope, storm }: Incident): number {
  const seconds = scope === 'device' ? rules.reopenSeconds : rules.residualSeconds
  return storm === null ? seconds : Math.max(seconds, rules.stormDigestSeconds)
}

/** Nothing more will be learned of it. */
export function closeIfDone(step: Step, id: string): void {
  const { state, rules } = step
  const incident = incidentOf(state, id)
  if (incident?.state !== 'resolved') return
  const kase = state.cases[id]!
  const historyIn = incident.devices.every((device) => Object.hasOwn(kase.evidence, device))
  const seconds = historyIn ? waitsFor(step, incident) : rules.historySeconds
  const closesAt = (incident.end ?? state.now) + seconds * 1000
  if (state.now < closesAt) {
    schedule(state.timers, closesAt, { kind: 'close', incident: id })
    return
  }
  incident.state = 'closed'
  step.changed.add(id)
  // Forgotten at once: what is judged later must not depend on when the caller's step ends.
  step.closed.set(id, incident)
  delete state.incidents[id]
  delete state.cases[id]
}
