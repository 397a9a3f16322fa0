import type { Incident } from './incident.ts'
import { canMeet, type Interval } from './interval.ts'
import { isOver } from './members.ts'
import { isAlwaysOn, lineOf } from './paths.ts'
import { poolOf, together } from './pool.ts'
import { lossOf } from './session.ts'
import { cellOf, mayHangOn } from './shared-cell.ts'
import { sitesHit } from './site-down.ts'
import { deviceState, type Step } from './state.ts'
import type { Fired } from './why.ts'
import type { WatchedDevice } from './world.ts'

export interface Home {
  incident: Incident
  why: Fired
  /** The losses share one moment, so that the incident's start is known better. */
  meets: boolean
}

/** The incident that a further loss belongs to: of those that cover the device the largest. */
export function homeOf(step: Step, device: WatchedDevice, loss: Interval): Home | null {
  let found: Home | null = null
  for (const incident of Object.values(step.state.incidents)) {
    if (isOver(incident) || incident.scope === 'platform') continue
    const home = fits(step, incident, device, loss)
    if (home && (!found || WIDTH[incident.scope] > WIDTH[found.incident.scope])) found = home
  }
  return found
}

const WIDTH = { device: 0, site: 1, cell: 2, area: 3, isp: 4, platform: 5 } as const

function fits(step: Step, incident: Incident, device: WatchedDevice, loss: Interval): Home | null {
  const { state, rules, world } = step
  const atSite = incident.sites.includes(device.site)
  if (covers(step, incident, device)) {
    if (canMeet(incident.start, loss, rules.slackSeconds * 1000))
      return { incident, why: { rule: 'losses-can-meet', devices: 1 }, meets: true }
    const lateMs = loss[0] - incident.start[1]
    if (lateMs >= 0 && lateMs <= rules.lateMemberSeconds * 1000 && incident.state !== 'recovering')
      return { incident, why: { rule: 'joined-late', devices: 1 }, meets: false }
  } else if (
    // The second device of a site at the same moment: it is not the first one's own fault.
    incident.scope === 'device' &&
    atSite &&
    canMeet(incident.start, loss, rules.slackSeconds * 1000)
  ) {
    return { incident, why: { rule: 'losses-can-meet', devices: 1 }, meets: true }
  }
  if (isNeighbour(step, incident, device, loss)) {
    return { incident, why: { rule: 'losses-can-meet', devices: 1 }, meets: true }
  }
  const ran = ranDown(step, incident, device, loss)
  if (ran) return { incident, why: ran, meets: false }
  const isDark =
    incident.scope !== 'device' &&
    incident.scope !== 'cell' &&
    atSite &&
    device.sim === null &&
    // What was away before was not taken by it.
    loss[1] >= incident.start[0]
  if (isDark && !hasWorkedSince(incident, device, state.now, step)) {
    const devices = incident.devices.filter((id) => world.device(id)?.site === device.site).length
    return { incident, why: { rule: 'site-still-down', site: device.site, devices }, meets: false }
  }
  return null
}

function covers(step: Step, incident: Incident, device: WatchedDevice): boolean {
  const { world } = step
  switch (incident.scope) {
    case 'isp':
      return lineOf(world, device)?.isp === incident.element
    case 'area':
      return world.site(device.site)?.area === incident.element
    case 'cell': {
      const served = incident.devices.flatMap((id) => world.device(id) ?? [])
      return cellOf(step, device) === incident.element || mayHangOn(step, device, incident.element, served)
    }
    case 'site':
      return device.site === incident.element
    case 'device':
    case 'platform':
      return false
  }
}

/** Another site of the area was hit at the same moment: what seemed the fault of one is wider. */
function isNeighbour(step: Step, incident: Incident, device: WatchedDevice, loss: Interval): boolean {
  const { world, rules } = step
  const area = world.site(device.site)?.area
  if (incident.scope !== 'site' || incident.cause === 'device' || incident.state === 'recovering')
    return false
  if (area === undefined || incident.areas[0] !== area || !isAlwaysOn(device)) return false
  if (!canMeet(incident.start, loss, rules.slackSeconds * 1000)) return false
  const there = together(step, device.id, incident.start, poolOf(step, loss).members)
  const members = there.members.filter(({ site }) => site === device.site)
  return sitesHit(step, { ...there, members }).has(device.site)
}

/** Without mains in the area first the batteries of devices die, then those of base stations. */
function ranDown(step: Step, incident: Incident, device: WatchedDevice, loss: Interval): Fired | null {
  const { state, world, rules } = step
  if (incident.cause !== 'power' || incident.state === 'recovering') return null
  if (incident.scope !== 'area' && incident.scope !== 'site') return null
  const area = world.site(device.site)?.area
  if (area === undefined || !incident.areas.includes(area)) return null
  if (!isAlwaysOn(device) || loss[0] - incident.start[0] < rules.batteryDeathAfterSeconds * 1000) return null
  if (deviceState(state, device.id).power?.source === 'battery')
    return { rule: 'battery-ran-down', device: device.id, at: loss[1] }
  const cell = cellOf(step, device)
  if (cell === null) return null
  let gone = 0
  for (const other of world.devices()) {
    const lost = lossOf(deviceState(state, other.id).session)
    if (lost && cellOf(step, other) === cell && canMeet(lost, loss, rules.slackSeconds * 1000)) gone++
  }
  return gone >= rules.cellDevices ? { rule: 'cell-ran-down', cell, at: loss[1] } : null
}

/** Once a fixed member at this site has stayed back, a loss there is a new fault and not the old one. */
function hasWorkedSince(
  incident: Incident,
  device: WatchedDevice,
  t: number,
  { world, rules }: Step,
): boolean {
  return incident.returned.some(
    ({ device: id, at, by }) =>
      by === 'connected' && world.device(id)?.site === device.site && t - at >= rules.releaseSeconds * 1000,
  )
}
