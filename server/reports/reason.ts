import type { DeviceId } from '#protocol/ids.ts'
import type { Figures } from '../availability/figures.ts'
import type { Judge } from '../availability/judge.ts'
import type { VerdictState } from '../availability/verdict.ts'
import type { AvailabilityReport } from './availability.ts'

/** A stretch of time of which something else is held now. */
export interface Change {
  from: number
  to: number
  was: VerdictState
  is: VerdictState
}

export interface ChangedDevice {
  device: DeviceId
  name: string
  changes: Change[]
  /** When the earliest word came that changed anything; null: none did, but what is required. */
  learnedAt: number | null
}

/** Why a published report no longer holds. */
export interface Reason {
  /** Those of which other figures hold, by the registry's order. */
  devices: ChangedDevice[]
  /** Devices that came into the area or left it since. */
  added: DeviceId[]
  removed: DeviceId[]
  /** Other hours or holidays are required. */
  calendar: boolean
}

/** Of a storm's month some hundreds of devices have some ten each. */
const CHANGES_KEPT = 50

/** To find the word that changed a device its site is judged some ten times anew. */
const DATED = 20

/** How to look into the past: a judge of some devices as of a moment, and what came when. */
export interface Hindsight {
  judge(devices: readonly DeviceId[], asOf: number): Promise<Judge>
  /** When a word came that can have changed what is held of the device, rising. */
  wordsOf(device: DeviceId, after: number, until: number): number[]
}

/** Why `now` differs from what was published; null when nobody could tell them apart by their figures. */
export async function reasonOf(
  published: AvailabilityReport,
  now: AvailabilityReport,
  hindsight: Hindsight,
): Promise<Reason | null> {
  const before = new Map(published.devices.map((line) => [line.id, line]))
  const after = new Map(now.devices.map((line) => [line.id, line]))
  const changed = now.devices.filter(
    ({ id, figures }) => before.has(id) && !sameFigures(before.get(id)!.figures, figures),
  )
  const ids = changed.map(({ id }) => id)
  const then = await hindsight.judge(ids, published.asOf)
  const present = await hindsight.judge(ids, now.asOf)
  const devices: ChangedDevice[] = []
  for (const { id, name } of changed) {
    const changes = changesBetween(then, present, id, now.from, now.to).slice(0, CHANGES_KEPT)
    const dated = changes.length > 0 && devices.length < DATED
    devices.push({
      device: id,
      name,
      changes,
      learnedAt: dated ? await learnedAt(id, then, now, hindsight) : null,
    })
  }
  const reason: Reason = {
    devices,
    added: [...after.keys()].filter((id) => !before.has(id)),
    removed: [...before.keys()].filter((id) => !after.has(id)),
    calendar: JSON.stringify(published.calendar) !== JSON.stringify(now.calendar),
  }
  const same = devices.length + reason.added.length + reason.removed.length === 0
  return same ? null : reason
}

/** Whether all that is signed is the same; how much history is still to come is not. */
function sameFigures(one: Figures, other: Figures): boolean {
  const signed = ({ historyComplete: _, ...rest }: Figures) => JSON.stringify(rest)
  return signed(one) === signed(other)
}

/** The earliest word after which something else was held, by halving: what was learned stays known. */
async function learnedAt(
  device: DeviceId,
  then: Judge,
  { from, to, asOf }: AvailabilityReport,
  { judge, wordsOf }: Hindsight,
): Promise<number | null> {
  const words = wordsOf(device, then.asOf, asOf)
  let [low, high] = [0, words.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    const judged = await judge([device], words[middle]!)
    if (changesBetween(then, judged, device, from, to).length > 0) high = middle
    else low = middle + 1
  }
  return words[low] ?? null
}

/** Where two judges hold different states of a device, in order. */
export function changesBetween(
  then: Judge,
  present: Judge,
  device: DeviceId,
  from: number,
  to: number,
): Change[] {
  const was = then.verdicts(device, from, to)
  const is = present.verdicts(device, from, to)
  const changes: Change[] = []
  for (let w = 0, i = 0; w < was.length && i < is.length; ) {
    const [before, after] = [was[w]!, is[i]!]
    const start = Math.max(before.from, after.from)
    const end = Math.min(before.to, after.to)
    if (before.state !== after.state && end > start) {
      const last = changes.at(-1)
      if (last && last.to === start && last.was === before.state && last.is === after.state) last.to = end
      else changes.push({ from: start, to: end, was: before.state, is: after.state })
    }
    if (before.to <= end) w++
    if (after.to <= end) i++
  }
  return changes
}
