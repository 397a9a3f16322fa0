import { EventEmitter } from 'node:events'
import type { AreaId, DeviceId } from '#protocol/ids.ts'
import { advance, type Outcome } from '../incidents/engine.ts'
import type { Incident, IncidentEvent } from '../incidents/incident.ts'
import { isOver } from '../incidents/members.ts'
import type { Observation } from '../incidents/observation.ts'
import type { Rules } from '../incidents/rules.ts'
import type { Session } from '../incidents/session.ts'
import { CLOCK_TOLERANCE_MS } from '../incidents/set-back.ts'
import { deviceState, type EngineState, emptyState, incidentOf } from '../incidents/state.ts'
import { stormOver } from '../incidents/storms.ts'
import type { World } from '../incidents/world.ts'
import type { Entry } from '../ledger/entry.ts'
import { acknowledgedRecord, type Record as LedgerRecord } from '../ledger/record.ts'
import { notificationOf } from '../notify/notification.ts'
import type { Outbox } from '../notify/outbox.ts'
import { GIVE_UP_MS } from '../notify/retry.ts'
import type { Database } from '../sqlite/database.ts'
import type { AvailabilityFacts } from './availability.ts'
import { loadPlace, savePlace } from './database.ts'
import type { Projection } from './follower.ts'
import { observationsOf } from './observations.ts'

export interface IncidentsParts {
  database: Database
  world: World
  rules: Rules
  outbox: Pick<Outbox, 'enqueue'>
  /** What availability is judged by rides along: told the same, saved in the same transaction. */
  facts: Pick<AvailabilityFacts, 'load' | 'take' | 'save'>
  now: () => number
  /** ms on a clock that nobody sets. */
  monotonic?: () => number
  /** How many seconds of those two go by in one of the wall's. */
  speed?: number
  /** The ledger's newest offset: time may pass only for an engine that has seen everything. */
  head: () => number
  /** Into the ledger: what a person does is observed like all else. @returns its offset */
  append: (record: LedgerRecord) => Promise<number | null>
  /** Wakes the follower: the projection has gone back to what is stored, behind the ledger's head. */
  wake: () => void
  log: { warn(data: object, text: string): void }
}

/** Timers of the engine are of seconds. */
const TICK_MS = 1000

/** A tick stays this far behind the clock, so that what is being committed now is not overtaken by it. */
const TICK_BEHIND_MS = 1000

/**
 * State without events is stored this often only: after a crash the engine reads the entries since then again
 * and, being a function of them, comes to the same.
 */
const SAVE_MS = 10_000

/**
 * What happened longer ago is told to nobody: the projections are being worked out anew, or the centre was away for
 * so long that the outbox would have given up.
 */
const STALE_NEWS_MS = GIVE_UP_MS

/**
 * Leads the incident engine along the ledger. Its state, the incidents, what people are to be told and the place
 * in the ledger are stored in one transaction: after a crash no incident is missing and no message is sent anew.
 */
export class Incidents implements Projection {
  readonly name = 'incidents'
  readonly #parts: IncidentsParts
  readonly #changes = new EventEmitter<{ change: [DeviceId[]] }>()
  #state: EngineState = emptyState()
  #offset = 0
  /** Those that are another than what is stored. */
  readonly #unsaved = new Map<string, Incident>()
  #waiting: { offset: number; resolve: () => void }[] = []
  /** On the monotonic clock. */
  #savedMs = Number.NEGATIVE_INFINITY
  #headAtStart = 0
  /** What the wall clock was ahead of the monotonic one by, at the last tick. */
  #clockAheadMs = 0
  #fault: string | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(parts: IncidentsParts) {
    this.#parts = parts
  }

  start(): void {
    this.#load()
    this.#headAtStart = this.#parts.head()
    this.#clockAheadMs = this.#parts.now() - this.#monotonic()
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
  }

  /** Stores what has not been stored yet. */
  stop(): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
    this.#save([])
  }

  offset(): number {
    return this.#offset
  }

  async apply(entries: readonly Entry[]): Promise<void> {
    const isProbed = (device: DeviceId) => this.#parts.world.device(device)?.prober != null
    this.#advance(
      entries.flatMap((entry) => observationsOf(entry, isProbed)),
      entries.at(-1)?.offset ?? this.#offset,
    )
  }

  /** A device's session, and since when: of one that is offline since its loss, not since that was certain. */
  session(device: DeviceId): { state: Session['state']; since: number | null } {
    const { session } = deviceState(this.#state, device)
    switch (session.state) {
      case 'new':
        return { state: session.state, since: null }
      case 'offline':
        return { state: session.state, since: session.loss[1] }
      case 'online':
      case 'suspect':
      case 'goodbye':
      case 'stale':
        return { state: session.state, since: session.since }
    }
  }

  /** Those not resolved, newest first. */
  open(): Incident[] {
    return Object.values(this.#state.incidents)
      .filter((incident) => !isOver(incident))
      .reverse()
  }

  /** Those that are listed under this one, in the order of opening. */
  children(root: string): Incident[] {
    return this.#stored(`WHERE json_extract(json, '$.root') = ? ORDER BY opened_ms, id`, root)
  }

  /** Whether a storm is over the area, as a warning says or the engine has found. */
  isStorm(area: AreaId): boolean {
    const { world } = this.#parts
    return stormOver({ state: this.#state, world }, area) !== null
  }

  /** Newest first, as they were when they last changed. */
  recent(limit: number): Incident[] {
    return this.#stored('ORDER BY opened_ms DESC, id DESC LIMIT ?', limit)
  }

  /** Those over that ended since, newest first. */
  resolvedSince(ms: number, limit: number): Incident[] {
    const ended = this.#stored('WHERE ended_ms > ? ORDER BY ended_ms DESC LIMIT ?', ms, limit)
    return ended.filter(({ state }) => state === 'resolved' || state === 'closed')
  }

  /** Those that took the device, newest first. */
  ofDevice(device: DeviceId, limit: number): Incident[] {
    const among = 'WHERE EXISTS (SELECT 1 FROM json_each(json, ?) WHERE value = ?)'
    return this.#stored(`${among} ORDER BY opened_ms DESC, id DESC LIMIT ?`, '$.devices', device, limit)
  }

  find(id: string): Incident | undefined {
    return incidentOf(this.#state, id) ?? this.#stored('WHERE id = ?', id)[0]
  }

  /**
   * Resolves when it is on disk and seen.
   * @returns the incident, or undefined when there is none with this id; one that is closed stays as it is
   */
  async acknowledge(id: string, by: string): Promise<Incident | undefined> {
    if (!incidentOf(this.#state, id)) return this.find(id)
    const { append, now } = this.#parts
    const offset = await append(acknowledgedRecord(now(), id, by))
    await this.#reached(offset ?? 0)
    return this.find(id)
  }

  /** Resolves when the entry of this offset has been taken in. */
  #reached(offset: number): Promise<void> {
    if (this.#offset >= offset) return Promise.resolve()
    return new Promise((resolve) => void this.#waiting.push({ offset, resolve }))
  }

  /** Told after each change of a session or an incident, with the devices whose session changed. */
  onChange(listener: (devices: DeviceId[]) => void): () => void {
    this.#changes.on('change', listener)
    return () => this.#changes.off('change', listener)
  }

  #tick(): void {
    const { now, head, log, speed = 1 } = this.#parts
    const evenly = this.#clockRanEvenly()
    // The first entry of this run is the centre's start; until it is seen, what fell due meanwhile is not doubted.
    if (!evenly || head() === this.#headAtStart || this.#offset !== head()) return
    try {
      const at = now()
      // Never behind what has been seen, which would pass for a clock set back, unless the clock itself reads so.
      const t = Math.max(at - TICK_BEHIND_MS * speed, Math.min(at, this.#state.now))
      this.#advance([{ t, type: 'tick' }], this.#offset)
      this.#fault = null
    } catch (error) {
      // What is stored has been loaded again: the next tick, or the follower, does it over. Told once, not each second.
      const { message } = error as Error
      if (message !== this.#fault) log.warn({ error: message }, 'incidents could not be stored')
      this.#fault = message
    }
  }

  /** A clock that is wrong for one moment must not bring due what is not: time passes again once it runs evenly. */
  #clockRanEvenly(): boolean {
    const aheadMs = this.#parts.now() - this.#monotonic()
    const jumpedMs = Math.abs(aheadMs - this.#clockAheadMs)
    this.#clockAheadMs = aheadMs
    return jumpedMs <= CLOCK_TOLERANCE_MS
  }

  #monotonic(): number {
    return (this.#parts.monotonic ?? (() => performance.now()))()
  }

  #advance(observations: readonly Observation[], offset: number): void {
    const { speed = 1 } = this.#parts
    const outcomes = this.#observe(observations)
    const events = outcomes.flatMap((outcome) => outcome.events)
    const turned = new Set(outcomes.flatMap((outcome) => outcome.turned))
    for (const incident of outcomes.flatMap(({ changed }) => changed))
      this.#unsaved.set(incident.id, incident)
    this.#offset = offset
    const changed = this.#unsaved.size > 0
    if (changed || this.#monotonic() - this.#savedMs >= SAVE_MS * speed) this.#save(events)
    if (changed || turned.size > 0) this.#changes.emit('change', [...turned])
    const reached = this.#waiting.filter((waiter) => waiter.offset <= offset)
    this.#waiting = this.#waiting.filter((waiter) => waiter.offset > offset)
    for (const { resolve } of reached) resolve()
  }

  /** All of them or none: what is in memory must never be half of what is stored next. */
  #observe(observations: readonly Observation[]): Outcome[] {
    const { world, rules, facts, wake } = this.#parts
    try {
      return observations.map((observation) => {
        const outcome = advance(this.#state, world, rules, observation)
        facts.take(observation, outcome.changed)
        return outcome
      })
    } catch (error) {
      this.#load()
      wake()
      throw error
    }
  }

  #save(events: readonly IncidentEvent[]): void {
    const { database, outbox, facts, world, now, wake } = this.#parts
    try {
      database.transaction(() => {
        for (const incident of this.#unsaved.values()) {
          const { id, openedAt, end } = incident
          const json = JSON.stringify(incident)
          database.run('INSERT OR REPLACE INTO incident VALUES (?, ?, ?, ?)', id, openedAt, end, json)
        }
        for (const event of events) {
          if (event.t > now() - STALE_NEWS_MS) outbox.enqueue(notificationOf(event, world))
        }
        database.run('INSERT OR REPLACE INTO engine VALUES (1, ?)', JSON.stringify(this.#state))
        facts.save()
        savePlace(database, this.name, this.#offset)
      })
    } catch (error) {
      this.#load()
      wake()
      throw error
    }
    this.#unsaved.clear()
    this.#savedMs = this.#monotonic()
  }

  #load(): void {
    const stored = this.#parts.database.get<{ json: string }>('SELECT json FROM engine')
    this.#state = stored ? (JSON.parse(stored.json) as EngineState) : emptyState()
    this.#offset = loadPlace(this.#parts.database, this.name)
    this.#unsaved.clear()
    this.#parts.facts.load()
  }

  #stored(clause: string, ...parameters: (string | number)[]): Incident[] {
    return this.#parts.database
      .all<{ json: string }>(`SELECT json FROM incident ${clause}`, ...parameters)
      .map(({ json }) => JSON.parse(json) as Incident)
  }
}
