import type { DeviceId } from '#protocol/ids.ts'
import type { IncidentEvent } from './incident.ts'
import { holdOpen, judge, noteBack, noteLost, noteRemoved, resolveIfDue } from './lifecycle.ts'
import type { Observation, World } from './observation.ts'
import type { Rules } from './rules.ts'
import { observeSession, passTime, type Session } from './session.ts'
import { isSetBack, setBack } from './set-back.ts'
import {
  countUnknown,
  deviceState,
  type EngineState,
  remakeTimers,
  type Step,
  schedule,
  takeDue,
} from './state.ts'

/** What an observation has led to. */
export interface Outcome {
  events: IncidentEvent[]
  /** Devices whose session came into another state. */
  turned: DeviceId[]
}

/**
 * Observations in, incident events out, in virtual time: whatever falls due before an observation happens
 * first, at its own time, so that the result does not depend on when ticks come. Only the time before a start of
 * the centre brings nothing due: it was dead and saw nothing, so everything must be doubted first.
 *
 * An observation older than the newest is taken as of now; one that is much older shows that the clock was set
 * back. Changes `state`, which a caller that fails to store it must load again.
 */
export function advance(state: EngineState, world: World, rules: Rules, observation: Observation): Outcome {
  const step: Step = { state, world, rules, events: [], turned: new Set() }
  if (isSetBack(state, observation.t)) setBack(state, rules, observation.t)
  const t = Math.max(state.now, observation.t)
  if (!isStart(observation)) for (let due = takeDue(state, t); due; due = takeDue(state, t)) fire(step, due)
  state.now = t
  apply(step, { ...observation, t })
  return { events: step.events, turned: [...step.turned] }
}

function isStart(observation: Observation): boolean {
  return observation.type === 'platform' && observation.event === 'started'
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
      if (observation.event === 'started') {
        holdOpen(step)
        remakeTimers(step.state)
      }
      return
    case 'connected':
    case 'goodbye':
    case 'lost':
    case 'report':
    case 'pace':
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

function setSession({ state, turned }: Step, id: DeviceId, session: Session): void {
  const { session: before, incident } = deviceState(state, id)
  state.devices[id] = { session, incident }
  if (session.state !== before.state) turned.add(id)
  if (session === before || !('offlineAt' in session) || session.offlineAt === null) return
  schedule(state, { at: session.offlineAt, device: id })
}
