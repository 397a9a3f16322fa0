import type { DeviceId } from '#protocol/ids.ts'
import type { Rules } from '../incidents/rules.ts'
import type { WatchedDevice } from '../incidents/world.ts'
import type { Facts } from './facts.ts'
import { type Life, livesOf } from './lives.ts'
import { type Outage, outagesOf } from './membership.ts'
import type { Away } from './platform.ts'
import { rowsKnown } from './rows.ts'
import { sessionsOf } from './sessions.ts'
import type { StormOf } from './storm-time.ts'

/** All that was known of one device at one moment, in order of time. */
export interface Timeline {
  device: DeviceId
  kind: WatchedDevice['kind']
  /** It is said to have a battery. */
  battery: boolean
  /** Another speaks for it: that one's silence says nothing. */
  probed: boolean
  lives: Life[]
  outages: Outage[]
  power: { t: number; source: 'battery' | 'mains' }[]
}

/** A device that the world does not know is taken for one that always runs. */
export function timelineOf(
  facts: Facts,
  id: DeviceId,
  device: WatchedDevice | undefined,
  aways: readonly Away[],
  stormOf: StormOf,
  rules: Rules,
  asOf: number,
): Timeline {
  const known = Object.hasOwn(facts.devices, id) ? facts.devices[id]! : { log: [], heard: [], incidents: [] }
  const rows = rowsKnown(known.log, asOf)
  const { sessions, words } = sessionsOf(rows, known.heard, aways, rules.staleGraceSeconds * 1000, asOf)
  const timeline: Timeline = {
    device: id,
    kind: device?.kind ?? 'other',
    battery: device?.battery ?? false,
    probed: device !== undefined && device.prober !== null,
    lives: livesOf(sessions, words),
    outages: outagesOf(facts, id, stormOf, asOf),
    power: [],
  }
  for (const row of rows) {
    if (row.type === 'power') timeline.power.push({ t: row.t, source: row.source })
  }
  return timeline
}

export function alwaysOn({ kind }: Pick<Timeline, 'kind'>): boolean {
  return kind !== 'pc'
}

/** The life that has begun last at `t`, and its place among the lives; undefined: none has. */
export function lifeAt(lives: readonly Life[], t: number): { life: Life; index: number } | undefined {
  let low = 0
  let high = lives.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (lives[middle]!.from <= t) low = middle + 1
    else high = middle
  }
  return low === 0 ? undefined : { life: lives[low - 1]!, index: low - 1 }
}

/** Whether it is known to have run at `t`. */
export function ranAt(timeline: Timeline, t: number): boolean {
  const found = lifeAt(timeline.lives, t)
  return found !== undefined && t <= found.life.to
}

/** Whether the last word before `t` was that it runs on battery. */
export function onBatteryAt({ power }: Timeline, t: number): boolean {
  return power.findLast((word) => word.t <= t)?.source === 'battery'
}
