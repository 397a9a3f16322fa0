import { believable } from '#protocol/clock-hint.ts'
import type { Age } from '#protocol/delivery.ts'
import { MAX_SECONDS, MAX_WIRE_VALUE } from '#protocol/limits.ts'
import { toWire } from '#protocol/metrics.ts'
import { METRICS } from '#protocol/metrics-table.ts'
import type { Column, Report } from '#protocol/report.ts'
import type { Clock } from './clock.ts'
import type { Sample } from './sampler.ts'

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

/** One report of one-row reports of one boot, in the order of their measurement. */
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

function readingOf(row: Report, metric: number): number | null {
  return row.columns.find((column) => column.metric === metric)?.values[0] ?? null
}

/** How old a row is now, a report's last: exact while its boot runs, else by the wall clock, which may have jumped. */
export function ageOf(
  row: Pick<Report, 'boot' | 'uptimeSeconds' | 'clockSeconds'>,
  boot: number,
  clock: Clock,
): Age {
  const monotonic = row.boot === boot
  const then = monotonic ? row.uptimeSeconds : row.clockSeconds
  if (then === null) return null
  const seconds = (monotonic ? clock.uptimeSeconds() : Math.floor(clock.nowMs() / 1000)) - then
  // A row from the future: the clock was set back since.
  return seconds < 0 || seconds > MAX_SECONDS ? null : { seconds, basis: monotonic ? 'monotonic' : 'clock' }
}
