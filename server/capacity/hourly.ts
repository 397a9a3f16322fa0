const HOUR_MS = 3600_000

/** How often each of many did something in the last hour. */
export class Hourly {
  readonly #most: number
  readonly #nowMs: () => number
  /** Moments, oldest first. */
  readonly #of = new Map<string, number[]>()

  constructor(most: number, nowMs: () => number) {
    this.#most = most
    this.#nowMs = nowMs
  }

  /** ms until it may be done again; 0: now. */
  waitMs(who: string): number {
    const moments = this.#recent(who)
    return moments.length < this.#most ? 0 : moments[0]! + HOUR_MS - this.#nowMs()
  }

  count(who: string): void {
    this.#of.set(who, [...this.#recent(who), this.#nowMs()])
  }

  #recent(who: string): number[] {
    const since = this.#nowMs() - HOUR_MS
    return (this.#of.get(who) ?? []).filter((moment) => moment > since)
  }
}
