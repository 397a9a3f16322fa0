import { A_MINUTE, type Base, type Context, clockAt, stepsOf } from './base.ts'
import type { BitReader, BitWriter } from './bits.ts'
import { believable, readClock, writeClock } from './clock-hint.ts'
import { readColumn, writeColumn } from './column.ts'
import { refuse, WireError } from './errors.ts'
import { MAX_COLUMNS, MAX_ROWS } from './limits.ts'
import type { Report } from './report.ts'
import { readResidual, writeResidual } from './residual.ts'

/** In the first bits of every report. A reader that meets a higher one keeps the bytes and says so. */
const REPORT_VERSION = 1
const VERSION_BITS = 4

/** One report in 251 that stands on a wrong base would pass, where only a broken agent or centre can have a wrong one. */
const CHECK_BITS = 8

/** Everything of a report but its values. */
export interface Head extends Omit<Report, 'columns'> {
  metrics: readonly number[]
}

export function writeHead(writer: BitWriter, head: Head, base: Base | null): void {
  writer.bits(REPORT_VERSION, VERSION_BITS)
  if (base) writeStanding(writer, head, base)
  else writeWhole(writer, head)
}

function writeFlags(writer: BitWriter, ...flags: [boolean, boolean, boolean, boolean]): void {
  for (const flag of flags) writer.bits(flag ? 1 : 0, 1)
}

function writeWhole(writer: BitWriter, head: Head): void {
  writeFlags(writer, false, false, false, false)
  writer.varint(head.epoch)
  writer.varint(head.seq)
  writer.varint(head.boot)
  writer.varint(head.uptimeSeconds)
  writeClock(writer, head.clockSeconds, null)
  writeShape(writer, head)
  const steps = stepsOf(head.offsetsSeconds)
  if (steps.length > 0) writeColumn(writer, steps, A_MINUTE)
}

/** In the steady state, as many rows as before and one each minute, this is the flags and the number. */
function writeStanding(writer: BitWriter, head: Head, base: Base): void {
  const expectedClock = clockAt(base, head.uptimeSeconds)
  const steps = [head.uptimeSeconds - base.uptimeSeconds, ...stepsOf(head.offsetsSeconds)]
  const next = head.seq === base.seq + 1
  const alike = head.offsetsSeconds.length === base.rows && sameNumbers(head.metrics, metricsOf(base))
  const even =
    believable(head.clockSeconds) === expectedClock && steps.every((step) => step === base.steps.last)
  writeFlags(writer, true, next, alike, even)
  writer.varint(head.seq)
  if (!next) writer.varint(head.seq - base.seq)
  writer.bits(base.check, CHECK_BITS)
  if (!alike) writeShape(writer, head)
  if (even) return
  writeColumn(writer, steps, base.steps)
  writeClock(writer, head.clockSeconds, expectedClock)
}

const metricsOf = (base: Base): number[] => [...base.outlooks.keys()]

function sameNumbers(some: readonly number[], others: readonly number[]): boolean {
  return some.length === others.length && some.every((number, at) => number === others[at])
}

/** How many rows and which metrics. Their numbers rise, mostly by one: what is passed over takes one bit then. */
function writeShape(writer: BitWriter, { offsetsSeconds, metrics }: Head): void {
  writer.varint(offsetsSeconds.length)
  writer.varint(metrics.length)
  metrics.forEach((metric, at) => {
    writeResidual(writer, metric - (metrics[at - 1] ?? 0) - 1, 0)
  })
}

/** @throws WireError */
export function readHead(reader: BitReader, context: Context): { head: Head; base: Base | null } {
  const version = reader.bits(VERSION_BITS)
  if (version !== REPORT_VERSION)
    throw new WireError('WIRE_VERSION', `report: expected version ${REPORT_VERSION}, got ${version}`)
  const [standing, next, alike, even] = [flag(reader), flag(reader), flag(reader), flag(reader)]
  if (standing) return readStanding(reader, { next, alike, even }, context)
  if (next || alike || even) refuse('flags', 'none without a base', JSON.stringify({ next, alike, even }))
  return { head: readWhole(reader), base: null }
}

const flag = (reader: BitReader): boolean => reader.bits(1) === 1

function readWhole(reader: BitReader): Head {
  const epoch = reader.varint('epoch')
  const seq = reader.varint('seq')
  const boot = reader.varint('boot')
  const uptimeSeconds = reader.varint('uptime')
  const clockSeconds = readClock(reader, null)
  const { rows, metrics } = readShape(reader)
  const steps = rows > 1 ? readColumn(reader, rows - 1, A_MINUTE) : []
  return {
    ...{ epoch, seq, boot, uptimeSeconds, clockSeconds, metrics },
    offsetsSeconds: offsetsOf(steps),
  }
}

function readStanding(
  reader: BitReader,
  { next, alike, even }: { next: boolean; alike: boolean; even: boolean },
  context: Context,
): { head: Head; base: Base } {
  const seq = reader.varint('seq')
  const base = findBase(context, seq, next ? 1 : reader.varint('base'))
  requireCheck(reader.bits(CHECK_BITS), seq, base)
  const { rows, metrics } = alike ? { rows: base.rows, metrics: metricsOf(base) } : readShape(reader)
  const steps = even ? Array<number>(rows).fill(base.steps.last) : readColumn(reader, rows, base.steps)
  if (steps[0]! < 0) refuse('first step', 'no way back', steps[0])
  const uptimeSeconds = base.uptimeSeconds + steps[0]!
  const expectedClock = clockAt(base, uptimeSeconds)
  const clockSeconds = even ? expectedClock : readClock(reader, expectedClock)
  const { epoch, boot } = base
  const head = { epoch, seq, boot, uptimeSeconds, clockSeconds, metrics }
  return { head: { ...head, offsetsSeconds: offsetsOf(steps.slice(1)) }, base }
}

function findBase({ epoch, findBase }: Context, seq: number, distance: number): Base {
  if (distance < 1 || distance > seq) refuse('base', `1 to ${seq} numbers back`, distance)
  const base = epoch === null ? null : findBase(seq - distance)
  if (base) return base
  throw new WireError('WIRE_BASE', `report ${seq}: expected report ${seq - distance} to stand on, got none`)
}

function requireCheck(check: number, seq: number, base: Base): void {
  if (check === base.check) return
  const got = `one with ${base.check}`
  throw new WireError(
    'WIRE_BASE',
    `report ${seq}: expected report ${base.seq} with check ${check}, got ${got}`,
  )
}

function readShape(reader: BitReader): { rows: number; metrics: number[] } {
  const rows = reader.varint('rows', MAX_ROWS)
  if (rows < 1) refuse('rows', `1 to ${MAX_ROWS}`, rows)
  const metrics: number[] = []
  for (let left = reader.varint('columns', MAX_COLUMNS); left > 0; left--)
    metrics.push((metrics.at(-1) ?? 0) + 1 + readResidual(reader, 0, 'metric'))
  return { rows, metrics }
}

function offsetsOf(steps: readonly number[]): number[] {
  const offsets = [0]
  for (const step of steps) offsets.push(offsets.at(-1)! + step)
  return offsets
}
