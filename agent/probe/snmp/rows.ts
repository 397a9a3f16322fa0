import type { Found, Term } from './question.ts'
import type { SnmpSession } from './session.ts'
import type { SnmpAnswer } from './value.ts'

/** A modem that was plugged in is seen within so long, and a device without one costs no packet meanwhile. */
const SEARCH_EVERY_MS = 900_000

/**
 * Remembers in which rows of a device the values of a profile stand, so that a look is one packet: the search for rows
 * takes one more for each table.
 */
export class Rows {
  readonly #nowMs: () => number
  /** By column; none: the device had no row when it was searched. */
  readonly #known = new Map<string, { oids: readonly string[]; atMs: number }>()

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** @param also objects that are asked for in the same packet */
  async ask(
    session: SnmpSession,
    terms: readonly Term[],
    also: readonly string[],
  ): Promise<{ answers: ReadonlyMap<string, SnmpAnswer>; find(term: Term): Found }> {
    const answers = await session.get([...also, ...this.#oidsOf(terms)])
    const lost = terms.filter((term) => this.#isLost(term, answers))
    if (lost.length > 0) {
      await this.#search(session, lost)
      const found = await session.get(this.#oidsOf(lost))
      for (const [oid, answer] of found) answers.set(oid, answer)
    }
    return { answers, find: (term) => this.#find(term, answers) }
  }

  #oidsOf(terms: readonly Term[]): string[] {
    return terms.flatMap(({ take, oid }) => (take === 'object' ? [oid] : (this.#known.get(oid)?.oids ?? [])))
  }

  #isLost({ take, oid }: Term, answers: ReadonlyMap<string, SnmpAnswer>): boolean {
    if (take === 'object') return false
    const known = this.#known.get(oid)
    if (!known) return true
    if (known.oids.length === 0) return this.#nowMs() - known.atMs >= SEARCH_EVERY_MS
    return known.oids.some((row) => !('value' in answers.get(row)!))
  }

  async #search(session: SnmpSession, lost: readonly Term[]): Promise<void> {
    const columnsOf = (take: Term['take']) => lost.filter((term) => term.take === take).map(({ oid }) => oid)
    const atMs = this.#nowMs()
    const firsts = columnsOf('first')
    if (firsts.length > 0) {
      for (const [column, row] of await session.firstRows(firsts)) {
        this.#known.set(column, { oids: row ? [`${column}.${row.index}`] : [], atMs })
      }
    }
    const whole = columnsOf('mean')
    if (whole.length > 0) {
      for (const [column, rows] of await session.columns(whole)) {
        this.#known.set(column, { oids: [...rows.keys()].map((index) => `${column}.${index}`), atMs })
      }
    }
  }

  #find({ take, oid }: Term, answers: ReadonlyMap<string, SnmpAnswer>): Found {
    if (take === 'object') return answers.get(oid)!
    const found = this.#known.get(oid)!.oids.map((row) => answers.get(row)!)
    if (take === 'first') return found[0] ?? { missing: 'noSuchInstance' }
    const numbers = found.flatMap((answer) =>
      'value' in answer && typeof answer.value === 'number' ? answer.value : [],
    )
    if (numbers.length === 0) return { missing: 'noSuchInstance' }
    return { value: numbers.reduce((sum, value) => sum + value, 0) / numbers.length }
  }
}
