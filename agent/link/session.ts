import { type Age, encodeDelivery } from '#protocol/delivery.ts'
import { TOPICS, type UpTopic } from '#protocol/topics.ts'
import type { Log } from '../log.ts'
import type { Outbox, Sealed } from '../outbox.ts'
import { reasonOf } from '../reason.ts'
import { standingOn } from './base.ts'
import { CHUNK_BYTES, InFlight, type Sent } from './in-flight.ts'
import { byAge, type Next, nextToSend } from './lanes.ts'
import type { Line } from './line.ts'
import type { LineMeter } from './meter.ts'

/** When the meter says no. */
const ASK_AGAIN_MS = 60_000

export interface SessionParts {
  outbox: Outbox
  /** How old a report's rows are at this moment. */
  ageOf(sealed: Sealed): Age
  /** Every how many reports one asks for an answer, which then counts for all before it; 1: each. Asked each time. */
  answerEvery(): number
  meter: LineMeter
  /** Everything that waits is under way, and there is room for more of the past. */
  onRoom(): void
  log: Pick<Log, 'warn'>
}

/** The messages of one connection: what is sent next, which of it is to be answered, and what an answer says. */
export class Session {
  readonly #line: Line
  readonly #parts: SessionParts
  readonly #inFlight = new InFlight()
  /** The report that was sent last: the next may stand on it. */
  #before: Sealed | null = null
  #newestSent: Sealed | null = null
  /** Reports since one was last to be answered; null: none was yet. */
  #unanswered: number | null = null
  #askAgain: NodeJS.Timeout | undefined
  #ended = false

  constructor(line: Line, parts: SessionParts) {
    this.#line = line
    this.#parts = parts
  }

  get bytesUnderWay(): number {
    return this.#inFlight.bytes
  }

  /** Sends what waits, as far as window and meter allow. */
  send(): void {
    const { meter, onRoom } = this.#parts
    for (let next = this.#next(); next && !this.#ended; next = this.#next()) {
      // Where nothing is due that could make room one more goes, and asks for it.
      if (!this.#hasRoom(next) && this.#inFlight.awaitsAnswer) return
      const payload = this.#payloadOf(next.sealed)
      if (!meter.maySend(next.lane, payload.length)) {
        this.#sendLater()
        return
      }
      this.#publish(next, payload)
    }
    if (!this.#ended && this.#inFlight.hasRoom('history', CHUNK_BYTES)) onRoom()
  }

  /** A message of no journal: a goodbye, a new pace, traits, which can wait. Resolves with whether it was answered. */
  async say(topic: UpTopic, payload: Uint8Array): Promise<boolean> {
    const lane = topic === TOPICS.traits ? 'live' : 'urgent'
    if (this.#ended || !this.#parts.meter.maySend(lane, payload.length)) return false
    const sent = this.#inFlight.add({ sealed: null, lane: 'urgent', bytes: payload.length, asks: true })
    return new Promise((resolve) => {
      this.#line.publish(topic, payload, 1, (ok) => {
        if (ok) void this.#answered(sent)
        resolve(ok)
      })
    })
  }

  /** From here on nothing is sent; what is answered still counts. */
  end(): void {
    this.#ended = true
    clearTimeout(this.#askAgain)
  }

  #payloadOf(sealed: Sealed): Uint8Array {
    if (sealed.kind === 'loss') return sealed.bytes
    return encodeDelivery({ age: this.#parts.ageOf(sealed), report: standingOn(this.#before, sealed) })
  }

  #next(): Next | null {
    return nextToSend(this.#parts.outbox.pending(), (sealed) => this.#inFlight.has(sealed), this.#newestSent)
  }

  #hasRoom({ sealed, lane }: Next): boolean {
    return this.#inFlight.hasRoom(lane, sealed.bytes.length)
  }

  #publish(next: Next, payload: Uint8Array): void {
    const { sealed, lane } = next
    const sent = this.#inFlight.add({ sealed, lane, bytes: sealed.bytes.length, asks: false })
    if (sealed.kind === 'report') {
      this.#before = sealed
      if (this.#newestSent === null || byAge(this.#newestSent, sealed) < 0) this.#newestSent = sealed
    }
    const asks = this.#mustBeAnswered(next, this.#next())
    sent.asks = asks
    this.#unanswered = asks ? 0 : (this.#unanswered ?? 0) + 1
    this.#line.publish(sealed.kind === 'loss' ? TOPICS.loss : TOPICS.report, payload, asks ? 1 : 0, (ok) => {
      // What has no answer stays in the journal, for the next connection.
      if (ok && asks) void this.#answered(sent)
    })
  }

  /** The first shows that the centre stores; a tombstone must not wait; and somebody has to empty the window. */
  #mustBeAnswered(next: Next, following: Next | null): boolean {
    const { sealed, lane } = next
    const first = this.#unanswered === null
    const due = (this.#unanswered ?? 0) + 1 >= this.#parts.answerEvery()
    const full = !this.#hasRoom(following ?? next)
    const lastOfHistory = lane === 'history' && following === null
    return first || due || full || lastOfHistory || sealed.kind === 'loss'
  }

  async #answered(sent: Sent): Promise<void> {
    const sealed = this.#inFlight.answered(sent)
    try {
      if (sealed.length > 0) await this.#parts.outbox.ack(sealed)
    } catch (error) {
      this.#parts.log.warn(
        { reports: sealed.length, reason: reasonOf(error) },
        'acknowledgement not recorded',
      )
    }
    this.#inFlight.settled(sealed)
    this.send()
  }

  #sendLater(): void {
    clearTimeout(this.#askAgain)
    this.#askAgain = setTimeout(() => this.send(), ASK_AGAIN_MS)
  }
}
