/** At least so often the period is asked for anew: settings of the centre may have made it shorter. */
const LOOK_MS = 60_000

export interface PingerParts {
  periodMs(): number
  /** Answers whether a ping has left; if none may it is asked again in a minute. */
  ping(): boolean
}

/** Shows that the device lives when nothing else has for a whole period. */
export class Pinger {
  readonly #parts: PingerParts
  #timer: NodeJS.Timeout | undefined
  #touchedMs = 0

  constructor(parts: PingerParts) {
    this.#parts = parts
  }

  /** Something was sent, a ping among the rest: the silence begins anew. */
  touched(): void {
    this.#touchedMs = performance.now()
    this.#look()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #look(): void {
    clearTimeout(this.#timer)
    const leftMs = this.#touchedMs + this.#parts.periodMs() - performance.now()
    if (leftMs <= 0 && this.#parts.ping()) return
    const waitMs = leftMs > 0 ? Math.min(leftMs, LOOK_MS) : LOOK_MS
    this.#timer = setTimeout(() => this.#look(), waitMs)
  }
}
