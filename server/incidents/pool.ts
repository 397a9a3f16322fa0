import type { DeviceId } from '#protocol/ids.ts'
import type { Scope } from './incident.ts'
import { canMeet, type Interval, narrow } from './interval.ts'
import { lossOf } from './session.ts'
import { deviceState, type Step } from './state.ts'
import type { Fired } from './why.ts'
import type { WatchedDevice } from './world.ts'

/** The devices that can have been lost at one moment, and when that can have been. */
export interface Pool {
  members: WatchedDevice[]
  loss: Interval
}

/** All that are lost, in no incident yet, and can share the moment `loss`. */
export function poolOf({ state, world, rules }: Step, loss: Interval): Pool {
  const slackMs = rules.slackSeconds * 1000
  const members: WatchedDevice[] = []
  for (const device of world.devices()) {
    const known = deviceState(state, device.id)
    if (known.incident !== null) continue
    const lost = lossOf(known.session)
    if (lost !== null && canMeet(loss, lost, slackMs)) members.push(device)
  }
  return { members, loss }
}

/** When all of these can have been lost at once; the first given leads, and who cannot share its moment is left out. */
export function together(
  { state, rules }: Step,
  first: DeviceId | null,
  loss: Interval,
  members: readonly WatchedDevice[],
): Pool {
  const slackMs = rules.slackSeconds * 1000
  const pool: Pool = { members: [], loss }
  const ordered = [...members].sort((one, other) => Number(other.id === first) - Number(one.id === first))
  for (const device of ordered) {
    const lost = lossOf(deviceState(state, device.id).session)
    if (lost === null || !canMeet(pool.loss, lost, slackMs)) continue
    pool.members.push(device)
    pool.loss = narrow(pool.loss, lost)
  }
  return pool
}

/** What a group of lost devices has in common. */
export interface Element {
  scope: Scope
  element: string
  pool: Pool
  why: Fired[]
}
