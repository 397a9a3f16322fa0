import type { AreaId, DeviceId, DeviceKind, SiteId } from '#protocol/ids.ts'
import type { Report } from '#protocol/report.ts'

/** A report with its rows placed in time and its device placed in the tree. */
export interface PlacedReport {
  device: DeviceId
  site: SiteId
  area: AreaId
  kind: DeviceKind
  report: Report
  /** The report's own bytes, as `decodeReport` reads them. */
  bytes: Uint8Array
  /** When each row was measured, ms since 1970, on the centre's clock. */
  rowsAt: number[]
}

export interface ReadingQuery {
  device: DeviceId
  /** A name of `protocol/metrics.ts`, `uptime_seconds`, or `metric_<number>`. */
  metric: string
  /** ms since 1970, inclusive */
  from: number
  /** ms since 1970, exclusive */
  to: number
  /** Mean over buckets of so many ms, each at its start, buckets aligned to 1970; null for every reading. */
  stepMs: number | null
}

export interface Point {
  at: number
  value: number
}

/** Where readings are kept for charts. Writing the same report twice is writing it once. */
export interface ReadingStore {
  start(): Promise<void>
  /** Resolves when the reports are on disk. Rejects when they are not; the caller tries the same ones again. */
  write(reports: readonly PlacedReport[]): Promise<void>
  /** In time order. */
  read(query: ReadingQuery): Promise<Point[]>
  stop(): Promise<void>
}
