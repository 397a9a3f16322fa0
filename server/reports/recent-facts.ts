import type { DeviceId } from '#protocol/ids.ts'
import type { DeviceFacts, Facts } from '../availability/facts.ts'
import { type Row, rowBefore } from '../availability/rows.ts'
import type { Rules } from '../incidents/rules.ts'

const DAY_MS = 24 * 3600_000

/** Beyond the days in which habits are learned: what is compared with a habit begins some days before it. */
const SLACK_DAYS = 7

/**
 * The facts of an area's sites without what is too old to say anything of the time from `from` on: a judge reads all
 * that it is given, and a month at the end of a year needs a sixth of it. They begin with the boots that ran when the
 * one that is silent longest at `from` last spoke, and before that as much as habits are learned from.
 */
export function recentFacts(
  facts: Facts,
  sites: readonly { devices: readonly DeviceId[] }[],
  from: number,
  { learnedOffDays }: Pick<Rules, 'learnedOffDays'>,
): Facts {
  const known = sites
    .flatMap(({ devices }) => devices)
    .filter((id) => Object.hasOwn(facts.devices, id))
    .map((id): [DeviceId, DeviceFacts] => [id, facts.devices[id]!])
  const spoken = known.map(([, { log }]) => lastSpoken(log, from))
  const cut = Math.min(from, ...spoken) - (learnedOffDays + SLACK_DAYS) * DAY_MS
  const devices = known.map(([id, own]) => [id, { ...own, log: sinceBootAt(own.log, cut) }])
  return { ...facts, devices: Object.fromEntries(devices) }
}

/** When the newest row came that is no newer than `t`; `t` when there is none. */
function lastSpoken(log: readonly number[], t: number): number {
  for (const { row } of backwards(log)) if (row.t <= t) return row.t
  return t
}

/** The log from the connection on with which the boot began that ran at `cut`; all of it when none is that old. */
function sinceBootAt(log: readonly number[], cut: number): number[] {
  let start: { index: number; boot: number | null } | null = null
  for (const { row, index } of backwards(log)) {
    if (row.type !== 'connected' || row.t > cut) continue
    if (start !== null && (start.boot === null || row.boot !== start.boot)) return log.slice(start.index)
    start = { index, boot: row.boot }
  }
  return log.slice()
}

function* backwards(log: readonly number[]): Generator<{ row: Row; index: number }> {
  for (let index = log.length; index > 0; ) {
    const read = rowBefore(log, index)
    index = read.index
    yield read
  }
}
