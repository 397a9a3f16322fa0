import { EventEmitter } from 'node:events'
import type { DeviceId } from '#protocol/ids.ts'
import { acknowledge } from '../incidents/acknowledge.ts'
import { advance } from '../incidents/engine.ts'
import type { Incident, IncidentEvent } from '../incidents/incident.ts'
import type { Observation, World } from '../incidents/observation.ts'
import type { Rules } from '../incidents/rules.ts'
import type { Session } from '../incidents/session.ts'
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
  /** The ledger's newest offset: time may pass only for an engine that has seen everything. */
  head: () => number
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
  readonly #shown = new Map<DeviceId, string>()
  #state: EngineState = emptyState()
  #offset = 0
  #savedMs = 0
  #timer: NodeJS.Timeout | null = null

  constructor(parts: IncidentsParts) {
    this.#parts = parts
  }

  start(): void {
    this.#load()
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
    this.#advance(entries.map(observationOf), entries.at(-1)?.offset ?? this.#offset)
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
    if (this.#offset !== this.#parts.head()) return
    try {
      this.#advance([{ t: this.#parts.now() - TICK_BEHIND_MS, type: 'tick' }], this.#offset)
    } catch {
      // The state has been loaded again; the next tick, or the follower's next try, does it over.
    }
  }

  #advance(observations: readonly Observation[], offset: number): void {
    const { world, rules, now } = this.#parts
    const events = observations.flatMap((observation) => advance(this.#state, world, rules, observation))
    this.#offset = offset
    if (events.length > 0 || now() - this.#savedMs >= SAVE_MS) this.#save(events)
    this.#announce(events)
  }

  #save(events: readonly IncidentEvent[]): void {
    const { database, outbox, world, now } = this.#parts
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
      throw error
    }
    this.#savedMs = now()
  }

  #load(): void {
    const stored = this.#parts.database.get<{ json: string }>('SELECT json FROM engine')
    this.#state = stored ? (JSON.parse(stored.json) as EngineState) : emptyState()
    this.#offset = loadPlace(this.#parts.database, this.name)
  }

  #stored(clause: string, parameter: string | number): Incident[] {
    return this.#parts.database
      .all<{ json: string }>(`SELECT json FROM incident ${clause}`, parameter)
      .map(({ json }) => JSON.parse(json) as Incident)
  }

  #announce(events: readonly IncidentEvent[]): void {
    const changed: DeviceId[] = []
    for (const [id, { session }] of Object.entries(this.#state.devices) as [
      DeviceId,
      EngineState['devices'][DeviceId],
    ][]) {
      if (this.#shown.get(id) === session.state) continue
      this.#shown.set(id, session.state)
      changed.push(id)
    }
    if (changed.length > 0 || events.length > 0) this.#changes.emit('change', changed)
  }
}

function observationOf(entry: Entry): Observation {
  const t = entry.at
  switch (entry.kind) {
    case 'connected':
      return { t, type: 'connected', device: entry.device, keepaliveSeconds: entry.keepaliveSeconds }
    case 'goodbye':
      return { t, type: 'goodbye', device: entry.device, reason: entry.goodbye.reason }
    case 'lost':
      return { t, type: 'lost', device: entry.device, why: entry.why }
    case 'report':
      return { t, type: 'report', device: entry.device }
    case 'platform':
      return { t, type: 'platform', event: entry.event }
  }
}
