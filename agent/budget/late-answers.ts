/**
 * A receiver waits 40 ms for something to send before it acknowledges with a packet of its own (Linux; RFC 9293 allows
 * 500): a centre whose disk is slower than that costs a packet more. The device sees it in the time of the answer; a
 * quarter less, since no round trip is measured too short and an account is better too high.
 */
const DELAYED_ACK_MS = 30
/** SYN, TLS and CONNECT each take one. */
const CONNECT_ROUND_TRIPS = 3

/** Times are of one monotonic clock, in ms. */
export class LateAnswers {
  #askedMs: number[] = []
  #triedMs = 0
  /** The quickest of any answer so far. */
  #roundTripMs = Number.POSITIVE_INFINITY

  /** A connection is tried. */
  tried(nowMs: number): void {
    this.#triedMs = nowMs
  }

  /** Whether CONNACK was so late that CONNECT was acknowledged before it. */
  connected(nowMs: number, roundTripMs: number): boolean {
    this.#askedMs = []
    this.#roundTripMs = Math.min(this.#roundTripMs, roundTripMs)
    return nowMs - this.#triedMs > CONNECT_ROUND_TRIPS * this.#roundTripMs + DELAYED_ACK_MS
  }

  asked(nowMs: number): void {
    this.#askedMs.push(nowMs)
  }

  /** Whether this answer was so late that what it answers was acknowledged before it. */
  answered(nowMs: number): boolean {
    const askedMs = this.#askedMs.shift()
    if (askedMs === undefined) return false
    const tookMs = nowMs - askedMs
    this.#roundTripMs = Math.min(this.#roundTripMs, tookMs)
    return tookMs > this.#roundTripMs + DELAYED_ACK_MS
  }

  get open(): number {
    return this.#askedMs.length
  }

  closed(): void {
    this.#askedMs = []
  }
}
