import { ByteReader, ByteWriter } from './bytes.ts'
import { WireError } from './errors.ts'
import { decodeText, encodeText } from './text.ts'
import { TRAITS } from './traits-table.ts'

export const TRAITS_VERSION = 1

/** Of one trait in UTF-8: a list of ten disks, or of a dozen faults, takes half of it. */
export const MAX_TRAIT_BYTES = 1024
/** In one message: twice what is named. */
export const MAX_TRAITS = 48

export type TraitName = (typeof TRAITS)[number]['name']

/** What is known of a device in words. */
export type Traits = Partial<Record<TraitName, string>>

/** As they go over the wire: by number, rising; an empty text takes a trait back. */
export type NumberedTraits = ReadonlyMap<number, string>

const byName = new Map<string, number>(TRAITS.map(({ name, number }) => [name, number]))
const byNumber = new Map<number, string>(TRAITS.map(({ name, number }) => [number, name]))

/**
 * The bytes of a `t` message: version, then for each trait its number (varint), how many bytes its text has (varint)
 * and the text in UTF-8.
 * @throws WireError `WIRE_RANGE` when a text is longer than `MAX_TRAIT_BYTES`
 */
export function encodeTraits(traits: NumberedTraits): Uint8Array {
  const writer = new ByteWriter()
  writer.byte(TRAITS_VERSION)
  for (const [number, text] of [...traits].sort(([one], [other]) => one - other)) {
    const bytes = encodeText(text)
    if (bytes.length > MAX_TRAIT_BYTES) {
      throw new WireError(
        'WIRE_RANGE',
        `trait ${number}: expected at most ${MAX_TRAIT_BYTES} bytes, got ${bytes.length}`,
      )
    }
    writer.varint(number)
    writer.varint(bytes.length)
    writer.raw(bytes)
  }
  return writer.finish()
}

/**
 * Traits whose number this version does not know come through like the others.
 * @throws WireError with the code that names what is wrong
 */
export function decodeTraits(bytes: Uint8Array): NumberedTraits {
  const reader = new ByteReader(bytes)
  const version = reader.byte('version')
  if (version !== TRAITS_VERSION) {
    throw new WireError('WIRE_VERSION', `traits: expected version ${TRAITS_VERSION}, got ${version}`)
  }
  const traits = new Map<number, string>()
  let earlier = 0
  while (reader.left > 0) {
    const number = reader.varint('trait', Number.MAX_SAFE_INTEGER)
    if (number <= earlier) {
      throw new WireError('WIRE_RANGE', `trait: expected a number above ${earlier}, got ${number}`)
    }
    if (traits.size === MAX_TRAITS) {
      throw new WireError('WIRE_RANGE', `traits: expected at most ${MAX_TRAITS}, got more`)
    }
    traits.set(number, decodeText(reader.raw(reader.varint('length of a trait', MAX_TRAIT_BYTES), 'trait')))
    earlier = number
  }
  return traits
}

/** What of `traits` differs from what was told: changed, new, or taken back. */
export function changedTraits(traits: Traits, told: Traits): NumberedTraits {
  const names = new Set([...Object.keys(traits), ...Object.keys(told)]) as Set<TraitName>
  const changed = new Map<number, string>()
  for (const name of names) {
    const text = clipTrait(traits[name] ?? '')
    if (text !== (told[name] ?? '')) changed.set(byName.get(name)!, text)
  }
  return changed
}

/** Traits by name after a message; one whose number is not known is `trait_<number>`. */
export function mergeTraits(
  known: Readonly<Record<string, string>>,
  news: NumberedTraits,
): Record<string, string> {
  const merged = { ...known }
  for (const [number, text] of news) {
    const name = byNumber.get(number) ?? `trait_${number}`
    if (text === '') delete merged[name]
    else merged[name] = text
  }
  return merged
}

/** Without what no person can read, and as much as a message bears. */
export function clipTrait(text: string): string {
  const plain = text
    .slice(0, MAX_TRAIT_BYTES)
    .normalize('NFC')
    .replace(/[^\P{Cc}\n]/gu, ' ')
    .trim()
  let room = MAX_TRAIT_BYTES
  let length = 0
  for (const character of plain) {
    room -= utf8Length(character)
    if (room < 0) return plain.slice(0, length)
    length += character.length
  }
  return plain
}

/** Bytes of one character in UTF-8 (RFC 3629, 3); half a surrogate pair is sent as U+FFFD, which takes three. */
function utf8Length(character: string): number {
  const code = character.codePointAt(0)!
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
}
