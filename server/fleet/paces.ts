import { EventEmitter } from 'node:events'
import type { DeviceId } from '#protocol/ids.ts'
import type { Pace } from '#protocol/pace.ts'
import type { Entry } from '../ledger/entry.ts'
import { loadPlace, savePlace } from '../projections/database.ts'
import type { Projection } from '../projections/follower.ts'
import type { Database } from '../sqlite/database.ts'
import { FLAP_WINDOW_MS } from './sentinel.ts'

/** What a device has last said of its pace, and how its connections fared. */
export interface DevicePace {
  /** null until a hello of it could be read. */
  pace: Pace | null
  /** When connections of it were lost in the last hour, at most the newest ten. */
  lostAt: number[]
}

const UNHEARD: DevicePace = { pace: null, lostAt: [] }

/** Enough to see that a device flaps, and a bound for one that does nothing else. */
const MAX_LOSSES = 10

/** The pace of every device as last told: in its hello, or since. */
export class Paces implements Projection {
  readonly name = 'paces'
  readonly #database: Database
  readonly #devices = new Map<DeviceId, DevicePace>()
  readonly #changes = new EventEmitter<{ change: [DeviceId] }>()
  #offset = 0

  constructor(database: Database) {
    this.#database = database
  }

  start(): void {
    this.#offset = loadPlace(this.#database, this.name)
    for (const row of this.#database.all<{ device: DeviceId; json: string }>('SELECT * FROM device_pace')) {
      this.#devices.set(row.device, JSON.parse(row.json) as DevicePace)
    }
  }

  offset(): number {
    return this.#offset
  }

  async apply(entries: readonly Entry[]): Promise<void> {
    const changed = new Map<DeviceId, DevicePace>()
    for (const entry of entries) {
      if (entry.kind === 'platform') continue
      const known = changed.get(entry.device) ?? this.of(entry.device)
      const taken = take(known, entry)
      if (taken !== known) changed.set(entry.device, taken)
    }
    const offset = entries.at(-1)?.offset ?? this.#offset
    this.#database.transaction(() => {
      for (const [device, pace] of changed) {
        this.#database.run('INSERT OR REPLACE INTO device_pace VALUES (?, ?)', device, JSON.stringify(pace))
      }
      savePlace(this.#database, this.name, offset)
    })
    this.#offset = offset
    for (const [device, pace] of changed) {
      this.#devices.set(device, pace)
      this.#changes.emit('change', device)
    }
  }

  of(device: DeviceId): DevicePace {
    return this.#devices.get(device) ?? UNHEARD
  }

  /** Calls `listener` after each change of a device; returns how to stop that. */
  onChange(listener: (device: DeviceId) => void): () => void {
    this.#changes.on('change', listener)
    return () => this.#changes.off('change', listener)
  }
}

function take(known: DevicePace, entry: Entry): DevicePace {
  switch (entry.kind) {
    case 'connected':
      return entry.hello ? { ...known, pace: entry.hello.pace } : known
    case 'pace':
      return { ...known, pace: entry.pace }
    case 'lost': {
      const recent = known.lostAt.filter((at) => at > entry.at - FLAP_WINDOW_MS)
      return { ...known, lostAt: [...recent, entry.at].slice(-MAX_LOSSES) }
    }
    case 'goodbye':
    case 'report':
    case 'loss':
    case 'platform':
      return known
  }
}
