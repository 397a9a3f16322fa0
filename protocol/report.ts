import { BitReader, BitWriter, unzigzag, zigzag } from './bits.ts'
import { readColumn, readRice, writeColumn, writeRice } from './column.ts'
import { WireError } from './errors.ts'
import {
  MAX_COLUMNS,
  MAX_METRIC_NUMBER,
  MAX_REPORT_BYTES,
  MAX_ROWS,
  MAX_SECONDS,
  MAX_WIRE_VALUE,
} from './limits.ts'

/** The first byte of every report. A reader that meets a higher one keeps the bytes and says so. */
export const REPORT_VERSION = 1

/** Clock hints count from 2026-01-01T00:00:00Z, to save a byte against 1970 until 2034. */
const CLOCK_ZERO_SECONDS = 1_767_225_600

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

/**
 * What is left of an earlier report of the same epoch and boot when a later one is written as the difference to it:
 * its last row. Both ends make it from the same report, which the centre has acknowledged.
 */
export interface Base {
  epoch: number
  seq: number
  boot: number
  uptimeSeconds: number
  clockSeconds: number | null
  /** By metric number: the last value that was measured. */
  values: ReadonlyMap<number, number>
}

export function baseOf(report: Report): Base {
  const { epoch, seq, boot, uptimeSeconds, clockSeconds, offsetsSeconds, columns } = report
  const offset = offsetsSeconds.at(-1) ?? 0
  const values = new Map<number, number>()
  for (const { metric, values: measured } of columns) {
    const last = measured.findLast((value) => value !== null)
    if (last !== undefined && last !== null) values.set(metric, last)
  }
  return {
    ...{ epoch, seq, boot, values },
    uptimeSeconds: uptimeSeconds + offset,
    clockSeconds: clockSeconds === null ? null : clockSeconds + offset,
  }
}

/** Whether `report` may be written as the difference to `base`. */
export function canStandOn(
  base: Base,
  report: Pick<Report, 'epoch' | 'seq' | 'boot' | 'uptimeSeconds'>,
): boolean {
  const later = report.seq > base.seq && report.uptimeSeconds >= base.uptimeSeconds
  return report.epoch === base.epoch && report.boot === base.boot && later
}

function refuse(what: string, expected: string, got: unknown): never {
  throw new WireError('WIRE_RANGE', `${what}: expected ${expected}, got ${got}`)
}

const isExact = (value: number): boolean => Number.isInteger(value) && Math.abs(value) <= MAX_WIRE_VALUE

function validate(report: Report): void {
  const rows = report.offsetsSeconds.length
  if (rows < 1 || rows > MAX_ROWS) refuse('rows', `1 to ${MAX_ROWS}`, rows)
  if (report.columns.length > MAX_COLUMNS) refuse('columns', `at most ${MAX_COLUMNS}`, report.columns.length)
  if (report.uptimeSeconds > MAX_SECONDS) refuse('uptime', `at most ${MAX_SECONDS}`, report.uptimeSeconds)
  if (report.offsetsSeconds[0] !== 0) refuse('first offset', '0', report.offsetsSeconds[0])
  report.offsetsSeconds.forEach((offset, at) => {
    const earlier = report.offsetsSeconds[at - 1] ?? 0
    if (offset < earlier || offset > MAX_SECONDS)
      refuse(`offset ${at}`, `${earlier} to ${MAX_SECONDS}`, offset)
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
  const writer = new BitWriter()
  writer.bits(REPORT_VERSION, 8)
  writer.varint(report.epoch)
  writer.varint(report.seq)
  writer.varint(base === null ? 0 : report.seq - base.seq)
  if (base === null) writer.varint(report.boot)
  writer.varint(report.uptimeSeconds - (base?.uptimeSeconds ?? 0))
  writer.varint(clockCode(report.clockSeconds, clockAt(base, report.uptimeSeconds)))
  writer.varint(report.offsetsSeconds.length)
  writer.varint(report.columns.length)
  if (report.offsetsSeconds.length > 1) writeColumn(writer, report.offsetsSeconds)
  report.columns.forEach((column, at) => {
    writeMetric(writer, column, report.columns[at - 1]?.metric ?? 0, base?.values.get(column.metric))
  })
  const bytes = writer.finish()
  if (bytes.length > MAX_REPORT_BYTES) refuse('report', `at most ${MAX_REPORT_BYTES} bytes`, bytes.length)
  return bytes
}

/** What the wall clock says at an uptime if it has run on evenly since the base. */
function clockAt(base: Base | null, uptimeSeconds: number): number {
  return base === null || base.clockSeconds === null
    ? CLOCK_ZERO_SECONDS
    : base.clockSeconds + uptimeSeconds - base.uptimeSeconds
}

/** A clock before 2026 is a dead battery's and no hint at all. */
function clockCode(clockSeconds: number | null, expectedSeconds: number): number {
  const hint = clockSeconds === null ? null : clockOf(clockSeconds)
  return hint === null ? 0 : 1 + zigzag(hint - expectedSeconds)
}

const clockOf = (seconds: number): number | null => (seconds < CLOCK_ZERO_SECONDS ? null : seconds)

/** The numbers rise, mostly by one: how many are passed over takes one bit then. */
function writeMetric(writer: BitWriter, column: Column, before: number, base?: number): void {
  writeRice(writer, column.metric - before - 1, 0)
  const present = column.values.filter((value) => value !== null)
  const gaps = present.length < column.values.length
  writer.bits(gaps ? 1 : 0, 1)
  if (gaps) for (const value of column.values) writer.bits(value === null ? 0 : 1, 1)
  if (present.length > 0) writeColumn(writer, present, base)
}

/** The base of a report by its key, or null when there is none. */
export type FindBase = (epoch: number, seq: number) => Base | null

/**
 * The report in `bytes`. Metric numbers that this version does not know come through like the others.
 * @throws WireError with the code that names what is wrong; `WIRE_BASE` when it stands on a report that is not found
 */
export function decodeReport(bytes: Uint8Array, findBase: FindBase = () => null): Report {
  if (bytes.length > MAX_REPORT_BYTES) refuse('report', `at most ${MAX_REPORT_BYTES} bytes`, bytes.length)
  const reader = new BitReader(bytes)
  const version = reader.bits(8)
  if (version !== REPORT_VERSION) {
    throw new WireError('WIRE_VERSION', `report: expected version ${REPORT_VERSION}, got ${version}`)
  }
  const epoch = reader.varint('epoch')
  const seq = reader.varint('seq')
  const base = readBase(reader, epoch, seq, findBase)
  const boot = base?.boot ?? reader.varint('boot')
  const uptimeSeconds = (base?.uptimeSeconds ?? 0) + reader.varint('uptime')
  const clock = reader.varint('clock')
  const clockSeconds = clock === 0 ? null : clockOf(clockAt(base, uptimeSeconds) + unzigzag(clock - 1))
  const rows = reader.varint('rows', MAX_ROWS)
  if (rows < 1) refuse('rows', `1 to ${MAX_ROWS}`, rows)
  const columnCount = reader.varint('columns', MAX_COLUMNS)
  const offsetsSeconds = rows > 1 ? readColumn(reader, rows) : [0]
  const columns: Column[] = []
  while (columns.length < columnCount)
    columns.push(readMetric(reader, rows, columns.at(-1)?.metric ?? 0, base))
  reader.finish()
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

function readBase(reader: BitReader, epoch: number, seq: number, findBase: FindBase): Base | null {
  const distance = reader.varint('base', seq)
  if (distance === 0) return null
  const base = findBase(epoch, seq - distance)
  if (base) return base
  throw new WireError('WIRE_BASE', `report ${seq}: expected report ${seq - distance} to stand on, got none`)
}

function readMetric(reader: BitReader, rows: number, before: number, base: Base | null): Column {
  const metric = before + 1 + readRice(reader, 0)
  const gaps = reader.bits(1) === 1
  const present = Array.from({ length: rows }, () => (gaps ? reader.bits(1) === 1 : true))
  const count = present.filter(Boolean).length
  const values = count > 0 ? readColumn(reader, count, base?.values.get(metric)) : []
  return { metric, values: present.map((there) => (there ? values.shift()! : null)) }
}
