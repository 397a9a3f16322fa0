import type { DeviceId } from '#protocol/ids.ts'
import type { IncidentEvent } from './incident.ts'
import { judge, noteBack, noteLost, noteRemoved, resolveIfDue } from './lifecycle.ts'
import type { Observation, World } from './observation.ts'
import type { Rules } from './rules.ts'
import { observeSession, passTime, type Session } from './session.ts'
import { countUnknown, deviceState, type EngineState, type Step, schedule, takeDue } from './state.ts'

/**
 * Observations in, incident events out, in virtual time: whatever falls due before an observation happens
 * first, at its own time, so that the result does not depend on when ticks come. An observation older than
 * the newest is taken as of now. Changes `state`, which a caller that fails to store it must load again.
 */
export function advance(
  state: EngineState,
  world: World,
  rules: Rules,
  observation: Observation,
): IncidentEvent[] {
  const step: Step = { state, world, rules, events: [] }
  const t = Math.max(state.now, observation.t)
  for (let due = takeDue(state, t); due; due = takeDue(state, t)) fire(step, due)
  state.now = t
  apply(step, { ...observation, t })
  return step.events
}

/** All that falls due at one moment: first every session turns, so that each is judged beside the others. */
function fire(step: Step, { at, timers }: NonNullable<ReturnType<typeof takeDue>>): void {
  step.state.now = at
  const gone: DeviceId[] = []
  for (const timer of timers) {
    if (!('device' in timer)) continue
    const before = deviceState(step.state, timer.device).session
    setSession(step, timer.device, passTime(before, at))
    if (deviceState(step.state, timer.device).session !== before) gone.push(timer.device)
  }
  for (const id of gone) noteLost(step, id)
  for (const id of gone) judge(step, id)
  for (const timer of timers) if ('incident' in timer) resolveIfDue(step, timer.incident)
}

function apply(step: Step, observation: Observation): void {
  switch (observation.type) {
    case 'tick':
      noteRemoved(step)
      return
    case 'platform':
      for (const id of Object.keys(step.state.devices) as DeviceId[]) observe(step, id, observation)
      return
    case 'connected':
    case 'goodbye':
    case 'lost':
    case 'report':
      if (!step.world.device(observation.device)) countUnknown(step.state, observation.device)
      observe(step, observation.device, observation)
  }
}

/** The session of an unknown device is kept too: it may be enrolled a moment later. */
function observe(step: Step, id: DeviceId, observation: Observation): void {
  const before = deviceState(step.state, id).session
  const kind = step.world.device(id)?.kind ?? 'other'
  const after = observeSession(before, observation, kind, step.rules)
  setSession(step, id, after)
  switch (after.state) {
    case 'online':
      noteBack(step, id, 'connected')
      return
    case 'goodbye':
      noteBack(step, id, 'goodbye')
      return
    case 'suspect':
      noteLost(step, id)
      return
    case 'new':
    case 'offline':
    case 'stale':
  }
}

function setSession({ state }: Step, id: DeviceId, session: Session): void {
  const { session: before, incident } = deviceState(state, id)
  state.devices[id] = { session, incident }
  if (session === before || !('offlineAt' in session) || session.offlineAt === null) return
  schedule(state, { at: session.offlineAt, device: id })
}
