import { crc32 } from './crc32.ts'
import { turnOneBitBack } from './heal.ts'

/** Letters for whoever reads a dump; given once and never to another. */
export const RECORD_KINDS = {
  /** One row. */
  row: 0x52, // R
  /** First in a segment that was written anew: how far its rows were thinned. */
  head: 0x48, // H
} as const
type RecordKind = (typeof RECORD_KINDS)[keyof typeof RECORD_KINDS]

/**
 * How a record lies in a segment file: CRC-32 of all that follows (4 bytes, big endian), kind (1), length of the
 * payload (2), payload.
 */
const HEAD_BYTES = 7
const KIND_AT = 4
const LENGTH_AT = 5

/** A row of 64 columns at 11 bytes and 24 of head are 728: the next power of two. Bounds the search after damage. */
const MAX_PAYLOAD_BYTES = 1024

/** @throws RangeError when the payload is longer than a record may be */
export function frame(kind: RecordKind, payload: Uint8Array): Uint8Array {
  if (payload.length > MAX_PAYLOAD_BYTES) {
    throw new RangeError(`journal record: expected at most ${MAX_PAYLOAD_BYTES} bytes, got ${payload.length}`)
  }
  const bytes = new Uint8Array(HEAD_BYTES + payload.length)
  const view = new DataView(bytes.buffer)
  view.setUint8(KIND_AT, kind)
  view.setUint16(LENGTH_AT, payload.length)
  bytes.set(payload, HEAD_BYTES)
  view.setUint32(0, crc32(bytes, KIND_AT, bytes.length))
  return bytes
}

/** Where a record that begins at `at` ends; -1 when none does. */
function endOf(bytes: Uint8Array, at: number): number {
  const kind = bytes[at + KIND_AT]
  if (kind !== RECORD_KINDS.row && kind !== RECORD_KINDS.head) return -1
  const end = at + HEAD_BYTES + lengthOf(bytes, at)
  if (end > bytes.length || end > at + HEAD_BYTES + MAX_PAYLOAD_BYTES) return -1
  return crc32(bytes, at + KIND_AT, end) === sumAt(bytes, at) ? end : -1
}

function sumAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
}

function lengthOf(bytes: Uint8Array, at: number): number {
  return bytes[at + LENGTH_AT]! * 256 + bytes[at + LENGTH_AT + 1]!
}

/** Is told what lies in a segment, in its order. */
export interface Scanner {
  /** The payload is `bytes` from `from` to before `to`. */
  record(kind: RecordKind, bytes: Uint8Array, from: number, to: number): void
  /** Something that cannot be read. */
  damage?(): void
}

/**
 * Tells every good record; returns where the last one ends: whatever follows is a torn tail. One with a single flipped
 * bit is made good. After a worse one it looks at each following byte for the next: the length may be what was
 * damaged, so it cannot be trusted to skip by.
 */
export function scan(bytes: Uint8Array, scanner: Scanner): number {
  let endBytes = 0
  const tell = (record: Uint8Array, from: number, to: number): void => {
    scanner.record(record[from + KIND_AT] as RecordKind, record, from + HEAD_BYTES, to)
    endBytes += to - from
  }
  for (let at = 0; at < bytes.length; ) {
    const end = endOf(bytes, at)
    const healed = end < 0 && at === endBytes ? heal(bytes, at) : null
    if (end >= 0) {
      if (at > endBytes) scanner.damage?.()
      endBytes = at
      tell(bytes, at, end)
    } else if (healed) tell(healed, 0, healed.length)
    at = endBytes > at ? endBytes : at + 1
  }
  return endBytes
}

function heal(bytes: Uint8Array, at: number): Uint8Array | null {
  if (at + HEAD_BYTES > bytes.length) return null
  const length = Math.min(lengthOf(bytes, at), MAX_PAYLOAD_BYTES)
  const longest = bytes.subarray(at, at + HEAD_BYTES + MAX_PAYLOAD_BYTES)
  return turnOneBitBack(longest, (HEAD_BYTES + length) * 8, (turned) => {
    const end = endOf(turned, 0)
    return end < 0 ? null : turned.slice(0, end)
  })
}
