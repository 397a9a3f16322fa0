import { ByteReader, ByteWriter } from './bytes.ts'
import { refuse, WireError } from './errors.ts'
import { type DeviceId, deviceId } from './ids.ts'

/**
 * Packet trains over UDP by which an agent estimates what its line carries. All that goes either way ends in a tag that
 * only the device's key can make; the centre sends a train only to an address that has shown that it hears the centre.
 *
 *     agent                          centre
 *     ask, padded          ------->
 *                          <-------  challenge: a cookie for this address
 *     begin, with it       ------->
 *                          <-------  ready, or busy for so many seconds
 *     order                ------->
 *                          <=======  a train down
 *     a train up           =======>
 *     tell                 ------->
 *                          <-------  arrivals
 *     end                  ------->
 */
export const TRAIN_VERSION = 1

/** The info of HKDF-SHA256 without salt, its secret the device's key: 32 bytes for what goes up, 32 for what goes down. */
export const TRAIN_INFO = 'haidang train 1'
export const TRAIN_KEY_BYTES = 32
/** HMAC-SHA256 cut to 96 bits, RFC 2104 section 5: one guess in 10^28 a packet. */
export const TRAIN_TAG_BYTES = 12
export const TRAIN_NONCE_BYTES = 8
/** A time of the centre, 4 bytes, and its seal, 12. */
export const TRAIN_COOKIE_BYTES = 16

/** An ask is padded to more than the challenge that it may bring. */
const ASK_BYTES = 64

/** Any line's MTU bears 1,228 bytes of IPv4 or 1,248 of IPv6, whose least is 1,280. */
export const MAX_CAR_BYTES = 1200
/** Head and tag of a car are at most 27. */
export const MIN_CAR_BYTES = 64
/** 64 cars of 1,200 bytes are the longest train that the money allows; slow lines get shorter cars and more of them. */
export const MAX_CARS = 100
/** Two trains may be lost to a bad moment, and each way has its own. */
export const MAX_TRAINS = 8
/** Where a queue is too short for a train at once: a car each so many µs, 8 of 600 bytes in 2 s at 20 kbit/s. */
const MAX_GAP_US = 250_000
const MAX_BUSY_SECONDS = 86_400
/** A train that takes longer is given up. */
const MAX_ARRIVAL_US = 60_000_000

/** A car of a train; what it says is only when it comes. */
export interface Car {
  kind: 'car'
  nonce: Uint8Array
  train: number
  index: number
  /** All of UDP's payload, tag and padding too. */
  bytes: number
}

/** A train that is asked of the centre. */
export interface Order {
  train: number
  cars: number
  /** Of each car, as in `Car`. */
  carBytes: number
  /** From car to car; 0: as fast as they can be sent. */
  gapUs: number
}

/** When a car came, by the receiver's monotonic clock: µs since the first of its train. */
export interface CarArrival {
  index: number
  atUs: number
}

export type ToTrainCentre =
  | { kind: 'ask'; device: DeviceId; nonce: Uint8Array }
  | { kind: 'begin'; device: DeviceId; nonce: Uint8Array; cookie: Uint8Array }
  | ({ kind: 'order'; nonce: Uint8Array } & Order)
  | { kind: 'tell'; nonce: Uint8Array; train: number }
  | { kind: 'end'; nonce: Uint8Array }
  | Car

export type ToTrainAgent =
  | { kind: 'challenge'; nonce: Uint8Array; cookie: Uint8Array }
  | { kind: 'ready'; nonce: Uint8Array }
  | { kind: 'busy'; nonce: Uint8Array; seconds: number }
  | { kind: 'arrivals'; nonce: Uint8Array; train: number; arrivals: CarArrival[] }
  | Car

export type TrainMessage = ToTrainCentre | ToTrainAgent

const CODES = {
  ask: 1,
  begin: 2,
  order: 3,
  tell: 4,
  end: 5,
  car: 6,
  challenge: 7,
  ready: 8,
  busy: 9,
  arrivals: 10,
} as const

const KINDS = new Map(Object.entries(CODES).map(([kind, code]) => [code, kind as TrainMessage['kind']]))

/** Everything but the tag, for which whoever sends it has a key. */
export function encodeTrain(message: TrainMessage): Uint8Array {
  const writer = new ByteWriter()
  writer.byte(TRAIN_VERSION)
  writer.byte(CODES[message.kind])
  writer.raw(message.nonce)
  switch (message.kind) {
    case 'ask':
      writer.text(message.device)
      return padded(writer.finish(), ASK_BYTES - TRAIN_TAG_BYTES)
    case 'begin':
      writer.text(message.device)
      writer.raw(message.cookie)
      break
    case 'order':
      writer.varint(message.train)
      writer.varint(message.cars)
      writer.varint(message.carBytes)
      writer.varint(message.gapUs)
      break
    case 'tell':
      writer.varint(message.train)
      break
    case 'car':
      writer.varint(message.train)
      writer.varint(message.index)
      return padded(writer.finish(), message.bytes - TRAIN_TAG_BYTES)
    case 'challenge':
      writer.raw(message.cookie)
      break
    case 'busy':
      writer.varint(message.seconds)
      break
    case 'arrivals':
      writer.varint(message.train)
      writer.varint(message.arrivals.length)
      writeArrivals(writer, message.arrivals)
      break
    case 'ready':
    case 'end':
      break
  }
  return writer.finish()
}

/** @param bytes all but the tag, which whoever reads it has checked @throws WireError with what is wrong */
export function decodeTrain(bytes: Uint8Array): TrainMessage {
  const reader = new ByteReader(bytes)
  const version = reader.byte('version')
  if (version !== TRAIN_VERSION) {
    throw new WireError('WIRE_VERSION', `train: expected version ${TRAIN_VERSION}, got ${version}`)
  }
  const code = reader.byte('kind')
  const kind = KINDS.get(code as (typeof CODES)[keyof typeof CODES])
  if (kind === undefined) return refuse('train', 'a kind of message', code)
  const nonce = reader.raw(TRAIN_NONCE_BYTES, 'nonce')
  const message = readRest(kind, nonce, reader, bytes.length + TRAIN_TAG_BYTES)
  // An ask and a car are padded with whatever their sender likes.
  if (kind !== 'ask' && kind !== 'car') reader.finish(kind)
  return message
}

function readRest(
  kind: TrainMessage['kind'],
  nonce: Uint8Array,
  reader: ByteReader,
  bytes: number,
): TrainMessage {
  switch (kind) {
    case 'ask':
      if (bytes < ASK_BYTES) return refuse('ask', `at least ${ASK_BYTES} bytes`, bytes)
      return { kind, nonce, device: readDevice(reader) }
    case 'begin':
      return { kind, nonce, device: readDevice(reader), cookie: reader.raw(TRAIN_COOKIE_BYTES, 'cookie') }
    case 'order':
      return {
        kind,
        nonce,
        train: reader.varint('train', MAX_TRAINS - 1),
        cars: atLeast(1, reader.varint('cars', MAX_CARS), 'cars'),
        carBytes: atLeast(MIN_CAR_BYTES, reader.varint('bytes of a car', MAX_CAR_BYTES), 'bytes of a car'),
        gapUs: reader.varint('gap', MAX_GAP_US),
      }
    case 'tell':
      return { kind, nonce, train: reader.varint('train', MAX_TRAINS - 1) }
    case 'car': {
      if (bytes < MIN_CAR_BYTES || bytes > MAX_CAR_BYTES) {
        return refuse('car', `${MIN_CAR_BYTES} to ${MAX_CAR_BYTES} bytes`, bytes)
      }
      const train = reader.varint('train', MAX_TRAINS - 1)
      return { kind, nonce, train, index: reader.varint('index', MAX_CARS - 1), bytes }
    }
    case 'challenge':
      return { kind, nonce, cookie: reader.raw(TRAIN_COOKIE_BYTES, 'cookie') }
    case 'busy':
      return { kind, nonce, seconds: reader.varint('seconds', MAX_BUSY_SECONDS) }
    case 'arrivals':
      return {
        kind,
        nonce,
        train: reader.varint('train', MAX_TRAINS - 1),
        arrivals: readArrivals(reader),
      }
    case 'ready':
    case 'end':
      return { kind, nonce }
  }
}

/** In the order in which they came: 2 to 4 bytes each. */
function writeArrivals(writer: ByteWriter, arrivals: readonly CarArrival[]): void {
  let beforeUs = 0
  for (const { index, atUs } of arrivals) {
    writer.byte(index)
    writer.varint(atUs - beforeUs)
    beforeUs = atUs
  }
}

function readArrivals(reader: ByteReader): CarArrival[] {
  const count = reader.varint('arrivals', MAX_CARS)
  let atUs = 0
  return Array.from({ length: count }, () => {
    const index = reader.byte('index')
    if (index >= MAX_CARS) return refuse('index', `at most ${MAX_CARS - 1}`, index)
    atUs += reader.varint('time of arrival', MAX_ARRIVAL_US)
    return { index, atUs }
  })
}

function readDevice(reader: ByteReader): DeviceId {
  const text = reader.text('device', 32)
  try {
    return deviceId(text)
  } catch {
    return refuse('device', 'a device id', JSON.stringify(text))
  }
}

function atLeast(least: number, value: number, what: string): number {
  return value >= least ? value : refuse(what, `at least ${least}`, value)
}

/** Bytes that no line can compress: a multiplicative congruence after Lehmer, seeded by what stands before. */
function padded(head: Uint8Array, length: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(length, head.length))
  bytes.set(head)
  let state = head.reduce((sum, byte) => (sum * 31 + byte) % 65_537, 1) || 1
  for (let at = head.length; at < bytes.length; at++) {
    state = (state * 75) % 65_537
    bytes[at] = state & 0xff
  }
  return bytes
}

/** A message and its tag as they go over the line. */
export function tagged(body: Uint8Array, tag: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(body.length + TRAIN_TAG_BYTES)
  bytes.set(body)
  bytes.set(tag.subarray(0, TRAIN_TAG_BYTES), body.length)
  return bytes
}

/** null: too short for any message. */
export function untagged(bytes: Uint8Array): { body: Uint8Array; tag: Uint8Array } | null {
  if (bytes.length <= TRAIN_TAG_BYTES) return null
  const at = bytes.length - TRAIN_TAG_BYTES
  return { body: bytes.subarray(0, at), tag: bytes.subarray(at) }
}
