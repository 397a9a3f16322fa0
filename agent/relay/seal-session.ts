import { type Age, encodeDelivery } from '#protocol/delivery.ts'
import { encodeHello, type Hello } from '#protocol/hello.ts'
import {
  decodeAcknowledgement,
  nameMessage,
  Opener,
  readNamed,
  SEAL_TOPICS,
  type SealedMessage,
  Sealer,
  type SealKeys,
} from '#protocol/seal.ts'
import { TOPICS } from '#protocol/topics.ts'
import { standingOn } from '../link/base.ts'
import type { Sealed } from '../outbox.ts'
import { nodeCipher } from './cipher.ts'

/** As the relay carries it. */
export type SealedFrame = { kind: 'frame'; named: boolean; sealed: Uint8Array }

/** What the centre said. */
export type Opened =
  /** These are on its disk; `messages` counts all that it has of this session. */
  | { kind: 'acknowledged'; sealed: Sealed[]; messages: number }
  | { kind: 'word'; topic: string; content: Uint8Array }

interface Sent {
  sealed: Sealed | null
  atMs: number
  /** 0 unless it is of the past. */
  historyBytes: number
}

/** The device's end of a session with the centre: what it seals, and what of it is not acknowledged. */
export class SealSession {
  readonly #sealer: Sealer
  readonly #opener: Opener
  /** Sent and not acknowledged, the oldest first. */
  readonly #sent: Sent[] = []
  #acknowledged = 0
  #before: Sealed | null = null

  constructor(keys: SealKeys) {
    this.#sealer = new Sealer(nodeCipher, keys.up)
    this.#opener = new Opener(nodeCipher, keys.down)
  }

  /** Whether whoever answered knows the device's key. */
  proves(proof: Uint8Array): boolean {
    return this.#opener.open(true, proof) !== null
  }

  get unacknowledged(): number {
    return this.#sent.length
  }

  /** Messages of this session, the hello among them. */
  get sent(): number {
    return this.#acknowledged + this.#sent.length
  }

  get acknowledged(): number {
    return this.#acknowledged
  }

  /** When the oldest message without an acknowledgement was sent; null when there is none. */
  get waitingSinceMs(): number | null {
    return this.#sent[0]?.atMs ?? null
  }

  /** Of the past, on its way. */
  get historyBytes(): number {
    return this.#sent.reduce((sum, { historyBytes }) => sum + historyBytes, 0)
  }

  has(sealed: Sealed): boolean {
    return this.#sent.some((one) => one.sealed === sealed)
  }

  hello(hello: Hello, nowMs: number): SealedFrame {
    return this.#seal(nameMessage(SEAL_TOPICS.hello, encodeHello(hello)), null, nowMs)
  }

  word(topic: string, content: Uint8Array, nowMs: number): SealedFrame {
    return this.#seal(nameMessage(topic, content), null, nowMs)
  }

  /** A report stands on the one before it in this session: the order is kept, or the session ends. */
  send(sealed: Sealed, lane: 'live' | 'history', age: Age, nowMs: number): SealedFrame {
    const historyBytes = lane === 'history' ? sealed.bytes.length : 0
    if (sealed.kind === 'loss') {
      return this.#seal(nameMessage(TOPICS.loss, sealed.bytes), sealed, nowMs, historyBytes)
    }
    const content = encodeDelivery({ age, report: standingOn(this.#before, sealed) })
    this.#before = sealed
    return this.#seal({ named: false, content }, sealed, nowMs, historyBytes)
  }

  /** null when it is not the centre's next word: the session is over. @throws WireError when it cannot be read */
  open(named: boolean, bytes: Uint8Array): Opened | null {
    const content = this.#opener.open(named, bytes)
    if (content === null) return null
    if (named) return { kind: 'word', ...readNamed(content) }
    const messages = decodeAcknowledgement(content)
    const acknowledged = this.#sent.splice(0, messages - this.#acknowledged)
    this.#acknowledged = Math.max(this.#acknowledged, messages)
    return {
      kind: 'acknowledged',
      sealed: acknowledged.map(({ sealed }) => sealed).filter((sealed) => sealed !== null),
      messages,
    }
  }

  #seal(message: SealedMessage, sealed: Sealed | null, atMs: number, historyBytes = 0): SealedFrame {
    this.#sent.push({ sealed, atMs, historyBytes })
    return { kind: 'frame', named: message.named, sealed: this.#sealer.seal(message) }
  }
}
