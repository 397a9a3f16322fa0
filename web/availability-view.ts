import type { AreaId, BulletinClass, DeviceId, DeviceKind, SiteId } from '#protocol/ids.ts'

/** Between 0 and 1; null: nothing was required. */
export interface ShareView {
  lower: number | null
  upper: number | null
}

export interface DowntimeView {
  powerMs: number
  linkMs: number
  faultMs: number
  unknownMs: number
}

export interface FiguresView {
  devices: number
  requiredMs: number
  device: ShareView
  service: ShareView
  /** Share of the period for which no more history is expected. */
  historyComplete: number
  downtime: DowntimeView
  /** The part of it in storms. */
  stormDowntime: DowntimeView
  offPlannedMs: number
  maintenanceMs: number
  momentary: { count: number; ms: number }
  failures: number
  mttrMs: number | null
  mtbfMs: number | null
  /** Of PCs within working hours. */
  working: { device: ShareView; service: ShareView } | null
}

/** A line of the table: an area, a site or a device with its figures. */
export type FiguresLine = { name: string; figures: FiguresView } & (
  | { kind: 'area'; id: AreaId }
  | { kind: 'site'; id: SiteId }
  | { kind: 'device'; id: DeviceId; device: DeviceKind; siteName: string }
)

/** A device of which something else is held than was published. */
export interface ChangedView {
  id: DeviceId
  name: string
  changes: { from: number; to: number; was: VerdictName; is: VerdictName }[]
  learnedAt: number | null
}

/** Why a version no longer holds. */
export interface ReasonView {
  devices: ChangedView[]
  added: number
  removed: number
  calendar: boolean
}

export interface VersionView {
  version: number
  publishedAt: number
  publishedBy: string
  /** null of the first. */
  reason: ReasonView | null
  figures: FiguresView
}

export const VERDICT_NAMES = [
  'up-connected',
  'up-unreachable',
  'down-fault',
  'down-power',
  'off-planned',
  'maintenance',
  'unknown',
] as const
export type VerdictName = (typeof VERDICT_NAMES)[number]

/** When offices work, in minutes of their day. */
export interface HoursView {
  /** 1 is Monday, 7 Sunday. */
  workdays: readonly number[]
  openMinutes: number
  closeMinutes: number
}

export interface AvailabilityView {
  at: number
  /** What is shown; null: all areas. */
  area: { id: AreaId; name: string } | null
  site: { id: SiteId; name: string } | null
  /** `2026-06` */
  month: string
  /** Whether the month is over. */
  over: boolean
  /** To choose from: the newest first. */
  months: string[]
  /** To choose from, in tree order. */
  areas: { id: AreaId; name: string; depth: number }[]
  whole: FiguresView
  /** Of each, the worst first, and how many there are; what is not listed is better. */
  lines: { areas: Listed; sites: Listed; devices: Listed }
  /** Loudspeakers by the bulletins that they are there for, the most urgent first. */
  classes: { class: BulletinClass; figures: FiguresView }[]
  hours: HoursView
  /** Of a whole area and month that is over; else null. */
  published: { versions: VersionView[]; next: { version: number; reason: ReasonView | null } | null } | null
  /** The version whose figures are shown in place of today's; null: today's. */
  shown: number | null
}

export interface Listed {
  worst: FiguresLine[]
  all: number
}
