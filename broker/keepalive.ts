import type { Clock } from './clock.ts'

/** Of its keepalive a device may be silent for so much: MQTT 3.1.1, [MQTT-3.1.2-24]. */
const GRACE = 1.5

export interface KeepaliveParts {
  clock: Clock
  /** Bytes that came over the line so far, also those of a TLS record that is not whole yet. */
  bytesHeard: () => number
  onSilent: () => void
}

/**
 * Watches one connection for silence. Every byte is a sign of life: a long report on a slow line is none the less
 * one, though aedes, which counts whole packets, would close it. There is one timer, and traffic does not touch it:
 * when it goes off, what was heard since decides how long it waits again. So 10,000 connections cost 10,000 numbers.
 */
export class Keepalive {
  readonly #parts: KeepaliveParts
  #limitMs = Number.POSITIVE_INFINITY
  #heardMs = 0
  #bytes = 0
  #resting = false
  #callOff: () => void = () => {}

  constructor(parts: KeepaliveParts) {
    this.#parts = parts
  }

  /** From now on something comes at least this often, until it is set anew. */
  set(keepaliveSeconds: number): void {
    this.#limitMs = GRACE * keepaliveSeconds * 1000
    this.heard()
    this.#arm(this.#limitMs)
  }

  heard(): void {
    this.#heardMs = this.#parts.clock.nowMs()
    this.#bytes = this.#parts.bytesHeard()
  }

  /** While it is we who do not read, silence says nothing. */
  rest(resting: boolean): void {
    this.#resting = resting
    this.heard()
  }

  stop(): void {
    this.#callOff()
    this.#callOff = () => {}
  }

  #arm(ms: number): void {
    this.#callOff()
    this.#callOff = this.#parts.clock.after(ms, () => this.#look())
  }

  #look(): void {
    // Part of a record came, nobody knows when: at worst a loss is noticed one limit later.
    if (this.#resting || this.#parts.bytesHeard() !== this.#bytes) this.heard()
    const leftMs = this.#heardMs + this.#limitMs - this.#parts.clock.nowMs()
    if (leftMs > 0) this.#arm(leftMs)
    else this.#parts.onSilent()
  }
}
