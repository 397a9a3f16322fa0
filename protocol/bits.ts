import { WireError } from './errors.ts'
import { MAX_INTEGER } from './limits.ts'

/** A varint of more groups than this exceeds 53 bits: 8 × 7 = 56. */
const MAX_VARINT_GROUPS = 8

function requireInteger(value: number, what: string): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new WireError('WIRE_RANGE', `${what}: expected a whole number from 0 to 2^53-1, got ${value}`)
  }
}

/** Number of binary digits of a whole number; 0 has none. */
export function bitLength(value: number): number {
  return value < 2 ** 32 ? 32 - Math.clz32(value) : 32 + bitLength(Math.floor(value / 2 ** 32))
}

/** Zero and small magnitudes of either sign become small whole numbers: 0, -1, 1, -2 → 0, 1, 2, 3. */
export function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1
}

export function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2
}

/** Appends bits, most significant first, and pads the last byte with zeros. */
export class BitWriter {
  readonly #bytes: number[] = []
  #free = 0

  /** @throws WireError `WIRE_RANGE` when `value` does not fit `width` bits */
  bits(value: number, width: number): void {
    requireInteger(value, 'bit field')
    if (bitLength(value) > width) {
      throw new WireError('WIRE_RANGE', `bit field: expected at most ${width} bits, got ${value}`)
    }
    for (let left = width; left > 0; ) {
      if (this.#free === 0) {
        this.#bytes.push(0)
        this.#free = 8
      }
      const taken = Math.min(this.#free, left)
      left -= taken
      this.#free -= taken
      // Divided, not shifted: a field may be wider than the 32 bits of a shift.
      const part = Math.floor(value / 2 ** left) % (1 << taken)
      this.#bytes[this.#bytes.length - 1]! += part << this.#free
    }
  }

  /** Groups of 7 bits, least significant first, each led by a bit that says whether another follows (LEB128). */
  varint(value: number): void {
    requireInteger(value, 'varint')
    let rest = value
    while (rest >= 128) {
      this.bits((rest % 128) + 128, 8)
      rest = Math.floor(rest / 128)
    }
    this.bits(rest, 8)
  }

  /** As many ones, then a zero. */
  unary(count: number): void {
    for (let ones = 0; ones < count; ones++) this.bits(1, 1)
    this.bits(0, 1)
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes)
  }
}

/** Reads what BitWriter wrote; every read past the end throws `WIRE_TRUNCATED`. */
export class BitReader {
  readonly #bytes: Uint8Array
  #position = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** @throws WireError `WIRE_TRUNCATED` */
  bits(width: number): number {
    let value = 0
    // As many at once as the byte holds: every report is decoded several times on its way.
    for (let wanted = width; wanted > 0; ) {
      const byte = this.#bytes[this.#position >> 3]
      if (byte === undefined) throw this.#truncated(wanted)
      const left = 8 - (this.#position & 7)
      const taken = Math.min(left, wanted)
      // Multiplied, not shifted: a field may be wider than the 32 bits of a shift.
      value = value * (1 << taken) + ((byte >> (left - taken)) & ((1 << taken) - 1))
      this.#position += taken
      wanted -= taken
    }
    return value
  }

  /** @throws WireError `WIRE_TRUNCATED` or `WIRE_RANGE` */
  varint(what: string, max = MAX_INTEGER): number {
    let value = 0
    for (let group = 0; group < MAX_VARINT_GROUPS; group++) {
      const byte = this.bits(8)
      value += (byte % 128) * 128 ** group
      if (byte < 128) return this.#inRange(value, what, max)
    }
    throw new WireError(
      'WIRE_RANGE',
      `${what}: expected a varint of at most ${MAX_VARINT_GROUPS} bytes, got a longer one`,
    )
  }

  /** @throws WireError `WIRE_TRUNCATED`, or `WIRE_RANGE` when there are more than `max` ones */
  unary(what: string, max: number): number {
    let ones = 0
    while (this.bits(1) === 1) {
      if (ones === max) throw new WireError('WIRE_RANGE', `${what}: expected at most ${max} ones, got more`)
      ones++
    }
    return ones
  }

  /** Less than a byte is left. */
  get isAtEnd(): boolean {
    return this.#bytes.length * 8 - this.#position < 8
  }

  /** Less than a byte may be left, and only zeros. @throws WireError `WIRE_TRAILING` */
  finish(): void {
    const left = this.#bytes.length * 8 - this.#position
    if (left >= 8 || this.bits(left) !== 0) {
      throw new WireError(
        'WIRE_TRAILING',
        `bit ${this.#position}: expected the end of the message, got ${left} more bits`,
      )
    }
  }

  #truncated(wanted: number): WireError {
    const end = `the end of ${this.#bytes.length} bytes`
    return new WireError('WIRE_TRUNCATED', `bit ${this.#position}: expected ${wanted} more bits, got ${end}`)
  }

  #inRange(value: number, what: string, max: number): number {
    if (value > max) {
      throw new WireError('WIRE_RANGE', `${what}: expected at most ${max}, got ${value}`)
    }
    return value
  }
}
