import { Duplex } from 'node:stream'
import { PacketInspector } from './inspector.ts'
import type { Refusal } from './refusals.ts'

type Done = (error?: Error | null) => void

/**
 * Stands between a device's socket and aedes: inward it hands on whole packets that the inspector passed, outward
 * everything. At the first refusal, or when either end closes, both ends close.
 */
export class WireGuard extends Duplex {
  readonly #socket: Duplex
  readonly #onRefused: (refusal: Refusal) => void
  readonly #inspector = new PacketInspector()

  constructor(socket: Duplex, onRefused: (refusal: Refusal) => void) {
    super()
    this.#socket = socket
    this.#onRefused = onRefused
  }

  /** Lets packets as long as a report through: called when CONNACK is about to be answered. */
  admit(): void {
    this.#inspector.admit()
  }

  override _construct(done: Done): void {
    this.#socket.on('data', (chunk: Uint8Array) => this.#inspect(chunk))
    this.#socket.on('end', () => this.push(null))
    this.#socket.on('error', (error) => this.destroy(error))
    this.#socket.on('close', () => this.destroy())
    done()
  }

  override _read(): void {
    this.#socket.resume()
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
    this.#socket.destroy()
    done(error)
  }

  #inspect(chunk: Uint8Array): void {
    if (this.destroyed) return
    const verdict = this.#inspector.push(chunk)
    if (verdict.kind === 'refused') {
      this.#onRefused(verdict.refusal)
      this.destroy()
      return
    }
    let room = true
    for (const packet of verdict.packets) room = this.push(packet)
    if (!room) this.#socket.pause()
  }
}
