import type { UpTopic } from '#protocol/topics.ts'
import type { Cause } from './cause.ts'
import type { Patience } from './doubt.ts'
import type { Exchange } from './exchange.ts'
import type { UnacknowledgedBytes } from './kernel.ts'
import type { Line } from './line.ts'
import { Pinger } from './pinger.ts'
import { Session, type SessionParts } from './session.ts'
import { Watch, type WatchLimits } from './watch.ts'

export interface ConnectionParts extends Omit<SessionParts, 'answerEvery'> {
  /** Where the kernel tells what has arrived; where it does not, each report is to be answered. */
  answerEvery: number
  askKernel: UnacknowledgedBytes | null
  exchange: Exchange
  /** The longest silence that is allowed, now. */
  silenceMs(): number
  patience(bytesUnderWay: number): Patience
  onDoubt(sinceMs: number, guess: boolean): void
  onAssured(silenceMs: number): void
  onPush(topic: string, payload: Uint8Array): void
  /** Unless by `destroy` or `leave`. */
  onEnded(cause: Cause, reason: string): void
  limits: WatchLimits
}

/** A line that is up, with what goes over it, what is awaited on it, and what breaks its silence. */
export class Connection {
  readonly sinceMs = performance.now()
  readonly #line: Line
  readonly #parts: ConnectionParts
  readonly #session: Session
  readonly #watch: Watch
  readonly #pinger: Pinger
  #fruitful = false

  constructor(line: Line, parts: ConnectionParts) {
    this.#line = line
    this.#parts = parts
    this.#watch = new Watch({
      unacknowledged: parts.askKernel && (() => this.#unacknowledged()),
      written: () => line.bytesWritten,
      patience: () => parts.patience(this.#session.bytesUnderWay),
      onDoubt: parts.onDoubt,
      onAssured: parts.onAssured,
      limits: parts.limits,
    })
    this.#session = new Session(line, {
      ...parts,
      answerEvery: () => (this.#watch.blind ? 1 : parts.answerEvery),
    })
    this.#pinger = new Pinger({ periodMs: parts.silenceMs, ping: () => this.#ping() })
    line.carry({
      onSent: (question) => this.#onSent(question),
      onReceived: (answered) => this.#onReceived(answered),
      onPush: parts.onPush,
      onEnded: (cause, reason) => {
        this.#end()
        parts.onEnded(cause, reason)
      },
    })
    this.#pinger.touched()
  }

  /** Whether anything that it asked was answered. */
  get fruitful(): boolean {
    return this.#fruitful
  }

  /** For how long what is awaited has been; 0 when nothing is. */
  get awaitedMs(): number {
    return this.#watch.awaitedMs
  }

  /** How long the line had been silent before what is awaited now was sent. */
  get silenceMs(): number {
    return this.#watch.silenceMs
  }

  send(): void {
    this.#session.send()
  }

  say(topic: UpTopic, payload: Uint8Array): Promise<boolean> {
    return this.#session.say(topic, payload)
  }

  /** A message that has its acknowledgement inside, QoS 0. */
  pass(topic: UpTopic, payload: Uint8Array): boolean {
    // False is as if it were lost on the way: whose message it is sends it again.
    if (!this.#parts.meter.maySend('live', payload.length)) return false
    this.#line.publish(topic, payload, 0, () => {})
    return true
  }

  /** What `send` sends leaves as one. */
  together(send: () => void): void {
    this.#line.together(send)
  }

  /** Nothing more is sent; answers still count. */
  hush(): void {
    this.#session.end()
  }

  destroy(): void {
    this.#end()
    this.#line.destroy()
  }

  async leave(): Promise<void> {
    this.#end()
    await this.#line.leave()
  }

  #end(): void {
    this.#session.end()
    this.#watch.stop()
    this.#pinger.stop()
    this.#parts.exchange.broken()
  }

  async #unacknowledged(): Promise<number | null> {
    const { askKernel } = this.#parts
    const ports = this.#line.ports
    return askKernel && ports && (await askKernel(ports.local, ports.remote))
  }

  #ping(): boolean {
    if (!this.#parts.meter.mayPing()) return false
    this.#line.ping()
    return true
  }

  #onSent(question: string | null): void {
    this.#pinger.touched()
    if (question === null) {
      this.#watch.told()
      return
    }
    this.#parts.exchange.asked(question, performance.now())
    this.#watch.asked(question)
  }

  #onReceived(answered: string | null): void {
    if (answered !== null) {
      this.#fruitful = true
      this.#parts.exchange.answered(answered, performance.now())
    }
    this.#watch.heard(answered)
  }
}
