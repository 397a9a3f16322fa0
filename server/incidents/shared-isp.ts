import type { SiteId } from '#protocol/ids.ts'
import { areaOf, isAlwaysOn, lineOf } from './paths.ts'
import { type Element, type Pool, together } from './pool.ts'
import { lossOf } from './session.ts'
import { wasThere } from './site-down.ts'
import { deviceState, type Step } from './state.ts'
import type { WatchedDevice } from './world.ts'

export function sharedIsp(step: Step, seed: WatchedDevice, pool: Pool): Element | null {
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
