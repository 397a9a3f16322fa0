import { BitReader, BitWriter } from './bits.ts'
import { WireError } from './errors.ts'

export const GOODBYE_VERSION = 1

/** Why a device leaves on purpose. The place in the list is the number on the wire, for ever. */
export const GOODBYE_REASONS = ['shutdown', 'restart', 'sleep', 'service-stop'] as const
export type GoodbyeReason = (typeof GOODBYE_REASONS)[number]

/** The agent's word before a planned stop, published to `g`. */
export interface Goodbye {
  reason: GoodbyeReason
  boot: number
  uptimeSeconds: number
}

/** @throws WireError `WIRE_RANGE` */
export function encodeGoodbye(goodbye: Goodbye): Uint8Array {
  const writer = new BitWriter()
  writer.bits(GOODBYE_VERSION, 8)
  writer.varint(GOODBYE_REASONS.indexOf(goodbye.reason))
  writer.varint(goodbye.boot)
  writer.varint(goodbye.uptimeSeconds)
  return writer.finish()
}

/** @throws WireError with the code that names what is wrong */
export function decodeGoodbye(bytes: Uint8Array): Goodbye {
  const reader = new BitReader(bytes)
  const version = reader.bits(8)
  if (version !== GOODBYE_VERSION) {
    throw new WireError('WIRE_VERSION', `goodbye: expected version ${GOODBYE_VERSION}, got ${version}`)
  }
  const goodbye = {
    reason: GOODBYE_REASONS[reader.varint('reason', GOODBYE_REASONS.length - 1)]!,
    boot: reader.varint('boot'),
    uptimeSeconds: reader.varint('uptime'),
  }
  reader.finish()
  return goodbye
}
