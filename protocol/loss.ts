import { BitReader, BitWriter } from './bits.ts'
import { WireError } from './errors.ts'
import { MAX_SECONDS } from './limits.ts'

export const LOSS_VERSION = 1

/** Why rows will never come. The place in the list is the number on the wire, for ever. */
export const LOSS_REASONS = ['thinned', 'dropped', 'damaged', 'refused'] as const
/**
 * `thinned`: left out to halve the resolution of what is old; `dropped`: the oldest of a full journal; `damaged`:
 * unreadable on the device's disk; `refused`: the disk took them for longer than memory could hold them.
 */
export type RowsLossReason = (typeof LOSS_REASONS)[number]

/**
 * The tombstone of rows: what a device has produced is what the centre has stored and what such messages declare
 * lost. It has a number among the reports of its epoch, so that it too arrives once.
 */
export interface RowsLoss {
  epoch: number
  seq: number
  /** The boot in which they were measured; 0 when that is not known. */
  boot: number
  /** Age of the boot at the first of them; 0 when that is not known. */
  uptimeSeconds: number
  /** From the first to the last of them. */
  spanSeconds: number
  rows: number
  reason: RowsLossReason
}

/** @throws WireError `WIRE_RANGE` */
export function encodeLoss(loss: RowsLoss): Uint8Array {
  const writer = new BitWriter()
  writer.bits(LOSS_VERSION, 8)
  writer.varint(loss.epoch)
  writer.varint(loss.seq)
  writer.varint(loss.boot)
  writer.varint(loss.uptimeSeconds)
  writer.varint(loss.spanSeconds)
  writer.varint(loss.rows)
  writer.varint(LOSS_REASONS.indexOf(loss.reason))
  return writer.finish()
}

/** @throws WireError with the code that names what is wrong */
export function decodeLoss(bytes: Uint8Array): RowsLoss {
  const reader = new BitReader(bytes)
  const version = reader.bits(8)
  if (version !== LOSS_VERSION) {
    throw new WireError('WIRE_VERSION', `loss: expected version ${LOSS_VERSION}, got ${version}`)
  }
  const loss = {
    epoch: reader.varint('epoch'),
    seq: reader.varint('seq'),
    boot: reader.varint('boot'),
    uptimeSeconds: reader.varint('uptime', MAX_SECONDS),
    spanSeconds: reader.varint('span', MAX_SECONDS),
    rows: reader.varint('rows'),
    reason: LOSS_REASONS[reader.varint('reason', LOSS_REASONS.length - 1)]!,
  }
  reader.finish()
  return loss
}
