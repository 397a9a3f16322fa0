import type { GoodbyeReason } from '#protocol/goodbye.ts'
import { GOODBYE_REASONS } from '#protocol/goodbye.ts'
import { BOOT_ENDS, type BootEnd } from '#protocol/hello.ts'

/** One fact of a device, learned at `t`. Times are ms since 1970 on the centre's clock. */
export type Row =
  | { type: 'goodbye'; t: number; reason: GoodbyeReason }
  | { type: 'lost'; t: number; why: 'keepalive' | 'socket' }
  | {
      type: 'connected'
      t: number
      boot: number | null
      previousEnd: BootEnd | null
      keepaliveSeconds: number
    }
  | { type: 'pace'; t: number; keepaliveSeconds: number }
  /** By what was heard at `t` the boot began no later than `zero`. */
  | { type: 'anchor'; t: number; boot: number; zero: number }
  | ({ type: 'span'; t: number } & SpanFact)
  | { type: 'power'; t: number; source: 'battery' | 'mains' }

export interface SpanFact {
  boot: number
  fromSeconds: number
  toSeconds: number
  /** The device's wall clock at `fromSeconds`, set right by what it showed when it told. A hint all the same. */
  clock: number | null
  end: BootEnd | null
}

/** Facts of one moment are taken in this order: what ends comes before what begins. */
const TYPES = ['goodbye', 'lost', 'connected', 'pace', 'anchor', 'span', 'power'] as const

/** Numbers of a row of each type, its head included. */
const WIDTHS: Record<Row['type'], number> = {
  goodbye: 2,
  lost: 2,
  connected: 3,
  pace: 2,
  anchor: 4,
  span: 6,
  power: 2,
}

/** A clock that nobody read. */
const NO_CLOCK = -1e18

/**
 * Rows lie in one array of doubles, each with its head last, so that the newest are read first. A session is
 * connected + anchor + lost or goodbye + span = 3 + 4 + 2 + 6 numbers = 120 bytes; a year of 0.5 million takes 60 MB,
 * where objects took five times that.
 */
export function pushRow(log: number[], row: Row): void {
  switch (row.type) {
    case 'goodbye':
      log.push(row.t, head(row.type, GOODBYE_REASONS.indexOf(row.reason)))
      return
    case 'lost':
      log.push(row.t, head(row.type, row.why === 'socket' ? 1 : 0))
      return
    case 'connected':
      log.push(
        row.t,
        row.boot ?? -1,
        head(row.type, packEnd(row.previousEnd)) + HEAD * whole(row.keepaliveSeconds),
      )
      return
    case 'pace':
      log.push(row.t, head(row.type, 0) + HEAD * whole(row.keepaliveSeconds))
      return
    case 'anchor':
      log.push(row.t, row.boot, row.zero, head(row.type, 0))
      return
    case 'span':
      log.push(
        row.t,
        row.boot,
        row.fromSeconds,
        row.toSeconds,
        row.clock ?? NO_CLOCK,
        head(row.type, packEnd(row.end)),
      )
      return
    case 'power':
      log.push(row.t, head(row.type, row.source === 'battery' ? 1 : 0))
  }
}

/** The type takes three bits of the head, its small word three more, the rest is the keepalive. */
const HEAD = 64

function head(type: Row['type'], word: number): number {
  return TYPES.indexOf(type) + 8 * word
}

function whole(seconds: number): number {
  return Math.max(0, Math.round(seconds))
}

function packEnd(end: BootEnd | null): number {
  return end === null ? 0 : 1 + BOOT_ENDS.indexOf(end)
}

/** The row that ends before `index`, and where it begins. */
export function rowBefore(log: readonly number[], index: number): { row: Row; index: number } {
  const packed = log[index - 1]!
  const type = TYPES[packed % 8]!
  const word = Math.floor(packed / 8) % 8
  const keepaliveSeconds = Math.floor(packed / HEAD)
  const start = index - WIDTHS[type]
  const t = log[start]!
  return { row: unpack(type, word, keepaliveSeconds, t, log, start), index: start }
}

function unpack(
  type: Row['type'],
  word: number,
  keepaliveSeconds: number,
  t: number,
  log: readonly number[],
  start: number,
): Row {
  switch (type) {
    case 'goodbye':
      return { type, t, reason: GOODBYE_REASONS[word]! }
    case 'lost':
      return { type, t, why: word === 1 ? 'socket' : 'keepalive' }
    case 'connected': {
      const boot = log[start + 1]!
      return { type, t, boot: boot < 0 ? null : boot, previousEnd: unpackEnd(word), keepaliveSeconds }
    }
    case 'pace':
      return { type, t, keepaliveSeconds }
    case 'anchor':
      return { type, t, boot: log[start + 1]!, zero: log[start + 2]! }
    case 'span': {
      const clock = log[start + 4]!
      return {
        type,
        t,
        boot: log[start + 1]!,
        fromSeconds: log[start + 2]!,
        toSeconds: log[start + 3]!,
        clock: clock === NO_CLOCK ? null : clock,
        end: unpackEnd(word),
      }
    }
    case 'power':
      return { type, t, source: word === 1 ? 'battery' : 'mains' }
  }
}

function unpackEnd(word: number): BootEnd | null {
  return word === 0 ? null : BOOT_ENDS[word - 1]!
}

/** The rows known at `asOf`, in an order that does not depend on that in which they came. */
export function rowsKnown(log: readonly number[], asOf: number): Row[] {
  const rows: Row[] = []
  let sorted = true
  for (let index = log.length; index > 0; ) {
    const read = rowBefore(log, index)
    index = read.index
    if (read.row.t > asOf) continue
    const later = rows.at(-1)
    if (later && compare(read.row, later) > 0) sorted = false
    rows.push(read.row)
  }
  rows.reverse()
  return sorted ? rows : rows.sort(compare)
}

function compare(one: Row, other: Row): number {
  return one.t - other.t || TYPES.indexOf(one.type) - TYPES.indexOf(other.type) || compareSame(one, other)
}

/** Any order does that is always the same; this one only decides between facts of one moment and type. */
function compareSame(one: Row, other: Row): number {
  const [a, b] = [JSON.stringify(one), JSON.stringify(other)]
  return a < b ? -1 : a > b ? 1 : 0
}
