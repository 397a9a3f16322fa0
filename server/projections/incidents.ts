import { EventEmitter } from 'node:events'
import type { DeviceId } from '#protocol/ids.ts'
import { awaySeconds, keepaliveOf } from '#protocol/pace.ts'
import { acknowledge } from '../incidents/acknowledge.ts'
import { advance } from '../incidents/engine.ts'
import type { Incident, IncidentEvent } from '../incidents/incident.ts'
import type { Habit, Observation, World } from '../incidents/observation.ts'
import type { Rules } from '../incidents/rules.ts'
import type { Session } from '../incidents/session.ts'
import { CLOCK_TOLERANCE_MS } from '../incidents/set-back.ts'
import { deviceState, type EngineState, emptyState, incidentOf } from '../incidents/state.ts'
import type { Entry } from '../ledger/entry.ts'
import { notificationOf } from '../notify/notification.ts'
import type { Outbox } from '../notify/outbox.ts'
import { GIVE_UP_MS } from '../notify/retry.ts'
import type { Database } from '../sqlite/database.ts'
import { loadPlace, savePlace } from './database.ts'
import type { Projection } from './follower.ts'

export interface IncidentsParts {
  database: Database
  world: World
  rules: Rules
  outbox: Pick<Outbox, 'enqueue'>
  now: () => number
  /** ms on a clock that nobody sets. */
  monotonic?: () => number
  /** The ledger's newest offset: time may pass only for an engine that has seen everything. */
  head: () => number
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
    this.#advance(entries.flatMap(observationsOf), entries.at(-1)?.offset ?? this.#offset)
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
    return Object.values(this.#state.incidents).reverse()
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

  /** @returns the incident, or undefined when there is none with this id; one that is resolved stays as it is */
  acknowledge(id: string, by: string): Incident | undefined {
    const incident = acknowledge(this.#state, id, by, this.#parts.now())
    if (!incident) return this.find(id)
    this.#save([])
    this.#changes.emit('change', [])
    return incident
  }

  /** Told after each change of a session or an incident, with the devices whose session changed. */
  onChange(listener: (devices: DeviceId[]) => void): () => void {
    this.#changes.on('change', listener)
    return () => this.#changes.off('change', listener)
  }

  #tick(): void {
    const { now, head, log } = this.#parts
    const evenly = this.#clockRanEvenly()
    // The first entry of this run is the centre's start; until it is seen, what fell due meanwhile is not doubted.
    if (!evenly || head() === this.#headAtStart || this.#offset !== head()) return
    try {
      this.#advance([{ t: now() - TICK_BEHIND_MS, type: 'tick' }], this.#offset)
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
    const { world, rules } = this.#parts
    const outcomes = observations.map((observation) => advance(this.#state, world, rules, observation))
    const events = outcomes.flatMap((outcome) => outcome.events)
    const turned = new Set(outcomes.flatMap((outcome) => outcome.turned))
    this.#offset = offset
    if (events.length > 0 || this.#monotonic() - this.#savedMs >= SAVE_MS) this.#save(events)
    if (events.length > 0 || turned.size > 0) this.#changes.emit('change', [...turned])
  }

  #save(events: readonly IncidentEvent[]): void {
    const { database, outbox, world, now, wake } = this.#parts
    try {
      database.transaction(() => {
        const changed = [...events.map(({ incident }) => incident), ...Object.values(this.#state.incidents)]
        for (const { id, openedAt, end, ...rest } of changed) {
          const json = JSON.stringify({ id, openedAt, end, ...rest })
          database.run('INSERT OR REPLACE INTO incident VALUES (?, ?, ?, ?)', id, openedAt, end, json)
        }
        for (const event of events) {
          if (event.t > now() - STALE_NEWS_MS) outbox.enqueue(notificationOf(event, world))
        }
        database.run('INSERT OR REPLACE INTO engine VALUES (1, ?)', JSON.stringify(this.#state))
        savePlace(database, this.name, this.#offset)
      })
    } catch (error) {
      this.#load()
      wake()
      throw error
    }
    this.#savedMs = this.#monotonic()
  }

  #load(): void {
    const stored = this.#parts.database.get<{ json: string }>('SELECT json FROM engine')
    this.#state = stored ? (JSON.parse(stored.json) as EngineState) : emptyState()
    this.#offset = loadPlace(this.#parts.database, this.name)
  }

  #stored(clause: string, ...parameters: (string | number)[]): Incident[] {
    return this.#parts.database
      .all<{ json: string }>(`SELECT json FROM incident ${clause}`, ...parameters)
      .map(({ json }) => JSON.parse(json) as Incident)
  }
}

function observationsOf(entry: Entry): Observation[] {
  const t = entry.at
  switch (entry.kind) {
    case 'connected':
      return [{ t, type: 'connected', device: entry.device, ...habitOf(entry) }]
    case 'goodbye':
      return [{ t, type: 'goodbye', device: entry.device, reason: entry.goodbye.reason }]
    case 'lost':
      return [{ t, type: 'lost', device: entry.device, why: entry.why }]
    case 'report':
    case 'loss':
      return [{ t, type: 'report', device: entry.device }]
    case 'pace': {
      const keepaliveSeconds = keepaliveOf(entry.pace)
      if (keepaliveSeconds === null) return [{ t, type: 'report', device: entry.device }]
      return [
        { t, type: 'pace', device: entry.device, keepaliveSeconds, awaySeconds: awaySeconds(entry.pace) },
      ]
    }
    case 'platform':
      return [{ t, type: 'platform', event: entry.event }]
  }
}

function habitOf({ keepaliveSeconds, hello }: Entry & { kind: 'connected' }): Habit {
  return { keepaliveSeconds, awaySeconds: hello ? awaySeconds(hello.pace) : 0 }
}
