import type { Entry } from '../ledger/entry.ts'
import type { Ledger } from '../ledger/ledger.ts'

/** Something worked out from the ledger. It keeps its own place in it. */
export interface Projection {
  readonly name: string
  /** The newest entry that it has taken in. */
  offset(): number
  /** Takes in the next entries, in order; rejects when it cannot for now, and is then given the same again. */
  apply(entries: readonly Entry[]): Promise<void>
}

interface Log {
  warn(data: object, text: string): void
  info(data: object, text: string): void
}

/** 200 reports: of 15 rows 10 ms of decoding; of a whole day each, after a long outage, half a second. */
const BATCH = 200

/** A store that is down is asked again after 0.5 s, then twice as long each time, up to 15 s. */
const RETRY_FIRST_MS = 500
const RETRY_LAST_MS = 15_000

/** Leads one projection along the ledger: it catches up, then waits for more. What it cannot do it tries again. */
export class Follower {
  readonly projection: Projection
  readonly #ledger: Ledger
  readonly #log: Log
  readonly #stopping = new AbortController()
  #wake: () => void = () => {}
  #fault: string | null = null
  #ended: Promise<void> = Promise.resolve()

  constructor(projection: Projection, ledger: Ledger, log: Log) {
    this.projection = projection
    this.#ledger = ledger
    this.#log = log
  }

  start(): void {
    this.#ended = this.#run()
  }

  /** Waits for the batch in hand. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#wake()
    await this.#ended
  }

  /** Looks at once whether there is more: for a projection that has gone back to an earlier place by itself. */
  wake(): void {
    this.#wake()
  }

  /** How many entries are still to be taken in. */
  get lag(): number {
    return this.#ledger.head - this.projection.offset()
  }

  /** Why the last try failed, or null. */
  get fault(): string | null {
    return this.#fault
  }

  async #run(): Promise<void> {
    let retryMs = RETRY_FIRST_MS
    const unfollow = this.#ledger.follow(() => this.#wake())
    while (!this.#stopping.signal.aborted) {
      // Made before the look, so that a commit between the look and the wait is not slept through.
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      try {
        const entries = this.#ledger.read(this.projection.offset(), BATCH)
        if (entries.length === 0) {
          await woken
          continue
        }
        await this.projection.apply(entries)
        if (this.#fault !== null)
          this.#log.info({ projection: this.projection.name }, 'projection works again')
        this.#fault = null
        retryMs = RETRY_FIRST_MS
      } catch (error) {
        this.#fault = (error as Error).message
        this.#log.warn({ projection: this.projection.name, error: this.#fault, retryMs }, 'projection waits')
        await this.#pause(retryMs)
        retryMs = Math.min(retryMs * 2, RETRY_LAST_MS)
      }
    }
    unfollow()
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms)
      const { signal } = this.#stopping
      function done(): void {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      signal.addEventListener('abort', done)
    })
  }
}
