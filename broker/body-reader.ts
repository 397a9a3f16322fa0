import { Refused } from './refusals.ts'

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Control characters and code points that are none: section 1.5.3 forbids NUL and lets a server refuse the rest. */
const UNPRINTABLE = /[\p{Cc}\p{Noncharacter_Code_Point}]/u

/** Reads the body of an MQTT packet field by field; what does not fit throws Refused `garbage` or `utf8`. */
export class BodyReader {
  readonly #type: string
  readonly #body: Uint8Array
  #position = 0

  constructor(type: string, body: Uint8Array) {
    this.#type = type
    this.#body = body
  }

  get left(): number {
    return this.#body.length - this.#position
  }

  uint8(what: string): number {
    return this.#take(1, what)[0]!
  }

  uint16(what: string): number {
    const [high, low] = this.#take(2, what)
    return high! * 256 + low!
  }

  /** [MQTT-2.3.1-1]: never 0. */
  packetId(): void {
    if (this.uint16('packet id') === 0) this.refuse('a packet id from 1', '0')
  }

  bytes(what: string): Uint8Array {
    return this.#take(this.uint16(`length of ${what}`), what)
  }

  text(what: string): string {
    const bytes = this.bytes(what)
    const text = decodeStrictly(bytes)
    if (text !== null) return text
    throw new Refused(
      'utf8',
      `${this.#type}: expected a ${what} in UTF-8 without control characters, got ${hex(bytes)}`,
    )
  }

  end(): void {
    if (this.left > 0) this.refuse('the end of the packet', `${this.left} more bytes`)
  }

  refuse(expected: string, got: string): never {
    throw new Refused('garbage', `${this.#type}: expected ${expected} at byte ${this.#position}, got ${got}`)
  }

  #take(count: number, what: string): Uint8Array {
    if (count > this.left) this.refuse(`${what} of ${count} bytes`, `${this.left} bytes`)
    this.#position += count
    return this.#body.subarray(this.#position - count, this.#position)
  }
}

function decodeStrictly(bytes: Uint8Array): string | null {
  try {
    const text = strictUtf8.decode(bytes)
    return UNPRINTABLE.test(text) ? null : text
  } catch {
    return null
  }
}

/** The first bytes, as a person can find them in a capture. */
function hex(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}
