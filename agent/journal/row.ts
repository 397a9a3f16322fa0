import { unzigzag, zigzag } from '#protocol/bits.ts'
import type { Column, Report } from '#protocol/report.ts'

/**
 * A row as it lies in the journal: a report of one row whose `seq` is the row's number. Varints (LEB128): number,
 * boot, uptime, 0 or 1 + wall clock, then for each column by how much its metric number rises, and zigzag of the
 * value. Not the wire's code: that one is for many rows at once, and may change while a journal lies on a disk.
 */
export function encodeRow(row: Report): Uint8Array {
  const numbers = [row.seq, row.boot, row.uptimeSeconds, row.clockSeconds === null ? 0 : 1 + row.clockSeconds]
  let before = 0
  for (const { metric, values } of row.columns) {
    numbers.push(metric - before, zigzag(values[0]!))
    before = metric
  }
  return varints(numbers)
}

export interface RowHead {
  number: number
  boot: number
  uptimeSeconds: number
}

/** What opening a journal needs of each row, of which it may hold a quarter of a million. */
export interface RowHead {
  number: number
  boot: number
  uptimeSeconds: number
}

/** The row in `bytes` from `from` to before `to`; null when there is none. */
export function headOf(bytes: Uint8Array, from: number, to: number): RowHead | null {
  const [number, boot, uptimeSeconds] = readVarints(bytes, from, to, 3)
  if (number === undefined || boot === undefined || uptimeSeconds === undefined) return null
  return { number, boot, uptimeSeconds }
}

/** As `headOf`, the whole of it. */
export function decodeRow(bytes: Uint8Array, from: number, to: number): Report | null {
  const [seq, boot, uptimeSeconds, clock, ...rest] = readVarints(bytes, from, to)
  if (seq === undefined || boot === undefined || uptimeSeconds === undefined) return null
  const columns: Column[] = []
  for (let at = 0; at + 1 < rest.length; at += 2) {
    const metric = (columns.at(-1)?.metric ?? 0) + rest[at]!
    columns.push({ metric, values: [unzigzag(rest[at + 1]!)] })
  }
  const clockSeconds = clock ? clock - 1 : null
  return { epoch: 0, seq, boot, uptimeSeconds, clockSeconds, offsetsSeconds: [0], columns }
}

/** Numbers below 2^53, lowest 7 bits first. */
function varints(numbers: readonly number[]): Uint8Array {
  const bytes: number[] = []
  for (let rest of numbers) {
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
    bytes.push(rest)
  }
  return Uint8Array.from(bytes)
}

function readVarints(
  bytes: Uint8Array,
  from: number,
  to: number,
  limit = Number.POSITIVE_INFINITY,
): number[] {
  const numbers: number[] = []
  let [value, weight] = [0, 1]
  for (let at = from; at < to && numbers.length < limit; at++) {
    const byte = bytes[at]!
    value += (byte % 128) * weight
    weight *= 128
    if (byte >= 128) continue
    numbers.push(value)
    value = 0
    weight = 1
  }
  return numbers
}
