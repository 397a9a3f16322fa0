import { WireError } from './errors.ts'
import { MAX_INTEGER } from './limits.ts'

/** A varint of more groups than this exceeds 53 bits: 8 × 7 = 56. */
const MAX_VARINT_GROUPS = 8

/** Appends whole bytes; for messages that carry other messages, where nothing is gained by bits. */
export class ByteWriter {
  readonly #bytes: number[] = []

  byte(value: number): void {
    this.#bytes.push(value & 0xff)
  }

  varint(value: number): void {
    let rest = value
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.byte((rest % 128) + 128)
    this.byte(rest)
  }

  raw(bytes: Uint8Array): void {
    for (const byte of bytes) this.#bytes.push(byte)
  }

  /** A varint that counts them, then the characters, which are ASCII. */
  text(text: string): void {
    this.varint(text.length)
    for (const character of text) this.byte(character.charCodeAt(0))
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes)
  }
}

/** Reads what ByteWriter wrote; every read past the end throws `WIRE_TRUNCATED`. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #position = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length - this.#position
  }

  byte(what: string): number {
    return this.raw(1, what)[0]!
  }

  varint(what: string, max = MAX_INTEGER): number {
    let value = 0
    for (let group = 0; group < MAX_VARINT_GROUPS; group++) {
      const byte = this.byte(what)
      value += (byte % 128) * 128 ** group
      if (byte >= 128) continue
      if (value <= max) return value
      throw new WireError('WIRE_RANGE', `${what}: expected at most ${max}, got ${value}`)
    }
    throw new WireError(
      'WIRE_RANGE',
      `${what}: expected a varint of at most ${MAX_VARINT_GROUPS} bytes, got more`,
    )
  }

  raw(count: number, what: string): Uint8Array {
    if (count > this.left) {
      throw new WireError('WIRE_TRUNCATED', `${what}: expected ${count} bytes, got ${this.left}`)
    }
    this.#position += count
    return this.#bytes.slice(this.#position - count, this.#position)
  }

  text(what: string, max: number): string {
    return String.fromCharCode(...this.raw(this.varint(`length of ${what}`, max), what))
  }

  /** @throws WireError `WIRE_TRAILING` */
  finish(what: string): void {
    if (this.left > 0) {
      throw new WireError('WIRE_TRAILING', `${what}: expected its end, got ${this.left} more bytes`)
    }
  }
}
