import type { Patience } from './doubt.ts'

export interface WatchLimits {
  /** How often what is awaited is looked at. */
  tickMs: number
  /** How long after a message without an answer the kernel is first asked: a round trip at 30 % loss mostly is over. */
  lookMs: number
}

/** The question that has no packet id. */
export const PING = 'ping'

export const WATCH_LIMITS: WatchLimits = { tickMs: 1000, lookMs: 3000 }

export interface WatchParts {
  /** How many bytes the other end's kernel has not acknowledged; null: this one does not tell. */
  unacknowledged: (() => Promise<number | null>) | null
  /** How many have been written so far. */
  written(): number
  patience(): Patience
  /** Awaited for too long, told again at each tick. `guess`: the line may be dead, or only the centre slow. */
  onDoubt(sinceMs: number, guess: boolean): void
  /** What was awaited has come; the line had been silent for so long before. */
  onAssured(silenceMs: number): void
  limits: WatchLimits
}

/**
 * What a connection waits for: answers to questions, and the kernel's word that messages without an answer have
 * arrived. Nothing of it costs a byte.
 */
export class Watch {
  readonly #parts: WatchParts
  /** By packet id, or PING, in the order of asking: when it was. */
  readonly #asked = new Map<string, number>()
  /** Sent without a question and not seen acknowledged: the first and the last of them. */
  #unconfirmed: { firstMs: number; lastMs: number } | null = null
  /** Bytes that the kernel has seen acknowledged so far. */
  #acknowledged = 0
  /** When that last grew, or nothing was left. */
  #flowedMs = performance.now()
  #stuck = false
  /** When something last came or was seen to move. */
  #movedMs = performance.now()
  #sentMs = performance.now()
  #silenceMs = 0
  #timer: NodeJS.Timeout | undefined
  #blind = false

  constructor(parts: WatchParts) {
    this.#parts = parts
  }

  /** Whether the kernel tells nothing of this connection, so that only an answer can. */
  get blind(): boolean {
    return this.#blind || this.#parts.unacknowledged === null
  }

  /** For how long what is awaited has been; 0 when nothing is. */
  get awaitedMs(): number {
    return this.#waiting ? performance.now() - this.#firstMs : 0
  }

  /** How long nothing had moved before what is awaited now was sent. */
  get silenceMs(): number {
    return this.#silenceMs
  }

  /** Something left that is to be answered. */
  asked(id: string): void {
    this.#sent()
    this.#asked.set(id, performance.now())
  }

  /** Something left that is not. */
  told(): void {
    this.#sent()
    const nowMs = performance.now()
    this.#unconfirmed = { firstMs: this.#unconfirmed?.firstMs ?? nowMs, lastMs: nowMs }
  }

  /** Something came; `id` if it answers what was asked. */
  heard(id: string | null): void {
    const nowMs = performance.now()
    this.#movedMs = nowMs
    const askedMs = id === null ? undefined : this.#asked.get(id)
    if (id === null || askedMs === undefined) return
    for (const [earlier, earlierMs] of this.#asked) {
      // A ping is answered at once, a report when it is stored, and with it all that went before.
      if (earlier === id || (id !== PING && earlierMs <= askedMs)) this.#asked.delete(earlier)
    }
    if (this.#unconfirmed && this.#unconfirmed.lastMs <= askedMs) this.#unconfirmed = null
    this.#rest()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  get #waiting(): boolean {
    return this.#asked.size > 0 || this.#unconfirmed !== null
  }

  #sent(): void {
    const nowMs = performance.now()
    if (!this.#waiting) {
      this.#silenceMs = nowMs - Math.max(this.#movedMs, this.#sentMs)
      this.#flowedMs = nowMs
      this.#arm()
    }
    this.#sentMs = nowMs
  }

  #rest(): void {
    if (this.#waiting) return
    this.stop()
    this.#parts.onAssured(this.#silenceMs)
  }

  #arm(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#look(), this.#parts.limits.tickMs)
  }

  async #look(): Promise<void> {
    const nowMs = performance.now()
    if (nowMs - this.#firstMs >= this.#parts.limits.lookMs) await this.#askKernel(nowMs)
    if (this.#timer === undefined || !this.#waiting) return
    const { stuckMs, answerMs, guessMs } = this.#parts.patience()
    const answerSinceMs = Math.max(this.#firstMs, this.#movedMs)
    const silentMs = nowMs - answerSinceMs
    if (this.#stuck && nowMs - this.#flowedMs > stuckMs) this.#parts.onDoubt(this.#flowedMs, false)
    else if (silentMs > answerMs) this.#parts.onDoubt(answerSinceMs, false)
    else if (this.blind && silentMs > guessMs) this.#parts.onDoubt(answerSinceMs, true)
    // Who doubts may have ended this.
    if (this.#timer !== undefined) this.#arm()
  }

  /** When what is awaited longest was sent. */
  get #firstMs(): number {
    const [asked] = this.#asked.values()
    return Math.min(asked ?? Number.POSITIVE_INFINITY, this.#unconfirmed?.firstMs ?? Number.POSITIVE_INFINITY)
  }

  async #askKernel(startedMs: number): Promise<void> {
    const written = this.#parts.written()
    const bytes = (await this.#parts.unacknowledged?.()) ?? null
    if (bytes === null) {
      this.#blind = true
      this.#unconfirmed = null
    } else {
      this.#judge(bytes, Math.max(0, written - bytes), startedMs)
    }
    this.#rest()
  }

  #judge(bytes: number, acknowledged: number, startedMs: number): void {
    this.#stuck = bytes > 0
    if (acknowledged > this.#acknowledged) this.#movedMs = startedMs
    if (bytes === 0 || acknowledged > this.#acknowledged) this.#flowedMs = startedMs
    this.#acknowledged = acknowledged
    // What left since the kernel was asked is not in its answer.
    if (bytes === 0 && this.#unconfirmed && this.#unconfirmed.lastMs < startedMs) this.#unconfirmed = null
  }
}
