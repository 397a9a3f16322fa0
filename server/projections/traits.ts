import type { DeviceId } from '#protocol/ids.ts'
import { mergeTraits } from '#protocol/traits.ts'
import type { Database } from '../sqlite/database.ts'
import { type DeviceEntry, PerDevice } from './per-device.ts'

/** What a device has said of itself in words. */
export interface DeviceTraits {
  /** By name of `protocol/traits-table.ts`; one that this version does not know is `trait_<number>`. */
  traits: Readonly<Record<string, string>>
  /** When the last of them came, ms since 1970; null: none has. */
  toldAt: number | null
}

const UNHEARD: DeviceTraits = { traits: {}, toldAt: null }

/** Model, operating system, antivirus product, what cannot be measured: the newest word of every device. */
export class Traits extends PerDevice<DeviceTraits> {
  constructor(database: Database) {
    super({ database, name: 'traits', table: 'device_traits', unheard: UNHEARD, take })
  }

  of(device: DeviceId): DeviceTraits {
    return this.stateOf(device)
  }
}

function take(known: DeviceTraits, entry: DeviceEntry): DeviceTraits {
  if (entry.kind !== 'traits') return known
  return { traits: mergeTraits(known.traits, entry.traits), toldAt: entry.at }
}
