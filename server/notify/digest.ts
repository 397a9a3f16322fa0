import type { AreaId, DeviceId } from '#protocol/ids.ts'
import type { Language } from '../../web/view.ts'
import { incidentWords } from '../../web/words/incident.ts'
import { groupBy } from '../group-by.ts'
import { areaName, deviceName, type Names, siteName } from './names.ts'

/** A phone shows some 40 lines of a message before it folds them. */
const AREAS_LISTED = 20
const SITES_LISTED = 12

/** More devices of one site than these are counted instead of named. */
const DEVICES_NAMED = 3

/** Devices, an area a heading and a site a line, in the order in which they come. */
export function listByArea(
  devices: readonly DeviceId[],
  names: Names,
  language: Language,
  named = DEVICES_NAMED,
): string[] {
  const words = incidentWords(language)
  const areas = groupBy(devices, (id) => areaOf(id, names))
  const lines = [...areas].slice(0, AREAS_LISTED).flatMap(([area, members]) => {
    const sites = groupBy(members, (id) => names.device(id)?.site ?? null)
    const rest = sites.size - SITES_LISTED
    return [
      `${area === null ? words.elsewhere : areaName(area, names)}: ${words.devices(members.length)}`,
      ...[...sites].slice(0, SITES_LISTED).map(([site, ids]) => {
        const some = devicesIn(ids, names, language, named)
        return site === null ? `- ${some}` : `- ${siteName(site, names)}: ${some}`
      }),
      ...(rest > 0 ? [`- ${words.moreNames(rest)}`] : []),
    ]
  })
  const rest = areas.size - AREAS_LISTED
  return rest > 0 ? [...lines, words.moreNames(rest)] : lines
}

function areaOf(id: DeviceId, names: Names): AreaId | null {
  const site = names.device(id)?.site
  return (site && names.site(site)?.area) ?? null
}

function devicesIn(ids: readonly DeviceId[], names: Names, language: Language, named: number): string {
  const words = incidentWords(language)
  if (ids.length > named) return words.devices(ids.length)
  return ids.map((id) => deviceName(id, names)).join(', ')
}
