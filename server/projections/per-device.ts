import { EventEmitter } from 'node:events'
import type { DeviceId } from '#protocol/ids.ts'
import type { Entry } from '../ledger/entry.ts'
import type { Database } from '../sqlite/database.ts'
import { loadPlace, savePlace } from './database.ts'
import type { Projection } from './follower.ts'

/** Of a device, and not of the centre or of what people told it. */
export type DeviceEntry = Extract<Entry, { device: DeviceId }>

export interface PerDeviceParts<State> {
  database: Database
  name: string
  /** Of the projections' database, with columns `device` and `json`. */
  table: 'live_device' | 'device_pace' | 'device_rows' | 'device_traits'
  /** Of a device that was never heard of. */
  unheard: State
  /** The same object when the entry changes nothing. */
  take(known: State, entry: DeviceEntry): State
}

/** A projection that keeps one state a device: in memory to be asked, and as JSON beside its place in the ledger. */
export class PerDevice<State> implements Projection {
  readonly name: string
  readonly #parts: PerDeviceParts<State>
  readonly #devices = new Map<DeviceId, State>()
  readonly #changes = new EventEmitter<{ change: [DeviceId] }>()
  #offset = 0

  constructor(parts: PerDeviceParts<State>) {
    this.name = parts.name
    this.#parts = parts
  }

  start(): void {
    const { database, table } = this.#parts
    this.#offset = loadPlace(database, this.name)
    for (const row of database.all<{ device: DeviceId; json: string }>(`SELECT * FROM ${table}`)) {
      this.#devices.set(row.device, JSON.parse(row.json) as State)
    }
  }

  offset(): number {
    return this.#offset
  }

  async apply(entries: readonly Entry[]): Promise<void> {
    const { database, table, take } = this.#parts
    const changed = new Map<DeviceId, State>()
    for (const entry of entries) {
      if (!('device' in entry)) continue
      const known = changed.get(entry.device) ?? this.stateOf(entry.device)
      const taken = take(known, entry)
      if (taken !== known) changed.set(entry.device, taken)
    }
    const offset = entries.at(-1)?.offset ?? this.#offset
    database.transaction(() => {
      for (const [device, state] of changed) {
        database.run(`INSERT OR REPLACE INTO ${table} VALUES (?, ?)`, device, JSON.stringify(state))
      }
      savePlace(database, this.name, offset)
    })
    this.#offset = offset
    for (const [device, state] of changed) {
      this.#devices.set(device, state)
      this.#changes.emit('change', device)
    }
  }

  /** Calls `listener` after each change of a device; returns how to stop that. */
  onChange(listener: (device: DeviceId) => void): () => void {
    this.#changes.on('change', listener)
    return () => this.#changes.off('change', listener)
  }

  protected stateOf(device: DeviceId): State {
    return this.#devices.get(device) ?? this.#parts.unheard
  }
}
