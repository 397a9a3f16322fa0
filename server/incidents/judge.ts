import type { DeviceId } from '#protocol/ids.ts'
import { isWorking } from './calendar.ts'
import { isSwitchedOff } from './habits.ts'
import { homeOf } from './home.ts'
import type { Interval } from './interval.ts'
import { join } from './join.ts'
import { open, unexpected } from './open.ts'
import { devicesAt, isAlwaysOn, isFixed } from './paths.ts'
import { planFor } from './plans.ts'
import { poolOf } from './pool.ts'
import { lossOf } from './session.ts'
import { isSiteDown } from './site-down.ts'
import { deviceState, type Step } from './state.ts'
import type { Fired } from './why.ts'
import type { WatchedDevice } from './world.ts'

/** A device has stayed away beyond its hold-down: it is expected to, joins an incident, or opens one. */
export function judge(step: Step, id: DeviceId): void {
  const { state, world, rules } = step
  const known = deviceState(state, id)
  const device = world.device(id)
  const { session } = known
  if (known.incident !== null || session.state !== 'offline' || !device) return
  const { loss } = session
  if (planFor(state, rules, device.site, loss)) return
  const home = homeOf(step, device, loss)
  if (home) {
    join(step, home, device)
    return
  }
  if (!isAlwaysOn(device) && !speaksForSite(step, device, loss)) return
  if (isSwitchedOff(step, device, loss)) return
  open(step, device, { why: silence(step, device) })
}

function silence({ state }: Step, device: WatchedDevice): Fired {
  const { gap, session } = deviceState(state, device.id)
  const seconds = Math.max(0, Math.round((state.now - (gap?.loss[1] ?? state.now)) / 1000))
  return session.state === 'offline' && session.restarting
    ? { rule: 'restart-took-too-long', seconds }
    : { rule: 'silent-past-hold-down', seconds }
}

/** PCs speak for a site where nothing else is watched, when several go at once while the office works. */
function speaksForSite(step: Step, device: WatchedDevice, loss: Interval): boolean {
  if (devicesAt(step.world, device.site).some(isAlwaysOn)) return false
  return isSiteDown(step, device.site, loss) && isWorking(step.world.calendar(), loss[1])
}

/** Mains has stayed away: what is lost beside the battery that said so was lost by that. */
export function judgeBattery(step: Step, id: DeviceId): void {
  const { state, world, rules } = step
  const device = world.device(id)
  const { power, incident } = deviceState(state, id)
  if (!device || incident !== null || power?.source !== 'battery') return
  const loss: Interval = [power.since, power.since]
  if (planFor(state, rules, device.site, loss)) return
  const pool = unexpected(step, poolOf(step, loss))
  const area = world.site(device.site)?.area
  // A mobile device alone may be in a fade of its cell, which passes.
  const speaks = (other: WatchedDevice): boolean =>
    (isAlwaysOn(other) && isFixed(other)) ||
    isSiteDown(step, other.site, pool.loss) ||
    pool.members.filter(({ site, ...one }) => site === other.site && isAlwaysOn({ site, ...one })).length > 1
  const seed =
    pool.members.find((other) => other.site === device.site && speaks(other)) ??
    pool.members.find((other) => world.site(other.site)?.area === area && speaks(other))
  if (!seed) return
  const seconds = Math.round((state.now - power.since) / 1000)
  const home = homeOf(step, seed, lossOf(deviceState(state, seed.id).session)!)
  if (home) join(step, home, seed)
  else open(step, seed, { why: { rule: 'battery-past-hold-down', seconds } })
}
