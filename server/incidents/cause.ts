import type { SiteId } from '#protocol/ids.ts'
import type { Cause } from './incident.ts'
import { canMeet, type Interval } from './interval.ts'
import { devicesAt, isAlwaysOn, isFixed, lineOf } from './paths.ts'
import type { Element } from './pool.ts'
import { lossOf } from './session.ts'
import { deviceState, type Step } from './state.ts'
import type { Fired } from './why.ts'
import type { WatchedDevice } from './world.ts'

/** What the witnesses say: those of the sites that are down, who are gone and who are still there. */
export interface Testimony {
  cause: Cause
  why: Fired[]
}

interface Scene {
  found: Element
  sites: Set<SiteId>
  gone: readonly WatchedDevice[]
  alive: readonly WatchedDevice[]
}

/** Asked in order; the first that is sure has it. */
const WITNESSES: readonly ((step: Step, scene: Scene) => Testimony | null)[] = [
  batteriesSayPower,
  batteriesGoneSayLink,
  oneDeviceSaysDevice,
  cellSaysLink,
  ispSaysLink,
  severalIspsSayPower,
  speakersGoneSayPower,
  otherIspSaysLink,
]

export function causeOf(step: Step, found: Element): Testimony {
  const { world, state } = step
  const sites = new Set(found.pool.members.map(({ site }) => site))
  const gone = found.pool.members
  const alive = [...sites].flatMap((site) =>
    devicesAt(world, site).filter(({ id }) => {
      const { session } = deviceState(state, id)
      // Who has said goodbye since was heard.
      const heardSince = session.state === 'goodbye' && session.since > found.pool.loss[1]
      return session.state === 'online' || heardSince
    }),
  )
  const scene: Scene = { found, sites, gone, alive }
  for (const ask of WITNESSES) {
    const testimony = ask(step, scene)
    if (testimony) return testimony
  }
  const speakers = alive.filter((device) => !isFixed(device)).length
  return {
    cause: 'undetermined',
    why: [speakers > 0 ? { rule: 'speakers-alive', devices: speakers } : { rule: 'no-witness' }],
  }
}

/** So long before the loss of others mains can have gone where a battery bridged it. */
const POWER_BEFORE_MS = 120_000

/** Devices of these sites that went over to battery about when the others were lost. */
export function ridersOf(step: Step, sites: ReadonlySet<SiteId>, loss: Interval): WatchedDevice[] {
  const { state, world, rules } = step
  const window: Interval = [loss[0] - POWER_BEFORE_MS, loss[1] + rules.lateMemberSeconds * 1000]
  return [...sites].flatMap((site) =>
    devicesAt(world, site).filter(({ id }) => {
      const { power } = deviceState(state, id)
      return power?.source === 'battery' && canMeet([power.since, power.since], window, 0)
    }),
  )
}

function batteriesSayPower(step: Step, { found, sites }: Scene): Testimony | null {
  const riders = ridersOf(step, sites, found.pool.loss)
  if (riders.length === 0) return null
  const at = Math.min(...riders.map(({ id }) => deviceState(step.state, id).power!.since))
  return { cause: 'power', why: [{ rule: 'on-battery', devices: riders.length, at }] }
}

/** What lives on without mains went with the rest at one moment, and said nothing of a battery. */
function batteriesGoneSayLink(step: Step, { found, gone }: Scene): Testimony | null {
  if (found.scope === 'device') return null
  const backed = gone.filter(
    ({ id, battery }) => battery && lossOf(deviceState(step.state, id).session) !== null,
  )
  if (backed.length === 0) return null
  return { cause: 'link', why: [{ rule: 'battery-backed-gone-too', devices: backed.length }] }
}

/** One that goes and comes back all the time, and runs through it, has a bad line and no fault of its own. */
function oneDeviceSaysDevice({ state, rules }: Step, { found, alive }: Scene): Testimony | null {
  if (found.scope !== 'device') return null
  const [device] = found.pool.members
  const since = state.now - rules.flappingSeconds * 1000
  const drops = device
    ? deviceState(state, device.id).recoveries.filter(({ at, sameBoot }) => sameBoot && at > since).length
    : 0
  if (drops >= rules.flappingDrops)
    return { cause: 'link', why: [{ rule: 'line-drops-often', times: drops }] }
  // With nobody beside it nothing says whether it is the device or its line.
  return alive.length > 0
    ? { cause: 'device', why: [{ rule: 'neighbours-alive', devices: alive.length }] }
    : null
}

function cellSaysLink(_: Step, { found }: Scene): Testimony | null {
  return found.scope === 'cell' ? { cause: 'link', why: [] } : null
}

function ispSaysLink(_: Step, { found }: Scene): Testimony | null {
  return found.scope === 'isp' ? { cause: 'link', why: [] } : null
}

const wiredIsps = ({ world }: Step, devices: readonly WatchedDevice[]): Set<string> =>
  new Set(
    devices.flatMap((device) => {
      const line = lineOf(world, device)
      return line && line.medium !== 'cell' ? [line.isp] : []
    }),
  )

/** Two operators do not fail in one minute; the mains that both hang on does. */
function severalIspsSayPower(step: Step, { found, gone }: Scene): Testimony | null {
  if (found.scope !== 'area' || onIsland(step, found)) return null
  const isps = wiredIsps(step, gone.filter(isAlwaysOn)).size
  return isps > 1 ? { cause: 'power', why: [{ rule: 'several-isps-gone', isps }] } : null
}

/** Wired and mobile devices have nothing in common but mains, except where one link carries all of an island. */
function speakersGoneSayPower(step: Step, { found, gone }: Scene): Testimony | null {
  if (onIsland(step, found)) return null
  const wired = gone.some((device) => lineOf(step.world, device)?.medium !== 'cell' && isFixed(device))
  const speakers = gone.filter((device) => !isFixed(device)).length
  if (!wired || speakers === 0) return null
  return { cause: 'power', why: [{ rule: 'speakers-gone-too', devices: speakers }] }
}

/** Of several sites only those of one ISP are down, and neighbours on another are up. */
function otherIspSaysLink(step: Step, { found, gone }: Scene): Testimony | null {
  if (found.scope !== 'area') return null
  const { state, world } = step
  const isps = wiredIsps(step, gone.filter(isAlwaysOn))
  if (isps.size !== 1) return null
  const [isp] = isps
  const up = new Map<SiteId, string>()
  const upOnSame = new Set<SiteId>()
  for (const device of world.devices()) {
    if (!isFixed(device) || !isAlwaysOn(device)) continue
    if (world.site(device.site)?.area !== found.element) continue
    if (deviceState(state, device.id).session.state !== 'online') continue
    const line = lineOf(world, device)
    if (!line || line.medium === 'cell') continue
    if (line.isp === isp) upOnSame.add(device.site)
    else up.set(device.site, line.isp)
  }
  if (up.size === 0 || upOnSame.size > 0) return null
  const names = [...new Set(up.values())].sort().join(', ')
  return { cause: 'link', why: [{ rule: 'other-isp-alive', isp: names, sites: up.size }] }
}

function onIsland({ world }: Step, { pool }: Element): boolean {
  return pool.members.some(({ site }) => world.site(site)?.terrain === 'island')
}
