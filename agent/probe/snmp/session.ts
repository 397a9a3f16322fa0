import { isIPv6 } from 'node:net'
import type * as Snmp from 'net-snmp'
import type { Session, User, Varbind } from 'net-snmp'
import { NoAnswer } from '../probe.ts'
import type { SnmpUser, Target } from '../target.ts'
import { teachDes } from './des.ts'
import { compareOids, indexBelow, isOid } from './oid.ts'
import { failureOf, Unfit } from './reason.ts'
import { PeerSocket, tiedSocket } from './socket.ts'
import { answerOf, type SnmpAnswer, type SnmpValue } from './value.ts'

export interface SessionLimits {
  /** A router on the LAN answers in 1 to 50 ms, one with a busy processor in a second. */
  tryMs: number
  /** UDP loses packets. */
  tries: number
  /** In one question. Small agents hold 1500 bytes at most; with values an object takes 25 to 60. */
  varbinds: number
  /** As guessed of the answer; above the agent says tooBig, or the packet falls apart on its way. */
  answerBytes: number
  /** Of one look. A router with 50 interfaces is walked in 20. */
  packets: number
  /** Of one table: a layer-3 switch has 400 interfaces, a broken agent no end. */
  rows: number
}

const LIMITS: SessionLimits = {
  tryMs: 2000,
  tries: 2,
  varbinds: 30,
  answerBytes: 1300,
  packets: 80,
  rows: 512,
}

/** Of RFC 3416. */
const TOO_BIG = 1
const NO_SUCH_NAME = 2

/** What is not known of a value before it comes: type and length, and mostly 4 to 8 octets, seldom a name of 20. */
const GUESSED_VALUE_BYTES = 16
/** Community, ids and lengths; with SNMPv3 engine, user, signature and salt. */
const ENVELOPE_BYTES = 120

let loading: Promise<typeof Snmp> | null = null

/** It takes 5 MB and 20 ms: only who asks by SNMP has it. */
function library(): Promise<typeof Snmp> {
  loading ??= import('net-snmp')
  return loading
}

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
    for (const part of this.#parts(oids)) await this.#getPart(part, answers)
    return answers
  }

  /** The first row of each column, all in as few packets as fit; null where a column has none. */
  async firstRows(
    columns: readonly string[],
  ): Promise<Map<string, { index: string; value: SnmpValue } | null>> {
    const rows = new Map<string, { index: string; value: SnmpValue } | null>()
    for (const part of this.#parts(columns)) {
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

  /** As many objects in each as a packet bears. */
  #parts(oids: readonly string[]): string[][] {
    const parts: string[][] = []
    let bytes = Number.POSITIVE_INFINITY
    for (const oid of new Set(oids)) {
      if (!isOid(oid)) throw new Error(`expected an object id such as 1.3.6.1.2.1.1.3.0, got ${oid}`)
      const size = oid.split('.').length + GUESSED_VALUE_BYTES
      const full = bytes + size > this.#limits.answerBytes || parts.at(-1)!.length === this.#limits.varbinds
      if (full) {
        parts.push([])
        bytes = ENVELOPE_BYTES
      }
      parts.at(-1)!.push(oid)
      bytes += size
    }
    return parts
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
    const { address, snmpPort = 161, snmpUser, community } = this.#target
    const [snmp, tied] = await Promise.all([
      library(),
      tiedSocket(address, snmpPort).catch((error) => {
        throw this.#said(error, null)
      }),
    ])
    const socket = new PeerSocket(tied, (reason) => {
      this.#unreadable = reason
      this.#fail?.(reason)
    })
    if (this.#stopped) {
      socket.close()
      throw new Error(this.#sentence('an answer', 'a stop'))
    }
    this.#socket = socket
    const options = {
      port: snmpPort,
      retries: this.#limits.tries - 1,
      timeout: this.#limits.tryMs,
      transport: isIPv6(address.replace(/%.*$/, '')) ? ('udp6' as const) : ('udp4' as const),
      dgramModule: { createSocket: () => socket },
    }
    const session = snmpUser
      ? new snmp.Session(address, userOf(snmp, snmpUser), { ...options, version: snmp.Version3 })
      : new snmp.Session(address, community ?? 'public', { ...options, version: snmp.Version2c })
    if (snmpUser) refuseUnsigned(session, snmpUser.level)
    if (snmpUser?.priv?.protocol === 'des') teachDes(snmp)
    // A packet that cannot be taken apart; a good one may still come.
    emitting(session).on('error', (error) => {
      this.#unreadable = error
    })
    return session
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

function userOf(snmp: typeof Snmp, { user, level, auth, priv }: SnmpUser): User {
  return {
    name: user,
    level: snmp.SecurityLevel[level],
    ...(auth && { authProtocol: snmp.AuthProtocols[auth.protocol], authKey: auth.key }),
    ...(priv && { privProtocol: snmp.PrivProtocols[priv.protocol], privKey: priv.key }),
  }
}

/**
 * The library checks a signature where there is one, and takes an answer without: anybody on the LAN could write it
 * (RFC 3412, section 7.2, step 8 wants the level of the request).
 */
function refuseUnsigned(session: Session, level: SnmpUser['level']): void {
  const flags = level === 'authPriv' ? 3 : level === 'authNoPriv' ? 1 : 0
  const take = session.onSimpleGetResponse
  session.onSimpleGetResponse = function (req, message) {
    const has = message.msgGlobalData?.msgFlags ?? 0
    if ((has & flags) === flags) take.call(this, req, message)
    else req.responseCb(new Unfit('one below the security level that was asked for') as never)
  }
}

/** It is an EventEmitter, which its types do not say. */
function emitting(session: Session): { on(event: 'error', listener: (error: unknown) => void): void } {
  return session as never
}
