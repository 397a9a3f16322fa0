import { randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { WireError } from '#protocol/errors.ts'
import {
  type CarArrival,
  decodeTrain,
  encodeTrain,
  MAX_CARS,
  type Order,
  type ToTrainCentre,
  TRAIN_NONCE_BYTES,
  type TrainMessage,
} from '#protocol/train.ts'
import type { PlannedTrain } from './plan.ts'
import { checked, type TrainKeys, withTag } from './tags.ts'

/** RFC 791, RFC 8200, RFC 768. */
const IPV4_HEADERS = 28
const IPV6_HEADERS = 48
/** A train that waits for a busy process: 2 kB of the kernel's for a packet. */
const BUFFER_BYTES = 524_288
/** Behind each try of a question; behind the last nobody is there. A train on a slow line is 4 s in front of it. */
const PATIENCE_MS = [1500, 3000, 5000]
/** Version, kind, nonce, a cookie or less, tag. */
export const SHORT_ANSWER_BYTES = 38
/** A car's number and the time since the one before, up to 2 s. */
const ARRIVAL_BYTES = 4
/** From the last car that came: eight times the longest gap so far, at least and at most so long. */
const SILENCE_GAPS = 8
const SILENCE_MS = { least: 600, most: 4000 }
const LOOK_MS = 50
/** The longest that the money buys takes 12 s at 64 kbit/s; who is slower sends shorter ones. */
const LONGEST_TRAIN_MS = 15_000
/** From the order to the first car, before it is asked for again. */
const FIRST_CAR_MS = [2000, 4000]
const CAR_KIND = encodeTrain({
  kind: 'car',
  nonce: new Uint8Array(TRAIN_NONCE_BYTES),
  train: 0,
  index: 0,
  bytes: 0,
})[1]

export interface ConversationParts {
  address: string
  family: 4 | 6
  port: number
  keys: TrainKeys
  signal: AbortSignal
}

/** A car as it came, not looked at yet: while a train comes nothing may take time. */
interface RawCar {
  datagram: Uint8Array
  atUs: number
}

/** One estimate's exchange with the centre over a UDP socket of its own, with every byte on the line counted. */
export class Conversation {
  readonly #parts: ConversationParts
  readonly #nonce = randomBytes(TRAIN_NONCE_BYTES)
  readonly #socket: Socket
  /** Told of each message but cars. */
  #onMessage: (message: TrainMessage) => void = () => {}
  #onCar: (car: RawCar) => void = () => {}
  #onError: (error: Error) => void = () => {}
  #failed: Error | null = null
  #spentBytes = 0

  constructor(parts: ConversationParts) {
    this.#parts = parts
    this.#socket = createSocket({ type: parts.family === 6 ? 'udp6' : 'udp4', recvBufferSize: BUFFER_BYTES })
  }

  /** Of IP and UDP. */
  get headerBytes(): number {
    return this.#parts.family === 6 ? IPV6_HEADERS : IPV4_HEADERS
  }

  /** Both ways, what was asked for and did not come too. */
  get spentBytes(): number {
    return this.#spentBytes
  }

  get nonce(): Uint8Array {
    return this.#nonce
  }

  /** @throws the system's error */
  async open(): Promise<void> {
    const { port, address, signal } = this.#parts
    const fail = (error: Error): void => {
      this.#failed = error
      this.#onError(error)
    }
    this.#socket.on('error', fail)
    signal.addEventListener('abort', () => fail(new Error('expected to come to its end, was told to stop')))
    this.#socket.on('message', (datagram) => this.#take(datagram))
    await new Promise<void>((resolve, reject) => {
      this.#onError = reject
      if (this.#failed) reject(this.#failed)
      // Not as its callback: that is called for errors too.
      this.#socket.once('connect', resolve)
      this.#socket.connect(port, address)
    })
  }

  close(): void {
    this.#socket.removeAllListeners('message')
    this.#socket.close()
  }

  /**
   * Sends it, again while nobody answers. Each time an answer of `answerBytes` may be on its way, which may be lost where
   * nobody here sees it: it is counted with the question.
   * @throws Error when nobody answers
   */
  async ask<Answer>(
    message: ToTrainCentre,
    { expected, answerBytes }: { expected: string; answerBytes: number },
    answerOf: (message: TrainMessage) => Answer | null,
  ): Promise<Answer> {
    for (const ms of PATIENCE_MS) {
      this.#spentBytes += answerBytes + this.headerBytes
      this.say(message)
      const answer = await this.#within<Answer>(ms, (found) => {
        this.#onMessage = (heard) => {
          const answer = answerOf(heard)
          if (answer !== null) found(answer)
        }
      })
      if (answer !== null) return answer
    }
    throw new Error(`centre: expected ${expected} by UDP, got nothing`)
  }

  say(message: ToTrainCentre): void {
    const datagram = withTag(this.#parts.keys.up, encodeTrain(message))
    this.#send(datagram)
  }

  /** Asks for a train and receives it. */
  async receiveTrain(order: Order): Promise<CarArrival[]> {
    this.#spentBytes += order.cars * (order.carBytes + this.headerBytes)
    const raw: RawCar[] = []
    for (const ms of FIRST_CAR_MS) {
      this.say({ kind: 'order', nonce: this.#nonce, ...order })
      await this.#collect(raw, order, ms)
      if (raw.length > 0) break
    }
    return this.#arrivalsOf(raw, order.train)
  }

  /** Sends a train and asks how it came. */
  async sendTrain(train: number, { cars, carBytes, gapUs }: PlannedTrain): Promise<CarArrival[]> {
    const nonce = this.#nonce
    const datagrams = Array.from({ length: cars }, (_, index) =>
      withTag(this.#parts.keys.up, encodeTrain({ kind: 'car', nonce, train, index, bytes: carBytes })),
    )
    const sinceMs = performance.now()
    for (const [at, datagram] of datagrams.entries()) {
      const waitMs = sinceMs + (at * gapUs) / 1000 - performance.now()
      if (gapUs > 0 && waitMs > 0) await this.#within(waitMs, () => {})
      this.#send(datagram)
    }
    const answerBytes = SHORT_ANSWER_BYTES + cars * ARRIVAL_BYTES
    return this.ask({ kind: 'tell', nonce, train }, { expected: 'arrivals', answerBytes }, (heard) =>
      heard.kind === 'arrivals' && heard.train === train ? heard.arrivals : null,
    )
  }

  /** Until all are here, or no more come. @param raw what has come, and what comes */
  async #collect(raw: RawCar[], { cars, gapUs }: Order, firstMs: number): Promise<void> {
    const sinceUs = nowUs()
    let longestUs = gapUs
    let timer: NodeJS.Timeout | undefined
    try {
      await this.#within<true>(LONGEST_TRAIN_MS, (found) => {
        this.#onCar = (car) => {
          longestUs = Math.max(longestUs, car.atUs - (raw.at(-1)?.atUs ?? car.atUs))
          raw.push(car)
          if (raw.length >= cars) found(true)
        }
        timer = setInterval(() => {
          const last = raw.at(-1)
          const silenceMs = Math.min(
            SILENCE_MS.most,
            Math.max(SILENCE_MS.least, (SILENCE_GAPS * longestUs) / 1000),
          )
          const waitMs = last ? silenceMs : firstMs
          if (nowUs() - (last?.atUs ?? sinceUs) > waitMs * 1000) found(true)
        }, LOOK_MS)
      })
    } finally {
      clearInterval(timer)
      this.#onCar = () => {}
    }
  }

  #arrivalsOf(raw: readonly RawCar[], train: number): CarArrival[] {
    const arrivals = raw.flatMap(({ datagram, atUs }) => {
      const body = checked(this.#parts.keys.down, datagram)
      const car = body && this.#decoded(body)
      return car?.kind === 'car' && car.train === train ? { index: car.index, atUs } : []
    })
    const firstUs = arrivals[0]?.atUs ?? 0
    return arrivals.slice(0, MAX_CARS).map(({ index, atUs }) => ({ index, atUs: atUs - firstUs }))
  }

  #take(datagram: Buffer): void {
    const atUs = nowUs()
    if (datagram[1] === CAR_KIND) {
      this.#onCar({ datagram, atUs })
      return
    }
    const body = checked(this.#parts.keys.down, datagram)
    const message = body && this.#decoded(body)
    if (message && Buffer.compare(message.nonce, this.#nonce) === 0) this.#onMessage(message)
  }

  #decoded(body: Uint8Array): TrainMessage | null {
    try {
      return decodeTrain(body)
    } catch (error) {
      if (error instanceof WireError) return null
      throw error
    }
  }

  #send(datagram: Uint8Array): void {
    this.#spentBytes += datagram.length + this.headerBytes
    // What the kernel does not take is lost, like anything else on a line.
    this.#socket.send(datagram, () => {})
  }

  /** null when it was not found in time. @throws the socket's error, or that it was told to stop */
  async #within<Found>(ms: number, look: (found: (value: Found) => void) => void): Promise<Found | null> {
    if (this.#failed) throw this.#failed
    let timer: NodeJS.Timeout | undefined
    try {
      return await new Promise<Found | null>((resolve, reject) => {
        timer = setTimeout(() => resolve(null), ms)
        this.#onError = reject
        look(resolve)
      })
    } finally {
      clearTimeout(timer)
      this.#onError = () => {}
      this.#onMessage = () => {}
    }
  }
}

/** Monotonic. */
function nowUs(): number {
  return Math.round(Number(process.hrtime.bigint()) / 1000)
}
