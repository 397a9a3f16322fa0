import { crc32 } from 'node:zlib'
import type { Quarantined } from './entry.ts'
import type { Record } from './record.ts'

/**
 * SQLite has no checksums: a bit that a disk has turned comes back as a value like any other. So every row carries
 * a CRC-32 over all that it says, its place in the ledger included. On disk for ever: what is summed never changes.
 */

/** Signed, it takes four bytes on disk and never six. */
const signed = (sum: number): number => sum | 0

/** Offset, arrival, kind, epoch and seq as doubles, one after the other. */
const numbers = new Float64Array(5)
const numberBytes = new Uint8Array(numbers.buffer)

export function entrySum(offset: number, { at, kind, device, epoch, seq, payload }: Record): number {
  numbers[0] = offset
  numbers[1] = at
  numbers[2] = kind
  numbers[3] = epoch ?? -1
  numbers[4] = seq ?? -1
  return signed(crc32(payload, crc32(device ?? '', crc32(numberBytes))))
}

export function quarantinedSum({ at, device, topic, code, reason, payload }: Quarantined): number {
  return signed(crc32(payload, crc32([at, device, topic, code, reason].join('\0'))))
}

/** A row as it comes out of a file, where what should be there may be null. */
export type EntryRow = Record & { offset: number; crc: number | null }
export type QuarantinedRow = Quarantined & { id: number; crc: number | null }

export function isSoundEntry(row: EntryRow): boolean {
  return row.payload instanceof Uint8Array && entrySum(row.offset, row) === row.crc
}

export function isSoundQuarantined(row: QuarantinedRow): boolean {
  return row.payload instanceof Uint8Array && quarantinedSum(row) === row.crc
}
