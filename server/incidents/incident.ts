import type { AreaId, DeviceId, SiteId } from '#protocol/ids.ts'
import type { Interval } from './interval.ts'

/** From what wakes a person to what is read once a week: rising urgency. */
export const PRIORITIES = ['digest', 'ticket', 'page'] as const
export type Priority = (typeof PRIORITIES)[number]

/** The rules that can fire, by the names that are stored with an incident and shown as its reasons. */
export type Why =
  | 'silent-past-hold-down'
  | 'losses-can-meet'
  | 'whole-site-silent'
  | 'site-still-down'
  | 'only-pcs'
  | 'some-always-on-answer'
  | 'no-always-on-answers'
  | 'all-back'
  | 'pcs-hold-nothing-open'

/** A member that no longer counts as lost: it connected, said goodbye, or is watched no more. */
export interface Return {
  device: DeviceId
  at: number
  by: 'connected' | 'goodbye' | 'removed'
}

/** One cause, as far as is known. Times are ms since 1970 on the centre's clock. */
export interface Incident {
  /** `I1`, `I2`, … in order of opening: a replay of the same past gives the same. */
  id: string
  scope: 'device' | 'site'
  cause: 'undetermined'
  state: 'pending' | 'open' | 'acknowledged' | 'recovering' | 'resolved' | 'closed'
  site: SiteId
  areas: AreaId[]
  /** Everybody it took, in the order of joining. */
  devices: DeviceId[]
  /** Those of `devices` that are back, in the order of returning. */
  returned: Return[]
  start: Interval
  /** When the last that counted came back; null while one is missing. */
  end: number | null
  /** The most urgent that anybody was told. */
  priority: Priority
  openedAt: number
  /** When it is resolved if nobody is lost again; null unless recovering. */
  resolveAt: number | null
  acknowledgedBy: string | null
  acknowledgedAt: number | null
  /** Every rule that fired, once each, in order. */
  why: Why[]
}

/** Something that people may be told. `incident` is as it was at `t`. */
export interface IncidentEvent {
  t: number
  event: 'opened' | 'widened' | 'resolved'
  priority: Priority
  incident: Incident
  /** The rules that fired now. */
  why: Why[]
}
