import { type AreaId, DEVICE_KINDS, type DeviceId, type DeviceKind, type SiteId } from '#protocol/ids.ts'
import type { Language } from '../../web/view.ts'
import { incidentWords } from '../../web/words/incident.ts'
import type { Incident } from '../incidents/incident.ts'
import type { Fired } from '../incidents/why.ts'
import { areaName, deviceName, type Names, siteName } from './names.ts'
import { factsOf } from './why.ts'

/** Where an incident is, and how much of that place it took: in names that people use. */

/** More names than these are counted instead. */
const NAMED = 3

const KINDS = {
  vi: {
    pc: ['máy tính', 'máy tính'],
    router: ['bộ định tuyến', 'bộ định tuyến'],
    speaker: ['cụm loa', 'cụm loa'],
    other: ['thiết bị loại khác', 'thiết bị loại khác'],
  },
  en: {
    pc: ['PC', 'PCs'],
    router: ['router', 'routers'],
    speaker: ['speaker cluster', 'speaker clusters'],
    other: ['device of another kind', 'devices of another kind'],
  },
} as const satisfies Record<Language, Record<DeviceKind, readonly [string, string]>>

type Placed = Pick<Incident, 'scope' | 'element' | 'devices' | 'sites' | 'areas'>

/** What all members share, as a person calls it, with where that is: "Nhà mạng A (xã Nà Tăm, xã Bản Bo)". */
export function placeOf(incident: Placed, names: Names, language: Language): string {
  const { scope, areas } = incident
  const place = shortPlaceOf(incident, names, language)
  const spread = (scope === 'cell' || scope === 'isp') && areas.length > 0
  return spread ? `${place} (${areaList(areas, names, language)})` : place
}

/** What all members share: "Loa Bản Pá Mu (UBND xã Nà Tăm)", "Nhà mạng A". */
export function shortPlaceOf(incident: Placed, names: Names, language: Language): string {
  const words = incidentWords(language)
  const { scope, element } = incident
  switch (scope) {
    case 'device':
      return oneDevice(incident, names)
    case 'site':
      return siteName(element as SiteId, names)
    case 'cell':
      return words.cell(element)
    case 'area':
      return areaName(element as AreaId, names)
    case 'isp':
      return words.isp(element)
    case 'platform':
      return words.centre
  }
}

/** One device by its name and its site's; more of them, which have no name in common, by their site's. */
function oneDevice({ element, devices, sites }: Placed, names: Names): string {
  const id = element as DeviceId
  const site = names.device(id)?.site ?? sites[0]
  const at = site === undefined ? null : siteName(site, names)
  if (devices.length > 1 && at !== null) return at
  return at === null ? deviceName(id, names) : `${deviceName(id, names)} (${at})`
}

/** "xã Nà Tăm, xã Bản Bo, xã Hua Bum và 2 nơi khác" */
export function areaList(areas: readonly AreaId[], names: Names, language: Language): string {
  return nameList(
    areas.map((id) => areaName(id, names)),
    language,
  )
}

export function nameList(all: readonly string[], language: Language): string {
  const shown = all.slice(0, NAMED).join(', ')
  const rest = all.length - NAMED
  return rest > 0 ? `${shown} ${incidentWords(language).moreNames(rest)}` : shown
}

/** How many devices its sites have, those counted that were removed since. */
export function devicesAround({ sites, devices }: Placed, names: Names): number {
  const there = sites.reduce((sum, id) => sum + (names.site(id)?.devices.length ?? 0), 0)
  return Math.max(there, devices.length)
}

/** "7/7 thiết bị (5 máy tính, 1 bộ định tuyến, 1 cụm loa)", "35/40 thiết bị ở 3 điểm (…)" */
export function shareOf(incident: Placed, names: Names, language: Language): string {
  const words = incidentWords(language)
  const { devices, sites, areas } = incident
  const share = words.share(devices.length, devicesAround(incident, names))
  const at = sites.length > 1 ? ` ${words.atSites(sites.length, areas.length)}` : ''
  return `${share}${at} (${countKinds(devices, names, language)})`
}

/** "5 máy tính, 1 bộ định tuyến" */
export function countKinds(devices: readonly DeviceId[], names: Names, language: Language): string {
  const count = (kind: DeviceKind) =>
    devices.filter((id) => (names.device(id)?.kind ?? 'other') === kind).length
  return DEVICE_KINDS.filter((kind) => count(kind) > 0)
    .map((kind) => `${count(kind)} ${KINDS[language][kind][count(kind) === 1 ? 0 : 1]}`)
    .join(', ')
}

/** "Không phát loa được cho xã Nà Tăm trong lúc có cảnh báo (18/24 cụm loa)", of an incident that is critical for it. */
export function cannotWarn(
  { areas }: Placed,
  fired: readonly Fired[],
  names: Names,
  language: Language,
): string {
  const facts = factsOf(fired, 'speakers-unreachable')
  const words = incidentWords(language)
  const places = areaList(facts ? [facts.area] : areas, names, language)
  return words.cannotWarn(places) + (facts ? ` (${words.speakers(facts.lost, facts.of)})` : '')
}
