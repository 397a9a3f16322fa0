import { TOPICS, type UpTopic } from '#protocol/topics.ts'
import type { Log } from '../log.ts'
import { reasonOf } from '../reason.ts'
import type { Cause } from './cause.ts'
import { Connection, type ConnectionParts } from './connection.ts'
import { Dialler } from './dialler.ts'
import { PATIENCE, type Patience, patienceFor } from './doubt.ts'
import type { IdleLimitLearner } from './idle-limit.ts'
import { LINE_LIMITS, type Line, type LineLimits, type LineParts } from './line.ts'
import { UNMETERED } from './meter.ts'
import { afterFailure, type Outage, outageBy } from './reconnect.ts'
import { WATCH_LIMITS, type WatchLimits } from './watch.ts'

export interface LinkLimits extends LineLimits, WatchLimits, Patience {
  /** TLS or CONNACK that takes longer goes on, and a fresh attempt begins beside it. */
  stalledMs: number
  /** A connection that held a minute was no flicker; the count of failures starts anew. */
  stableMs: number
  /** After a quarter of an hour without any answer Linux itself gives a connection up, too (tcp_retries2). */
  givenUpMs: number
  /** How long a goodbye waits for its PUBACK: a system that shuts down gives few seconds. */
  goodbyeMs: number
}

const LIMITS: LinkLimits = {
  ...LINE_LIMITS,
  ...WATCH_LIMITS,
  ...PATIENCE,
  stalledMs: 15_000,
  stableMs: 60_000,
  givenUpMs: 900_000,
  goodbyeMs: 3000,
}

type Handed = Pick<ConnectionParts, 'outbox' | 'ageOf' | 'exchange'>
type Chosen = Pick<ConnectionParts, 'meter' | 'answerEvery' | 'askKernel' | 'onRoom' | 'onPush'>

export interface LinkParts extends Handed, Partial<Chosen> {
  address: LineParts['address']
  /** Asked anew for each connection: its hello tells the present uptime. */
  options: LineParts['options']
  /** At least so often something is sent; asked each time, it may change. */
  keepaliveSeconds(): number
  /** Over how long devices spread their return when it was the centre that went away. */
  spreadMs?(): number
  /** Without it every silence is risked that the keepalive allows. */
  silences?: IdleLimitLearner
  /** CONNACK came: the centre has read the hello. What this resolves with is sent first. */
  onConnected(): void | Promise<void>
  /** The connection is no more. */
  onAway?(): void
  log: Log
  /** From 0 to 1. */
  random?: () => number
  limits?: Partial<LinkLimits>
}

type LinkState =
  | { kind: 'idle' }
  | { kind: 'away' }
  /** In doubt the dialler works beside it. */
  | { kind: 'connected'; connection: Connection }
  /** The goodbye is said: nothing more is sent, and nothing that breaks is rebuilt. */
  | { kind: 'leaving'; connection: Connection }

/** Every how many reports one is to be answered: 8 saves 5 of a day's 22 kB, and what waits in the journal is 2 hours at most. */
const ANSWER_EVERY = 8

/** What is asked and has no answer for so long when a connection breaks: the line was at fault, not the centre. */
const UNANSWERED_MS = 3000

/**
 * The connection to the centre: kept up, rebuilt when it breaks, and when in doubt built anew before the old one is
 * given up. Pending reports go out over it; whatever was not acknowledged is sent again by the next connection.
 */
export class Link {
  readonly #parts: LinkParts & Chosen
  readonly #limits: LinkLimits
  readonly #dialler: Dialler
  #state: LinkState = { kind: 'idle' }
  /** The last one, until a connection has held. */
  #outage: Outage | null = null
  /** Connections in a row that brought no answer. */
  #fruitless = 0
  /** The silence behind which the connection fell dumb, if that is what it died of. */
  #suspectMs: number | null = null

  constructor(parts: LinkParts) {
    const chosen: Chosen = {
      meter: UNMETERED,
      answerEvery: ANSWER_EVERY,
      askKernel: null,
      onRoom: () => {},
      onPush: () => {},
    }
    this.#parts = { ...chosen, ...parts }
    this.#limits = { ...LIMITS, ...parts.limits }
    const { address, options, spreadMs = () => 0, random = Math.random, log } = parts
    this.#dialler = new Dialler({
      line: { address, options, meter: this.#parts.meter, limits: this.#limits },
      ...{ spreadMs, random, log },
      stalledMs: this.#limits.stalledMs,
      onUp: (line, outage, { firstTry }) => this.#onUp(line, outage, firstTry),
    })
  }

  get connected(): boolean {
    return this.#state.kind === 'connected'
  }

  start(): void {
    if (this.#state.kind !== 'idle') return
    this.#state = { kind: 'away' }
    this.#dialler.start(outageBy('line', performance.now()), null)
  }

  /** Sends what is pending and not under way, as far as the limits allow. */
  send(): void {
    if (this.#state.kind === 'connected') this.#state.connection.send()
  }

  /** A message of no journal that must not wait. Resolves with whether the centre has stored it. */
  async say(topic: UpTopic, payload: Uint8Array): Promise<boolean> {
    return this.#state.kind === 'connected' ? this.#state.connection.say(topic, payload) : false
  }

  /** A message of others, whose acknowledgement comes inside another: QoS 0, and gone with the connection. */
  pass(topic: UpTopic, payload: Uint8Array): boolean {
    return this.#state.kind === 'connected' && this.#state.connection.pass(topic, payload)
  }

  /** What `send` sends leaves as one. */
  together(send: () => void): void {
    if (this.#state.kind === 'connected') this.#state.connection.together(send)
    else send()
  }

  /** The last word: no report follows it. Resolves with whether the centre has acknowledged it in time. */
  async sayGoodbye(payload: Uint8Array): Promise<boolean> {
    if (this.#state.kind !== 'connected') return false
    const { connection } = this.#state
    this.#state = { kind: 'leaving', connection }
    this.#dialler.stop()
    const heard = connection.say(TOPICS.goodbye, payload)
    connection.hush()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), this.#limits.goodbyeMs)
    })
    return Promise.race([heard, late]).finally(() => clearTimeout(timer))
  }

  /** Leaves with DISCONNECT where there is a connection; afterwards nothing of it is left. */
  async stop(): Promise<void> {
    const state = this.#state
    this.#state = { kind: 'idle' }
    this.#dialler.stop()
    if (state.kind === 'connected' || state.kind === 'leaving') await state.connection.leave()
  }

  #onUp(line: Line, outage: Outage, firstTry: boolean): void {
    const before = this.#state
    if (before.kind === 'idle' || before.kind === 'leaving') {
      line.destroy()
      return
    }
    if (this.#suspectMs !== null && firstTry && line.atOnce) this.#parts.silences?.broke(this.#suspectMs)
    this.#suspectMs = null
    this.#outage = outage
    const connection: Connection = new Connection(line, {
      ...this.#parts,
      silenceMs: () => this.#silenceMs(),
      patience: (bytes) => patienceFor(connection.fruitful ? 0 : this.#fruitless, bytes, this.#limits),
      onDoubt: (sinceMs, guess) => this.#onDoubt(connection, sinceMs, guess),
      onAssured: (silenceMs) => this.#onAssured(silenceMs),
      onEnded: (cause, reason) => this.#onEnded(connection, cause, reason),
      limits: this.#limits,
    })
    this.#state = { kind: 'connected', connection }
    // The centre has closed it when it answered the new one.
    if (before.kind === 'connected') this.#giveUp(before.connection)
    this.#parts.log.info({}, 'connected')
    void this.#greet(connection)
  }

  async #greet(connection: Connection): Promise<void> {
    try {
      await this.#parts.onConnected()
    } catch (error) {
      this.#parts.log.warn({ reason: reasonOf(error) }, 'the present could not be sealed')
    }
    connection.send()
  }

  /** Something is overdue: a new connection is tried beside the old, and whichever is answered first stays. */
  #onDoubt(connection: Connection, sinceMs: number, guess: boolean): void {
    if (this.#state.kind !== 'connected') return
    if (performance.now() - sinceMs > this.#limits.givenUpMs) {
      this.#state = { kind: 'away' }
      this.#giveUp(connection)
      this.#parts.onAway?.()
    }
    if (this.#dialler.busy) return
    this.#suspectMs = connection.silenceMs
    this.#parts.log.warn({ awaitedMs: Math.round(connection.awaitedMs) }, 'no answer: trying anew beside it')
    this.#dialler.start({ sinceMs, begunBy: 'line', refusals: 0 }, null, { guess })
  }

  #onAssured(silenceMs: number): void {
    this.#parts.silences?.bore(silenceMs)
    // Behind its CONNECT a new connection is as good as there, and the centre about to close the old.
    if (this.#state.kind !== 'connected' || this.#dialler.answered) return
    this.#suspectMs = null
    this.#dialler.stop()
  }

  #onEnded(connection: Connection, cause: Cause, reason: string): void {
    const state = this.#state
    if (state.kind === 'leaving') this.#state = { kind: 'idle' }
    if (state.kind !== 'connected') return
    this.#state = { kind: 'away' }
    this.#countFruit(connection)
    this.#parts.onAway?.()
    // The centre closes the old one before it answers the new.
    if (this.#dialler.answered) return
    this.#parts.log.warn({ reason, cause }, 'connection ended')
    if (this.#dialler.busy) return
    const nowMs = performance.now()
    // A centre that answers late what was sent into a dead line says that it had given the connection up.
    const whose = connection.awaitedMs > UNANSWERED_MS ? 'line' : cause
    if (connection.awaitedMs > 0) this.#suspectMs = connection.silenceMs
    const held = nowMs - connection.sinceMs >= this.#limits.stableMs
    const outage = held || this.#outage === null ? outageBy(whose, nowMs) : afterFailure(this.#outage, whose)
    this.#dialler.start(outage, whose)
  }

  #giveUp(connection: Connection): void {
    this.#countFruit(connection)
    connection.destroy()
  }

  #countFruit({ fruitful, awaitedMs }: Connection): void {
    if (fruitful) this.#fruitless = 0
    else if (awaitedMs > 0) this.#fruitless++
  }

  #silenceMs(): number {
    const wantedMs = this.#parts.keepaliveSeconds() * 1000
    return Math.min(wantedMs, this.#parts.silences?.limitMs() ?? wantedMs)
  }
}
