import { BitReader, BitWriter } from './bits.ts'
import { readColumn, readRice, writeColumn, writeRice } from './column.ts'
import { WireError } from './errors.ts'
import { MAX_COLUMNS, MAX_METRIC_NUMBER, MAX_REPORT_BYTES, MAX_ROWS, MAX_WIRE_VALUE } from './limits.ts'

/** The first byte of every report. A reader that meets a higher one keeps the bytes and says so. */
export const REPORT_VERSION = 1

/** Clock hints count from 2026-01-01T00:00:00Z, to save a byte against 1970 until 2034. */
const CLOCK_BASE_SECONDS = 1_767_225_600

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

function refuse(what: string, expected: string, got: unknown): never {
  throw new WireError('WIRE_RANGE', `${what}: expected ${expected}, got ${got}`)
}

const isExact = (value: number): boolean => Number.isInteger(value) && Math.abs(value) <= MAX_WIRE_VALUE

function validate(report: Report): void {
  const rows = report.offsetsSeconds.length
  if (rows < 1 || rows > MAX_ROWS) refuse('rows', `1 to ${MAX_ROWS}`, rows)
  if (report.columns.length > MAX_COLUMNS) refuse('columns', `at most ${MAX_COLUMNS}`, report.columns.length)
  if (report.offsetsSeconds[0] !== 0) refuse('first offset', '0', report.offsetsSeconds[0])
  report.offsetsSeconds.forEach((offset, at) => {
    const earlier = report.offsetsSeconds[at - 1] ?? 0
    if (offset < earlier) refuse(`offset ${at}`, `at least ${earlier}`, offset)
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
 * The bytes of a report; `protocol/README.md` describes them one by one.
 * @throws WireError `WIRE_RANGE` when the report breaks a limit or holds something else than integers
 */
export function encodeReport(report: Report): Uint8Array {
  validate(report)
  const writer = new BitWriter()
  writer.bits(REPORT_VERSION, 8)
  writer.varint(report.epoch)
  writer.varint(report.seq)
  writer.varint(report.boot)
  writer.varint(report.uptimeSeconds)
  writer.varint(clockCode(report.clockSeconds))
  writer.varint(report.offsetsSeconds.length)
  writer.varint(report.columns.length)
  if (report.offsetsSeconds.length > 1) writeColumn(writer, report.offsetsSeconds)
  report.columns.forEach((column, at) => {
    writeMetric(writer, column, report.columns[at - 1]?.metric ?? 0)
  })
  const bytes = writer.finish()
  if (bytes.length > MAX_REPORT_BYTES) refuse('report', `at most ${MAX_REPORT_BYTES} bytes`, bytes.length)
  return bytes
}

/** A clock before the base is a dead battery's and no hint at all. */
function clockCode(clockSeconds: number | null): number {
  return clockSeconds === null || clockSeconds < CLOCK_BASE_SECONDS
    ? 0
    : clockSeconds - CLOCK_BASE_SECONDS + 1
}

/** The numbers rise, mostly by one: how many are passed over takes one bit then. */
function writeMetric(writer: BitWriter, column: Column, before: number): void {
  writeRice(writer, column.metric - before - 1, 0)
  const present = column.values.filter((value) => value !== null)
  const gaps = present.length < column.values.length
  writer.bits(gaps ? 1 : 0, 1)
  if (gaps) for (const value of column.values) writer.bits(value === null ? 0 : 1, 1)
  if (present.length > 0) writeColumn(writer, present)
}

/**
 * The report in `bytes`. Metric numbers that this version does not know come through like the others.
 * @throws WireError with the code that names what is wrong
 */
export function decodeReport(bytes: Uint8Array): Report {
  if (bytes.length > MAX_REPORT_BYTES) refuse('report', `at most ${MAX_REPORT_BYTES} bytes`, bytes.length)
  const reader = new BitReader(bytes)
  const version = reader.bits(8)
  if (version !== REPORT_VERSION) {
    throw new WireError('WIRE_VERSION', `report: expected version ${REPORT_VERSION}, got ${version}`)
  }
  const epoch = reader.varint('epoch')
  const seq = reader.varint('seq')
  const boot = reader.varint('boot')
  const uptimeSeconds = reader.varint('uptime')
  const clock = reader.varint('clock')
  const rows = reader.varint('rows', MAX_ROWS)
  if (rows < 1) refuse('rows', `1 to ${MAX_ROWS}`, rows)
  const columnCount = reader.varint('columns', MAX_COLUMNS)
  const offsetsSeconds = rows > 1 ? readColumn(reader, rows) : [0]
  const columns: Column[] = []
  while (columns.length < columnCount) columns.push(readMetric(reader, rows, columns.at(-1)?.metric ?? 0))
  reader.finish()
  const clockSeconds = clock === 0 ? null : clock - 1 + CLOCK_BASE_SECONDS
  const report = {
    epoch,
    seq,
    boot,
    uptimeSeconds,
    clockSeconds,
    offsetsSeconds: offsetsSeconds.slice(0, rows),
    columns,
  }
  validate(report)
  return report
}

function readMetric(reader: BitReader, rows: number, before: number): Column {
  const metric = before + 1 + readRice(reader, 0)
  const gaps = reader.bits(1) === 1
  const present = Array.from({ length: rows }, () => (gaps ? reader.bits(1) === 1 : true))
  const count = present.filter(Boolean).length
  const values = count > 0 ? readColumn(reader, count) : []
  return { metric, values: present.map((there) => (there ? values.shift()! : null)) }
}
