import type { Values } from '../collect/collector.ts'
import { afterAnswer, type Jitter } from './jitter.ts'

/** An answer later than this counts as lost: the slowest measured at 30 % loss each way came after 16 s, p95 14 s. */
const LOST_AFTER_MS = 10_000

interface Asked {
  atMs: number
  /** Already counted as lost. */
  lost: boolean
}

/**
 * Round trip, jitter and loss to the centre, from exchanges that happen anyway (PUBLISH and PUBACK, PINGREQ and
 * PINGRESP): measuring costs no byte. Times are of one monotonic clock, in ms.
 */
export class Exchange {
  /** By packet id, or `ping`. */
  readonly #asked = new Map<string, Asked>()
  #roundTripsMs: number[] = []
  #jitter: Jitter | null = null
  #lost = 0

  asked(id: string, nowMs: number): void {
    this.#asked.set(id, { atMs: nowMs, lost: false })
  }

  answered(id: string, nowMs: number): void {
    this.#countLate(nowMs)
    const question = this.#asked.get(id)
    if (!question) return
    this.#asked.delete(id)
    if (question.lost) return
    const roundTripMs = nowMs - question.atMs
    this.#roundTripsMs.push(roundTripMs)
    this.#jitter = afterAnswer(this.#jitter, roundTripMs)
  }

  /** The connection is gone, and with it every answer. */
  broken(): void {
    for (const { lost } of this.#asked.values()) if (!lost) this.#lost++
    this.#asked.clear()
    // The next connection may take another line: what answers differ by then is no jitter.
    this.#jitter = null
  }

  /** What came to an end since the last call; empty when nothing did. */
  take(nowMs: number): Values {
    this.#countLate(nowMs)
    const answered = this.#roundTripsMs.sort((a, b) => a - b)
    const total = answered.length + this.#lost
    const values: Values = {}
    if (total > 0) values.loss_percent = (this.#lost / total) * 100
    if (answered.length > 0) values.rtt_ms = median(answered)
    const jitterMs = this.#jitter?.jitterMs ?? null
    if (answered.length > 0 && jitterMs !== null) values.jitter_ms = jitterMs
    this.#roundTripsMs = []
    this.#lost = 0
    return values
  }

  #countLate(nowMs: number): void {
    for (const question of this.#asked.values()) {
      if (question.lost || nowMs - question.atMs <= LOST_AFTER_MS) continue
      question.lost = true
      this.#lost++
    }
  }
}

function median(sorted: readonly number[]): number {
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle]!
  return sorted.length % 2 === 1 ? upper : (sorted[middle - 1]! + upper) / 2
}
