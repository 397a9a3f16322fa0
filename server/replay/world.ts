import type { AreaId, DeviceId, SiteId, UplinkId } from '#protocol/ids.ts'
import type { WatchedDevice, WatchedSite, WatchedUplink, World } from '../incidents/world.ts'
import { DEFAULT_CALENDAR } from '../registry/calendar.ts'
import { DEFAULT_KEEPALIVE_SECONDS, type WorldLine } from './parse-world.ts'

/** What is wrong between lines of the world, and in which line. */
export interface WorldFault {
  line: number
  text: string
}

/** The world that the lines of a file have told so far. Of two lines about the same thing the later one holds. */
export interface ToldWorld extends World {
  tell(line: WorldLine, number: number): void
  /** What points at nothing; to be asked when all that is needed has been told. */
  faults(): WorldFault[]
  keepaliveOf(device: DeviceId): number
}

type Numbered<Thing> = Thing & { line: number }
type Area = { parent: AreaId | null; name: string }

export function createToldWorld(): ToldWorld {
  const areas = new Map<AreaId, Numbered<Area>>()
  const sites = new Map<SiteId, WatchedSite>()
  const members = new Map<SiteId, DeviceId[]>()
  const uplinks = new Map<UplinkId, WatchedUplink>()
  const uplinksOf = new Map<SiteId, readonly WatchedUplink[]>()
  const devices = new Map<DeviceId, WatchedDevice>()
  const deviceLines = new Map<DeviceId, { line: number; keepaliveSeconds: number }>()
  let calendar = DEFAULT_CALENDAR

  const membersOf = (site: SiteId): DeviceId[] => {
    const known = members.get(site)
    if (known) return known
    const made: DeviceId[] = []
    members.set(site, made)
    return made
  }

  const tellDevice = (device: WatchedDevice): void => {
    const before = devices.get(device.id)
    if (before?.site !== device.site) {
      if (before) membersOf(before.site).splice(membersOf(before.site).indexOf(device.id), 1)
      membersOf(device.site).push(device.id)
    }
    devices.set(device.id, device)
  }

  return {
    tell(told, line) {
      switch (told.type) {
        case 'area':
          areas.set(told.id, { parent: told.parent, name: told.name, line })
          return
        case 'site':
          for (const { id } of uplinksOf.get(told.id) ?? []) uplinks.delete(id)
          for (const uplink of told.uplinks) uplinks.set(uplink.id, uplink)
          uplinksOf.set(told.id, told.uplinks)
          sites.set(told.id, {
            id: told.id,
            area: told.area,
            name: told.name,
            terrain: told.terrain,
            devices: membersOf(told.id),
          })
          return
        case 'device':
          tellDevice(told.device)
          deviceLines.set(told.device.id, { line, keepaliveSeconds: told.keepaliveSeconds })
          return
        case 'calendar':
          calendar = told.calendar
      }
    },
    faults() {
      const faults: WorldFault[] = []
      for (const [id, { line }] of areas) {
        const round = circleFrom(id, areas)
        if (round) faults.push({ line, text: `parent: expected a tree, got the circle ${round.join(' > ')}` })
      }
      for (const [id, { line }] of deviceLines) {
        const { site, uplink } = devices.get(id)!
        if (!sites.has(site)) {
          faults.push({ line, text: `site: expected the id of a site that a line tells, got "${site}"` })
        } else if (uplink !== null && uplinks.get(uplink)?.site !== site) {
          faults.push({ line, text: `uplink: expected one of site ${site}, or null, got "${uplink}"` })
        }
      }
      return faults.sort((one, other) => one.line - other.line)
    },
    keepaliveOf: (id) => deviceLines.get(id)?.keepaliveSeconds ?? DEFAULT_KEEPALIVE_SECONDS,
    device: (id) => devices.get(id),
    devices: () => devices.values(),
    site: (id) => sites.get(id),
    area: (id) => areas.get(id),
    uplink: (id) => uplinks.get(id),
    uplinksOf: (site) => uplinksOf.get(site) ?? NO_UPLINKS,
    calendar: () => calendar,
  }
}

const NO_UPLINKS: readonly WatchedUplink[] = []

/** The way from an area up to itself, or null when it ends at a root or at an area that no line tells. */
function circleFrom(id: AreaId, areas: ReadonlyMap<AreaId, Area>): AreaId[] | null {
  const way = [id]
  for (let at = areas.get(id)?.parent; at !== null && at !== undefined; at = areas.get(at)?.parent) {
    way.push(at)
    if (at === id) return way
    if (way.length > areas.size) return null
  }
  return null
}
