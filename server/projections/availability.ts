import type { DeviceId } from '#protocol/ids.ts'
import { type DeviceFacts, emptyFacts, type Facts, type IncidentFacts } from '../availability/facts.ts'
import { observe, observeIncident } from '../availability/observe.ts'
import { rowBefore } from '../availability/rows.ts'
import type { Incident } from '../incidents/incident.ts'
import type { Observation } from '../incidents/observation.ts'
import type { Database } from '../sqlite/database.ts'

type PowerSource = (Observation & { type: 'power' })['source']

/**
 * A device's log lies in parts of so many numbers, 8 kB each: a change writes one part anew. A year of a device, some
 * 360 sessions, is three or four of them.
 */
const PART_NUMBERS = 1024

export const AVAILABILITY_SCHEMA = `
  CREATE TABLE fact_log (device TEXT NOT NULL, part INTEGER NOT NULL, numbers BLOB NOT NULL, PRIMARY KEY (device, part));
  CREATE TABLE fact_device (device TEXT PRIMARY KEY, json TEXT NOT NULL);
  CREATE TABLE fact_incident (id TEXT PRIMARY KEY, json TEXT NOT NULL);
  CREATE TABLE fact_centre (id INTEGER PRIMARY KEY CHECK (id = 1), json TEXT NOT NULL);`

/**
 * The facts that availability is judged by, in memory to be judged and in the projections' database. They are made of
 * the same observations as incidents and of the incidents themselves, so they ride along with the engine: they are
 * saved in its transaction and share its place in the ledger.
 */
export class AvailabilityFacts {
  readonly #database: Database
  #facts: Facts = emptyFacts()
  /** What is on the disk, keyed by device: how many numbers of its log, and the rest. */
  readonly #saved = new Map<DeviceId, { numbers: number; json: string }>()
  readonly #devices = new Set<DeviceId>()
  readonly #incidents = new Set<string>()
  #centre = false
  /** By what each device runs, as it told last. */
  readonly #sources = new Map<DeviceId, PowerSource>()

  constructor(database: Database) {
    this.#database = database
  }

  get facts(): Facts {
    return this.#facts
  }

  /** Holds what was saved last, and nothing else. */
  load(): void {
    const database = this.#database
    this.#facts = emptyFacts()
    this.#saved.clear()
    this.#sources.clear()
    this.#forgetChanges()
    const { devices, incidents } = this.#facts
    const rest = 'SELECT * FROM fact_device'
    for (const { device, json } of database.all<{ device: DeviceId; json: string }>(rest)) {
      devices[device] = { log: [], ...(JSON.parse(json) as Omit<DeviceFacts, 'log'>) }
      this.#saved.set(device, { numbers: 0, json })
    }
    const logs = 'SELECT device, numbers FROM fact_log ORDER BY device, part'
    for (const row of database.all<{ device: DeviceId; numbers: Uint8Array }>(logs)) {
      const { log } = devices[row.device]!
      // Copied: a view of doubles must begin at a multiple of eight.
      for (const number of new Float64Array(Uint8Array.from(row.numbers).buffer)) log.push(number)
      this.#saved.get(row.device)!.numbers = log.length
    }
    for (const { id, json } of database.all<{ id: string; json: string }>('SELECT * FROM fact_incident')) {
      incidents[id] = JSON.parse(json) as IncidentFacts
    }
    const centre = database.get<{ json: string }>('SELECT json FROM fact_centre')
    if (centre) Object.assign(this.#facts, JSON.parse(centre.json))
  }

  /** Takes in what the engine was told, and what it then held of incidents. */
  take(observation: Observation, changed: readonly Incident[]): void {
    if (observation.type !== 'power' || this.#isNews(observation)) observe(this.#facts, observation)
    if ('device' in observation) this.#devices.add(observation.device)
    else if (observation.type === 'planned' || observation.type === 'platform') this.#centre = true
    for (const incident of changed) {
      observeIncident(this.#facts, observation.t, incident)
      this.#incidents.add(incident.id)
      for (const device of incident.devices) this.#devices.add(device)
    }
  }

  /** Writes what has changed, in the caller's transaction; when that fails, `load` must follow. */
  save(): void {
    const database = this.#database
    const { devices, incidents, plans, platform } = this.#facts
    for (const device of this.#devices) {
      const facts = devices[device]
      if (facts) this.#saveDevice(device, facts)
    }
    for (const id of this.#incidents) {
      const json = JSON.stringify(incidents[id])
      if (json !== undefined) database.run('INSERT OR REPLACE INTO fact_incident VALUES (?, ?)', id, json)
    }
    if (this.#centre) {
      const json = JSON.stringify({ plans, platform })
      database.run('INSERT OR REPLACE INTO fact_centre VALUES (1, ?)', json)
    }
    this.#forgetChanges()
  }

  /** A report says every quarter of an hour by what its device runs; only that it is another is a fact. */
  #isNews({ device, source }: Observation & { type: 'power' }): boolean {
    const told = this.#sources.get(device) ?? lastSource(this.#facts.devices[device]?.log ?? [])
    this.#sources.set(device, source)
    return told !== source
  }

  #saveDevice(device: DeviceId, { log, ...rest }: DeviceFacts): void {
    const database = this.#database
    const saved = this.#saved.get(device)
    // A log only grows at its end: the part in which it ended is written again, and those after it.
    const written = saved?.numbers ?? 0
    const first = log.length > written ? written - (written % PART_NUMBERS) : log.length
    for (let at = first; at < log.length; at += PART_NUMBERS) {
      const bytes = new Uint8Array(Float64Array.from(log.slice(at, at + PART_NUMBERS)).buffer)
      database.run('INSERT OR REPLACE INTO fact_log VALUES (?, ?, ?)', device, at / PART_NUMBERS, bytes)
    }
    const json = JSON.stringify(rest)
    if (json !== saved?.json) database.run('INSERT OR REPLACE INTO fact_device VALUES (?, ?)', device, json)
    this.#saved.set(device, { numbers: log.length, json })
  }

  #forgetChanges(): void {
    this.#devices.clear()
    this.#incidents.clear()
    this.#centre = false
  }
}

function lastSource(log: readonly number[]): PowerSource | undefined {
  for (let index = log.length; index > 0; ) {
    const before = rowBefore(log, index)
    if (before.row.type === 'power') return before.row.source
    index = before.index
  }
  return undefined
}
