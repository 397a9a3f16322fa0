import type { DeviceId, SiteId } from '#protocol/ids.ts'
import type { Language } from './view.ts'

// Only path and query of an address matter here; the origin is there because URL wants one.
function parse(path: string): URL {
  // "//host" and "/\host" would lead a browser to another host.
  return new URL(`http://page/${path.replace(/^[/\\]+/, '')}`)
}

/** The same page in another language. */
export function inLanguage(path: string, language: Language): string {
  const url = parse(path)
  url.searchParams.set('lang', language)
  return url.pathname + url.search
}

export const devicePath = (id: DeviceId): string => `/devices/${id}`

export const RANGES = ['24h', '7d'] as const
export type Range = (typeof RANGES)[number]

export const rangePath = (id: DeviceId, range: Range): string => `${devicePath(id)}?range=${range}`

/** The range that an address asks for; the first when it names none that exists. */
export function rangeOf(path: string): Range {
  const asked = parse(path).searchParams.get('range')
  return RANGES.find((range) => range === asked) ?? RANGES[0]
}

export const siteElementId = (id: SiteId): string => `site-${id}`

/** The front page with one site opened. */
export const sitePath = (id: SiteId): string => `/?site=${id}#${siteElementId(id)}`

/** The site that an address asks to be opened, or null. */
export const siteOf = (path: string): string | null => parse(path).searchParams.get('site')

/** The sign-in page, which leads back to `path`. */
export function signInPath(path: string): string {
  const url = parse(path)
  return `/sign-in?next=${encodeURIComponent(url.pathname + url.search)}`
}
