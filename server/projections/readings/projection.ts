import type { Entry } from '../../ledger/entry.ts'
import { placeRows } from '../../ledger/placement.ts'
import type { Registry } from '../../registry/registry.ts'
import type { Database } from '../../sqlite/database.ts'
import { loadPlace, savePlace } from '../database.ts'
import type { Projection } from '../follower.ts'
import type { PlacedReport, ReadingStore } from './store.ts'

/** From the ledger into the store of readings. The store may be down for a day: the place does not move on. */
export class Readings implements Projection {
  readonly name = 'readings'
  readonly #database: Database
  readonly #store: ReadingStore
  readonly #registry: Pick<Registry, 'device' | 'site'>
  #offset = 0

  constructor(database: Database, store: ReadingStore, registry: Pick<Registry, 'device' | 'site'>) {
    this.#database = database
    this.#store = store
    this.#registry = registry
  }

  start(): void {
    this.#offset = loadPlace(this.#database, this.name)
  }

  offset(): number {
    return this.#offset
  }

  async apply(entries: readonly Entry[]): Promise<void> {
    const reports = entries.flatMap((entry) => (entry.kind === 'report' ? this.#placed(entry) : []))
    if (reports.length > 0) await this.#store.write(reports)
    const offset = entries.at(-1)?.offset ?? this.#offset
    savePlace(this.#database, this.name, offset)
    this.#offset = offset
  }

  /** A device is never taken out of the registry, so every one that had a key is found. */
  #placed(entry: Entry & { kind: 'report' }): PlacedReport[] {
    const device = this.#registry.device(entry.device)
    const site = device && this.#registry.site(device.site)
    if (!device || !site) return []
    const { report, bytes } = entry
    const rowsAt = placeRows(entry.at, entry.age, report)
    return [{ device: device.id, site: site.id, area: site.area, kind: device.kind, report, bytes, rowsAt }]
  }
}
