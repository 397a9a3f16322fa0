import type { Priority, Scope, Severity } from './incident.ts'
import { devicesAt, isAlwaysOn } from './paths.ts'
import { deviceState, type Step } from './state.ts'
import type { Fired } from './why.ts'
import type { WatchedDevice } from './world.ts'

export interface Urgency {
  priority: Priority
  severity: Severity
  why: Fired[]
}

/** How urgent a loss of these devices is: a PC wakes nobody, a single device waits for the office. */
export function urgencyOf({ state, world }: Step, scope: Scope, members: readonly WatchedDevice[]): Urgency {
  const running = members.filter(isAlwaysOn)
  if (running.length === 0) {
    return { priority: 'ticket', severity: 'minor', why: [{ rule: 'only-pcs', devices: members.length }] }
  }
  const sites = new Set(running.map(({ site }) => site))
  const lost = new Set(members.map(({ id }) => id))
  const answering = [...sites]
    .flatMap((site) => devicesAt(world, site))
    .filter((device) => isAlwaysOn(device) && !lost.has(device.id))
    .filter(({ id }) => deviceState(state, id).session.state === 'online').length
  const why: Fired =
    answering > 0 ? { rule: 'some-always-on-answer', devices: answering } : { rule: 'no-always-on-answers' }
  if (scope === 'device') return { priority: 'ticket', severity: 'minor', why: [why] }
  const onlySpeakers = scope === 'site' && running.every(({ kind }) => kind === 'speaker')
  return { priority: onlySpeakers ? 'ticket' : 'page', severity: 'major', why: [why] }
}
