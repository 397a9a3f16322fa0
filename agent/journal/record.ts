import { crc32 } from './crc32.ts'

/**
 * How a record lies in a segment file: kind (1 byte), length of the payload (2, big endian), CRC-32 of kind,
 * length and payload (4), payload.
 */
export interface Framed {
  kind: number
  payload: Uint8Array
}

const HEAD_BYTES = 7
const CRC_AT = 3

/** A row of 64 columns at 12 bytes and 30 of head are 798: the next power of two. Bounds the search after damage. */
const MAX_PAYLOAD_BYTES = 1024

/** @throws RangeError when the payload is longer than a record may be */
export function frame({ kind, payload }: Framed): Uint8Array {
  if (payload.length > MAX_PAYLOAD_BYTES) {
    throw new RangeError(`journal record: expected at most ${MAX_PAYLOAD_BYTES} bytes, got ${payload.length}`)
  }
  const bytes = new Uint8Array(HEAD_BYTES + payload.length)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, kind)
  view.setUint16(1, payload.length)
  bytes.set(payload, HEAD_BYTES)
  view.setUint32(CRC_AT, checksum(bytes))
  return bytes
}

function checksum(record: Uint8Array): number {
  return crc32(record.subarray(HEAD_BYTES), crc32(record.subarray(0, CRC_AT)))
}

function unframe(bytes: Uint8Array, at: number): Framed | null {
  if (at + HEAD_BYTES > bytes.length) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset + at)
  const length = view.getUint16(1)
  const end = at + HEAD_BYTES + length
  if (length > MAX_PAYLOAD_BYTES || end > bytes.length) return null
  if (view.getUint32(CRC_AT) !== checksum(bytes.subarray(at, end))) return null
  return { kind: view.getUint8(0), payload: bytes.subarray(at + HEAD_BYTES, end) }
}

export interface Scan {
  records: Framed[]
  /** Stretches between good records that hold none. */
  damaged: number
  /** Where the last good record ends: whatever follows is a torn tail. */
  endBytes: number
}

/**
 * Every good record of a segment. After a bad one it looks at each following byte for the next good one: the
 * length may be what was damaged, so it cannot be trusted to skip by.
 */
export function scan(bytes: Uint8Array): Scan {
  const found: Scan = { records: [], damaged: 0, endBytes: 0 }
  for (let at = 0; at < bytes.length; ) {
    const framed = unframe(bytes, at)
    if (framed === null) {
      at++
      continue
    }
    if (at > found.endBytes) found.damaged++
    found.records.push(framed)
    at += HEAD_BYTES + framed.payload.length
    found.endBytes = at
  }
  return found
}
