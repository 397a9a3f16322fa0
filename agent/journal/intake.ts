import type { Log } from '../log.ts'
import { reasonOf } from '../reason.ts'
import type { Sample } from '../sampler.ts'

/** A day at one a minute, about 0.5 MB in memory: longer than it takes to notice a full disk. */
const MAX_WAITING = 1440

export interface IntakeParts {
  journal: {
    append(sample: Sample): Promise<void>
    /** These will never come: to be declared lost. */
    declareRefused(samples: readonly Sample[]): void
  }
  log: Log
  maxWaiting?: number
}

/** Brings samples into the journal; while the disk refuses they wait in memory and are tried again with the next. */
export class Intake {
  readonly #journal: IntakeParts['journal']
  readonly #log: Log
  readonly #maxWaiting: number
  readonly #waiting: Sample[] = []
  #refused = false
  #dropped = 0

  constructor(parts: IntakeParts) {
    this.#journal = parts.journal
    this.#log = parts.log
    this.#maxWaiting = parts.maxWaiting ?? MAX_WAITING
  }

  /** Resolves when the sample is in the journal or waits; never rejects. */
  async take(sample: Sample): Promise<void> {
    this.#waiting.push(sample)
    try {
      while (this.#waiting[0]) {
        await this.#journal.append(this.#waiting[0])
        this.#waiting.shift()
      }
      this.#tellAccepted()
    } catch (error) {
      this.#tellRefused(error)
    }
    if (this.#waiting.length > this.#maxWaiting) {
      this.#journal.declareRefused(this.#waiting.splice(0, this.#waiting.length - this.#maxWaiting))
      this.#dropped++
    }
  }

  /** What still waits will not be there any more: it is declared. */
  stop(): void {
    this.#journal.declareRefused(this.#waiting.splice(0))
  }

  #tellRefused(error: unknown): void {
    if (this.#refused) return
    this.#refused = true
    this.#log.error({ reason: reasonOf(error) }, 'samples wait in memory: the journal cannot be written')
  }

  #tellAccepted(): void {
    if (!this.#refused) return
    this.#refused = false
    this.#log.info({ dropped: this.#dropped }, 'the journal can be written again')
    this.#dropped = 0
  }
}
