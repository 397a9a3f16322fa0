import type { AreaId, SiteId } from '#protocol/ids.ts'
import type { Medium, WatchedDevice, World } from './world.ts'

/** The line by which a device reaches the centre. */
export interface Line {
  isp: string
  medium: Medium
}

/** Its own SIM, the uplink that it goes by, or else the first of its site; null where nobody has described any. */
export function lineOf(world: World, device: WatchedDevice): Line | null {
  if (device.uplink === null && device.sim !== null) return { isp: device.sim, medium: 'cell' }
  const uplink = device.uplink === null ? world.uplinksOf(device.site)[0] : world.uplink(device.uplink)
  return uplink ? { isp: uplink.isp, medium: uplink.medium } : null
}

export function isMobile(world: World, device: WatchedDevice): boolean {
  return lineOf(world, device)?.medium === 'cell'
}

/** It stands on a line and the mains of its site; others have a line, and mostly a pole, of their own. */
export function isFixed(device: WatchedDevice): boolean {
  return device.sim === null
}

/** A PC is somebody's to switch off: it pages nobody and keeps nothing open. Whatever else there is should run. */
export function isAlwaysOn(device: WatchedDevice | undefined): boolean {
  return device?.kind !== 'pc'
}

/** The devices of a site, those left out that the world has forgotten. */
export function devicesAt(world: World, site: SiteId): WatchedDevice[] {
  return (world.site(site)?.devices ?? []).flatMap((id) => world.device(id) ?? [])
}

export const areaOf = (world: World, site: SiteId): AreaId | undefined => world.site(site)?.area

export function sitesIn(world: World, areas: ReadonlySet<AreaId | undefined>): Set<SiteId> {
  const sites = new Set<SiteId>()
  for (const { site } of world.devices()) if (areas.has(areaOf(world, site))) sites.add(site)
  return sites
}
