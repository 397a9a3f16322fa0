import type { AreaId, DeviceId, SiteId } from '#protocol/ids.ts'
import type { Incident } from '../incidents/incident.ts'
import { areaName, deviceName, type Names, siteName } from '../notify/names.ts'

/** Where an incident is, by the names that people use: from the smallest place up. */
export function placeOf({ scope, element, areas }: Incident, names: Names): string {
  const among = areas.map((area) => areaName(area, names)).join(', ')
  switch (scope) {
    case 'device': {
      const site = names.device(element as DeviceId)?.site
      const name = deviceName(element as DeviceId, names)
      return site === undefined ? name : `${name}, ${ofSite(site, names)}`
    }
    case 'site':
      return ofSite(element as SiteId, names)
    case 'area':
      return areaName(element as AreaId, names)
    case 'cell':
    case 'isp':
      return among === '' ? element : `${element}, ${among}`
    case 'platform':
      return 'trung tâm · the centre'
  }
}

function ofSite(id: SiteId, names: Names): string {
  const site = names.site(id)
  return site ? `${siteName(id, names)}, ${areaName(site.area, names)}` : id
}
