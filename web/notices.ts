import type { AreaId, SiteId } from '#protocol/ids.ts'

/** What was assumed or concluded where a warning did not say it itself. */
export const REMARKS = [
  'no-end',
  'no-severity',
  'grave-title',
  'by-name',
  'unlikely',
  'test',
  'over',
  'left-us',
  'merged',
] as const
export type Remark = (typeof REMARKS)[number]

export interface WarningView {
  id: string
  headline: string
  severity: 'extreme' | 'severe' | 'moderate' | 'minor'
  /** An exercise: it changes nothing. */
  isTest: boolean
  areaNames: string[]
  onset: number
  expires: number
  isCancelled: boolean
  /** The sender of the message, or the account that switched it. */
  by: string
  isManual: boolean
  remarks: readonly Remark[]
}

/** A source that is asked for warnings again and again. */
export interface FeedView {
  url: string
  answeredAt: number | null
  fault: string | null
}

/** Where something may be for: areas in tree order, each with its sites. */
export interface PlaceView {
  id: AreaId
  name: string
  /** 0 at the root. */
  depth: number
  sites: { id: SiteId; name: string }[]
}

/** What a person filled in and was not taken, and why, so that it can be mended. */
export interface Mistake {
  message: string
  given: Readonly<Record<string, string | readonly string[] | undefined>>
}

export interface StormsView {
  at: number
  /** Not over, those that have not begun among them. */
  warnings: WarningView[]
  past: WarningView[]
  feeds: FeedView[]
  places: PlaceView[]
  mistake: Mistake | null
}

export interface PlanView {
  id: string
  cause: 'power' | 'maintenance'
  siteNames: string[]
  from: number
  to: number
  isCalledOff: boolean
  /** Entered after it had begun: it still counts as required time. */
  isLate: boolean
  reason: string
  owner: string
}

export interface PlannedView {
  at: number
  ahead: PlanView[]
  past: PlanView[]
  places: PlaceView[]
  mistake: Mistake | null
}
