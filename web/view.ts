import type { AreaId, DeviceId, DeviceKind, SiteId } from '#protocol/ids.ts'
import type { RowsLossReason } from '#protocol/loss.ts'

export const LANGUAGES = ['vi', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** What a page says of a device's session: a fact, not yet a verdict. `new` has never been heard. */
export const SESSION_STATES = ['online', 'suspect', 'offline', 'goodbye', 'stale', 'new'] as const
export type SessionState = (typeof SESSION_STATES)[number]

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

export interface IncidentView {
  id: string
  scope: 'site' | 'device'
  state: 'open' | 'acknowledged' | 'recovering' | 'resolved'
  /** Earliest and latest moment at which it can have begun, ms since 1970. */
  start: [number, number]
  end: number | null
  areaName: string
  siteName: string
  deviceNames: string[]
  /** How many devices the site has. */
  siteDevices: number
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

export interface DevicePageView {
  at: number
  device: DeviceView
  /** null until it has told. */
  pace: PaceView | null
  rows: RowsView
  siteName: string
  areaName: string
  /** Of this month; null while there is none, or the store of readings does not answer. */
  bill: BillView | null
  /** null when the store of readings does not answer. */
  charts: ChartView[] | null
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
