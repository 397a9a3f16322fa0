import { BitReader, BitWriter } from '#protocol/bits.ts'
import { WireError } from '#protocol/errors.ts'
import { decodeGoodbye, encodeGoodbye, type Goodbye } from '#protocol/goodbye.ts'
import { decodeReport, encodeReport, type Report } from '#protocol/report.ts'
import { type Framed, frame } from './record.ts'

/** One thing that the journal remembers. */
export type Entry =
  /** Stands first in a segment, and where an epoch begins: what the segments deleted before it would have told. */
  | { kind: 'start'; epoch: number; nextSeq: number; nextRow: number; lastBoot: number }
  /** A report of one row; its `seq` is the row's number in the journal. */
  | { kind: 'sample'; row: Report }
  /** From here on report `seq` is the rows `firstRow` to `firstRow + rows - 1`, for ever. */
  | { kind: 'seal'; epoch: number; seq: number; firstRow: number; rows: number }
  /** The centre has report `seq` on its disk. */
  | { kind: 'ack'; epoch: number; seq: number }
  | { kind: 'goodbye'; goodbye: Goodbye }

/** The record kinds on disk, letters for whoever reads a dump; given once and never to another. */
const CODES: Record<Entry['kind'], number> = {
  start: 0x45, // E, epoch
  sample: 0x52, // R, row
  seal: 0x53, // S
  ack: 0x41, // A
  goodbye: 0x47, // G
}

export function encodeEntry(entry: Entry): Uint8Array {
  return frame({ kind: CODES[entry.kind], payload: payloadOf(entry) })
}

function payloadOf(entry: Entry): Uint8Array {
  switch (entry.kind) {
    case 'start':
      return varints(entry.epoch, entry.nextSeq, entry.nextRow, entry.lastBoot)
    case 'sample':
      return encodeReport(entry.row)
    case 'seal':
      return varints(entry.epoch, entry.seq, entry.firstRow, entry.rows)
    case 'ack':
      return varints(entry.epoch, entry.seq)
    case 'goodbye':
      return encodeGoodbye(entry.goodbye)
  }
}

function varints(...values: number[]): Uint8Array {
  const writer = new BitWriter()
  for (const value of values) writer.varint(value)
  return writer.finish()
}

/** @throws WireError when a record is whole but not one of ours: a newer agent wrote it */
export function decodeEntry({ kind, payload }: Framed): Entry {
  switch (kind) {
    case CODES.sample:
      return { kind: 'sample', row: decodeReport(payload) }
    case CODES.goodbye:
      return { kind: 'goodbye', goodbye: decodeGoodbye(payload) }
  }
  const reader = new BitReader(payload)
  const entry = readNumbers(kind, reader)
  reader.finish()
  return entry
}

function readNumbers(kind: number, reader: BitReader): Entry {
  const epoch = reader.varint('epoch')
  const seq = reader.varint('seq')
  switch (kind) {
    case CODES.start:
      return {
        kind: 'start',
        epoch,
        nextSeq: seq,
        nextRow: reader.varint('next row'),
        lastBoot: reader.varint('last boot'),
      }
    case CODES.seal:
      return { kind: 'seal', epoch, seq, firstRow: reader.varint('first row'), rows: reader.varint('rows') }
    case CODES.ack:
      return { kind: 'ack', epoch, seq }
    default:
      throw new WireError('WIRE_VERSION', `journal record: expected a known kind, got ${kind}`)
  }
}
