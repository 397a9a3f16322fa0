import type { Clock } from '../../broker/clock.ts'

/** A clock that stands still until it is led on; what falls due on the way happens at its own time. */
export class ManualClock implements Clock {
  #nowMs = 0
  readonly #timers = new Set<{ dueMs: number; run: () => void }>()

  /** How often it was looked at. */
  asked = 0

  nowMs = (): number => {
    this.asked++
    return this.#nowMs
  }

  after = (ms: number, run: () => void): (() => void) => {
    const timer = { dueMs: this.#nowMs + ms, run }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** Timers that are set. */
  get timers(): number {
    return this.#timers.size
  }

  advance(ms: number): void {
    const until = this.#nowMs + ms
    for (;;) {
      const [next] = [...this.#timers]
        .filter(({ dueMs }) => dueMs <= until)
        .sort((one, other) => one.dueMs - other.dueMs)
      if (!next) break
      this.#timers.delete(next)
      this.#nowMs = next.dueMs
      next.run()
    }
    this.#nowMs = until
  }
}
