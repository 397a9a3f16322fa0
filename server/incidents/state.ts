import type { DeviceId } from '#protocol/ids.ts'
import type { Incident, IncidentEvent } from './incident.ts'
import type { World } from './observation.ts'
import type { Rules } from './rules.ts'
import type { Session } from './session.ts'

export interface DeviceState {
  session: Session
  /** The incident that it is a member of, unless it has been released. */
  incident: string | null
}

/** One that no longer fits what it points at when it falls due is ignored, so nothing need be cancelled. */
export type Timer = { at: number; device: DeviceId } | { at: number; incident: string }

/** All that the engine remembers: plain JSON, and bounded by the number of devices. */
export interface EngineState {
  /** Virtual time, ms since 1970: no observation has been later. */
  now: number
  devices: Record<DeviceId, DeviceState>
  /** Those not resolved, by id, in the order of opening. */
  incidents: Record<string, Incident>
  /** By due time, and those of the same time in the order of their making. */
  timers: Timer[]
  /** How many incidents were ever opened. */
  opened: number
  /** How many observations came of devices that the world does not know, by their id. */
  unknown: Record<DeviceId, number>
}

/** One step of the engine: what it works on and what it has found so far. */
export interface Step {
  state: EngineState
  world: World
  rules: Rules
  events: IncidentEvent[]
  /** Devices whose session came into another state. */
  turned: Set<DeviceId>
}

export function emptyState(): EngineState {
  return { now: 0, devices: {}, incidents: {}, timers: [], opened: 0, unknown: {} }
}

const NEW: DeviceState = { session: { state: 'new' }, incident: null }

/** Own properties only: `constructor` is a valid device id. */
export function deviceState(state: EngineState, id: DeviceId): Readonly<DeviceState> {
  return Object.hasOwn(state.devices, id) ? state.devices[id]! : NEW
}

export function incidentOf(state: EngineState, id: string | null): Incident | undefined {
  return id !== null && Object.hasOwn(state.incidents, id) ? state.incidents[id] : undefined
}

export function countUnknown(state: EngineState, id: DeviceId): void {
  state.unknown[id] = (Object.hasOwn(state.unknown, id) ? state.unknown[id]! : 0) + 1
}

export function schedule(state: EngineState, timer: Timer): void {
  const before = state.timers.findLastIndex(({ at }) => at <= timer.at)
  state.timers.splice(before + 1, 0, timer)
}

/** Puts in place of all timers those that still count: they were moved, or some fell due unseen. */
export function remakeTimers(state: EngineState): void {
  state.timers = []
  for (const [device, { session }] of Object.entries(state.devices) as [DeviceId, DeviceState][]) {
    if ('offlineAt' in session && session.offlineAt !== null)
      schedule(state, { at: session.offlineAt, device })
  }
  for (const { id, resolveAt } of Object.values(state.incidents)) {
    if (resolveAt !== null) schedule(state, { at: resolveAt, incident: id })
  }
}

/** Takes out the timers that fall due first, all of the same moment, if that is not after `until`. */
export function takeDue(state: EngineState, until: number): { at: number; timers: Timer[] } | null {
  const at = state.timers[0]?.at
  if (at === undefined || at > until) return null
  const later = state.timers.findIndex((timer) => timer.at > at)
  return { at, timers: state.timers.splice(0, later === -1 ? state.timers.length : later) }
}
