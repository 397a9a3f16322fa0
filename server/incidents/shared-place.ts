import { areaOf, devicesAt, isAlwaysOn, isFixed, sitesIn } from './paths.ts'
import { type Element, type Pool, together } from './pool.ts'
import { isSiteDown, sitesDown, sitesHit } from './site-down.ts'
import type { Step } from './state.ts'
import type { WatchedDevice } from './world.ts'

/** Of an island everything goes by one link, the base stations too. */
export function sharedIslandLink(step: Step, seed: WatchedDevice, pool: Pool): Element | null {
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

export function sharedArea(step: Step, seed: WatchedDevice, pool: Pool): Element | null {
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

export function sharedSite(step: Step, seed: WatchedDevice, pool: Pool): Element | null {
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
