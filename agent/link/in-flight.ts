import type { Sealed } from '../outbox.ts'

/** Sent and not acknowledged at one time, of all lanes: so many the centre may have to store for one device at once. */
const MAX_MESSAGES = 20
/** At 32 kbit/s 16 KiB take 4 s: so far at most the age that a report carries is from the truth when it leaves. */
const MAX_BYTES = 16_384
/** A chunk of the past, about 240 rows at 5 bytes. */
export const CHUNK_BYTES = 1200
/** Of the past two chunks. At 32 kbit/s they take 0.6 s: a live report that comes due waits no longer for them. */
const MAX_HISTORY_BYTES = 2 * CHUNK_BYTES

export type Lane = 'live' | 'history' | 'urgent'

export interface Sent {
  /** null for a message that waits in no journal. */
  sealed: Sealed | null
  lane: Lane
  bytes: number
  /** Its answer counts for all before it. */
  asks: boolean
}

/**
 * What was sent over one connection and is not acknowledged, in the order of sending. An answer to one message says
 * that the centre has everything that was sent before it, too.
 */
export class InFlight {
  #sent: Sent[] = []
  /** Acknowledged, and the journal does not know it yet. */
  readonly #settling = new Set<Sealed>()

  has(sealed: Sealed): boolean {
    return this.#settling.has(sealed) || this.#sent.some((one) => one.sealed === sealed)
  }

  get bytes(): number {
    return this.#sent.reduce((sum, one) => sum + one.bytes, 0)
  }

  /** An answer is due that will make room. */
  get awaitsAnswer(): boolean {
    return this.#sent.some(({ asks }) => asks)
  }

  /** May one more of `bytes` be under way? One always may, however long. */
  hasRoom(lane: Lane, bytes: number): boolean {
    if (this.#sent.length === 0) return true
    const history = this.#sent.filter((one) => one.lane === 'history')
    const historyBytes = history.reduce((sum, one) => sum + one.bytes, 0)
    if (lane === 'history' && historyBytes > 0 && historyBytes + bytes > MAX_HISTORY_BYTES) return false
    return this.#sent.length < MAX_MESSAGES && this.bytes + bytes <= MAX_BYTES
  }

  /** The result is to be handed to `answered` when the answer to this very message comes. */
  add(sent: Sent): Sent {
    this.#sent.push(sent)
    return sent
  }

  /** Everything up to and with `last` is on the centre's disk; nothing when an earlier answer was lost to a later one. */
  answered(last: Sent): Sealed[] {
    const acknowledged = this.#sent.splice(0, this.#sent.indexOf(last) + 1)
    const sealed = acknowledged.map((one) => one.sealed).filter((one) => one !== null)
    for (const one of sealed) this.#settling.add(one)
    return sealed
  }

  /** The journal has taken note. */
  settled(sealed: readonly Sealed[]): void {
    for (const one of sealed) this.#settling.delete(one)
  }
}
