import type { Socket } from 'node:net'
import type { DeviceId } from '#protocol/ids.ts'
import { reasonOf } from '../reason.ts'
import {
  decodeToRelay,
  encodeLan,
  LanCutter,
  MAX_LAN_BYTES,
  MAX_STRANGER_BYTES,
  type ToNeighbour,
  type ToRelay,
} from './lan.ts'

/**
 * `stranger`: nothing said yet, or refused; `entering`: the centre was asked; `answered`: it gave a session, which the
 * device has still to prove it can use; `greeted`: it said its hello, and no more is taken before the centre has opened
 * it; `accepted`: the centre spoke to it in that session.
 */
export type MemberState = 'stranger' | 'entering' | 'answered' | 'greeted' | 'accepted'

/** What a neighbour that reads nothing may have waiting for it, before it is cut: two acknowledgements a minute for a day. */
const MAX_UNREAD_BYTES = 65_536

/** One neighbour's connection at the relay. */
export class Member {
  readonly #socket: Socket
  readonly #cutter = new LanCutter(MAX_STRANGER_BYTES)
  /** undefined: it was gone before it was greeted. */
  readonly address: string | undefined
  #state: MemberState = 'stranger'
  device: DeviceId | null = null
  alias: number | null = null

  constructor(
    socket: Socket,
    parts: { silentMs: number; onMessage(message: ToRelay): void; onClosed(reason: string): void },
  ) {
    this.#socket = socket
    this.address = socket.remoteAddress
    let reason = 'closed by the neighbour'
    const fail = (why: string): void => {
      reason = why
      socket.destroy()
    }
    socket.setNoDelay(true)
    // The relay speaks only when spoken to or about to collect, so that this is the neighbour's silence.
    socket.setTimeout(parts.silentMs, () => fail(`expected a word within ${parts.silentMs} ms, got none`))
    socket.on('error', (error) => fail(reasonOf(error)))
    socket.on('close', () => parts.onClosed(reason))
    socket.on('data', (chunk) => {
      try {
        for (const body of this.#cutter.push(chunk)) {
          if (socket.destroyed) return
          parts.onMessage(decodeToRelay(body))
        }
      } catch (error) {
        fail(reasonOf(error))
      }
    })
  }

  get state(): MemberState {
    return this.#state
  }

  /** Only who has proved its key to the centre may send as much as a report: an id is no secret. */
  become(state: MemberState): void {
    this.#state = state
    this.#cutter.maxBytes = state === 'accepted' ? MAX_LAN_BYTES : MAX_STRANGER_BYTES
  }

  tell(message: ToNeighbour): void {
    if (this.#socket.destroyed) return
    if (this.#socket.writableLength > MAX_UNREAD_BYTES) this.#socket.destroy()
    else this.#socket.write(encodeLan(message))
  }

  close(): void {
    this.#socket.destroy()
  }
}
