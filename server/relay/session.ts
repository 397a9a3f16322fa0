import { decodeDelivery, encodeDelivery } from '#protocol/delivery.ts'
import { WireError } from '#protocol/errors.ts'
import type { DeviceId } from '#protocol/ids.ts'
import { MAX_REPORT_BYTES } from '#protocol/limits.ts'
import type { RefusedWhy } from '#protocol/neighbours.ts'
import {
  encodeAcknowledgement,
  nameMessage,
  Opener,
  PROOF,
  readNamed,
  SEAL_TOPICS,
  type SealedMessage,
  Sealer,
  type SealKeys,
} from '#protocol/seal.ts'
import { type DownTopic, TOPICS } from '#protocol/topics.ts'
import type { LossReason } from '../ledger/entry.ts'
import { nodeCipher } from './cipher.ts'
import { Receipts } from './receipts.ts'

/** The facts of one device, whichever way they come: the broker's `DeviceFacts`. */
export interface NeighbourFacts {
  connected(line: SessionLine, session: { hello: Uint8Array; keepaliveSeconds: number }): Promise<void>
  lost(line: SessionLine, why: LossReason): void
  goodbye(line: SessionLine, payload: Uint8Array): Promise<void>
  report(payload: Uint8Array): Promise<void>
  loss(payload: Uint8Array): Promise<void>
  pace(payload: Uint8Array): Promise<void>
  traits(payload: Uint8Array): Promise<void>
}

/** Waiting for the disk at one time: the largest report and a backlog's chunks beside it. */
const MAX_WAITING_BYTES = MAX_REPORT_BYTES + 4096

interface SessionLine {
  readonly closed: boolean
  close(): void
}

export interface SessionParts {
  device: DeviceId
  keys: SealKeys
  facts: NeighbourFacts
  /** What the relay's own connection keeps: when the relay is silent its neighbours are. */
  keepaliveSeconds: number
  now: () => number
  /** It is over; the device is told why. */
  onClosed(why: RefusedWhy): void
  /** The hello is on disk. */
  onLive(hello: Uint8Array): void
  /** It was live and is no more, whatever the reason. */
  onGone(): void
  /** A message is on disk. */
  onStored(): void
}

/**
 * A device's session through a relay: what opens goes the way of what comes over a connection of its own. It is a
 * stream as TLS has: what is not the next message of it ends it, and the device begins another.
 */
export class NeighbourSession implements SessionLine {
  readonly device: DeviceId
  readonly #parts: SessionParts
  readonly #opener: Opener
  readonly #sealer: Sealer
  readonly #receipts = new Receipts()
  #waitingBytes = 0
  #state: 'answered' | 'live' | 'left' | 'closed' = 'answered'
  /** `onLive` was called, and `onGone` was not. */
  #told = false

  constructor(parts: SessionParts) {
    this.device = parts.device
    this.#parts = parts
    this.#opener = new Opener(nodeCipher, parts.keys.up)
    this.#sealer = new Sealer(nodeCipher, parts.keys.down)
  }

  get closed(): boolean {
    return this.#state === 'closed'
  }

  get live(): boolean {
    return this.#state === 'live'
  }

  /** The device came another way. */
  close(): void {
    this.#end('replaced')
  }

  /** The relay hears the device no more, or is heard no more itself: told unless it said goodbye or came another way. */
  lost(why: LossReason): void {
    const { live } = this
    this.#close()
    if (live) this.#parts.facts.lost(this, why)
  }

  /** The first sealed word of the centre. */
  prove(): Uint8Array {
    return this.#sealer.seal(PROOF)
  }

  /** Seals what is pushed to the device. */
  push(topic: DownTopic, payload: Uint8Array): Uint8Array {
    return this.#sealer.seal(nameMessage(topic, payload))
  }

  get receipts(): Receipts {
    return this.#receipts
  }

  acknowledge(): SealedMessage & { sealed: Uint8Array } {
    const message = encodeAcknowledgement(this.#receipts.acknowledge(this.#parts.now()))
    return { ...message, sealed: this.#sealer.seal(message) }
  }

  /** Takes a frame; one that does not open, or says what has no place here, ends the session. */
  take(named: boolean, sealed: Uint8Array, heldSeconds: number): void {
    if (this.closed) return
    const content = this.#opener.open(named, sealed)
    if (content === null) {
      this.#fail('bad-seal')
      return
    }
    this.#waitingBytes += sealed.length
    if (this.#waitingBytes > MAX_WAITING_BYTES) {
      this.#fail('not-stored')
      return
    }
    // Whoever says a word waits to be heard; reports can wait.
    const number = this.#receipts.take(this.#parts.now(), named)
    const told = named ? this.#tellNamed(content) : this.#tellReport(content, heldSeconds)
    told.then(
      () => {
        this.#waitingBytes -= sealed.length
        this.#receipts.stored(number)
        this.#parts.onStored()
      },
      () => this.#fail('not-stored'),
    )
  }

  #tellReport(content: Uint8Array, heldSeconds: number): Promise<void> {
    if (this.#state !== 'live') return Promise.reject(new Error('report: expected a hello before, got none'))
    return this.#parts.facts.report(withHeld(content, heldSeconds))
  }

  async #tellNamed(named: Uint8Array): Promise<void> {
    const { facts, keepaliveSeconds } = this.#parts
    const { topic, content } = readNamed(named)
    if (topic === SEAL_TOPICS.hello && this.#state === 'answered') {
      // From here on what follows is taken; the device's facts keep the order.
      this.#state = 'live'
      await facts.connected(this, { hello: content, keepaliveSeconds })
      this.#told = true
      this.#parts.onLive(content)
      return
    }
    if (this.#state !== 'live') throw new Error(`${topic}: expected a hello before, got none`)
    switch (topic) {
      case SEAL_TOPICS.ask:
        return
      case TOPICS.loss:
        return facts.loss(content)
      case TOPICS.pace:
        return facts.pace(content)
      case TOPICS.traits:
        return facts.traits(content)
      case TOPICS.goodbye:
        this.#state = 'left'
        return facts.goodbye(this, content)
      default:
        throw new Error(`topic: expected one that a device seals, got ${JSON.stringify(topic)}`)
    }
  }

  /** The device is told to begin anew; until it does, or comes another way, it is lost. */
  #fail(why: RefusedWhy): void {
    if (this.closed) return
    const { live } = this
    this.#end(why)
    if (live) this.#parts.facts.lost(this, 'socket')
  }

  #end(why: RefusedWhy): void {
    if (this.closed) return
    this.#close()
    this.#parts.onClosed(why)
  }

  #close(): void {
    this.#state = 'closed'
    if (this.#told) this.#parts.onGone()
    this.#told = false
  }
}

/** The age inside the seal is that of the moment of sealing. */
function withHeld(delivery: Uint8Array, heldSeconds: number): Uint8Array {
  if (heldSeconds === 0) return delivery
  try {
    const { age, report } = decodeDelivery(delivery)
    if (age === null) return delivery
    return encodeDelivery({ age: { ...age, seconds: age.seconds + heldSeconds }, report })
  } catch (error) {
    // Unreadable, it goes into quarantine as it came.
    if (error instanceof WireError) return delivery
    throw error
  }
}
