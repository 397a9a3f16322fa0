import {
  type AreaId,
  areaId,
  type DeviceId,
  type DeviceKind,
  deviceId,
  type SiteId,
  siteId,
  type UplinkId,
  uplinkId,
} from '#protocol/ids.ts'
import type { Calendar, Terrain, WatchedDevice, WatchedUplink, World } from '../../server/incidents/world.ts'

/** A device by its kind, or with what else is said of it. */
type SmallDevice =
  | DeviceKind
  | { kind: DeviceKind; name?: string; sim?: string; battery?: boolean; uplink?: string; prober?: string }

/** A site's name, and its devices by id. */
export interface SmallSite {
  name: string
  area?: string
  terrain?: Terrain
  /** ISP by the id of the line; fibre, unless the id ends in "-cell". */
  uplinks?: Record<string, string>
  devices: Record<string, SmallDevice>
}

const OFFICE: Calendar = {
  workdays: [1, 2, 3, 4, 5],
  openMinutes: 7 * 60 + 30,
  closeMinutes: 17 * 60,
  holidays: [],
  utcOffsetMinutes: 420,
}

/** What a person changes in the registry. */
interface Registry {
  /** Takes a device out, and answers it. */
  remove(id: string): WatchedDevice
  /** Puts one in, or at another site than before. */
  put(device: WatchedDevice): void
}

/** A world of a few sites, in area C01 unless they say another. */
export function smallWorld(sites: Record<string, SmallSite>): World & Registry {
  const devices = new Map<DeviceId, WatchedDevice>()
  const uplinks = new Map<UplinkId, WatchedUplink>()
  for (const [site, { devices: members, uplinks: lines = {} }] of Object.entries(sites)) {
    for (const [id, isp] of Object.entries(lines)) {
      const medium = id.endsWith('-cell') ? 'cell' : 'fibre'
      uplinks.set(uplinkId(id), { id: uplinkId(id), site: siteId(site), isp, medium })
    }
    for (const [id, given] of Object.entries(members)) {
      const {
        kind,
        name = id,
        sim,
        battery,
        uplink,
        prober,
      } = typeof given === 'string' ? { kind: given } : given
      devices.set(deviceId(id), {
        ...{ id: deviceId(id), site: siteId(site), kind, name },
        uplink: uplink === undefined ? null : uplinkId(uplink),
        sim: sim ?? null,
        battery: battery ?? false,
        prober: prober === undefined ? null : deviceId(prober),
      })
    }
  }
  const areaOf = (site: SiteId): AreaId => areaId(sites[site]?.area ?? 'C01')
  return {
    device: (id) => devices.get(id),
    devices: () => devices.values(),
    site(id) {
      const site = sites[id]
      if (!site) return undefined
      const members = [...devices.values()].filter((device) => device.site === id).map((device) => device.id)
      return { id, area: areaOf(id), name: site.name, terrain: site.terrain ?? null, devices: members }
    },
    area: (id) => ({ parent: null, name: id }),
    uplink: (id) => uplinks.get(id),
    uplinksOf: (site) => [...uplinks.values()].filter((uplink) => uplink.site === site),
    calendar: () => OFFICE,
    remove(id) {
      const device = devices.get(deviceId(id))!
      devices.delete(device.id)
      return device
    },
    put: (device) => void devices.set(device.id, device),
  }
}
