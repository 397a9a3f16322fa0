import type { AreaId, DeviceId, SiteId } from '#protocol/ids.ts'
import type { Scope } from './incident.ts'
import { canMeet, type Interval } from './interval.ts'
import { devicesAt, isAlwaysOn, isFixed, lineOf } from './paths.ts'
import { type Pool, together } from './pool.ts'
import { lossOf, type Session } from './session.ts'
import { deviceState, type Step } from './state.ts'
import type { Fired } from './why.ts'
import type { WatchedDevice, World } from './world.ts'

/** What a group of lost devices has in common. */
export interface Element {
  scope: Scope
  element: string
  pool: Pool
  why: Fired[]
}

/** Tried in order, the largest first; the first that answers has it. */
const CANDIDATES: readonly ((step: Step, seed: WatchedDevice, pool: Pool) => Element | null)[] = [
  sharedIsp,
  sharedIslandLink,
  sharedCell,
  sharedArea,
  sharedSite,
]

/** The largest common element of those in the pool that can have gone with `seed`. */
export function commonElement(step: Step, seed: WatchedDevice, pool: Pool): Element {
  for (const candidate of CANDIDATES) {
    const found = candidate(step, seed, pool)
    if (found) return found
  }
  const alone = together(step, seed.id, pool.loss, [seed])
  return { scope: 'device', element: seed.id, pool: alone, why: [] }
}

const areaOf = (world: World, site: SiteId): AreaId | undefined => world.site(site)?.area

/** PCs come and go one by one; several that go at once were not switched off. */
const PCS_AT_ONCE = 2

/**
 * Whether none of the site's fixed devices outlived `loss` but on a battery, and something that speaks for the site
 * went with it: what always runs, PCs beside a battery, or several PCs where nothing else is watched.
 */
export function isSiteDown({ state, world, rules }: Step, site: SiteId, loss: Interval): boolean {
  const slackMs = rules.slackSeconds * 1000
  let running = 0
  let lostRunning = 0
  let lostPcs = 0
  let riders = 0
  for (const device of devicesAt(world, site)) {
    if (!isFixed(device)) continue
    const { session, power } = deviceState(state, device.id)
    if (isAlwaysOn(device)) running++
    if (outlived(session, loss, slackMs)) {
      if (power?.source !== 'battery') return false
      riders++
    } else if (lossOf(session) !== null) {
      if (isAlwaysOn(device)) lostRunning++
      else lostPcs++
    }
  }
  if (lostRunning > 0 || (lostPcs > 0 && riders > 0)) return true
  return running === 0 && lostPcs >= PCS_AT_ONCE
}

function outlived(session: Session, loss: Interval, slackMs: number): boolean {
  switch (session.state) {
    case 'online':
    case 'stale':
      return true
    case 'goodbye':
      return session.since > loss[1] + slackMs
    case 'suspect':
    case 'offline':
      return session.loss[0] > loss[1] && !canMeet(session.loss, loss, slackMs)
    case 'new':
      return false
  }
}

/** The sites of these devices that are down as a whole. */
function sitesDown(step: Step, members: readonly WatchedDevice[], loss: Interval): Set<SiteId> {
  const fixed = new Set(members.filter(isFixed).map(({ site }) => site))
  return new Set([...fixed].filter((site) => isSiteDown(step, site, loss)))
}

function sharedIsp(step: Step, seed: WatchedDevice, pool: Pool): Element | null {
  const { world, rules } = step
  const line = lineOf(world, seed)
  if (!line) return null
  const isOn = (device: WatchedDevice): boolean => lineOf(world, device)?.isp === line.isp
  const group = together(step, seed.id, pool.loss, pool.members.filter(isOn))
  const areas = new Set(group.members.map(({ site }) => areaOf(world, site)))
  if (areas.size < rules.ispAreas) return null
  const lost = new Set(group.members.map(({ id }) => id))
  const own = { lost: new Set<SiteId>(), all: new Set<SiteId>() }
  const others = { lost: new Set<SiteId>(), all: new Set<SiteId>() }
  for (const device of world.devices()) {
    if (!isAlwaysOn(device) || !areas.has(areaOf(world, device.site)) || !wasThere(step, device.id)) continue
    const its = lineOf(world, device)
    // Each medium is a network of its own.
    if (!its || (its.medium === 'cell') !== (line.medium === 'cell')) continue
    const side = its.isp === line.isp ? own : others
    // A site with a second line has only blinked.
    if (side === own && world.uplinksOf(device.site).length > 1 && !lost.has(device.id)) continue
    side.all.add(device.site)
    if (lossOf(deviceState(step.state, device.id).session) !== null) side.lost.add(device.site)
  }
  const hit = new Set([...own.lost].map((site) => areaOf(world, site)))
  // Where the lines of others fail as well it is not the ISP.
  if (hit.size < rules.ispAreas || own.lost.size < rules.ispShare * own.all.size) return null
  if (others.lost.size > others.all.size / 3) return null
  return {
    scope: 'isp',
    element: line.isp,
    pool: group,
    why: [{ rule: 'isp-shared', isp: line.isp, sites: own.lost.size, areas: hit.size }],
  }
}

function sitesIn(world: World, areas: ReadonlySet<AreaId | undefined>): Set<SiteId> {
  const sites = new Set<SiteId>()
  for (const { site } of world.devices()) if (areas.has(areaOf(world, site))) sites.add(site)
  return sites
}

/** Of an island everything goes by one link, the base stations too. */
function sharedIslandLink(step: Step, seed: WatchedDevice, pool: Pool): Element | null {
  const { world, rules } = step
  const area = areaOf(world, seed.site)
  if (area === undefined || world.site(seed.site)?.terrain !== 'island') return null
  const members = pool.members.filter(({ site }) => areaOf(world, site) === area)
  const group = together(step, seed.id, pool.loss, members)
  const down = sitesDown(step, group.members, group.loss)
  const sites = [...sitesIn(world, new Set([area]))].filter((site) =>
    devicesAt(world, site).some((device) => isFixed(device) && isAlwaysOn(device)),
  )
  if (down.size < rules.areaSites || down.size < rules.islandShare * sites.length) return null
  return {
    scope: 'area',
    element: area,
    pool: group,
    why: [{ rule: 'island-link-shared', area, sites: down.size }],
  }
}

function sharedCell(step: Step, seed: WatchedDevice, pool: Pool): Element | null {
  const { world, rules } = step
  const cell = cellOf(step, seed) ?? cellAround(step, seed, pool)
  if (cell === null) return null
  const isServed = (device: WatchedDevice): boolean => cellOf(step, device) === cell
  const known = together(step, null, pool.loss, pool.members.filter(isServed))
  if (known.members.length < rules.cellDevices) return null
  let of = 0
  for (const device of world.devices()) if (isServed(device) && wasThere(step, device.id)) of++
  if (known.members.length < rules.cellShare * of) return null
  const hangsOn = (device: WatchedDevice): boolean => isServed(device) || mayHangOn(step, device, cell, known.members)
  const group = together(step, seed.id, pool.loss, pool.members.filter(hangsOn))
  // Fixed lines have gone as well: it is not the base station alone.
  const wired = pool.members.some(
    (device) => isFixed(device) && isAlwaysOn(device) && lineOf(world, device)?.medium !== 'cell' && nearCell(step, device, group),
  )
  if (wired) return null
  return {
    scope: 'cell',
    element: cell,
    pool: group,
    why: [{ rule: 'cell-shared', cell, devices: known.members.length, of }],
  }
}

/** The base station by which a mobile device was last served; null: wired, or it has not said. */
export function cellOf({ state, world }: Step, device: WatchedDevice): string | null {
  return lineOf(world, device)?.medium === 'cell' ? deviceState(state, device.id).cell : null
}

/** A mobile device that does not say its cell: most likely that of its operator's in the area that lost most. */
function cellAround(step: Step, seed: WatchedDevice, pool: Pool): string | null {
  const line = lineOf(step.world, seed)
  if (line?.medium !== 'cell') return null
  const counts = new Map<string, number>()
  for (const device of pool.members) {
    const cell = cellOf(step, device)
    if (cell === null || !sameAreaAndIsp(step, seed, device)) continue
    counts.set(cell, (counts.get(cell) ?? 0) + 1)
  }
  let most: string | null = null
  for (const [cell, count] of counts) if (most === null || count > counts.get(most)!) most = cell
  return most
}

/** A mobile device that does not say its cell went at the same moment as those of its operator around it. */
export function mayHangOn(step: Step, device: WatchedDevice, cell: string, served: readonly WatchedDevice[]): boolean {
  if (lineOf(step.world, device)?.medium !== 'cell' || deviceState(step.state, device.id).cell !== null) return false
  return served.some((other) => cellOf(step, other) === cell && sameAreaAndIsp(step, device, other))
}

function sameAreaAndIsp({ world }: Step, one: WatchedDevice, other: WatchedDevice): boolean {
  return areaOf(world, one.site) === areaOf(world, other.site) && lineOf(world, one)?.isp === lineOf(world, other)?.isp
}

/** Of an area in which the group lies. */
function nearCell({ world }: Step, device: WatchedDevice, { members }: Pool): boolean {
  return members.some(({ site }) => areaOf(world, site) === areaOf(world, device.site))
}

/** Whether the device could have been lost: one that has been away for long is no witness. */
function wasThere({ state }: Step, id: DeviceId): boolean {
  const { session, incident } = deviceState(state, id)
  switch (session.state) {
    case 'online':
    case 'stale':
    case 'suspect':
      return true
    case 'offline':
      return incident === null
    case 'new':
    case 'goodbye':
      return false
  }
}

function sharedArea(step: Step, seed: WatchedDevice, pool: Pool): Element | null {
  const { world, rules } = step
  const area = areaOf(world, seed.site)
  if (area === undefined) return null
  const near = pool.members.filter(({ site }) => areaOf(world, site) === area)
  const group = together(step, seed.id, pool.loss, near)
  const hit = sitesHit(step, group)
  if (hit.size < rules.areaSites || !hit.has(seed.site)) return null
  const of = sitesIn(world, new Set([area])).size
  const members = group.members.filter(({ site }) => hit.has(site))
  return {
    scope: 'area',
    element: area,
    pool: { ...group, members },
    why: [{ rule: 'sites-lost-together', area, sites: hit.size, of }],
  }
}

/** Sites of which more is lost than one device can explain: all that is fixed, several that always run, or one beside a battery. */
export function sitesHit(step: Step, { members, loss }: Pool): Set<SiteId> {
  const sites = new Set(members.map(({ site }) => site))
  return new Set(
    [...sites].filter((site) => {
      const lost = members.filter((device) => device.site === site && isAlwaysOn(device)).length
      return lost > 1 || isSiteDown(step, site, loss) || (lost > 0 && isBridged(step, site, loss))
    }),
  )
}

/** Whether something at the site has gone over to its battery about then. */
function isBridged({ state, world, rules }: Step, site: SiteId, loss: Interval): boolean {
  const window: Interval = [loss[0] - rules.holdDownPowerSeconds * 1000, loss[1] + rules.holdDownPowerSeconds * 1000]
  return devicesAt(world, site).some(({ id }) => {
    const { power } = deviceState(state, id)
    return power?.source === 'battery' && power.since >= window[0] && power.since <= window[1]
  })
}

function sharedSite(step: Step, seed: WatchedDevice, pool: Pool): Element | null {
  const { site } = seed
  const group = together(
    step,
    seed.id,
    pool.loss,
    pool.members.filter((device) => device.site === site),
  )
  const whole = isFixed(seed) && isSiteDown(step, site, group.loss)
  const running = group.members.filter(isAlwaysOn).length
  if (!whole && running < 2) return null
  const devices = group.members.length
  return {
    scope: 'site',
    element: site,
    pool: group,
    why: [whole ? { rule: 'whole-site-silent', site, devices } : { rule: 'losses-can-meet', devices }],
  }
}
