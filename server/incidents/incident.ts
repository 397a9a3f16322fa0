import type { AreaId, DeviceId, SiteId } from '#protocol/ids.ts'
import type { Interval } from './interval.ts'
import type { Fired } from './why.ts'

/** From what wakes a person to what is read once a week: rising urgency. */
export const PRIORITIES = ['digest', 'ticket', 'page'] as const
export type Priority = (typeof PRIORITIES)[number]

/** The smallest thing that all members have in common, rising. */
export const SCOPES = ['device', 'site', 'cell', 'area', 'isp', 'platform'] as const
export type Scope = (typeof SCOPES)[number]

export const CAUSES = ['power', 'link', 'device', 'undetermined', 'platform'] as const
export type Cause = (typeof CAUSES)[number]

/** `critical`: people cannot be warned while a warning is in force. */
export const SEVERITIES = ['minor', 'major', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]

export const INCIDENT_STATES = [
  'pending',
  'open',
  'acknowledged',
  'recovering',
  'resolved',
  'closed',
] as const
export type IncidentState = (typeof INCIDENT_STATES)[number]

/** A member that no longer counts as lost: it connected, said goodbye, or is watched no more. */
export interface Return {
  device: DeviceId
  at: number
  by: 'connected' | 'goodbye' | 'removed'
}

/** What was held to be true from `t` on, until the next. Nothing is ever overwritten. */
export interface Revision {
  t: number
  scope: Scope
  cause: Cause
  start: Interval
  /** The rules that fired then. */
  why: Fired[]
}

/** One cause, as far as is known. Times are ms since 1970 on the centre's clock. */
export interface Incident {
  /** `I1`, `I2`, … in order of opening: a replay of the same past gives the same. */
  id: string
  /** The incident under which it is listed: the first of its storm in the commune, or the one that hid it. */
  root: string | null
  scope: Scope
  /** What all members share: the id of a device, site, cell or area, or the name of an ISP; '' for the platform. */
  element: string
  cause: Cause
  /** `closed`: resolved, and the history of all members is in, or will not come any more. */
  state: IncidentState
  severity: Severity
  sites: SiteId[]
  areas: AreaId[]
  /** Everybody it took, in the order of joining. */
  devices: DeviceId[]
  /** Those of `devices` that were never lost: they bridge the loss of mains by a battery, and are heard. */
  onBattery: DeviceId[]
  /** Those of `devices` that are back, in the order of returning. */
  returned: Return[]
  start: Interval
  /** When the last that counted came back; null while one is missing. */
  end: number | null
  /** The storm in which it opened: the id of the warning, or one that the engine gave. */
  storm: string | null
  /** The most urgent that anybody was told. */
  priority: Priority
  openedAt: number
  /** When it is resolved if nobody is lost again; null unless recovering. */
  resolveAt: number | null
  acknowledgedBy: string | null
  acknowledgedAt: number | null
  /** It has come back so often that it is one case and not many. */
  flapping: boolean
  /** The first is the opening. */
  revisions: Revision[]
}

/** Something that people may be told. `incident` is as it was at `t`. */
export interface IncidentEvent {
  t: number
  event: 'opened' | 'widened' | 'resolved' | 'digest' | 'overrun'
  priority: Priority
  incident: Incident
  /** Of a digest those that are listed, of the others all members. */
  devices: DeviceId[]
  /** The rules that fired now. */
  why: Fired[]
}
