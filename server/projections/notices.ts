import { EventEmitter } from 'node:events'
import type { AreaId } from '#protocol/ids.ts'
import type { PlannedCut } from '../incidents/observation.ts'
import type { Entry } from '../ledger/entry.ts'
import type { PlanNote } from '../ledger/notice.ts'
import type { Database } from '../sqlite/database.ts'
import { type Known, messageName, type Noted } from '../storms/decide.ts'
import { loadPlace, savePlace } from './database.ts'
import type { Projection } from './follower.ts'

export interface NotedPlan {
  plan: PlannedCut
  note: PlanNote
  /** When it was entered. */
  enteredAt: number
  /** When it was last changed or called off. */
  at: number
}

export interface NotedWarning extends Noted {
  /** When it was taken or last changed. */
  at: number
}

/** What still stands of a message that others refer to and that never came itself. */
const NEVER_CAME = 0

/** What people and the weather service have told, as it stands now: warnings by chain, planned cuts by id. */
export class Notices implements Projection, Known {
  readonly name = 'notices'
  readonly #database: Database
  readonly #warnings = new Map<string, NotedWarning>()
  /** By `sender,identifier`. */
  readonly #chains = new Map<string, string>()
  /** Messages that were taken: `sender,identifier` and when they were sent. */
  readonly #messages = new Set<string>()
  readonly #plans = new Map<string, NotedPlan>()
  readonly #events = new EventEmitter<{ change: []; moved: [] }>()
  #offset = 0

  constructor(database: Database) {
    this.#database = database
    // One listener for each change that somebody waits to see.
    this.#events.setMaxListeners(0)
  }

  start(): void {
    this.#offset = loadPlace(this.#database, this.name)
    const rows = <Row>(table: string): Row[] => this.#database.all<Row>(`SELECT * FROM ${table}`)
    for (const { id, json } of rows<{ id: string; json: string }>('warning')) {
      this.#warnings.set(id, JSON.parse(json) as NotedWarning)
    }
    for (const row of rows<{ message: string; sent: number; chain: string }>('warning_message')) {
      this.#remember(row.message, row.sent, row.chain)
    }
    for (const { id, json } of rows<{ id: string; json: string }>('planned')) {
      this.#plans.set(id, JSON.parse(json) as NotedPlan)
    }
  }

  offset(): number {
    return this.#offset
  }

  async apply(entries: readonly Entry[]): Promise<void> {
    const told = entries.filter((entry) => entry.kind === 'warning' || entry.kind === 'planned')
    const offset = entries.at(-1)?.offset ?? this.#offset
    this.#database.transaction(() => {
      for (const entry of told) this.#store(entry)
      savePlace(this.#database, this.name, offset)
    })
    for (const entry of told) this.#take(entry)
    this.#offset = offset
    this.#events.emit('moved')
    if (told.length > 0) this.#events.emit('change')
  }

  /** Resolves when the entry at `offset` has been taken in. */
  async reached(offset: number): Promise<void> {
    while (this.#offset < offset) await new Promise<void>((resolve) => this.#events.once('moved', resolve))
  }

  chain(id: string): NotedWarning | undefined {
    return this.#warnings.get(id)
  }

  chainOf(message: string): string | undefined {
    return this.#chains.get(message)
  }

  has(message: string, sent: number): boolean {
    return this.#messages.has(`${message},${sent}`)
  }

  /** Warnings that are not over, those that have not begun yet among them; the one that begins first stands first. */
  warnings(now: number): NotedWarning[] {
    return [...this.#warnings.values()]
      .filter(({ warning }) => warning.action !== 'cancel' && warning.expires > now)
      .sort((one, other) => one.warning.onset - other.warning.onset)
  }

  /** Those that are over or were called off, the newest first. */
  pastWarnings(now: number, limit: number): NotedWarning[] {
    return [...this.#warnings.values()]
      .filter(({ warning }) => warning.action === 'cancel' || warning.expires <= now)
      .sort((one, other) => other.at - one.at)
      .slice(0, limit)
  }

  /** The areas for which an actual storm warning is in force or begins within `leadSeconds`; each with all that lies in it. */
  stormAreas(now: number, leadSeconds: number): Set<AreaId> {
    return new Set(
      this.warnings(now)
        .filter(({ warning: { status, severity, onset } }) => {
          const isStorm = status === 'actual' && (severity === 'extreme' || severity === 'severe')
          return isStorm && onset - leadSeconds * 1000 <= now
        })
        .flatMap(({ warning }) => warning.areas),
    )
  }

  plan(id: string): NotedPlan | undefined {
    return this.#plans.get(id)
  }

  /** Cuts that are not over, the next first. */
  plans(now: number): NotedPlan[] {
    return [...this.#plans.values()]
      .filter(({ plan: { from, to } }) => to > from && to > now)
      .sort((one, other) => one.plan.from - other.plan.from)
  }

  /** Those that are over or were called off, the newest first. */
  pastPlans(now: number, limit: number): NotedPlan[] {
    return [...this.#plans.values()]
      .filter(({ plan: { from, to } }) => to <= from || to <= now)
      .sort((one, other) => other.at - one.at)
      .slice(0, limit)
  }

  /** Calls `listener` after each change; returns how to stop that. */
  onChange(listener: () => void): () => void {
    this.#events.on('change', listener)
    return () => this.#events.off('change', listener)
  }

  #store(entry: Extract<Entry, { kind: 'warning' | 'planned' }>): void {
    const database = this.#database
    if (entry.kind === 'planned') {
      const json = JSON.stringify(this.#planned(entry))
      database.run('INSERT OR REPLACE INTO planned VALUES (?, ?)', entry.plan.id, json)
      return
    }
    const { id } = entry.warning
    database.run('INSERT OR REPLACE INTO warning VALUES (?, ?)', id, JSON.stringify(warning(entry)))
    for (const { message, sent } of messagesOf(entry)) {
      database.run('INSERT OR IGNORE INTO warning_message VALUES (?, ?, ?)', message, sent, id)
    }
  }

  #take(entry: Extract<Entry, { kind: 'warning' | 'planned' }>): void {
    if (entry.kind === 'planned') {
      this.#plans.set(entry.plan.id, this.#planned(entry))
      return
    }
    this.#warnings.set(entry.warning.id, warning(entry))
    for (const { message, sent } of messagesOf(entry)) this.#remember(message, sent, entry.warning.id)
  }

  #planned({ plan, note, at }: Extract<Entry, { kind: 'planned' }>): NotedPlan {
    return { plan, note, enteredAt: this.#plans.get(plan.id)?.enteredAt ?? at, at }
  }

  #remember(message: string, sent: number, chain: string): void {
    if (!this.#chains.has(message)) this.#chains.set(message, chain)
    if (sent !== NEVER_CAME) this.#messages.add(`${message},${sent}`)
  }
}

const warning = ({ warning, note, at }: Extract<Entry, { kind: 'warning' }>): NotedWarning => ({
  ...{ warning, note, at },
})

/** The message itself and those to which it refers. What a person switches is no message. */
function messagesOf({ note }: Extract<Entry, { kind: 'warning' }>): { message: string; sent: number }[] {
  if (note.isManual) return []
  const own = { message: messageName({ sender: note.by, identifier: note.identifier }), sent: note.sent }
  return [own, ...note.refers.map((message) => ({ message, sent: NEVER_CAME }))]
}
