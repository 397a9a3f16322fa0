import type { AreaId, BulletinClass, DeviceId, DeviceKind, SiteId } from '#protocol/ids.ts'
import type { RowsLossReason } from '#protocol/loss.ts'
import type { ShareView } from './availability-view.ts'
import type { WarningView } from './notices.ts'

export const LANGUAGES = ['vi', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** What a page says of a device's session: a fact, not yet a verdict. `new` has never been heard. */
export const SESSION_STATES = ['online', 'suspect', 'offline', 'goodbye', 'stale', 'new'] as const
export type SessionState = (typeof SESSION_STATES)[number]

/** What of a device needs care although it may run well, the worst first. */
export const MARKS = [
  'antivirus-none',
  'antivirus-off',
  'antivirus-stale',
  'disk-failing',
  'amplifier-fault',
  'playback-fault',
  'bulletins-missed',
  'spare-line',
  'unsupported',
  'restart-pending',
  'not-measured',
] as const
export type MarkName = (typeof MARKS)[number]

export interface MarkView {
  name: MarkName
  /** How many bulletins were due and not played, or things cannot be measured; null: not a matter of number. */
  count: number | null
}

export interface DeviceView {
  id: DeviceId
  name: string
  kind: DeviceKind
  session: SessionState
  /** Since when, ms since 1970; null for `new`. */
  since: number | null
  /** When the newest reading was measured, ms since 1970. */
  readAt: number | null
  /** Newest value of each metric, by its name of `protocol/metrics.ts`, and `uptime_seconds`. */
  values: Readonly<Record<string, number>>
  marks: readonly MarkView[]
  /** Its prober is away, so nobody sees it: `session` is `stale`. */
  unwatched: boolean
}

export interface SiteView {
  id: SiteId
  name: string
  devices: DeviceView[]
}

export interface AreaView {
  id: AreaId
  name: string
  /** Depth in the tree of areas, 0 at its root; areas come in tree order. */
  depth: number
  sites: SiteView[]
}

/** The same in every language. */
export type Said = Readonly<Record<Language, string>>

export type IncidentScope = 'device' | 'site' | 'cell' | 'area' | 'isp' | 'platform'
export type IncidentCause = 'power' | 'link' | 'device' | 'undetermined' | 'platform'
export type PriorityName = 'digest' | 'ticket' | 'page'

export interface IncidentView {
  id: string
  /** The incident under which it is listed; null: it stands for itself. */
  root: string | null
  scope: IncidentScope
  cause: IncidentCause
  state: 'open' | 'acknowledged' | 'recovering' | 'resolved'
  severity: 'minor' | 'major' | 'critical'
  /** It has come back so often that it is one case. */
  flapping: boolean
  /** The storm in which it opened, by id. */
  storm: string | null
  /** Earliest and latest moment at which it can have begun, ms since 1970. */
  start: [number, number]
  end: number | null
  /** What all members share, as a person calls it. */
  place: Said
  /** Whom no loudspeaker reaches while a warning is in force; null when that is not so. */
  cannotWarn: Said | null
  /** The reasons that a person needs first; '' when none says more than that there is an incident. */
  reason: Said
  areaNames: string[]
  siteNames: string[]
  deviceNames: string[]
  /** How many devices its sites have. */
  siteDevices: number
  /** How many of its devices are back. */
  back: number
  /** Who takes care of it. */
  acknowledgedBy: string | null
}

/** A device of an incident. */
export interface MemberView {
  id: DeviceId
  name: string
  kind: DeviceKind
  /** When and how it no longer counted as lost; null while it does. */
  returned: { at: number; by: 'connected' | 'goodbye' | 'removed' } | null
  /** It has lost its power, and lives on by its battery. */
  livesOn: boolean
}

export interface MemberSiteView {
  id: SiteId
  name: string
  areaName: string
  members: MemberView[]
}

/** Something that happened to an incident, in the order of time. */
export type Happening =
  | { at: number; kind: 'opened' | 'revised'; said: Said; reasons: Said[] }
  | { at: number; kind: 'acknowledged'; by: string }
  | { at: number; kind: 'back'; back: number; of: number }
  /** People were told, or are to be: `at` is when it was decided. */
  | { at: number; kind: 'told'; subject: Said; sendings: SendingView[] }

/** A message on its way through one channel. */
export interface SendingView {
  channel: string
  state: 'queued' | 'sent' | 'failed'
  /** When it was sent or given up. */
  doneAt: number | null
  error: string | null
}

/** What of an incident's page changes while it is open. */
export interface IncidentHeadView {
  at: number
  incident: IncidentView
  priority: PriorityName
  /** Changes whenever the page would. */
  version: string
}

export interface IncidentPageView extends IncidentHeadView {
  /** Every rule that still speaks for what is held to be true, those that a person needs first in front. */
  reasons: Said[]
  acknowledgedAt: number | null
  sites: MemberSiteView[]
  /** Oldest first. */
  happenings: Happening[]
  root: IncidentView | null
  /** Listed under it, in the order of opening. */
  children: IncidentView[]
}

/** How many devices are in each state. */
export type Counts = Readonly<Record<SessionState, number>>

export interface SummaryView {
  /** The centre's clock when the view was made, ms since 1970. */
  at: number
  counts: Counts
  openIncidents: number
}

export interface IncidentsView {
  /** The centre's clock when the view was made, ms since 1970. */
  at: number
  /** Not resolved, newest first. */
  incidents: IncidentView[]
  /** Resolved in the last 24 hours, newest first. */
  resolved: IncidentView[]
}

export interface NowView extends IncidentsView {
  areas: AreaView[]
  /** Storm warnings in force or to come; no exercises. */
  warnings: WarningView[]
}

export interface ChartView {
  metric: string
  unit: string
  from: number
  to: number
  points: { at: number; value: number }[]
}

/** How often a device reports and shows that it lives, as it has last told. */
export interface PaceView {
  reportSeconds: number
  keepaliveSeconds: number
  /** How far its data budget has stretched it; 0 not at all. */
  step: number
  /** It shows for all devices on its line that the line lives. */
  sentinel: boolean
}

/** What a month has cost a device on its line. */
export interface BillView {
  bytes: number
  /** null: no cap. */
  capBytes: number | null
  /** null where nobody has said what a megabyte costs. */
  vnd: number | null
  /** The device does not count itself: the centre has reckoned. */
  estimated: boolean
}

/** What became of the rows that a device has measured: produced = stored + declared lost + waiting + vanished. */
export interface RowsView {
  produced: number
  stored: number
  declaredLost: Record<RowsLossReason, number>
  waiting: number
  /** Gone undeclared with a journal that was made anew. */
  vanished: number
}

/** What a collector cannot measure, and why, in its own words. */
export interface FaultView {
  collector: string
  reason: string
}

/** Until when the maker of an operating system mends it. Days are `2025-10-14`. */
export interface SupportView {
  /** The last day of free security updates. */
  endsAt: string
  state: 'supported' | 'ends-soon' | 'ended'
  /** The last day of updates that can be bought; null: none are sold, or not known. */
  boughtUntil: string | null
}

/** One of the two lines of a site, as a device there sees it. */
export interface LineView {
  number: 1 | 2
  /** As its facts name it; null: it has none. */
  name: string | null
  state: 'unknown' | 'up' | 'down'
  carries: boolean
  rttMs: number | null
  lossPercent: number | null
}

/** How much of a line's capacity is in use. */
export interface LoadView {
  direction: 'down' | 'up'
  /** Of a site with two lines the one that carries; null: there is one alone. */
  line: 1 | 2 | null
  bitsPerSecond: number
  /** What the line was measured to carry, and by how many percent that may be off; null: nobody has said. */
  capacity: { bitsPerSecond: number; errorPercent: number | null }
}

/** Since when a site has been on its spare line; not exact: for longer than the charts reach back. */
export interface SpareView {
  since: number
  exact: boolean
}

/** What the store of readings says of a device. */
export interface DrawnView {
  charts: ChartView[]
  /** Charts come a dozen a page: which is shown, from 1, and how many there are. */
  page: number
  pages: number
  loads: LoadView[]
  /** null: it does not run on its spare line. */
  spare: SpareView | null
}

export interface DevicePageView {
  at: number
  device: DeviceView
  bulletinClass: BulletinClass | null
  /** The device that asks it, as it runs no agent. */
  prober: { id: DeviceId; name: string } | null
  /** Words that it has told of itself, by name of `protocol/traits-table.ts`. */
  traits: Readonly<Record<string, string>>
  faults: readonly FaultView[]
  /** Of its operating system; null: not known. */
  support: SupportView | null
  /** [] of a site with one line. */
  lines: readonly LineView[]
  /** null until it has told. */
  pace: PaceView | null
  rows: RowsView
  siteName: string
  areaName: string
  /** Of this month; null while there is none, or the store of readings does not answer. */
  bill: BillView | null
  /** How it has done this month; null while nothing was required of it. */
  thisMonth: { device: ShareView; service: ShareView } | null
  /** null when the store of readings does not answer. */
  drawn: DrawnView | null
  incidents: IncidentView[]
}

/** Who looks, and how. */
export interface Viewer {
  language: Language
  /** Signed in as; null for the open reading pages on loopback. */
  name: string | null
  /** The address asked for, path and query, so that the language switch can lead back. */
  path: string
}
