import { Duplex } from 'node:stream'
import { PacketInspector } from './inspector.ts'
import type { Refusal } from './refusals.ts'

type Done = (error?: Error | null) => void

export interface GuardParts {
  /** Packets behind CONNECT that are kept until it is answered; more refuse the device. */
  maxKeptPackets: number
  onHeard: () => void
  onRefused: (refusal: Refusal) => void
}

/**
 * `first`: CONNECT goes through. `greeting`: what comes behind it is kept, since aedes, which reads on before it has
 * worked off what came before CONNACK, would mix up their order. `held`: nothing is read.
 */
type Gate = 'first' | 'greeting' | 'open' | 'held'

/**
 * Stands between a device's socket and aedes: inward it hands on whole packets that the inspector passed, in their
 * order and when they may, outward everything. At the first refusal, or when either end closes, both ends close.
 */
export class WireGuard extends Duplex {
  readonly #socket: Duplex
  readonly #parts: GuardParts
  readonly #inspector = new PacketInspector()
  #gate: Gate = 'first'
  #admitted = false
  #kept: Uint8Array[] = []

  constructor(socket: Duplex, parts: GuardParts) {
    super()
    this.#socket = socket
    this.#parts = parts
  }

  /** Lets packets as long as a report through: called when CONNACK is about to be answered. */
  admit(): void {
    this.#admitted = true
    this.#inspector.admit()
  }

  /** Hands on what was kept, and all that comes. */
  open(): void {
    if (this.destroyed) return
    this.#gate = 'open'
    this.#handOn(this.#kept.splice(0))
  }

  /** Hands on and reads no more, until `open`. */
  hold(): void {
    this.#gate = 'held'
    this.#socket.pause()
  }

  override _construct(done: Done): void {
    this.#socket.on('data', (chunk: Uint8Array) => this.#inspect(chunk))
    this.#socket.on('end', () => this.push(null))
    this.#socket.on('error', (error) => this.destroy(error))
    this.#socket.on('close', () => this.destroy())
    done()
  }

  override _read(): void {
    if (this.#gate !== 'held') this.#socket.resume()
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: Done): void {
    this.#socket.write(chunk, done)
  }

  /** aedes writes a packet in pieces while corked; together they are one TLS record, apart 22 bytes more each. */
  override _writev(pieces: { chunk: Uint8Array }[], done: Done): void {
    this.#socket.write(Buffer.concat(pieces.map(({ chunk }) => chunk)), done)
  }

  override _final(done: Done): void {
    this.#socket.end(() => done())
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#kept = []
    this.#socket.destroy()
    done(error)
  }

  #inspect(chunk: Uint8Array): void {
    if (this.destroyed) return
    this.#parts.onHeard()
    const verdict = this.#inspector.push(chunk)
    if (verdict.kind === 'refused') this.#refuse(verdict.refusal)
    else this.#handOn(verdict.packets)
  }

  #handOn(packets: readonly Uint8Array[]): void {
    let room = true
    for (const packet of packets) {
      switch (this.#gate) {
        case 'first':
          this.#gate = 'greeting'
          room = this.push(packet)
          break
        case 'open':
          room = this.push(packet)
          break
        case 'greeting':
        case 'held':
          this.#kept.push(packet)
      }
    }
    if (!room) this.#socket.pause()
    else if (this.#gate === 'open') this.#socket.resume()
    if (this.#gate === 'greeting' && this.#kept.length > this.#parts.maxKeptPackets) this.#keptTooMany()
  }

  #keptTooMany(): void {
    if (this.#admitted) this.#socket.pause()
    else
      this.#refuse({
        code: 'impatient',
        detail: 'connection: expected to wait for CONNACK, got packet after packet',
      })
  }

  #refuse(refusal: Refusal): void {
    this.#parts.onRefused(refusal)
    this.destroy()
  }
}
