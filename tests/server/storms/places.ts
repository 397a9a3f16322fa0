import { areaId, siteId } from '#protocol/ids.ts'
import type { Area, Site } from '../../../server/registry/registry.ts'
import type { Places } from '../../../server/storms/match.ts'

const area = (id: string, parent: string | null, name: string, code: string | null = null): Area => ({
  ...{ id: areaId(id), parent: parent === null ? null : areaId(parent), name, code },
})

const site = (id: string, inArea: string, at: [latitude: number, longitude: number] | null): Site => ({
  ...{ id: siteId(id), area: areaId(inArea), name: id, terrain: null },
  ...{ latitude: at?.[0] ?? null, longitude: at?.[1] ?? null },
})

/** A province with three communes: one with its sites on the map, one with half of them, one with none. */
export const PLACES: Places = {
  areas: () => [
    area('P1', null, 'Tỉnh Lai Châu', '12'),
    area('C1', 'P1', 'Xã Nà Tăm', '03163'),
    area('C2', 'P1', 'Xã Bản Bo', '03164'),
    area('C3', 'P1', 'Phường Tân Phong'),
  ],
  sites: () => [
    site('S1', 'C1', [22.35, 103.55]),
    site('S2', 'C2', [22.2, 103.7]),
    site('S3', 'C2', null),
    site('S4', 'C3', null),
  ],
}
