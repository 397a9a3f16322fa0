import { type Base, type Context, canStandOn } from './base.ts'
import { BitReader, BitWriter } from './bits.ts'
import { readColumn, writeColumn } from './column.ts'
import { refuse } from './errors.ts'
import { readGaps, writeGaps } from './gaps.ts'
import { readHead, writeHead } from './head.ts'
import {
  MAX_COLUMNS,
  MAX_METRIC_NUMBER,
  MAX_REPORT_BYTES,
  MAX_ROWS,
  MAX_SECONDS,
  MAX_WIRE_VALUE,
} from './limits.ts'
import type { Outlook } from './outlook.ts'

/** One metric over the rows of a report: integers on the metric's scale, null where it was not measured. */
export interface Column {
  metric: number
  values: (number | null)[]
}

/** A batch of readings of one boot of one device: the unit on the wire. Integers throughout. */
export interface Report {
  /** Drawn at random when the agent's journal was made. With `seq` the only key for order and duplicates. */
  epoch: number
  /** Counts the reports of an epoch from 1. */
  seq: number
  /** Which run of the device's operating system, numbered by the agent from 1. */
  boot: number
  /** Age of the boot at the first row, on its monotonic clock. */
  uptimeSeconds: number
  /** What the device's wall clock said at the first row, seconds since 1970, or null: a hint, it may be wrong. */
  clockSeconds: number | null
  /** Seconds from the first row to each row: begins with 0 and never falls. */
  offsetsSeconds: number[]
  /** By metric number, rising. */
  columns: Column[]
}

const isExact = (value: number): boolean => Number.isInteger(value) && Math.abs(value) <= MAX_WIRE_VALUE

const isSeconds = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= MAX_SECONDS

function validate(report: Report): void {
  const rows = report.offsetsSeconds.length
  if (rows < 1 || rows > MAX_ROWS) refuse('rows', `1 to ${MAX_ROWS}`, rows)
  if (report.columns.length > MAX_COLUMNS) refuse('columns', `at most ${MAX_COLUMNS}`, report.columns.length)
  if (!isSeconds(report.uptimeSeconds)) refuse('uptime', `0 to ${MAX_SECONDS}`, report.uptimeSeconds)
  if (report.offsetsSeconds[0] !== 0) refuse('first offset', '0', report.offsetsSeconds[0])
  report.offsetsSeconds.forEach((offset, at) => {
    const earlier = report.offsetsSeconds[at - 1] ?? 0
    if (!isSeconds(offset) || offset < earlier) refuse(`offset ${at}`, `${earlier} to ${MAX_SECONDS}`, offset)
  })
  report.columns.forEach((column, at) => {
    const earlier = report.columns[at - 1]?.metric ?? 0
    if (column.metric <= earlier || column.metric > MAX_METRIC_NUMBER) {
      refuse(`metric of column ${at}`, `${earlier + 1} to ${MAX_METRIC_NUMBER}`, column.metric)
    }
    if (column.values.length !== rows) {
      refuse(`values of metric ${column.metric}`, `${rows}`, column.values.length)
    }
    const odd = column.values.find((value) => value !== null && !isExact(value))
    if (odd !== undefined) refuse(`value of metric ${column.metric}`, 'an integer up to 2^50', odd)
  })
}

/**
 * The bytes of a report; `protocol/README.md` describes them one by one. With a base they are fewer, and need it
 * again to be read.
 * @throws WireError `WIRE_RANGE` when the report breaks a limit, holds something else than integers, or cannot stand
 * on the base
 */
export function encodeReport(report: Report, base: Base | null = null): Uint8Array {
  validate(report)
  if (base && !canStandOn(base, report))
    refuse('base', `one that report ${report.seq} can stand on`, base.seq)
  const { columns, ...head } = report
  const writer = new BitWriter()
  writeHead(writer, { ...head, metrics: columns.map(({ metric }) => metric) }, base)
  const gaps = columns.some(({ values }) => values.includes(null))
  writer.bits(gaps ? 1 : 0, 1)
  for (const { metric, values } of columns) {
    if (gaps) writeGaps(writer, values)
    const measured = values.filter((value) => value !== null)
    if (measured.length > 0) writeColumn(writer, measured, base?.outlooks.get(metric) ?? null)
  }
  const bytes = writer.finish()
  if (bytes.length > MAX_REPORT_BYTES) refuse('report', `at most ${MAX_REPORT_BYTES} bytes`, bytes.length)
  return bytes
}

const NO_CONTEXT: Context = { epoch: null, findBase: () => null }

/**
 * The report in `bytes`. Metric numbers that this version does not know come through like the others.
 * @throws WireError with the code that names what is wrong; `WIRE_BASE` when it stands on a report that is not found
 */
export function decodeReport(bytes: Uint8Array, context: Context = NO_CONTEXT): Report {
  if (bytes.length > MAX_REPORT_BYTES) refuse('report', `at most ${MAX_REPORT_BYTES} bytes`, bytes.length)
  const reader = new BitReader(bytes)
  const { head, base } = readHead(reader, context)
  const { metrics, ...rest } = head
  const rows = head.offsetsSeconds.length
  const gaps = reader.bits(1) === 1
  const columns = metrics.map((metric): Column => {
    const outlook = base?.outlooks.get(metric) ?? null
    return { metric, values: gaps ? readWithGaps(reader, rows, outlook) : readColumn(reader, rows, outlook) }
  })
  reader.finish()
  const report = { ...rest, columns }
  validate(report)
  return report
}

function readWithGaps(reader: BitReader, rows: number, base: Outlook | null): (number | null)[] {
  const measured = readGaps(reader, rows)
  const count = measured.filter(Boolean).length
  const values = count > 0 ? readColumn(reader, count, base) : []
  let next = 0
  return measured.map((there) => (there ? values[next++]! : null))
}
