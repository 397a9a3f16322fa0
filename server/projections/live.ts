import { EventEmitter } from 'node:events'
import type { DeviceId } from '#protocol/ids.ts'
import type { Entry } from '../ledger/entry.ts'
import { placeRows } from '../ledger/placement.ts'
import type { Database } from '../sqlite/database.ts'
import { loadPlace, savePlace } from './database.ts'
import type { Projection } from './follower.ts'
import { rowsOf } from './readings/values.ts'

/** When something was measured: ms since 1970, which may be a guess, and by the device's own counts, which are none. */
interface Moment {
  at: number
  /** Absent in what an earlier version of this program has stored. */
  run?: { epoch: number; boot: number; uptimeSeconds: number } | undefined
}

/** The newest that is known of a device's readings. */
export interface LiveDevice {
  /** When the newest reading was measured, ms since 1970. */
  readAt: number
  run?: Moment['run']
  /** Newest value of each metric and when it was measured: not every reading has every metric. */
  newest: Record<string, Moment & { value: number }>
}

/** What was measured longer ago than this says nothing of now, and is not shown as if it did. */
const STALE_VALUE_MS = 24 * 3600_000

/** The newest values of every device, for pages and API; late history never overwrites what is newer. */
export class Live implements Projection {
  readonly name = 'live'
  readonly #database: Database
  readonly #devices = new Map<DeviceId, LiveDevice>()
  readonly #changes = new EventEmitter<{ change: [DeviceId] }>()
  #offset = 0

  constructor(database: Database) {
    this.#database = database
  }

  start(): void {
    this.#offset = loadPlace(this.#database, this.name)
    for (const row of this.#database.all<{ device: DeviceId; json: string }>('SELECT * FROM live_device')) {
      this.#devices.set(row.device, JSON.parse(row.json) as LiveDevice)
    }
  }

  offset(): number {
    return this.#offset
  }

  async apply(entries: readonly Entry[]): Promise<void> {
    const changed = new Map<DeviceId, LiveDevice>()
    for (const entry of entries) {
      if (entry.kind !== 'report') continue
      const known = changed.get(entry.device) ?? this.#devices.get(entry.device)
      const taken = takeReport(known, entry)
      if (taken !== known) changed.set(entry.device, taken)
    }
    const offset = entries.at(-1)?.offset ?? this.#offset
    this.#database.transaction(() => {
      for (const [device, state] of changed) {
        this.#database.run('INSERT OR REPLACE INTO live_device VALUES (?, ?)', device, JSON.stringify(state))
      }
      savePlace(this.#database, this.name, offset)
    })
    this.#offset = offset
    for (const [device, state] of changed) {
      this.#devices.set(device, state)
      this.#changes.emit('change', device)
    }
  }

  /** Newest values that are not too old to stand for now. */
  device(id: DeviceId, now: number): { readAt: number; values: Record<string, number> } | null {
    const known = this.#devices.get(id)
    if (!known) return null
    const fresh = Object.entries(known.newest).filter(([, { at }]) => at > now - STALE_VALUE_MS)
    return {
      readAt: known.readAt,
      values: Object.fromEntries(fresh.map(([name, { value }]) => [name, value])),
    }
  }

  /** Calls `listener` after each change of a device's values; returns how to stop that. */
  onChange(listener: (device: DeviceId) => void): () => void {
    this.#changes.on('change', listener)
    return () => this.#changes.off('change', listener)
  }
}

function takeReport(known: LiveDevice | undefined, entry: Entry & { kind: 'report' }): LiveDevice {
  const { epoch, boot, uptimeSeconds, offsetsSeconds } = entry.report
  // A boot that is over says nothing of now, whenever its rows may have been measured.
  if (known?.run?.epoch === epoch && boot < known.run.boot) return known
  const rows = rowsOf({ report: entry.report, rowsAt: placeRows(entry.at, entry.age, entry.report) })
  const live: LiveDevice = { readAt: 0, ...known, newest: { ...known?.newest } }
  rows.forEach(({ at, values }, row) => {
    const run = { epoch, boot, uptimeSeconds: uptimeSeconds + offsetsSeconds[row]! }
    for (const [metric, value] of Object.entries(values)) {
      if (isOutdated(live.newest[metric], { at, run })) live.newest[metric] = { value, at, run }
    }
    if (isOutdated({ at: live.readAt, run: live.run }, { at, run })) Object.assign(live, { readAt: at, run })
  })
  return live
}

/** Within one epoch the device's own counts decide; time only where there is nothing better. */
function isOutdated(
  known: Moment | undefined,
  { at, run }: { at: number; run: NonNullable<Moment['run']> },
): boolean {
  if (known?.run?.epoch !== run.epoch) return (known?.at ?? 0) <= at
  if (known.run.boot !== run.boot) return known.run.boot < run.boot
  return known.run.uptimeSeconds <= run.uptimeSeconds
}
