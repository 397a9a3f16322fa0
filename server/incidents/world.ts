import type { AreaId, DeviceId, DeviceKind, SiteId, UplinkId } from '#protocol/ids.ts'

export const TERRAINS = ['island', 'mountain', 'coast', 'plain'] as const
export type Terrain = (typeof TERRAINS)[number]

export const MEDIA = ['fibre', 'microwave', 'cell', 'satellite'] as const
export type Medium = (typeof MEDIA)[number]

export interface WatchedDevice {
  id: DeviceId
  site: SiteId
  kind: DeviceKind
  name: string
  /** The line of its site that it goes by; null: its own SIM, or nobody has said. */
  uplink: UplinkId | null
  /** The operator of its own SIM; null: it has none. */
  sim: string | null
  /** It lives on for a while without mains, and says so. */
  battery: boolean
  /** Who asks it, as it runs no agent: when that is not heard nothing is known of it. null: it speaks for itself. */
  prober: DeviceId | null
}

export interface WatchedSite {
  id: SiteId
  area: AreaId
  name: string
  terrain: Terrain | null
  devices: readonly DeviceId[]
}

export interface WatchedUplink {
  id: UplinkId
  site: SiteId
  isp: string
  medium: Medium
}

/** When offices work. Days and minutes are those of `utcOffsetMinutes`. */
export interface Calendar {
  /** 1 is Monday, 7 Sunday. */
  workdays: readonly number[]
  openMinutes: number
  closeMinutes: number
  /** `2026-01-01` */
  holidays: readonly string[]
  utcOffsetMinutes: number
}

/** What the engine knows of the world besides what it observes: who stands where, on what line, and when offices work. */
export interface World {
  device(id: DeviceId): WatchedDevice | undefined
  /** All of them, in an order that two runs over the same past share. */
  devices(): Iterable<WatchedDevice>
  site(id: SiteId): WatchedSite | undefined
  area(id: AreaId): { parent: AreaId | null; name: string } | undefined
  uplink(id: UplinkId): WatchedUplink | undefined
  /** In the order in which they were made; the first is the one that carries unless a device says otherwise. */
  uplinksOf(site: SiteId): readonly WatchedUplink[]
  calendar(): Calendar
}
