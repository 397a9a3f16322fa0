import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import type { Age } from '#protocol/delivery.ts'
import type { Hello } from '#protocol/hello.ts'
import type { DeviceId } from '#protocol/ids.ts'
import { RANDOM_BYTES, SEAL_TOPICS } from '#protocol/seal.ts'
import { TOPICS } from '#protocol/topics.ts'
import { nextToSend } from '../link/lanes.ts'
import type { Log } from '../log.ts'
import type { Outbox, Sealed } from '../outbox.ts'
import { reasonOf } from '../reason.ts'
import { sealKeys } from './cipher.ts'
import {
  decodeToNeighbour,
  encodeLan,
  LanCutter,
  MAX_LAN_BYTES,
  type ToNeighbour,
  type ToRelay,
} from './lan.ts'
import { type SealedFrame, SealSession } from './seal-session.ts'

export interface NeighbourLimits {
  /** Cheap on a LAN; the relay calls a neighbour silent after three. */
  aliveMs: number
  /** From the first packet to the relay's first word: both are on one LAN. */
  connectMs: number
  /** For the centre's answer, through a line as slow as they come. */
  answerMs: number
  /** The centre acknowledges at least every two hours; later than that it is asked. */
  askAfterMs: number
  /** For the answer to the question. */
  askedMs: number
  /** How long a goodbye waits: a system that shuts down gives few seconds. */
  goodbyeMs: number
}

const LIMITS: NeighbourLimits = {
  aliveMs: 15_000,
  connectMs: 10_000,
  answerMs: 90_000,
  askAfterMs: 2.25 * 3600 * 1000,
  askedMs: 300_000,
  goodbyeMs: 3000,
}

/** Not acknowledged at one time. The centre answers every eighth, so that it is asked when two answers are missing. */
const MAX_UNACKNOWLEDGED = 20
/** Of the past, before the centre is asked how far it is: two chunks, as on a connection of its own. */
const MAX_HISTORY_BYTES = 2400
/** Words are not counted by the centre's eight. */
const ASK_AT = 18

export interface NeighbourParts {
  relay: { host: string; port: number }
  device: DeviceId
  /** The device's own key, which the relay never sees. */
  key: Uint8Array
  /** Asked anew for each session. */
  hello(): Hello
  outbox: Outbox
  /** How old the last row is at this moment. */
  ageOf(sealed: Sealed): Age
  /** Settles what was measured since the last report; the relay is about to send. */
  collect(): Promise<void>
  /** The centre knows the device through this relay; what this resolves with is sent first. */
  onWelcome(): void | Promise<void>
  /** Everything that waits is under way, and there is room for more of the past. */
  onRoom(): void
  /** The relay's own line: down means that nothing goes through for now. */
  onLine(up: boolean): void
  /** There is no way through the relay any more; `start` tries again. */
  onLost(reason: string): void
  /** Something was pushed to this device, see `topics.ts`. */
  onPush(topic: string, payload: Uint8Array): void
  log: Log
  now?: () => number
  limits?: Partial<NeighbourLimits>
}

type State =
  | { kind: 'idle' }
  /** On the LAN only: the relay has not said that its line is up. */
  | { kind: 'waiting'; socket: Socket }
  | { kind: 'entering'; socket: Socket; random: Uint8Array }
  /** The hello is said. */
  | { kind: 'greeting'; socket: Socket; session: SealSession }
  | { kind: 'live'; socket: Socket; session: SealSession; askedMs: number | null }
  /** The goodbye is said; `heard` is called with whether the centre has it. */
  | { kind: 'leaving'; socket: Socket; session: SealSession; heard: (heard: boolean) => void }

/** The way to the centre through a relay on the LAN: a session of sealed messages that the relay carries unread. */
export class Neighbour {
  readonly #parts: NeighbourParts
  readonly #limits: NeighbourLimits
  readonly #now: () => number
  #state: State = { kind: 'idle' }
  #deadline: NodeJS.Timeout | undefined
  #alive: NodeJS.Timeout | undefined
  #heardMs = 0
  /** Sent, acknowledged, and the journal does not know it yet. */
  readonly #settling = new Set<Sealed>()
  #newestSent: Sealed | null = null
  /** Said in this session and not acknowledged yet, by their number among its messages. */
  #words: { number: number; heard: (heard: boolean) => void }[] = []

  constructor(parts: NeighbourParts) {
    this.#parts = parts
    this.#limits = { ...LIMITS, ...parts.limits }
    this.#now = parts.now ?? (() => performance.now())
  }

  get live(): boolean {
    return this.#state.kind === 'live'
  }

  /** One attempt, which ends in `onWelcome` or `onLost`; while the relay's line is down it waits. */
  start(): void {
    if (this.#state.kind !== 'idle') return
    const { host, port } = this.#parts.relay
    const socket = connect({ host, port, noDelay: true })
    this.#state = { kind: 'waiting', socket }
    this.#within(this.#limits.connectMs, 'a word of the relay')
    const cutter = new LanCutter(MAX_LAN_BYTES)
    let reason = 'closed by the relay'
    socket.on('error', (error) => {
      reason = reasonOf(error)
    })
    socket.on('close', () => this.#drop(socket, reason))
    socket.on('data', (chunk) => {
      try {
        for (const body of cutter.push(chunk)) {
          if (!this.#isCurrent(socket)) return
          this.#heardMs = this.#now()
          this.#hear(socket, decodeToNeighbour(body))
        }
      } catch (error) {
        this.#drop(socket, reasonOf(error))
      }
    })
  }

  /** Without a word: the device goes another way, or has said goodbye. */
  stop(): void {
    if (this.#state.kind === 'idle') return
    const { socket } = this.#state
    this.#leave()
    socket.destroy()
  }

  /** Sends what is pending and not under way, as far as the window allows. */
  send(): void {
    const state = this.#state
    if (state.kind !== 'live') return
    const { session, socket } = state
    const underWay = (sealed: Sealed): boolean => this.#settling.has(sealed) || session.has(sealed)
    while (session.unacknowledged < MAX_UNACKNOWLEDGED) {
      const next = nextToSend(this.#parts.outbox.pending(), underWay, this.#newestSent)
      if (!next) {
        this.#parts.onRoom()
        break
      }
      const { length } = next.sealed.bytes
      const history = session.historyBytes
      if (next.lane === 'history' && history > 0 && history + length > MAX_HISTORY_BYTES) {
        this.#ask(state)
        return
      }
      if (next.lane === 'live') this.#newestSent = next.sealed
      this.#tell(socket, session.send(next.sealed, next.lane, this.#parts.ageOf(next.sealed), this.#now()))
    }
    if (session.unacknowledged >= ASK_AT) this.#ask(state)
  }

  /** Says something besides reports, as a new pace. Resolves with whether the centre has it on disk. */
  say(topic: string, payload: Uint8Array): Promise<boolean> {
    if (this.#state.kind !== 'live') return Promise.resolve(false)
    const { socket, session } = this.#state
    this.#tell(socket, session.word(topic, payload, this.#now()))
    const number = session.sent
    return new Promise((heard) => this.#words.push({ number, heard }))
  }

  /** The last word. Resolves with whether the centre has acknowledged it in time. */
  async sayGoodbye(payload: Uint8Array): Promise<boolean> {
    if (this.#state.kind !== 'live') return false
    const { socket, session } = this.#state
    return new Promise((resolve) => {
      const timer = setTimeout(() => heard(false), this.#limits.goodbyeMs)
      const heard = (acknowledged: boolean): void => {
        clearTimeout(timer)
        resolve(acknowledged)
      }
      this.#state = { kind: 'leaving', socket, session, heard }
      this.#tell(socket, session.word(TOPICS.goodbye, payload, this.#now()))
    })
  }

  #hear(socket: Socket, message: ToNeighbour): void {
    switch (message.kind) {
      case 'alive':
        return
      case 'line':
        this.#onLine(socket, message.up)
        return
      case 'answer':
        this.#onAnswer(socket, message.random, message.proof)
        return
      case 'refused':
        this.#drop(socket, `refused: ${message.why}`)
        return
      case 'collect':
        void this.#collect(socket)
        return
      case 'frame':
        this.#onFrame(socket, message.named, message.sealed)
        return
    }
  }

  #onLine(socket: Socket, up: boolean): void {
    clearTimeout(this.#deadline)
    this.#alive ??= setInterval(() => this.#look(), this.#limits.aliveMs)
    this.#parts.onLine(up)
    if (!this.#isCurrent(socket)) return
    if (!up) {
      this.#newestSent = null
      this.#hearWords(() => true, false)
      this.#state = { kind: 'waiting', socket }
      return
    }
    if (this.#state.kind === 'leaving') return
    const random = randomBytes(RANDOM_BYTES)
    this.#state = { kind: 'entering', socket, random }
    this.#within(this.#limits.answerMs, 'an answer of the centre')
    this.#tell(socket, { kind: 'enter', device: this.#parts.device, random })
  }

  #onAnswer(socket: Socket, ofCentre: Uint8Array, proof: Uint8Array): void {
    if (this.#state.kind !== 'entering') return
    const session = new SealSession(sealKeys(this.#parts.key, this.#state.random, ofCentre))
    if (!session.proves(proof)) {
      this.#drop(socket, 'answer: expected the proof of the key, got another')
      return
    }
    this.#state = { kind: 'greeting', socket, session }
    this.#within(this.#limits.answerMs, 'an acknowledgement of the hello')
    this.#tell(socket, session.hello(this.#parts.hello(), this.#now()))
  }

  #onFrame(socket: Socket, named: boolean, sealed: Uint8Array): void {
    const state = this.#state
    if (state.kind !== 'greeting' && state.kind !== 'live' && state.kind !== 'leaving') return
    const opened = state.session.open(named, sealed)
    if (opened === null) {
      this.#drop(socket, 'seal: expected the next of the centre, got another')
    } else if (opened.kind === 'word') {
      this.#parts.onPush(opened.topic, opened.content)
    } else {
      void this.#acknowledged(opened.sealed)
      this.#onAcknowledged(state)
    }
  }

  #onAcknowledged(state: Extract<State, { session: SealSession }>): void {
    const { socket, session } = state
    this.#hearWords(({ number }) => number <= session.acknowledged, true)
    switch (state.kind) {
      case 'greeting':
        clearTimeout(this.#deadline)
        this.#state = { kind: 'live', socket, session, askedMs: null }
        this.#newestSent = null
        this.#parts.log.info({ relay: this.#parts.relay.host }, 'connected through the relay')
        void this.#welcome(socket)
        return
      case 'live':
        state.askedMs = null
        this.send()
        return
      case 'leaving':
        if (session.unacknowledged === 0) state.heard(true)
    }
  }

  async #acknowledged(sealed: readonly Sealed[]): Promise<void> {
    if (sealed.length === 0) return
    for (const one of sealed) this.#settling.add(one)
    try {
      await this.#parts.outbox.ack(sealed)
    } catch (error) {
      this.#parts.log.warn({ reason: reasonOf(error) }, 'acknowledgement not recorded')
    }
    for (const one of sealed) this.#settling.delete(one)
  }

  async #welcome(socket: Socket): Promise<void> {
    await this.#parts.onWelcome()
    if (this.#isCurrent(socket)) await this.#collect(socket)
  }

  /** The present goes with what the relay is about to send; `done` lets it go at once. */
  async #collect(socket: Socket): Promise<void> {
    try {
      await this.#parts.collect()
    } catch (error) {
      this.#parts.log.error({ reason: reasonOf(error) }, 'report not sealed')
    }
    if (!this.#isCurrent(socket)) return
    this.send()
    this.#tell(socket, { kind: 'done' })
  }

  /** Each few seconds: whether the relay lives, and whether the centre still acknowledges. */
  #look(): void {
    const state = this.#state
    if (state.kind === 'idle') return
    const nowMs = this.#now()
    const silentMs = 3 * this.#limits.aliveMs
    if (nowMs - this.#heardMs > silentMs) {
      this.#drop(state.socket, `relay: expected a word within ${silentMs} ms, got none`)
      return
    }
    this.#tell(state.socket, { kind: 'alive' })
    if (state.kind !== 'live') return
    if (state.askedMs !== null && nowMs - state.askedMs > this.#limits.askedMs) {
      this.#drop(state.socket, 'acknowledgement: expected one when asked, got none')
      return
    }
    const since = state.session.waitingSinceMs
    if (since !== null && nowMs - since > this.#limits.askAfterMs) this.#ask(state)
  }

  #ask(state: Extract<State, { kind: 'live' }>): void {
    if (state.askedMs !== null) return
    state.askedMs = this.#now()
    this.#tell(state.socket, state.session.word(SEAL_TOPICS.ask, new Uint8Array(), this.#now()))
  }

  #tell(socket: Socket, message: ToRelay | SealedFrame): void {
    socket.write(encodeLan(message))
  }

  #within(limitMs: number, expected: string): void {
    clearTimeout(this.#deadline)
    this.#deadline = setTimeout(() => {
      if (this.#state.kind === 'idle') return
      this.#drop(this.#state.socket, `expected ${expected} within ${limitMs} ms, got nothing`)
    }, limitMs)
  }

  #isCurrent(socket: Socket): boolean {
    return this.#state.kind !== 'idle' && this.#state.socket === socket
  }

  #drop(socket: Socket, reason: string): void {
    if (!this.#isCurrent(socket)) return
    const leaving = this.#state.kind === 'leaving'
    this.#leave()
    socket.destroy()
    if (!leaving) this.#parts.onLost(reason)
  }

  #hearWords(which: (word: { number: number }) => boolean, heard: boolean): void {
    const settled = this.#words.filter(which)
    this.#words = this.#words.filter((word) => !settled.includes(word))
    for (const word of settled) word.heard(heard)
  }

  #leave(): void {
    this.#hearWords(() => true, false)
    clearTimeout(this.#deadline)
    clearInterval(this.#alive)
    this.#alive = undefined
    if (this.#state.kind === 'leaving') this.#state.heard(false)
    this.#newestSent = null
    this.#state = { kind: 'idle' }
  }
}
