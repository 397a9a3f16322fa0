import type { DeviceId } from '#protocol/ids.ts'
import type { Inlet, LossReason } from './inlet.ts'

/** As much of a connection as its facts need; two are the same when they are the same object. */
interface Line {
  readonly closed: boolean
  close(): void
}

/**
 * Brings the facts of one device to the inlet in the order in which they happened, over all its connections.
 * Facts about connections wait for each other; reports keep their place between them and overlap one another,
 * so that many share one group commit.
 */
export class DeviceFacts {
  readonly #device: DeviceId
  readonly #inlet: Inlet
  readonly #onLostUnstored: (error: unknown) => void
  /** The connection that the ledger holds for live: stored, neither lost nor gone nor followed by another. */
  #live: Line | null = null
  #earlier: Promise<unknown> = Promise.resolve()
  #stopped = false

  constructor(device: DeviceId, inlet: Inlet, onLostUnstored: (error: unknown) => void) {
    this.#device = device
    this.#inlet = inlet
    this.#onLostUnstored = onLostUnstored
  }

  /** Resolves when stored; an older connection of the device is then closed, and not lost. */
  connected(connection: Line, session: { hello: Uint8Array; keepaliveSeconds: number }): Promise<void> {
    return this.#inTurn(async () => {
      // A device that gave up while it waited has nothing to be told of.
      if (connection.closed) throw new Error('connected: expected an open connection, got a closed one')
      await this.#inlet.connected(this.#device, session)
      const replaced = this.#live
      this.#live = connection
      replaced?.close()
    })
  }

  /** The connection ended: told unless it was never stored, said goodbye, or was replaced by a newer one. */
  lost(connection: Line, why: LossReason): void {
    this.#inTurn(async () => {
      if (this.#live !== connection) return
      this.#live = null
      await this.#inlet.lost(this.#device, why)
    }).catch((error) => {
      if (!this.#stopped) this.#onLostUnstored(error)
    })
  }

  /** Resolves when stored. */
  goodbye(connection: Line, payload: Uint8Array): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#live !== connection) {
        throw new Error('goodbye: expected the live connection of the device, got one that was replaced')
      }
      await this.#inlet.goodbye(this.#device, payload)
      this.#live = null
    })
  }

  /** Resolves when stored. */
  report(payload: Uint8Array): Promise<void> {
    return this.#after(() => this.#inlet.report(this.#device, payload))
  }

  /** Resolves when stored. */
  loss(payload: Uint8Array): Promise<void> {
    return this.#after(() => this.#inlet.loss(this.#device, payload))
  }

  /** Resolves when stored; what follows a change of pace is judged by the new one. */
  pace(payload: Uint8Array): Promise<void> {
    return this.#inTurn(() => this.#inlet.pace(this.#device, payload))
  }

  /** Resolves when stored. */
  traits(payload: Uint8Array): Promise<void> {
    return this.#after(() => this.#inlet.traits(this.#device, payload))
  }

  /** What a relay brings of others; resolves when it is taken. */
  neighbours(payload: Uint8Array): Promise<void> {
    return this.#after(() => this.#inlet.neighbours(this.#device, payload))
  }

  /** From here on the inlet is told nothing: the server speaks for its own end. */
  stop(): void {
    this.#stopped = true
  }

  #after<Result>(tell: () => Promise<Result>): Promise<Result> {
    return this.#earlier.then(() => {
      if (this.#stopped) throw new Error('broker: expected to be running, got stopped')
      return tell()
    })
  }

  #inTurn<Result>(tell: () => Promise<Result>): Promise<Result> {
    const told = this.#after(tell)
    this.#earlier = told.catch(() => {})
    return told
  }
}
