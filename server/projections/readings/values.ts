import { fromWire, numberOf } from '#protocol/metrics.ts'
import { METRICS } from '#protocol/metrics-table.ts'
import type { Report } from '#protocol/report.ts'
import type { PlacedReport, Point, ReadingQuery } from './store.ts'

/** An agent does not send its own: a report says how old its boot was at the first row. */
const UPTIME = 'uptime_seconds'
const PROBED_BOOT = numberOf('probed_boot')

export interface ReadingRow {
  /** ms since 1970 */
  at: number
  /** By metric name; what was not measured is absent. */
  values: Record<string, number>
}

/** The rows of a report, oldest first, each value under the name that `ReadingQuery.metric` asks for. */
export function rowsOf({ report, rowsAt }: Pick<PlacedReport, 'report' | 'rowsAt'>): ReadingRow[] {
  const own = !speaksForAnother(report)
  const rows = rowsAt.map((at, row) => ({
    at,
    values: (own ? { [UPTIME]: uptimeAt(report, row) } : {}) as ReadingRow['values'],
  }))
  for (const { metric, values } of report.columns) {
    values.forEach((integer, row) => {
      if (integer === null) return
      const { name, value } = fromWire(metric, integer)
      rows[row]!.values[name] = value
    })
  }
  return rows
}

/** One metric of a report, row by row: null where it was not measured, [] when the report does not carry it. */
export function valuesOf(report: Report, metric: string): (number | null)[] {
  if (metric === UPTIME && !speaksForAnother(report))
    return report.offsetsSeconds.map((_, row) => uptimeAt(report, row))
  const column = report.columns.find(({ metric: number }) => fromWire(number, 0).name === metric)
  if (!column) return []
  return column.values.map((integer) => (integer === null ? null : fromWire(column.metric, integer).value))
}

/** Whether a report can carry a metric of this name at all. */
export function isMetric(name: string): boolean {
  return /^metric_\d+$/.test(name) || METRICS.some((metric) => metric.name === name)
}

/** The mean of the points in each bucket of `stepMs`, at the bucket's start; buckets begin at 1970, empty ones are absent. */
export function bucketMeans(points: readonly Point[], stepMs: number): Point[] {
  const buckets = new Map<number, { sum: number; count: number }>()
  for (const { at, value } of points) {
    const start = Math.floor(at / stepMs) * stepMs
    const bucket = buckets.get(start) ?? { sum: 0, count: 0 }
    buckets.set(start, { sum: bucket.sum + value, count: bucket.count + 1 })
  }
  return [...buckets].map(([at, { sum, count }]) => ({ at, value: sum / count }))
}

/** @throws RangeError when times or step are no whole numbers, or the step is below 1 ms */
export function checkQuery({ from, to, stepMs }: Pick<ReadingQuery, 'from' | 'to' | 'stepMs'>): void {
  for (const [name, value, least] of [
    ['from', from, Number.MIN_SAFE_INTEGER],
    ['to', to, Number.MIN_SAFE_INTEGER],
    ['stepMs', stepMs ?? 1, 1],
  ] as const) {
    if (!Number.isSafeInteger(value) || value < least) {
      throw new RangeError(
        `${name}: expected a whole number of milliseconds, at least ${least}, got ${value}`,
      )
    }
  }
}

/** A prober's report: boot and uptime of its head are not the device's. */
export function speaksForAnother(report: Report): boolean {
  return report.columns.some(({ metric }) => metric === PROBED_BOOT)
}

function uptimeAt(report: Report, row: number): number {
  return report.uptimeSeconds + report.offsetsSeconds[row]!
}
