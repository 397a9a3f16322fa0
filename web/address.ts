import type { AreaId, DeviceId, SiteId } from '#protocol/ids.ts'
import type { Language } from './view.ts'

/** Only path and query of an address matter here; the origin is there because URL wants one. */
const ORIGIN = 'http://page'

const parse = (path: string): URL => new URL(`${ORIGIN}/${path.replace(/^[/\\]+/, '')}`)

// A path that begins with two slashes ("/.//host" comes to that) would lead a browser to another host.
const pathOf = ({ pathname, search }: URL): string => pathname.replace(/^\/+/, '/') + search

/** Path and query of an address of ours; "/" for one that a browser would follow to another host. */
export function localPath(address: string): string {
  const url = URL.canParse(address, ORIGIN) ? new URL(address, ORIGIN) : null
  return url?.origin === ORIGIN ? pathOf(url) : '/'
}

/** The same page in another language. */
export function inLanguage(path: string, language: Language): string {
  const url = parse(path)
  url.searchParams.set('lang', language)
  return pathOf(url)
}

export const devicePath = (id: DeviceId): string => `/devices/${id}`

/** The machines of an area, or only those that need care. */
export function inventoryPath(area: AreaId | null, onlyCare: boolean, page: number): string {
  const search = new URLSearchParams()
  if (area !== null) search.set('area', area)
  if (onlyCare) search.set('care', '1')
  if (page > 1) search.set('page', String(page))
  return search.size > 0 ? `/inventory?${search}` : '/inventory'
}

export const incidentPath = (id: string): string => `/incidents/${id}`

/** What the head of the incident's page is replaced by, and whose change fetches the page again. */
export const incidentElementId = (id: string): `incident-${string}` => `incident-${id}`

export const RANGES = ['24h', '7d'] as const
export type Range = (typeof RANGES)[number]

export const rangePath = (id: DeviceId, range: Range): string => `${devicePath(id)}?range=${range}`

/** Another dozen of a device's charts; the first has no number. */
export const chartsPath = (id: DeviceId, range: Range, page: number): string =>
  page === 1 ? rangePath(id, range) : `${rangePath(id, range)}&charts=${page}`

/** The range that an address asks for; the first when it names none that exists. */
export function rangeOf(path: string): Range {
  const asked = parse(path).searchParams.get('range')
  return RANGES.find((range) => range === asked) ?? RANGES[0]
}

export const siteElementId = (id: SiteId): string => `site-${id}`

/** The front page with one site opened. */
export const sitePath = (id: SiteId): string => `/?site=${id}#${siteElementId(id)}`

/** The front page with one area alone, and what lies in it. */
export const areaPath = (id: AreaId): string => `/?area=${id}`

/** What an address asks to be opened, by id. */
export interface Asked {
  site: string | null
  area: string | null
}

export function askedOf(path: string): Asked {
  const { searchParams } = parse(path)
  return { site: searchParams.get('site'), area: searchParams.get('area') }
}

/** The sign-in page, which leads back to `path`. */
export function signInPath(path: string): string {
  return `/sign-in?next=${encodeURIComponent(pathOf(parse(path)))}`
}
