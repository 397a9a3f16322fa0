/** The kinds of records that tell of boots: utmp(5). */
export const RUN_LEVEL = 1
export const BOOT_TIME = 2
/** In the place of a record that cannot be one. */
export const DAMAGED = -1

/** A record of /var/log/wtmp or /run/utmp: utmp(5). */
export interface UtmpRecord {
  /** EMPTY 0, RUN_LVL 1, BOOT_TIME 2, …, DEAD_PROCESS 8, ACCOUNTING 9; or `DAMAGED`. */
  type: number
  /** Of a run level the characters of the new one and, times 256, of the one before. */
  pid: number
  line: string
  user: string
  /** ms since 1970, by the clock of then. */
  atMs: number
}

interface Layout {
  size: number
  /** Where the time stands, and in how many bytes each of its two numbers. */
  time: number
  width: 4 | 8
}

/**
 * Debian's, by glibc's `bits/utmp.h`: x86, x86-64 and armhf keep session and time in 32 bits; arm64 knows no 32-bit
 * sibling whose files it would share, and keeps them in 64. The fields before these stand alike. musl writes none.
 */
const LAYOUTS: readonly Layout[] = [
  { size: 384, time: 340, width: 4 },
  { size: 400, time: 344, width: 8 },
]

/** A whole number of records of either layout: where a tail of a file may begin. */
export const UTMP_STRIDE = 9600

const MAX_TYPE = 9
/** A time in seconds that no clock shows: the year 2106, where 32 bits end. */
const MAX_SECONDS = 2 ** 32

/**
 * The records of a file in the order in which they were written, in the layout in which they make most sense. One
 * that a power cut left half written, or that cannot be one, is `DAMAGED`.
 * @throws Error when nothing in it can be a record
 */
export function parseUtmp(bytes: Buffer): UtmpRecord[] {
  if (bytes.length === 0) return []
  const readings = LAYOUTS.map((layout) => readAs(layout, bytes))
  const share = (records: UtmpRecord[]): number =>
    records.filter(({ type }) => type !== DAMAGED).length / records.length
  const best = readings.reduce((one, other) => (share(other) > share(one) ? other : one))
  if (share(best) < 0.5) {
    throw new Error(
      `wtmp: expected records of ${LAYOUTS.map(({ size }) => size).join(' or ')} bytes, got ${bytes.length} bytes that are none`,
    )
  }
  return best
}

function readAs({ size, time, width }: Layout, bytes: Buffer): UtmpRecord[] {
  const records: UtmpRecord[] = []
  for (let at = 0; at < bytes.length; at += size) {
    records.push(bytes.length - at < size ? damaged() : record(bytes.subarray(at, at + size), time, width))
  }
  return records
}

function record(bytes: Buffer, time: number, width: 4 | 8): UtmpRecord {
  const type = bytes.readInt16LE(0)
  const seconds = width === 4 ? bytes.readUInt32LE(time) : Number(bytes.readBigInt64LE(time))
  const micro = width === 4 ? bytes.readUInt32LE(time + width) : Number(bytes.readBigInt64LE(time + width))
  const padding = bytes.readInt16LE(2)
  const sane =
    type >= 0 && type <= MAX_TYPE && padding === 0 && seconds >= 0 && seconds < MAX_SECONDS && micro < 1e6
  if (!sane) return damaged()
  return {
    type,
    pid: bytes.readInt32LE(4),
    line: textAt(bytes, 8, 32),
    user: textAt(bytes, 44, 32),
    atMs: seconds * 1000 + Math.floor(micro / 1000),
  }
}

function damaged(): UtmpRecord {
  return { type: DAMAGED, pid: 0, line: '', user: '', atMs: 0 }
}

function textAt(bytes: Buffer, from: number, length: number): string {
  const field = bytes.subarray(from, from + length)
  const end = field.indexOf(0)
  return field.subarray(0, end < 0 ? length : end).toString('latin1')
}
