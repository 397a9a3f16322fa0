import type { DeviceId } from '#protocol/ids.ts'
import { noteLight } from './habits.ts'
import { noteBoot, noteHistory, noteUptime } from './history.ts'
import { patienceOf, RECOVERIES_KEPT } from './hold-down.ts'
import { canMeet, type Interval } from './interval.ts'
import { noteBack, noteLost } from './members.ts'
import type { Observation } from './observation.ts'
import { devicesAt, isAlwaysOn } from './paths.ts'
import { noteVanished } from './platform.ts'
import { lossOf, observeSession, type Session, turnsAt } from './session.ts'
import { cellOf } from './shared-cell.ts'
import { after, deviceState, incidentOf, ownState, type Step } from './state.ts'
import { schedule } from './timers.ts'
import type { WatchedDevice } from './world.ts'

type OfDevice = Extract<Observation, { device: DeviceId }>

/** What the observation says besides that the device lives. The session of an unknown device is kept too: it may be enrolled a moment later. */
export function applyOfDevice(step: Step, observation: OfDevice): void {
  const { state } = step
  const id = observation.device
  switch (observation.type) {
    case 'connected':
      observe(step, id, observation)
      noteBoot(step, id, observation.boot, observation.previousEnd)
      return
    case 'report':
      observe(step, id, observation)
      if (observation.now) noteUptime(step, id, observation.now.boot, observation.now.uptimeSeconds)
      noteHistory(step, id, observation.history, aheadOf(observation))
      return
    case 'power':
      observe(step, id, observation)
      applyPower(step, observation)
      return
    case 'cell':
      observe(step, id, observation)
      ownState(state, id).cell = observation.cell
      return
    case 'goodbye':
    case 'lost':
    case 'pace':
      observe(step, id, observation)
      return
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
  if (incident?.onBattery.includes(device)) noteBack(step, device, 'connected')
}

export function observe(step: Step, id: DeviceId, observation: Observation): void {
  const { state, world, rules } = step
  const known = deviceState(state, id)
  const why = observation.type === 'lost' ? observation.why : null
  const patience = patienceOf(world, rules, world.device(id), known, why)
  const before = known.session
  const session = observeSession(before, observation, patience)
  setSession(step, id, session)
  switch (session.state) {
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
  if (!isLonely(step, device, gap.loss)) return
  const sameBoot = boot !== null && gap.boot?.number === boot
  known.recoveries.push({ at: state.now, seconds: Math.round((state.now - gap.loss[1]) / 1000), sameBoot })
  if (known.recoveries.length > RECOVERIES_KEPT) known.recoveries.shift()
}

/** Nothing else of its site or its cell was away at that moment: what befalls many teaches nothing of one. */
function isLonely(step: Step, device: WatchedDevice, loss: Interval): boolean {
  const wentToo = (other: WatchedDevice): boolean => other.id !== device.id && wentAt(step, other.id, loss)
  if (devicesAt(step.world, device.site).some(wentToo)) return false
  const cell = cellOf(step, device)
  if (cell === null) return true
  for (const other of step.world.devices()) if (cellOf(step, other) === cell && wentToo(other)) return false
  return true
}

function wentAt({ state, rules }: Step, id: DeviceId, loss: Interval): boolean {
  const { session, gap } = deviceState(state, id)
  const theirs = lossOf(session) ?? gap?.loss
  return theirs !== undefined && canMeet(loss, theirs, rules.slackSeconds * 1000)
}

export function setSession(step: Step, id: DeviceId, session: Session): void {
  const { state, turned } = step
  const known = ownState(state, id)
  const before = known.session
  if (session === before) return
  known.session = session
  if (session.state !== before.state) {
    turned.add(id)
    const loss = lossOf(session)
    if (loss && lossOf(before) === null)
      known.gap = {
        loss,
        backAt: null,
        boot: known.boot && { ...known.boot },
        incident: null,
        bootAfter: null,
      }
  }
  const at = turnsAt(session)
  if (at !== null && at !== turnsAt(before)) schedule(state.timers, at, { kind: 'session', device: id })
}
