import type { DeviceId } from '#protocol/ids.ts'
import type { Pace } from '#protocol/pace.ts'
import { type DeviceEntry, PerDevice } from '../projections/per-device.ts'
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
export class Paces extends PerDevice<DevicePace> {
  constructor(database: Database) {
    super({ database, name: 'paces', table: 'device_pace', unheard: UNHEARD, take })
  }

  of(device: DeviceId): DevicePace {
    return this.stateOf(device)
  }
}

function take(known: DevicePace, entry: DeviceEntry): DevicePace {
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
    case 'traits':
      return known
  }
}
