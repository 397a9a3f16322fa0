import { MAX_ALIAS } from '#protocol/neighbours.ts'

/** Every neighbour at once, as after the relay's own start. */
const CAPACITY = MAX_ALIAS
/**
 * A stranger on the LAN makes the relay spend 150 bytes of its line with each false start: 288 a day are 43 kB. Real
 * neighbours give back what they took.
 */
const REFILL_MS = 300_000

/** Lets handshakes through to the centre as long as most of them come to something. */
export class Handshakes {
  #left = CAPACITY
  #filledMs: number

  constructor(nowMs: number) {
    this.#filledMs = nowMs
  }

  /** Whether one more may be begun. */
  begin(nowMs: number): boolean {
    const grown = Math.floor((nowMs - this.#filledMs) / REFILL_MS)
    this.#filledMs += grown * REFILL_MS
    this.#left = Math.min(CAPACITY, this.#left + grown)
    if (this.#left === 0) return false
    this.#left--
    return true
  }

  /** The centre has accepted the device. */
  succeeded(): void {
    this.#left = Math.min(CAPACITY, this.#left + 1)
  }
}
