import type { DeviceId } from '#protocol/ids.ts'
import { acknowledge } from './acknowledge.ts'
import { closeIfDone, resolveIfDue } from './close.ts'
import type { Incident, IncidentEvent } from './incident.ts'
import { judge, judgeBattery } from './judge.ts'
import { noteLost, noteRemoved } from './members.ts'
import type { Observation, PlannedCut } from './observation.ts'
import { applyOfDevice, observe, setSession } from './observe.ts'
import { judgePlan, judgeReturn } from './overdue.ts'
import { devicesAt } from './paths.ts'
import { notePlan } from './plans.ts'
import { awayIfDue, noteAway, noteHere, sureAgainAt } from './platform.ts'
import { judgeStillAway } from './reopen.ts'
import { judgeResidual } from './residual.ts'
import type { Rules } from './rules.ts'
import { passTime } from './session.ts'
import { isSetBack, setBack } from './set-back.ts'
import { after, countUnknown, deviceState, type EngineState, incidentOf, type Step } from './state.ts'
import { digestIfDue, endStorm } from './storm-list.ts'
import { noteWarning } from './storms.ts'
import { SWEEP_SECONDS, sweep } from './sweep.ts'
import { schedule, type Timer, takeDue } from './timers.ts'
import { beginStorm } from './unwarned.ts'
import type { World } from './world.ts'

/** What an observation has led to. */
export interface Outcome {
  events: IncidentEvent[]
  /** Devices whose session came into another state. */
  turned: DeviceId[]
  /** Incidents whose record is another now, as they are. */
  changed: Incident[]
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
  const step: Step = {
    ...{ state, world, rules, events: [] },
    ...{ turned: new Set(), changed: new Set(), closed: new Map() },
  }
  if (isSetBack(state, observation.t)) setBack(state, observation.t)
  const t = Math.max(state.now, observation.t)
  const lastSeen = state.now
  if (!isStart(observation)) passTo(step, t)
  state.now = t
  if (lastSeen === 0) after(step, SWEEP_SECONDS, { kind: 'sweep' })
  apply(step, { ...observation, t }, lastSeen)
  const changed = [...step.changed].flatMap((id) => incidentOf(state, id) ?? step.closed.get(id) ?? [])
  return { events: step.events, turned: [...step.turned], changed }
}

function isStart(observation: Observation): boolean {
  return observation.type === 'platform' && observation.event === 'started'
}

function passTo(step: Step, t: number): void {
  for (let due = takeDue(step.state.timers, t); due; due = takeDue(step.state.timers, t)) fire(step, due)
}

/** All that falls due at one moment: first every session turns, so that each is judged beside the others. */
function fire(step: Step, { at, due }: { at: number; due: Timer[] }): void {
  // What fell due while the centre was dead happens now.
  const now = Math.max(step.state.now, at)
  step.state.now = now
  const gone: DeviceId[] = []
  for (const timer of due) {
    if (timer.kind !== 'session') continue
    const before = deviceState(step.state, timer.device).session
    setSession(step, timer.device, passTime(before, now))
    if (deviceState(step.state, timer.device).session !== before) gone.push(timer.device)
  }
  for (const id of gone) noteLost(step, id)
  for (const id of gone) judge(step, id)
  for (const timer of due) fireOne(step, timer)
}

/** Whether what falls due can be judged only while the centre hears. */
const NEEDS_SIGHT: ReadonlySet<Timer['kind']> = new Set([
  'battery',
  'residual',
  'still-away',
  'return',
  'plan',
  'sweep',
])

function fireOne(step: Step, timer: Timer): void {
  const sureAt = NEEDS_SIGHT.has(timer.kind) ? sureAgainAt(step) : null
  if (sureAt !== null) {
    postpone(step, timer, sureAt)
    return
  }
  switch (timer.kind) {
    case 'session':
      return
    case 'battery':
      judgeBattery(step, timer.device)
      return
    case 'resolve':
      resolveIfDue(step, timer.incident)
      return
    case 'residual':
      judgeResidual(step, timer.incident)
      return
    case 'close':
      closeIfDone(step, timer.incident)
      return
    case 'return':
      judgeReturn(step, timer.site)
      return
    case 'plan':
      judgePlan(step, timer.plan)
      return
    case 'storm-begin':
      beginStorm(step, timer.storm)
      return
    case 'storm-digest':
      digestIfDue(step, timer.storm)
      return
    case 'storm-tail':
      endStorm(step, timer.storm)
      return
    case 'still-away':
      judgeStillAway(step, timer.incident)
      return
    case 'platform':
      awayIfDue(step)
      return
    case 'sweep':
      sweep(step)
  }
}

function postpone({ state }: Step, timer: Timer, at: number): void {
  if (timer.kind === 'return' && Object.hasOwn(state.sites, timer.site)) {
    const known = state.sites[timer.site]!
    if (known.offUntil !== null && known.offUntil <= state.now) known.offUntil = at
  }
  schedule(state.timers, at, timer)
}

function apply(step: Step, observation: Observation, lastSeen: number): void {
  const { state, world } = step
  switch (observation.type) {
    case 'tick':
      noteRemoved(step)
      return
    case 'platform':
      applyPlatform(step, observation, lastSeen)
      return
    case 'warning':
      noteWarning(step, observation)
      return
    case 'planned':
      applyPlan(step, observation)
      return
    case 'acknowledged': {
      const incident = acknowledge(state, observation.incident, observation.by, observation.t)
      if (incident) step.changed.add(incident.id)
      return
    }
    case 'connected':
    case 'goodbye':
    case 'lost':
    case 'report':
    case 'pace':
    case 'power':
    case 'cell':
      if (!world.device(observation.device)) countUnknown(state, observation.device)
      applyOfDevice(step, observation)
      return
  }
}

/** Who was away by a cut that is called off or moved is missed now. */
function applyPlan(step: Step, plan: PlannedCut): void {
  const { state, world } = step
  const before = Object.hasOwn(state.plans, plan.id) ? state.plans[plan.id]!.sites : []
  notePlan(step, plan)
  for (const site of before) for (const { id } of devicesAt(world, site)) judge(step, id)
}

function applyPlatform(step: Step, observation: Observation & { type: 'platform' }, lastSeen: number): void {
  const { state } = step
  for (const id of Object.keys(state.devices) as DeviceId[]) observe(step, id, observation)
  switch (observation.event) {
    case 'stopping':
    case 'unhealthy':
      noteAway(step)
      return
    case 'healthy':
      noteHere(step, state.now)
      return
    case 'started':
      // Nobody was there when these fell due: what waited for an end waits until the doubt is over.
      noteHere(step, lastSeen === 0 ? state.now : lastSeen)
      holdOpen(step)
      passTo(step, state.now)
      return
  }
}

/** The centre starts: who was back is in doubt again, so no incident is over before the doubt is. */
function holdOpen(step: Step): void {
  const { state, rules } = step
  const doubtEndsAt = state.now + rules.staleGraceSeconds * 1000
  for (const incident of Object.values(state.incidents)) {
    if (incident.resolveAt === null || incident.scope === 'platform') continue
    incident.resolveAt = Math.max(incident.resolveAt, doubtEndsAt)
    schedule(state.timers, incident.resolveAt, { kind: 'resolve', incident: incident.id })
  }
}
