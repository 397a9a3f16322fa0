import type { Age } from '#protocol/delivery.ts'
import { MAX_ROWS, MAX_WIRE_VALUE } from '#protocol/limits.ts'
import { METRICS, toWire } from '#protocol/metrics.ts'
import type { Column, Report } from '#protocol/report.ts'
import type { Clock } from './clock.ts'
import type { Sample } from './sampler.ts'

/** A wall clock that says less, seconds since 1970, is a dead battery's: no report can tell it (protocol/README.md). */
const EARLIEST_CLOCK_SECONDS = Date.UTC(2026, 0, 1) / 1000

/** A sample as a report of one row. `seq` is its number in the journal; the epoch comes at sealing. */
export function rowOf(sample: Sample, seq: number): Report {
  const columns: Column[] = []
  for (const { number, name } of METRICS) {
    const value = sample.values[name]
    if (value === undefined) continue
    const integer = toWire(name, value)
    // NaN and infinity are no measurement.
    if (Math.abs(integer) <= MAX_WIRE_VALUE) columns.push({ metric: number, values: [integer] })
  }
  const { boot, uptimeSeconds, clockSeconds } = sample
  return { epoch: 0, seq, boot, uptimeSeconds, clockSeconds, offsetsSeconds: [0], columns }
}

/** May `row` stand right behind `before` in one report: same boot, time not falling, no number between them lost? */
function follows(before: Report, row: Report): boolean {
  return row.boot === before.boot && row.uptimeSeconds >= before.uptimeSeconds && row.seq === before.seq + 1
}

/** Cuts rows, in journal order, into what single reports can hold. */
export function groupRows(rows: readonly Report[]): Report[][] {
  const groups: Report[][] = []
  for (const row of rows) {
    const group = groups.at(-1)
    const before = group?.at(-1)
    if (group && before && group.length < MAX_ROWS && follows(before, row)) group.push(row)
    else groups.push([row])
  }
  return groups
}

/** One report of one-row reports that `groupRows` put together. */
export function mergeRows(rows: readonly Report[], { epoch, seq }: { epoch: number; seq: number }): Report {
  const first = rows[0]
  if (!first) throw new RangeError('report: expected at least one row, got none')
  const metrics = [...new Set(rows.flatMap(({ columns }) => columns.map(({ metric }) => metric)))]
  return {
    epoch,
    seq,
    boot: first.boot,
    uptimeSeconds: first.uptimeSeconds,
    clockSeconds: clockAtFirst(rows),
    offsetsSeconds: rows.map((row) => row.uptimeSeconds - first.uptimeSeconds),
    columns: metrics
      .sort((a, b) => a - b)
      .map((metric) => ({ metric, values: rows.map((row) => readingOf(row, metric)) })),
  }
}

/** By the last clock that can be believed, since a boot may begin in 1970 and be told the time later. */
function clockAtFirst(rows: readonly Report[]): number | null {
  const told = rows.findLast(({ clockSeconds }) => believable(clockSeconds) !== null)
  if (!told || told.clockSeconds === null) return null
  return believable(told.clockSeconds - (told.uptimeSeconds - rows[0]!.uptimeSeconds))
}

function believable(clockSeconds: number | null): number | null {
  return clockSeconds !== null && clockSeconds >= EARLIEST_CLOCK_SECONDS ? clockSeconds : null
}

function readingOf(row: Report, metric: number): number | null {
  return row.columns.find((column) => column.metric === metric)?.values[0] ?? null
}

/** How old a report's first row is now: exact while its boot runs, else by the wall clock, which may have jumped. */
export function ageOf(
  report: Pick<Report, 'boot' | 'uptimeSeconds' | 'clockSeconds'>,
  boot: number,
  clock: Clock,
): Age {
  const monotonic = report.boot === boot
  const then = monotonic ? report.uptimeSeconds : report.clockSeconds
  if (then === null) return null
  const seconds = (monotonic ? clock.uptimeSeconds() : Math.floor(clock.nowMs() / 1000)) - then
  // A row from the future: the clock was set back since.
  return seconds < 0 ? null : { seconds, basis: monotonic ? 'monotonic' : 'clock' }
}
