import { ByteReader, ByteWriter } from './bytes.ts'

/**
 * Each end of a session gives so many random bytes: together with the device's key they make the session's keys. 2^32
 * sessions of one device make two of them alike with a chance of 2^-65 where both ends are honest.
 */
export const RANDOM_BYTES = 8

/** AES-128-CCM with 8-byte tags, as TLS_AES_128_CCM_8_SHA256 has them. Short tags weaken GCM, which gives its key away. */
export const TAG_BYTES = 8
export const SEAL_KEY_BYTES = 16
export const NONCE_BYTES = 13

/** The info of HKDF-SHA256; its salt is the device's random bytes and the centre's, its secret the device's key. */
export const SEAL_INFO = 'haidang seal 1'

/** A key for each direction, good for one session. */
export interface SealKeys {
  up: Uint8Array
  down: Uint8Array
}

/** What HKDF gives, up first. */
export function splitKeys(derived: Uint8Array): SealKeys {
  return { up: derived.slice(0, SEAL_KEY_BYTES), down: derived.slice(SEAL_KEY_BYTES, 2 * SEAL_KEY_BYTES) }
}

/**
 * What a sealed message says. Bare, without a word of what it is: upward a delivery (`delivery.ts`), downward an
 * acknowledgement. Named: one byte, the topic, then what is published to that topic on a connection of its own.
 */
export interface SealedMessage {
  named: boolean
  content: Uint8Array
}

/** Topics that only sealed messages have, beside those of `topics.ts`. */
export const SEAL_TOPICS = {
  /** device to centre, first in a session: see `hello.ts` */
  hello: 'h',
  /** device to centre: acknowledge now; no content */
  ask: 'q',
} as const

/** AES-128-CCM of whichever library is at hand; `named` is the one byte of additional data. */
export interface SealCipher {
  /** The ciphertext and the tag behind it. */
  seal(key: Uint8Array, nonce: Uint8Array, message: SealedMessage): Uint8Array
  /** null when the tag is another's. */
  open(key: Uint8Array, nonce: Uint8Array, named: boolean, sealed: Uint8Array): Uint8Array | null
}

/**
 * One direction of a session at its sending end. The nonce counts the messages and so is never sent: both ends count,
 * as they do in TLS.
 */
export class Sealer {
  readonly #cipher: SealCipher
  readonly #key: Uint8Array
  #count = 0

  constructor(cipher: SealCipher, key: Uint8Array) {
    this.#cipher = cipher
    this.#key = key
  }

  /** Messages sealed so far. */
  get count(): number {
    return this.#count
  }

  seal(message: SealedMessage): Uint8Array {
    return this.#cipher.seal(this.#key, nonceOf(this.#count++), message)
  }
}

/** The receiving end. Whatever was altered, dropped, repeated, swapped or is of another session does not open. */
export class Opener {
  readonly #cipher: SealCipher
  readonly #key: Uint8Array
  #count = 0
  #broken = false

  constructor(cipher: SealCipher, key: Uint8Array) {
    this.#cipher = cipher
    this.#key = key
  }

  /** Messages opened so far. */
  get count(): number {
    return this.#count
  }

  /** null when it is not the next message of this session. After that nothing opens any more: one guess a session. */
  open(named: boolean, sealed: Uint8Array): Uint8Array | null {
    if (this.#broken || sealed.length < TAG_BYTES) return this.#fail()
    const content = this.#cipher.open(this.#key, nonceOf(this.#count), named, sealed)
    if (content === null) return this.#fail()
    this.#count++
    return content
  }

  #fail(): null {
    this.#broken = true
    return null
  }
}

/** The count of the direction's earlier messages, highest byte first. */
function nonceOf(count: number): Uint8Array {
  const nonce = new Uint8Array(NONCE_BYTES)
  for (let at = NONCE_BYTES - 1, rest = count; rest > 0; at--, rest = Math.floor(rest / 256)) {
    nonce[at] = rest % 256
  }
  return nonce
}

/** A message that says what it is: the topic's character, then what belongs to that topic. */
export function nameMessage(topic: string, content: Uint8Array): SealedMessage {
  const named = new Uint8Array(1 + content.length)
  named[0] = topic.charCodeAt(0)
  named.set(content, 1)
  return { named: true, content: named }
}

/** @throws WireError when there is no topic */
export function readNamed(content: Uint8Array): { topic: string; content: Uint8Array } {
  const topic = String.fromCharCode(new ByteReader(content).byte('topic'))
  return { topic, content: content.subarray(1) }
}

/** The first so many messages of the session are on the centre's disk. */
export function encodeAcknowledgement(messages: number): SealedMessage {
  const writer = new ByteWriter()
  writer.varint(messages)
  return { named: false, content: writer.finish() }
}

/** @throws WireError */
export function decodeAcknowledgement(content: Uint8Array): number {
  const reader = new ByteReader(content)
  const messages = reader.varint('messages')
  reader.finish('acknowledgement')
  return messages
}

/** What the centre answers with: nobody without the device's key can make it. */
export const PROOF: SealedMessage = { named: true, content: new Uint8Array() }
