import type { Session, Varbind } from 'net-snmp'
import { NoAnswer } from '../probe.ts'
import type { Target } from '../target.ts'
import { inPackets, LIMITS, type SessionLimits } from './limits.ts'
import { compareOids, indexBelow } from './oid.ts'
import { openSession } from './open-session.ts'
import { failureOf } from './reason.ts'
import type { PeerSocket } from './socket.ts'
import { answerOf, type SnmpAnswer, type SnmpValue } from './value.ts'

/** Of RFC 3416. */
const TOO_BIG = 1
const NO_SUCH_NAME = 2

/** The rows of one column: index of the row → value. */
export type Column = ReadonlyMap<string, SnmpValue>

/**
 * One conversation with one device, for one look; one question at a time. Every method throws NoAnswer when nothing
 * came back, and an Error that says what was expected and what came when something did that cannot be used.
 */
export class SnmpSession {
  readonly #target: Target
  readonly #limits: SessionLimits
  readonly #signal: AbortSignal | undefined
  #opening: Promise<Session> | null = null
  #socket: PeerSocket | null = null
  #fail: ((reason: unknown) => void) | null = null
  #unreadable: unknown = null
  #packets = 0
  #roundTripMs: number | null = null
  #heard = false
  #stopped = false

  constructor(target: Target, signal?: AbortSignal, limits: Partial<SessionLimits> = {}) {
    this.#target = target
    this.#signal = signal
    this.#limits = { ...LIMITS, ...limits }
  }

  /** How long the quickest answer so far took; with SNMPv3 a handshake is in the first. null: none came. */
  get roundTripMs(): number | null {
    return this.#roundTripMs
  }

  /** Packets asked for so far. */
  get packets(): number {
    return this.#packets
  }

  /** Leaves no socket; a question under way ends. */
  stop(): void {
    this.#stopped = true
    this.#fail?.(new Error(`SNMP ${this.#target.address}: expected an answer, got a stop`))
    this.#socket?.close()
    this.#socket = null
  }

  /** Single objects, in as few packets as fit. An object that the agent refuses alone counts as `noSuchInstance`. */
  async get(oids: readonly string[]): Promise<Map<string, SnmpAnswer>> {
    const answers = new Map<string, SnmpAnswer>()
    for (const part of inPackets(oids, this.#limits)) await this.#getPart(part, answers)
    return answers
  }

  /** The first row of each column, all in as few packets as fit; null where a column has none. */
  async firstRows(
    columns: readonly string[],
  ): Promise<Map<string, { index: string; value: SnmpValue } | null>> {
    const rows = new Map<string, { index: string; value: SnmpValue } | null>()
    for (const part of inPackets(columns, this.#limits)) {
      const answers = await this.#halving(part, (oids) =>
        this.#ask((session, done: Done) => session.getNext(oids, done), answersOf),
      )
      part.forEach((column, place) => {
        const answer = answers[place]
        const index = answer && 'value' in answer ? indexBelow(column, answer.oid) : null
        rows.set(column, index === null ? null : { index, value: (answer as { value: SnmpValue }).value })
      })
    }
    return rows
  }

  /**
   * Whole columns side by side, by GETBULK, up to `limits.rows` rows each.
   * @param atOnce rows of a packet, where only few are expected
   * @throws Error when an object does not come behind the one before: such an agent would be asked for ever
   */
  async columns(roots: readonly string[], atOnce = this.#limits.varbinds): Promise<Map<string, Column>> {
    const found = new Map(roots.map((root) => [root, new Map<string, SnmpValue>()]))
    let going = roots.map((root) => ({ root, at: root }))
    let repetitions = Math.max(1, Math.min(atOnce, Math.floor(this.#limits.varbinds / roots.length)))
    while (going.length > 0) {
      const asked = going
      const answers = await this.#bulk(asked, repetitions)
      if (answers === 'too big') {
        if (repetitions === 1) throw this.#unusable('a row of a table', 'that it is too big to send')
        repetitions = Math.ceil(repetitions / 2)
        continue
      }
      going = asked.flatMap(({ root, at }, place) => {
        const mine = answers[place] ?? []
        // The packet was full before this column's turn came.
        if (mine.length === 0 && answers.length > 0) return asked.length > 1 ? [{ root, at }] : []
        const next = this.#take(root, at, mine, found.get(root)!)
        return next === null ? [] : [{ root, at: next }]
      })
    }
    return found
  }

  /** @returns from where the column goes on; null: it has ended, or has as many rows as are wanted */
  #take(
    root: string,
    at: string,
    answers: readonly SnmpAnswer[],
    rows: Map<string, SnmpValue>,
  ): string | null {
    let last = at
    for (const answer of answers) {
      const index = 'value' in answer ? indexBelow(root, answer.oid) : null
      if (index === null) return null
      if (compareOids(answer.oid, last) <= 0) {
        throw this.#unusable(`an object behind ${last}`, answer.oid)
      }
      last = answer.oid
      rows.set(index, (answer as { value: SnmpValue }).value)
      if (rows.size >= this.#limits.rows) return null
    }
    return answers.length === 0 ? null : last
  }

  /** By column. */
  async #bulk(columns: readonly { at: string }[], repetitions: number): Promise<SnmpAnswer[][] | 'too big'> {
    const oids = columns.map(({ at }) => at)
    try {
      return await this.#ask<(Varbind | Varbind[])[], SnmpAnswer[][]>(
        (session, done) => session.getBulk(oids, 0, repetitions, done),
        (groups) => groups.map((group) => [group].flat().slice(0, repetitions).map(answerOf)),
      )
    } catch (error) {
      if (error instanceof Refused && error.status === TOO_BIG) return 'too big'
      if (error instanceof Refused && error.status === NO_SUCH_NAME) return []
      throw error
    }
  }

  async #getPart(part: readonly string[], found: Map<string, SnmpAnswer>): Promise<void> {
    const answers = await this.#halving(part, (oids) =>
      this.#ask((session, done: Done) => session.get(oids, done), answersOf),
    )
    part.forEach((oid, place) => {
      const answer = answers[place] ?? { oid, missing: 'noSuchInstance' }
      if (answer.oid !== oid) throw this.#unusable(`an answer about ${oid}`, answer.oid)
      found.set(oid, answer)
    })
  }

  /** A question that the agent refuses is asked again in halves: it was too big, or one object of it cannot be had. */
  async #halving(
    oids: readonly string[],
    ask: (oids: string[]) => Promise<SnmpAnswer[]>,
  ): Promise<SnmpAnswer[]> {
    try {
      const answers = await ask([...oids])
      if (answers.length === oids.length) return answers
      throw this.#unusable(`${oids.length} objects`, String(answers.length))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      if (oids.length === 1) {
        if (error.status === TOO_BIG) throw error
        return [{ oid: oids[0]!, missing: 'noSuchInstance' }]
      }
      const middle = Math.ceil(oids.length / 2)
      const first = await this.#halving(oids.slice(0, middle), ask)
      return [...first, ...(await this.#halving(oids.slice(middle), ask))]
    }
  }

  async #ask<Raw, Answer>(
    send: (session: Session, done: (error: Error | null, answer?: Raw) => void) => void,
    read: (answer: Raw) => Answer,
  ): Promise<Answer> {
    this.#packets++
    if (this.#packets > this.#limits.packets) {
      throw this.#unusable(`an end within ${this.#limits.packets} packets`, 'none')
    }
    const session = await this.#opened()
    if (this.#stopped) throw this.#unusable('an answer', 'a stop')
    const { tryMs, tries } = this.#limits
    const socket = this.#socket!
    socket.answers = 0
    this.#unreadable = null
    const beganMs = performance.now()
    let deadline: NodeJS.Timeout | undefined
    const aborted = () => this.#fail?.(this.#signal?.reason)
    this.#signal?.addEventListener('abort', aborted, { once: true })
    try {
      const raw = await new Promise<Raw>((resolve, reject) => {
        this.#fail = reject
        // The handshake of SNMPv3 is two questions more, each with its own tries.
        const longest = tryMs * tries * (this.#target.snmpUser ? 3 : 1) + tryMs / 4
        deadline = setTimeout(() => reject({ name: 'RequestTimedOutError' }), longest)
        if (this.#signal?.aborted) aborted()
        send(session, (error, found) => (error ? reject(error) : resolve(found!)))
      })
      this.#heard = true
      this.#roundTripMs = Math.min(this.#roundTripMs ?? Number.POSITIVE_INFINITY, performance.now() - beganMs)
      return read(raw)
    } catch (error) {
      throw this.#said(error, socket)
    } finally {
      clearTimeout(deadline)
      this.#fail = null
      this.#signal?.removeEventListener('abort', aborted)
    }
  }

  /** What is thrown for what became of a question. */
  #said(error: unknown, socket: PeerSocket | null): unknown {
    const { answers, answersSinceSent } = socket ?? { answers: 0, answersSinceSent: 0 }
    this.#heard ||= answers > 0
    if (this.#stopped) return error
    if (this.#signal?.aborted) {
      const sentence = this.#sentence('an answer before the time is over', 'none')
      return this.#heard ? new Error(sentence) : new NoAnswer(sentence)
    }
    const failure = failureOf(error)
    if (failure.kind === 'refused')
      return new Refused(this.#sentence('the objects', failure.name), failure.status)
    if (failure.kind === 'unreadable') return this.#unusable('an answer', failure.got)
    if (failure.kind === 'unreachable') {
      return new NoAnswer(this.#sentence('a way to it', `none (${failure.code})`))
    }
    const seconds = (this.#limits.tryMs * this.#limits.tries) / 1000
    if (this.#unreadable !== null) {
      const earlier = failureOf(this.#unreadable)
      return this.#unusable(
        'an answer',
        earlier.kind === 'unreadable' ? earlier.got : 'one that cannot be read',
      )
    }
    if (answersSinceSent > 0) {
      return this.#unusable(
        `an answer within ${seconds} s`,
        `${answersSinceSent} to something that was not asked`,
      )
    }
    // An agent that cannot make sense of a request says nothing.
    if (answers > 0) {
      return this.#unusable(
        `an answer within ${seconds} s`,
        'only who it is: the privacy key or protocol may be wrong',
      )
    }
    return new NoAnswer(this.#sentence(`an answer within ${seconds} s`, 'none'))
  }

  #unusable(expected: string, got: string): Error {
    return new Error(this.#sentence(expected, got))
  }

  #sentence(expected: string, got: string): string {
    return `SNMP ${this.#target.address}: expected ${expected}, got ${got}`
  }

  #opened(): Promise<Session> {
    this.#opening ??= this.#open()
    return this.#opening
  }

  async #open(): Promise<Session> {
    const opened = await openSession(this.#target, this.#limits, {
      onBroken: (reason) => {
        this.#unreadable = reason
        this.#fail?.(reason)
      },
      onUnreadable: (reason) => {
        this.#unreadable = reason
      },
    }).catch((error) => {
      throw this.#said(error, null)
    })
    if (this.#stopped) opened.socket.close()
    else this.#socket = opened.socket
    return opened.session
  }
}

type Done = (error: Error | null, varbinds?: Varbind[]) => void

const answersOf = (varbinds: Varbind[]): SnmpAnswer[] => varbinds.map(answerOf)

/** The agent says why it does not answer (RFC 3416, error-status). */
class Refused extends Error {
  readonly status: number

  constructor(message: string, status: number) {
    super(message)
    this.status = status
  }
}
