import { ByteReader, ByteWriter } from '#protocol/bytes.ts'
import { WireError } from '#protocol/errors.ts'
import { type DeviceId, deviceId } from '#protocol/ids.ts'
import { MAX_SEALED_BYTES, REFUSED_WHY, type RefusedWhy } from '#protocol/neighbours.ts'
import { RANDOM_BYTES, TAG_BYTES } from '#protocol/seal.ts'

/** A sealed message on its way between a neighbour and its relay. */
interface Frame {
  kind: 'frame'
  named: boolean
  sealed: Uint8Array
}

/** What a neighbour says to its relay. */
export type ToRelay =
  | Frame
  | { kind: 'enter'; device: DeviceId; random: Uint8Array }
  /** All that was asked for by `collect` is said. */
  | { kind: 'done' }
  | { kind: 'alive' }

/** What a relay says to its neighbour. `busy` is the relay's own refusal: it has no room, or too many came at once. */
export type ToNeighbour =
  | Frame
  | { kind: 'line'; up: boolean }
  | { kind: 'answer'; random: Uint8Array; proof: Uint8Array }
  | { kind: 'refused'; why: RefusedWhy | 'busy' }
  | { kind: 'collect' }
  | { kind: 'alive' }

const CODES = {
  bare: 1,
  named: 2,
  enter: 3,
  done: 4,
  alive: 5,
  lineUp: 6,
  lineDown: 7,
  answer: 8,
  refused: 9,
  collect: 10,
} as const

/** Of the 3 bytes in front of each message, which count what follows. */
const LENGTH_BYTES = 3

/**
 * All that is taken from a neighbour that the centre has not accepted: a device's id and its random bytes are 42, the
 * largest hello with its topic, its tag and the code in front 68.
 */
export const MAX_STRANGER_BYTES = 96
export const MAX_LAN_BYTES = MAX_SEALED_BYTES + 1

const BUSY = REFUSED_WHY.length

export function encodeLan(message: ToRelay | ToNeighbour): Uint8Array {
  const body = new ByteWriter()
  switch (message.kind) {
    case 'frame':
      body.byte(message.named ? CODES.named : CODES.bare)
      body.raw(message.sealed)
      break
    case 'enter':
      body.byte(CODES.enter)
      body.text(message.device)
      body.raw(message.random)
      break
    case 'line':
      body.byte(message.up ? CODES.lineUp : CODES.lineDown)
      break
    case 'answer':
      body.byte(CODES.answer)
      body.raw(message.random)
      body.raw(message.proof)
      break
    case 'refused':
      body.byte(CODES.refused)
      body.byte(message.why === 'busy' ? BUSY : REFUSED_WHY.indexOf(message.why))
      break
    default:
      body.byte(CODES[message.kind])
  }
  const bytes = body.finish()
  return Uint8Array.of(bytes.length >> 16, (bytes.length >> 8) & 0xff, bytes.length & 0xff, ...bytes)
}

/** @throws WireError */
export function decodeToRelay(body: Uint8Array): ToRelay {
  const reader = new ByteReader(body)
  const code = reader.byte('message')
  const message = readToRelay(code, reader)
  reader.finish('message')
  return message
}

function readToRelay(code: number, reader: ByteReader): ToRelay {
  switch (code) {
    case CODES.bare:
    case CODES.named:
      return readFrame(code, reader)
    case CODES.enter:
      return { kind: 'enter', device: readDevice(reader), random: reader.raw(RANDOM_BYTES, 'random') }
    case CODES.done:
      return { kind: 'done' }
    case CODES.alive:
      return { kind: 'alive' }
    default:
      return refuse('a message of a neighbour', code)
  }
}

/** @throws WireError */
export function decodeToNeighbour(body: Uint8Array): ToNeighbour {
  const reader = new ByteReader(body)
  const code = reader.byte('message')
  const message = readToNeighbour(code, reader)
  reader.finish('message')
  return message
}

function readToNeighbour(code: number, reader: ByteReader): ToNeighbour {
  switch (code) {
    case CODES.bare:
    case CODES.named:
      return readFrame(code, reader)
    case CODES.lineUp:
    case CODES.lineDown:
      return { kind: 'line', up: code === CODES.lineUp }
    case CODES.answer:
      return {
        kind: 'answer',
        random: reader.raw(RANDOM_BYTES, 'random'),
        proof: reader.raw(TAG_BYTES, 'proof'),
      }
    case CODES.refused:
      return { kind: 'refused', why: REFUSED_WHY[reader.byte('why')] ?? 'busy' }
    case CODES.collect:
      return { kind: 'collect' }
    case CODES.alive:
      return { kind: 'alive' }
    default:
      return refuse('a message of a relay', code)
  }
}

function readFrame(code: number, reader: ByteReader): Frame {
  return { kind: 'frame', named: code === CODES.named, sealed: reader.raw(reader.left, 'frame') }
}

function readDevice(reader: ByteReader): DeviceId {
  try {
    return deviceId(reader.text('device', 32))
  } catch (error) {
    throw new WireError('WIRE_RANGE', (error as Error).message)
  }
}

function refuse(expected: string, got: unknown): never {
  throw new WireError('WIRE_RANGE', `LAN: expected ${expected}, got ${got}`)
}

/** Cuts a stream into messages. It holds one unfinished message, and refuses a longer one at its announcement. */
export class LanCutter {
  #held: Uint8Array = new Uint8Array()
  maxBytes: number

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes
  }

  /** The bodies that `chunk` completes, one at a time: what one says may change what the next may be. @throws WireError */
  *push(chunk: Uint8Array): Generator<Uint8Array> {
    let rest: Uint8Array = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    this.#held = new Uint8Array()
    while (rest.length >= LENGTH_BYTES) {
      const length = rest[0]! * 65_536 + rest[1]! * 256 + rest[2]!
      if (length > this.maxBytes) refuse(`at most ${this.maxBytes} bytes`, length)
      if (rest.length < LENGTH_BYTES + length) break
      yield rest.subarray(LENGTH_BYTES, LENGTH_BYTES + length)
      rest = rest.subarray(LENGTH_BYTES + length)
    }
    // A copy: the rest of a few bytes would hold the whole chunk in memory.
    this.#held = rest.slice()
  }
}
