import type { Outcome } from './outcome.ts'

/** A child process takes 3 to 5 ms of a core: ten an hour stay under the 50 that a collector may take. */
export const PING_EVERY_SECONDS = 360

/**
 * Keeps what ping said last, so that a profile that looks often starts no child at each look. It is asked anew when that
 * has grown old, and at once when all else has fallen silent: then it tells whether the device is off.
 */
export class SeldomPing {
  readonly #nowMs: () => number
  #last: { outcome: Outcome; atMs: number } | null = null
  #othersAnswered = false

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs
  }

  /** @param othersAnswer whether any other step of this look has had an answer */
  async outcome(othersAnswer: boolean, ask: () => Promise<Outcome>): Promise<Outcome> {
    const last = this.#last
    const old = last === null || this.#nowMs() - last.atMs >= PING_EVERY_SECONDS * 1000
    const fellSilent = this.#othersAnswered && !othersAnswer
    this.#othersAnswered = othersAnswer
    if (last && !old && !fellSilent) return last.outcome
    const outcome = await ask()
    this.#last = { outcome, atMs: this.#nowMs() }
    return outcome
  }
}
