import type { Ledger } from '../ledger/ledger.ts'
import { warningRecord } from '../ledger/record.ts'
import type { Notices } from '../projections/notices.ts'
import type { CapMessage } from './cap.ts'
import { decide, type Noted } from './decide.ts'
import type { Places } from './match.ts'
import { readAlert, readCap } from './read-cap.ts'
import type { Reason } from './reason.ts'
import type { Element } from './xml.ts'

export interface WarningIntakeParts {
  ledger: Pick<Ledger, 'append' | 'head'>
  notices: Pick<Notices, 'reached' | 'chain' | 'chainOf' | 'has'>
  places: Places
  now: () => number
}

/** What became of a message: what it changed here, or why it changes nothing. */
export type Outcome = { outcome: 'taken'; taken: Noted } | { outcome: 'kept-out'; reason: Reason }

/**
 * The one door for warnings, whichever way they come: a message is read, compared with what was taken before, and put into
 * the ledger. One after the other, each when what the one before it changed can be seen: so that a message that comes
 * by two ways at once, or again after a restart, is taken once.
 */
export class WarningIntake {
  readonly #parts: WarningIntakeParts
  #turn: Promise<unknown> = Promise.resolve()

  constructor(parts: WarningIntakeParts) {
    this.#parts = parts
  }

  /** @throws CapError with all that is wrong; Error when the ledger cannot take it: then it may be sent again */
  async take(bytes: Uint8Array): Promise<Outcome> {
    return this.#inTurn(readCap(bytes))
  }

  /** One that stood in a feed. @throws as `take` */
  async takeElement(alert: Element): Promise<Outcome> {
    return this.#inTurn(readAlert(alert))
  }

  /** What a person switches. */
  async switch(noted: Noted): Promise<void> {
    const { ledger, notices, now } = this.#parts
    const offset = await ledger.append(warningRecord(now(), noted.warning, noted.note))
    if (offset !== null) await notices.reached(offset)
  }

  #inTurn(message: CapMessage): Promise<Outcome> {
    const done = this.#turn.then(() => this.#decide(message))
    this.#turn = done.catch(() => {})
    return done
  }

  async #decide(message: CapMessage): Promise<Outcome> {
    const { ledger, notices, places, now } = this.#parts
    await notices.reached(ledger.head)
    const decision = decide(message, places, notices, now())
    if (decision.outcome === 'kept-out') return decision
    for (const { warning, note } of decision.taken) await ledger.append(warningRecord(now(), warning, note))
    return { outcome: 'taken', taken: decision.taken.at(-1)! }
  }
}
