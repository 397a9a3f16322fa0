/** Acknowledgements are rare because each costs its tag: at a report each quarter of an hour every two hours. */
export const ACKNOWLEDGE_EVERY = 8
export const ACKNOWLEDGE_MS = 2 * 3600 * 1000

/**
 * Which messages of a session are on disk. They are counted as they come; an acknowledgement names how many from the
 * first on are stored, so one that is lost is made good by the next.
 */
export class Receipts {
  #taken = 0
  #stored = 0
  #acknowledged = 0
  #urgent = 0
  /** When the oldest that is not acknowledged came. */
  #sinceMs: number | null = null
  readonly #ahead = new Set<number>()

  /** One more came; with `urgent` the device waits for its acknowledgement. Returns its number, to be told when stored. */
  take(nowMs: number, urgent: boolean): number {
    this.#sinceMs ??= nowMs
    const number = ++this.#taken
    if (urgent) this.#urgent = number
    return number
  }

  /** Message `number` is on disk; a later one may be sooner. */
  stored(number: number): void {
    this.#ahead.add(number)
    while (this.#ahead.delete(this.#stored + 1)) this.#stored++
  }

  /** Some are on their way to the disk. */
  get waiting(): boolean {
    return this.#stored < this.#taken
  }

  /** Whether the device should hear now. */
  isDue(nowMs: number): boolean {
    if (!this.isUseful) return false
    if (this.#urgent > this.#acknowledged && this.#stored >= this.#urgent) return true
    if (this.#stored - this.#acknowledged >= ACKNOWLEDGE_EVERY) return true
    return this.#sinceMs !== null && nowMs - this.#sinceMs >= ACKNOWLEDGE_MS
  }

  /** Whether there is anything to acknowledge: it rides along when another device's is due. */
  get isUseful(): boolean {
    return this.#stored > this.#acknowledged
  }

  /** How many are stored; from here on they are acknowledged. */
  acknowledge(nowMs: number): number {
    this.#acknowledged = this.#stored
    this.#sinceMs = this.waiting ? nowMs : null
    return this.#stored
  }
}
