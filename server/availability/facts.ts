import type { AreaId, DeviceId } from '#protocol/ids.ts'
import type { Cause, Scope } from '../incidents/incident.ts'
import type { Interval } from '../incidents/interval.ts'
import type { PlannedCut } from '../incidents/observation.ts'

/**
 * What is known, for ever: facts are only added. Each has the time for which it holds and the time at which
 * the centre learned it (`knownAt`, the `t` of the observation); what was thought at any moment K is a pure function
 * of the facts with `knownAt <= K`, so a late word changes the present view and no past one. Plain JSON;
 * times are ms since 1970 on the centre's clock.
 */
export interface Facts {
  /** Keyed by device; those that the world does not know too, for they may become known. */
  devices: Record<DeviceId, DeviceFacts>
  /** Keyed by incident. */
  incidents: Record<string, IncidentFacts>
  /** Keyed by plan: every version that was announced. */
  plans: Record<string, PlanVersion[]>
  /** When the centre went away and came back. */
  platform: PlatformTurn[]
}

export interface DeviceFacts {
  /** Packed rows, see `rows.ts`: a year of it must fit 1,400 times into memory. */
  log: number[]
  /** In which hours it reported, see `heard.ts`. */
  heard: number[]
  /** The incidents that it ever belonged to. */
  incidents: string[]
}

/** What was held of an incident from `t` on. */
export interface IncidentView {
  t: number
  scope: Scope
  cause: Cause
  start: Interval
  storm: string | null
  areas: AreaId[]
  /** null: not over, as far as was known. */
  end: number | null
}

/** From `t` on it was known that the device is out, or back since `backAt`. */
export interface Membership {
  t: number
  backAt: number | null
}

export interface IncidentFacts {
  /** In the order of `t`. */
  views: IncidentView[]
  /** Keyed by device. */
  members: Record<DeviceId, Membership[]>
}

export interface PlanVersion {
  knownAt: number
  plan: PlannedCut
}

export interface PlatformTurn {
  t: number
  event: 'started' | 'stopping' | 'unhealthy' | 'healthy'
}

export function emptyFacts(): Facts {
  return { devices: {}, incidents: {}, plans: {}, platform: [] }
}
