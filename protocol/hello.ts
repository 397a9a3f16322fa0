import { BitReader, BitWriter } from './bits.ts'
import { WireError } from './errors.ts'
import { type Pace, readPace, writePace } from './pace.ts'

export const HELLO_VERSION = 1

/** How a boot ended, as found at the next start. The place in the list is the number on the wire, for ever. */
export const BOOT_ENDS = ['unknown', 'power-loss', 'shutdown', 'restart', 'sleep', 'service-stop'] as const
export type BootEnd = (typeof BOOT_ENDS)[number]

/** A device's first words. They ride in the password field of CONNECT and so cost no packet of their own. */
export interface Hello {
  epoch: number
  boot: number
  uptimeSeconds: number
  /** How the boot before this one ended; null while the device has not restarted since its last hello. */
  previousEnd: BootEnd | null
  pace: Pace
  /** Rows measured since the journal was made: those that came and those that were declared lost must add up to it. */
  rows: number
}

/** @throws WireError `WIRE_RANGE` */
export function encodeHello(hello: Hello): Uint8Array {
  const writer = new BitWriter()
  writer.bits(HELLO_VERSION, 8)
  writer.varint(hello.epoch)
  writer.varint(hello.boot)
  writer.varint(hello.uptimeSeconds)
  writer.varint(hello.previousEnd === null ? 0 : 1 + BOOT_ENDS.indexOf(hello.previousEnd))
  writePace(writer, hello.pace)
  writer.varint(hello.rows)
  return writer.finish()
}

/** @throws WireError with the code that names what is wrong */
export function decodeHello(bytes: Uint8Array): Hello {
  const reader = new BitReader(bytes)
  const version = reader.bits(8)
  if (version !== HELLO_VERSION) {
    throw new WireError('WIRE_VERSION', `hello: expected version ${HELLO_VERSION}, got ${version}`)
  }
  const hello = {
    epoch: reader.varint('epoch'),
    boot: reader.varint('boot'),
    uptimeSeconds: reader.varint('uptime'),
    previousEnd: previousEnd(reader.varint('previous end', BOOT_ENDS.length)),
    pace: readPace(reader),
    rows: reader.varint('rows'),
  }
  reader.finish()
  return hello
}

function previousEnd(code: number): BootEnd | null {
  return code === 0 ? null : BOOT_ENDS[code - 1]!
}
