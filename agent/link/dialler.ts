import type { Log } from '../log.ts'
import type { Cause } from './cause.ts'
import { Line, type LineParts } from './line.ts'
import { afterFailure, type Outage, pauseMs } from './reconnect.ts'

/** When the meter says no. */
const ASK_AGAIN_MS = 60_000

export interface DiallerParts {
  line: Omit<LineParts, 'onPhase' | 'onFailed' | 'hesitant'>
  /** Over how long devices spread their return when it was the centre that went away. */
  spreadMs(): number
  /** CONNACK came: from here on the line is the other's, every other attempt is ended. */
  onUp(line: Line, outage: Outage, how: { firstTry: boolean }): void
  /** From 0 to 1. */
  random(): number
  log: Pick<Log, 'warn'>
  /** TLS or CONNACK that takes longer goes on, and a fresh attempt begins beside it. */
  stalledMs: number
}

/** Tries until a line is up: one attempt at a time, and a second beside one that got half way and hangs. */
export class Dialler {
  readonly #parts: DiallerParts
  #outage: Outage | null = null
  #attempts = 0
  #guess = false
  /** Under way, the oldest first; at most two. */
  #lines: Line[] = []
  /** Of the next attempt, or of the attempt beside the one that hangs. */
  #timer: NodeJS.Timeout | undefined

  constructor(parts: DiallerParts) {
    this.#parts = parts
  }

  /** Whether the centre has answered an attempt: its CONNECT is on the way and replaces what there was. */
  get answered(): boolean {
    return this.#lines.some(({ phase }) => phase === 'greeting')
  }

  /** Whether it tries. */
  get busy(): boolean {
    return this.#outage !== null
  }

  /** Begins; a `cause` asks for a pause first. `guess`: it may be that nothing is wrong with the line. */
  start(outage: Outage, cause: Cause | null, { guess = false } = {}): void {
    this.stop()
    this.#outage = outage
    this.#guess = guess
    this.#attempts = 0
    if (cause === null) this.#try()
    else this.#wait(cause, 0, outage)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#outage = null
    for (const line of this.#lines.splice(0)) line.destroy()
  }

  #try(): void {
    const { line: parts } = this.#parts
    clearTimeout(this.#timer)
    if (!parts.meter.mayConnect()) {
      this.#timer = setTimeout(() => this.#try(), ASK_AGAIN_MS)
      return
    }
    const line = new Line({
      ...parts,
      // Behind an attempt that nobody answered it is no guess any more.
      hesitant: this.#guess && this.#attempts === 0,
      onPhase: (one, phase) => this.#advanced(one, phase),
      onFailed: (one, cause, reason) => this.#failed(one, cause, reason),
    })
    this.#lines.push(line)
    this.#attempts++
  }

  #advanced(line: Line, phase: 'securing' | 'greeting' | 'up'): void {
    if (!this.#lines.includes(line)) return
    clearTimeout(this.#timer)
    if (phase === 'up') this.#succeeded(line)
    else this.#timer = setTimeout(() => this.#tryBeside(), this.#parts.stalledMs)
  }

  #succeeded(line: Line): void {
    const [outage, firstTry] = [this.#outage, this.#attempts === 1]
    this.#lines = this.#lines.filter((one) => one !== line)
    this.stop()
    if (outage) this.#parts.onUp(line, outage, { firstTry })
  }

  #tryBeside(): void {
    // Of two that hang the older stays unless it is behind: a busy centre serves in the order of coming.
    const [older, newer] = this.#lines
    const behind = newer?.phase === 'greeting' && older?.phase === 'securing'
    if (older && newer) this.#drop(behind ? older : newer)
    this.#try()
  }

  #drop(line: Line): void {
    this.#lines = this.#lines.filter((one) => one !== line)
    line.destroy()
  }

  #failed(line: Line, cause: Cause, reason: string): void {
    const outage = this.#outage
    if (!outage || !this.#lines.includes(line)) return
    const newest = this.#lines.at(-1) === line
    this.#lines = this.#lines.filter((one) => one !== line)
    const next = afterFailure(outage, cause)
    this.#outage = next
    const attemptMs = performance.now() - line.startedMs
    this.#parts.log.warn({ reason, cause, attemptMs: Math.round(attemptMs) }, 'not connected')
    // The attempt beside it goes on.
    if (newest) this.#wait(cause, attemptMs, next)
  }

  #wait(cause: Cause, attemptMs: number, outage: Outage): void {
    const { random, spreadMs } = this.#parts
    const nowMs = performance.now()
    const waitMs = pauseMs(outage, cause, { nowMs, attemptMs, random: random(), spreadMs: spreadMs() })
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#try(), waitMs)
  }
}
