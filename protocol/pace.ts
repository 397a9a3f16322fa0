import { BitReader, BitWriter } from './bits.ts'
import { WireError } from './errors.ts'
import { MAX_KEEPALIVE_SECONDS, MAX_SECONDS } from './limits.ts'

export const PACE_VERSION = 1

/** How often a device samples, reports and shows that it lives; said in its hello and whenever it changes. */
export interface Pace {
  /** Number of the settings of the centre that it follows; 0 when it has none and goes by its own papers. */
  settings: number
  sampleSeconds: number
  /** Every how many seconds reports come while the line is up. */
  reportSeconds: number
  /** At least every so many seconds something of the device arrives: a report, or else a ping. */
  keepaliveSeconds: number
  /** How far the budget has stretched it: 0 not at all. */
  step: number
}

/** What a device that says this pace is held to from then on; null when it says none, and what held before still does. */
export function keepaliveOf({ keepaliveSeconds }: Pace): number | null {
  return keepaliveSeconds === 0 ? null : Math.min(keepaliveSeconds, MAX_KEEPALIVE_SECONDS)
}

/** From this step of its budget on a device that has lost its connection makes a new one only when a report is due. */
const RARE_STEP = 4

/** For how long a device that says this pace may be away without anything being wrong; 0 when it always comes back. */
export function awaySeconds({ step, reportSeconds }: Pace): number {
  return step < RARE_STEP ? 0 : reportSeconds
}

/** The step of a device whose month is spent: until it is over it only says what changes. */
export const SILENT_STEP = 7

/** More steps than any budget has. */
const MAX_STEP = 15

export function writePace(writer: BitWriter, pace: Pace): void {
  writer.varint(pace.settings)
  writer.varint(pace.sampleSeconds)
  writer.varint(pace.reportSeconds)
  writer.varint(pace.keepaliveSeconds)
  writer.varint(pace.step)
}

/** @throws WireError `WIRE_TRUNCATED` or `WIRE_RANGE` */
export function readPace(reader: BitReader): Pace {
  return {
    settings: reader.varint('settings'),
    sampleSeconds: reader.varint('sample interval', MAX_SECONDS),
    reportSeconds: reader.varint('report interval', MAX_SECONDS),
    keepaliveSeconds: reader.varint('keepalive', MAX_SECONDS),
    step: reader.varint('budget step', MAX_STEP),
  }
}

/** @throws WireError `WIRE_RANGE` */
export function encodePace(pace: Pace): Uint8Array {
  const writer = new BitWriter()
  writer.bits(PACE_VERSION, 8)
  writePace(writer, pace)
  return writer.finish()
}

/** @throws WireError with the code that names what is wrong */
export function decodePace(bytes: Uint8Array): Pace {
  const reader = new BitReader(bytes)
  const version = reader.bits(8)
  if (version !== PACE_VERSION) {
    throw new WireError('WIRE_VERSION', `pace: expected version ${PACE_VERSION}, got ${version}`)
  }
  const pace = readPace(reader)
  reader.finish()
  return pace
}
