import type { AreaId, DeviceId, DeviceKind, SiteId } from '#protocol/ids.ts'

/** What people call things. Of the world only this is needed to tell of an incident; the registry has it too. */
export interface Names {
  device(id: DeviceId): { name: string; kind: DeviceKind; site: SiteId } | undefined
  site(id: SiteId): { name: string; area: AreaId; devices: readonly DeviceId[] } | undefined
  area(id: AreaId): { name: string; parent: AreaId | null } | undefined
}

/** A name that nobody knows is the id, so that a person can at least look it up. */
export const deviceName = (id: DeviceId, names: Names): string => names.device(id)?.name ?? id
export const siteName = (id: SiteId, names: Names): string => names.site(id)?.name ?? id
export const areaName = (id: AreaId, names: Names): string => names.area(id)?.name ?? id
