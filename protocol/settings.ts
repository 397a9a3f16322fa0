import { BitReader, BitWriter } from './bits.ts'
import { WireError } from './errors.ts'
import { MAX_SECONDS } from './limits.ts'

export const SETTINGS_VERSION = 1

/**
 * What the centre wants of a device, pushed to it when its hello shows that it has others. The device keeps them over
 * restarts and answers with its new pace.
 */
export interface Settings {
  /** The centre's name for these settings, from 1: a device that names it in its hello is not told again. */
  number: number
  /** The pace that is wanted; the device's budget may stretch it. */
  sampleSeconds: number
  reportSeconds: number
  keepaliveSeconds: number
  /** Over how many seconds devices spread their return when it was the centre that went away. */
  spreadSeconds: number
  /** What the device may spend on its line in a calendar month, all of IP, both ways; null: no cap. */
  monthlyBytes: number | null
  /** A storm: updates and probes wait, so that the line is free for what must be told. */
  hold: boolean
  /** It looks now and then what its line can carry, for all that go by it: 200 kB each time. */
  measure: boolean
}

/** The last field, a varint of flags; a centre with nothing to say in it leaves it out, as one does that knows none. */
const HOLD = 1
const MEASURE = 2

/** @throws WireError `WIRE_RANGE` */
export function encodeSettings(settings: Settings): Uint8Array {
  const writer = new BitWriter()
  writer.bits(SETTINGS_VERSION, 8)
  writer.varint(settings.number)
  writer.varint(settings.sampleSeconds)
  writer.varint(settings.reportSeconds)
  writer.varint(settings.keepaliveSeconds)
  writer.varint(settings.spreadSeconds)
  writer.varint(settings.monthlyBytes === null ? 0 : 1 + settings.monthlyBytes)
  const flags = (settings.hold ? HOLD : 0) + (settings.measure ? MEASURE : 0)
  if (flags > 0) writer.varint(flags)
  return writer.finish()
}

/**
 * Flags that are not known, and what a newer centre says behind them, are left unread: a device must follow the rest.
 * @throws WireError with the code that names what is wrong
 */
export function decodeSettings(bytes: Uint8Array): Settings {
  const reader = new BitReader(bytes)
  const version = reader.bits(8)
  if (version !== SETTINGS_VERSION) {
    throw new WireError('WIRE_VERSION', `settings: expected version ${SETTINGS_VERSION}, got ${version}`)
  }
  const told = {
    number: reader.varint('number'),
    sampleSeconds: reader.varint('sample interval', MAX_SECONDS),
    reportSeconds: reader.varint('report interval', MAX_SECONDS),
    keepaliveSeconds: reader.varint('keepalive', MAX_SECONDS),
    spreadSeconds: reader.varint('spread', MAX_SECONDS),
    monthlyBytes: capOf(reader.varint('monthly bytes')),
  }
  const flags = reader.isAtEnd ? 0 : reader.varint('flags')
  return { ...told, hold: flags % 2 === HOLD, measure: Math.floor(flags / MEASURE) % 2 === 1 }
}

function capOf(code: number): number | null {
  return code === 0 ? null : code - 1
}
