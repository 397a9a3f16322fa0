import type { DeviceId } from '#protocol/ids.ts'
import { placeRows } from '../ledger/placement.ts'
import type { Database } from '../sqlite/database.ts'
import { type DeviceEntry, PerDevice } from './per-device.ts'
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

const UNHEARD: LiveDevice = { readAt: 0, newest: {} }

/** The newest values of every device, for pages and API; late history never overwrites what is newer. */
export class Live extends PerDevice<LiveDevice> {
  constructor(database: Database) {
    super({ database, name: 'live', table: 'live_device', unheard: UNHEARD, take })
  }

  /** Newest values that are not too old to stand for now. */
  device(id: DeviceId, now: number): { readAt: number; values: Record<string, number> } | null {
    const known = this.stateOf(id)
    if (known === UNHEARD) return null
    const fresh = Object.entries(known.newest).filter(([, { at }]) => at > now - STALE_VALUE_MS)
    return {
      readAt: known.readAt,
      values: Object.fromEntries(fresh.map(([name, { value }]) => [name, value])),
    }
  }

  /** Every metric that it has ever told, by name. */
  metrics(id: DeviceId): string[] {
    return Object.keys(this.stateOf(id).newest)
  }
}

function take(known: LiveDevice, entry: DeviceEntry): LiveDevice {
  if (entry.kind !== 'report') return known
  const { epoch, boot, uptimeSeconds, offsetsSeconds } = entry.report
  // A boot that is over says nothing of now, whenever its rows may have been measured.
  if (known.run?.epoch === epoch && boot < known.run.boot) return known
  const rows = rowsOf({ report: entry.report, rowsAt: placeRows(entry.at, entry.age, entry.report) })
  const live: LiveDevice = { ...known, newest: { ...known.newest } }
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
