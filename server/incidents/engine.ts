import type { DeviceId } from '#protocol/ids.ts'
import { acknowledge } from './acknowledge.ts'
import { noteLight } from './habits.ts'
import { noteBoot, noteHistory, noteUptime } from './history.ts'
import { patienceOf, RECOVERIES_KEPT } from './hold-down.ts'
import type { Incident, IncidentEvent } from './incident.ts'
import { canMeet } from './interval.ts'
import {
  closeIfDone,
  judge,
  judgeBattery,
  judgePlan,
  judgeResidual,
  judgeReturn,
  resolveIfDue,
} from './lifecycle.ts'
import { noteBack, noteLost, noteRemoved } from './members.ts'
import type { Observation } from './observation.ts'
import { devicesAt, isAlwaysOn } from './paths.ts'
import { notePlan } from './plans.ts'
import { awayIfDue, noteAway, noteHere, noteVanished } from './platform.ts'
import type { Rules } from './rules.ts'
import { lossOf, observeSession, passTime, type Session, turnsAt } from './session.ts'
import { isSetBack, setBack } from './set-back.ts'
import {
  after,
  countUnknown,
  deviceState,
  type EngineState,
  incidentOf,
  ownState,
  type Step,
} from './state.ts'
import { beginStorm, digestIfDue, endStorm, noteWarning } from './storms.ts'
import { schedule, type Timer, takeDue } from './timers.ts'
import type { World } from './world.ts'

/** What an observation has led to. */
export interface Outcome {
  events: IncidentEvent[]
  /** Devices whose session came into another state. */
  turned: DeviceId[]
  /** Incidents whose record is another now, as they are. */
  changed: Incident[]
}

type OfDevice = Extract<Observation, { device: DeviceId }>

/**
 * Observations in, incident events out, in virtual time: whatever falls due before an observation happens
 * first, at its own time, so that the result does not depend on when ticks come. Only the time before a start of
 * the centre brings nothing due: it was dead and saw nothing, so everything must be doubted first.
 *
 * An observation older than the newest is taken as of now; one that is much older shows that the clock was set
 * back. Changes `state`, which a caller that fails to store it must load again.
 */
export function advance(state: EngineState, world: World, rules: Rules, observation: Observation): Outcome {
  const step: Step = { state, world, rules, events: [], turned: new Set(), changed: new Set() }
  if (isSetBack(state, observation.t)) setBack(state, observation.t)
  const t = Math.max(state.now, observation.t)
  const lastSeen = state.now
  if (!isStart(observation)) passTo(step, t)
  state.now = t
  apply(step, { ...observation, t }, lastSeen)
  const changed = [...step.changed].flatMap((id) => incidentOf(state, id) ?? [])
  for (const { id, state: life } of changed) if (life === 'closed') forget(state, id)
  return { events: step.events, turned: [...step.turned], changed }
}

function isStart(observation: Observation): boolean {
  return observation.type === 'platform' && observation.event === 'started'
}

function passTo(step: Step, t: number): void {
  for (let due = takeDue(step.state.timers, t); due; due = takeDue(step.state.timers, t)) fire(step, due)
}

function forget(state: EngineState, id: string): void {
  delete state.incidents[id]
  delete state.cases[id]
}

/** All that falls due at one moment: first every session turns, so that each is judged beside the others. */
function fire(step: Step, { at, due }: { at: number; due: Timer[] }): void {
  step.state.now = at
  const gone: DeviceId[] = []
  for (const timer of due) {
    if (timer.kind !== 'session') continue
    const before = deviceState(step.state, timer.device).session
    setSession(step, timer.device, passTime(before, at))
    if (deviceState(step.state, timer.device).session !== before) gone.push(timer.device)
  }
  for (const id of gone) noteLost(step, id)
  for (const id of gone) judge(step, id)
  for (const timer of due) fireOne(step, timer)
}

function fireOne(step: Step, timer: Timer): void {
  switch (timer.kind) {
    case 'session':
      return
    case 'battery':
      return judgeBattery(step, timer.device)
    case 'resolve':
      return resolveIfDue(step, timer.incident)
    case 'residual':
      return judgeResidual(step, timer.incident)
    case 'close':
      return closeIfDone(step, timer.incident)
    case 'return':
      return judgeReturn(step, timer.site)
    case 'plan':
      return judgePlan(step, timer.plan)
    case 'storm-begin':
      return beginStorm(step, timer.storm)
    case 'storm-digest':
      return digestIfDue(step, timer.storm)
    case 'storm-tail':
      return endStorm(step, timer.storm)
    case 'platform':
      return awayIfDue(step)
  }
}

function apply(step: Step, observation: Observation, lastSeen: number): void {
  const { state, world } = step
  switch (observation.type) {
    case 'tick':
      return noteRemoved(step)
    case 'platform':
      return applyPlatform(step, observation, lastSeen)
    case 'warning':
      return noteWarning(step, observation)
    case 'planned':
      return notePlan(step, observation)
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
      return applyOfDevice(step, observation)
  }
}

function applyPlatform(step: Step, observation: Observation & { type: 'platform' }, lastSeen: number): void {
  const { state } = step
  for (const id of Object.keys(state.devices) as DeviceId[]) observe(step, id, observation)
  switch (observation.event) {
    case 'stopping':
    case 'unhealthy':
      return noteAway(step)
    case 'healthy':
      return noteHere(step, state.now)
    case 'started':
      // Nobody was there when these fell due: what waited for an end waits until the doubt is over.
      noteHere(step, lastSeen === 0 ? state.now : lastSeen)
      holdOpen(step)
      return passTo(step, state.now)
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

/** What the observation says besides that the device lives. The session of an unknown device is kept too: it may be enrolled a moment later. */
function applyOfDevice(step: Step, observation: OfDevice): void {
  const { state } = step
  const id = observation.device
  switch (observation.type) {
    case 'connected':
      observe(step, id, observation)
      return noteBoot(step, id, observation.boot, observation.previousEnd)
    case 'report':
      observe(step, id, observation)
      if (observation.now) noteUptime(step, id, observation.now.boot, observation.now.uptimeSeconds)
      return noteHistory(step, id, observation.history, aheadOf(observation))
    case 'power':
      observe(step, id, observation)
      return applyPower(step, observation)
    case 'cell':
      observe(step, id, observation)
      ownState(state, id).cell = observation.cell
      return
    case 'goodbye':
    case 'lost':
    case 'pace':
      return observe(step, id, observation)
  }
}

/** By how much the device's wall clock is ahead of ours. */
function aheadOf({ clockMs, t }: Extract<Observation, { type: 'report' }>): number | null {
  return clockMs === null ? null : clockMs - t
}

function applyPower(step: Step, { device, source }: Extract<Observation, { type: 'power' }>): void {
  const { state, rules } = step
  const known = ownState(state, device)
  if (known.power?.source === source) return
  known.power = { source, since: state.now }
  if (source === 'battery') {
    after(step, rules.holdDownPowerSeconds, { kind: 'battery', device })
    return
  }
  const incident = incidentOf(state, known.incident)
  if (incident && state.cases[incident.id]!.riders.includes(device)) noteBack(step, device, 'connected')
}

function observe(step: Step, id: DeviceId, observation: Observation): void {
  const { state, world, rules } = step
  const known = deviceState(state, id)
  const why = observation.type === 'lost' ? observation.why : null
  const patience = patienceOf(world, rules, world.device(id), known, why)
  const before = known.session
  const after = observeSession(before, observation, patience)
  setSession(step, id, after)
  switch (after.state) {
    case 'online':
      if (observation.type === 'connected') noteReturn(step, id, observation.boot)
      if (before.state !== 'online') back(step, id, 'connected')
      return
    case 'goodbye':
      if (before.state !== 'goodbye') back(step, id, 'goodbye')
      return
    case 'suspect':
      if (before.state === 'suspect') return
      noteLost(step, id)
      noteVanished(step, id)
      return
    case 'new':
    case 'offline':
    case 'stale':
  }
}

function back(step: Step, id: DeviceId, by: 'connected' | 'goodbye'): void {
  const device = step.world.device(id)
  if (device && by === 'connected') noteLight(step, device)
  noteBack(step, id, by)
}

/** It is back from an absence that nobody was told of: what such absences last is learned from the lonely ones. */
function noteReturn(step: Step, id: DeviceId, boot: number | null): void {
  const { state, world } = step
  const known = ownState(state, id)
  const { gap } = known
  if (!gap || gap.backAt !== null) return
  gap.backAt = state.now
  const device = world.device(id)
  if (!device || !isAlwaysOn(device) || known.incident !== null) return
  const lonely = !devicesAt(world, device.site).some(
    (other) => other.id !== id && sharesGap(step, known, other.id),
  )
  if (!lonely) return
  const sameBoot = boot !== null && gap.boot?.number === boot
  known.recoveries.push({ at: state.now, seconds: Math.round((state.now - gap.loss[1]) / 1000), sameBoot })
  if (known.recoveries.length > RECOVERIES_KEPT) known.recoveries.shift()
}

function sharesGap(
  { state, rules }: Step,
  { gap }: { gap: { loss: [number, number] } | null },
  other: DeviceId,
): boolean {
  const theirs = deviceState(state, other)
  const loss = lossOf(theirs.session) ?? theirs.gap?.loss
  return gap !== null && loss !== undefined && canMeet(gap.loss, loss, rules.slackSeconds * 1000)
}

function setSession(step: Step, id: DeviceId, session: Session): void {
  const { state, turned } = step
  const known = ownState(state, id)
  const before = known.session
  if (session === before) return
  known.session = session
  if (session.state !== before.state) {
    turned.add(id)
    const loss = lossOf(session)
    if (loss && lossOf(before) === null) known.gap = { loss, backAt: null, boot: known.boot && { ...known.boot }, incident: null, bootAfter: null }
  }
  const at = turnsAt(session)
  if (at !== null && at !== turnsAt(before)) schedule(state.timers, at, { kind: 'session', device: id })
}
