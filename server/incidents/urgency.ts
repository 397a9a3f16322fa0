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
export function urgencyOf(
  { state, world }: Step,
  scope: Scope,
  lost: readonly WatchedDevice[],
  riders: readonly WatchedDevice[],
): Urgency {
  const running = lost.filter(isAlwaysOn)
  if (running.length === 0 && riders.length === 0) {
    return { priority: 'ticket', severity: 'minor', why: [{ rule: 'only-pcs', devices: lost.length }] }
  }
  const gone = new Set(lost.map(({ id }) => id))
  const answering = [...new Set([...running, ...riders].map(({ site }) => site))]
    .flatMap((site) => devicesAt(world, site))
    .filter((device) => isAlwaysOn(device) && !gone.has(device.id))
    .filter(({ id }) => deviceState(state, id).session.state === 'online').length
  const why: Fired =
    answering > 0 ? { rule: 'some-always-on-answer', devices: answering } : { rule: 'no-always-on-answers' }
  if (scope === 'device') return { priority: 'ticket', severity: 'minor', why: [why] }
  const onlySpeakers = scope === 'site' && [...running, ...riders].every(({ kind }) => kind === 'speaker')
  return { priority: onlySpeakers ? 'ticket' : 'page', severity: 'major', why: [why] }
}
