import { ByteReader, ByteWriter } from './bytes.ts'
import { WireError } from './errors.ts'
import { type DeviceId, deviceId } from './ids.ts'
import { MAX_REPORT_BYTES } from './limits.ts'
import { RANDOM_BYTES, TAG_BYTES } from './seal.ts'

/**
 * What a relay says for its neighbours, published to `n`, and what the centre pushes back: parts one after another. A
 * neighbour has an alias from 1 to 127, which the relay gives it for as long as they are connected.
 */
export interface UpBatch {
  /** How long the relay held the oldest part: to be added to the ages inside the seals. */
  heldSeconds: number
  parts: UpPart[]
}

interface Frame {
  kind: 'frame'
  alias: number
  named: boolean
  sealed: Uint8Array
}

export type UpPart =
  | Frame
  /** A device asks for a session. */
  | { kind: 'enter'; alias: number; device: DeviceId; random: Uint8Array }
  /** The relay hears nothing of it any more. */
  | { kind: 'silent'; alias: number }

export type DownPart =
  | Frame
  /** The session stands; the proof is the first sealed message of the centre. */
  | { kind: 'answer'; alias: number; random: Uint8Array; proof: Uint8Array }
  /** There is no session, or no more. */
  | { kind: 'refused'; alias: number; why: RefusedWhy }

/** The place in the list is the number on the wire, for ever. */
export const REFUSED_WHY = [
  'unknown-device',
  'other-site',
  'no-session',
  'bad-seal',
  'not-stored',
  'replaced',
] as const
/**
 * `unknown-device`: the centre has no such device; `other-site`: it stands at another site than the relay;
 * `no-session`: frames without a session that the centre knows; `bad-seal`: a frame that did not open;
 * `not-stored`: the disk did not take it; `replaced`: the device has come another way.
 */
export type RefusedWhy = (typeof REFUSED_WHY)[number]

/** 7 bits. */
export const MAX_ALIAS = 127

/** The relay sends within seconds of being told: a greater one is a lie or a mistake, and would move readings in time. */
export const MAX_HELD_SECONDS = 60

/** A sealed report, its topic and its age. */
export const MAX_SEALED_BYTES = MAX_REPORT_BYTES + 16 + TAG_BYTES

/** A session's start, a word and sixteen reports for each of 127 neighbours. */
const MAX_PARTS = 18 * MAX_ALIAS

/** The length of a frame's content where it stands in the head; the highest value says that a varint follows. */
const LONG = 0x7f
/** Heads from here on name their alias; below it is the next after the part before. */
const EXPLICIT = 0x80

/** Given once and never to another: the numbers of the explicit parts. */
const CODES = { bare: 0x80, named: 0x81, enter: 0x82, silent: 0x83, answer: 0x84, refused: 0x85 } as const

/** @throws WireError `WIRE_RANGE` */
export function encodeUpBatch({ heldSeconds, parts }: UpBatch): Uint8Array {
  const writer = new ByteWriter()
  writer.varint(Math.min(heldSeconds, MAX_HELD_SECONDS))
  let before = 0
  for (const part of parts) {
    switch (part.kind) {
      case 'frame':
        writeFrame(writer, part, before)
        break
      case 'enter':
        writeHead(writer, CODES.enter, part.alias)
        writer.text(part.device)
        writer.raw(part.random)
        break
      case 'silent':
        writeHead(writer, CODES.silent, part.alias)
        break
    }
    before = part.alias
  }
  return writer.finish()
}

/** @throws WireError with the code that names what is wrong */
export function decodeUpBatch(bytes: Uint8Array): UpBatch {
  const reader = new ByteReader(bytes)
  const heldSeconds = reader.varint('held', MAX_HELD_SECONDS)
  const parts = readParts<UpPart>(reader, (code, alias) => {
    switch (code) {
      case CODES.enter:
        return {
          kind: 'enter',
          alias,
          device: readDevice(reader),
          random: reader.raw(RANDOM_BYTES, 'random'),
        }
      case CODES.silent:
        return { kind: 'silent', alias }
      default:
        return refuse('part', 'a kind that a relay sends', code)
    }
  })
  return { heldSeconds, parts }
}

/** @throws WireError `WIRE_RANGE` */
export function encodeDownBatch(parts: readonly DownPart[]): Uint8Array {
  const writer = new ByteWriter()
  let before = 0
  for (const part of parts) {
    switch (part.kind) {
      case 'frame':
        writeFrame(writer, part, before)
        break
      case 'answer':
        writeHead(writer, CODES.answer, part.alias)
        writer.raw(part.random)
        writer.raw(part.proof)
        break
      case 'refused':
        writeHead(writer, CODES.refused, part.alias)
        writer.byte(REFUSED_WHY.indexOf(part.why))
        break
    }
    before = part.alias
  }
  return writer.finish()
}

/** @throws WireError with the code that names what is wrong */
export function decodeDownBatch(bytes: Uint8Array): DownPart[] {
  const reader = new ByteReader(bytes)
  return readParts<DownPart>(reader, (code, alias) => {
    switch (code) {
      case CODES.answer:
        return {
          kind: 'answer',
          alias,
          random: reader.raw(RANDOM_BYTES, 'random'),
          proof: reader.raw(TAG_BYTES, 'proof'),
        }
      case CODES.refused:
        return { kind: 'refused', alias, why: REFUSED_WHY[reader.varint('why', REFUSED_WHY.length - 1)]! }
      default:
        return refuse('part', 'a kind that the centre sends', code)
    }
  })
}

function writeHead(writer: ByteWriter, code: number, alias: number): void {
  if (alias < 1 || alias > MAX_ALIAS) refuse('alias', `1 to ${MAX_ALIAS}`, alias)
  writer.byte(code)
  writer.byte(alias)
}

/** The round of all neighbours' reports takes a byte for each beside what is sealed. */
function writeFrame(writer: ByteWriter, { alias, named, sealed }: Frame, before: number): void {
  const length = sealed.length - TAG_BYTES
  if (length < 0 || sealed.length > MAX_SEALED_BYTES) {
    refuse('sealed', `${TAG_BYTES} to ${MAX_SEALED_BYTES} bytes`, sealed.length)
  }
  if (named || alias !== before + 1) {
    writeHead(writer, named ? CODES.named : CODES.bare, alias)
    writer.varint(length)
  } else if (length < LONG) {
    writer.byte(length)
  } else {
    writer.byte(LONG)
    writer.varint(length)
  }
  writer.raw(sealed)
}

function readParts<Part extends { alias: number }>(
  reader: ByteReader,
  readOther: (code: number, alias: number) => Part,
): (Part | Frame)[] {
  const parts: (Part | Frame)[] = []
  while (reader.left > 0) {
    if (parts.length >= MAX_PARTS) refuse('batch', `at most ${MAX_PARTS} parts`, 'more')
    const head = reader.byte('part')
    if (head < EXPLICIT) {
      const alias = checkedAlias((parts.at(-1)?.alias ?? 0) + 1)
      const length = head < LONG ? head : reader.varint('length', MAX_SEALED_BYTES)
      parts.push(readFrame(reader, alias, false, length))
      continue
    }
    const alias = checkedAlias(reader.byte('alias'))
    if (head === CODES.bare || head === CODES.named) {
      const length = reader.varint('length', MAX_SEALED_BYTES)
      parts.push(readFrame(reader, alias, head === CODES.named, length))
    } else {
      parts.push(readOther(head, alias))
    }
  }
  return parts
}

function readFrame(reader: ByteReader, alias: number, named: boolean, length: number): Frame {
  return { kind: 'frame', alias, named, sealed: reader.raw(length + TAG_BYTES, 'frame') }
}

function checkedAlias(alias: number): number {
  return alias >= 1 && alias <= MAX_ALIAS ? alias : refuse('alias', `1 to ${MAX_ALIAS}`, alias)
}

function readDevice(reader: ByteReader): DeviceId {
  const text = reader.text('device', 32)
  try {
    return deviceId(text)
  } catch (error) {
    throw new WireError('WIRE_RANGE', (error as Error).message)
  }
}

function refuse(what: string, expected: string, got: unknown): never {
  throw new WireError('WIRE_RANGE', `${what}: expected ${expected}, got ${got}`)
}
