import { areaId, type DeviceKind, deviceId, type SiteId, siteId } from '#protocol/ids.ts'
import type { World } from '../../server/incidents/observation.ts'

/** A site's name, and its devices by id: the kind, or the kind and a name other than the id. */
export interface SmallSite {
  name: string
  devices: Record<string, DeviceKind | { kind: DeviceKind; name: string }>
}

/** A world of a few sites in area C01. `remove` takes a device out of it. */
export function smallWorld(sites: Record<string, SmallSite>): World & { remove(id: string): void } {
  const devices = new Map<string, { site: SiteId; kind: DeviceKind; name: string }>()
  for (const [site, { devices: members }] of Object.entries(sites)) {
    for (const [id, given] of Object.entries(members)) {
      const { kind, name } = typeof given === 'string' ? { kind: given, name: id } : given
      devices.set(id, { site: siteId(site), kind, name })
    }
  }
  return {
    device: (id) => devices.get(id),
    site(id) {
      const site = sites[id]
      if (!site) return undefined
      const members = Object.keys(site.devices).filter((member) => devices.has(member))
      return { area: areaId('C01'), name: site.name, devices: members.map(deviceId) }
    },
    remove: (id) => void devices.delete(id),
  }
}
