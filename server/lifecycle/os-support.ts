import { RELEASES, WINDOWS } from './support-table.ts'

export interface EndOfSupport {
  /** The last day of free security updates, YYYY-MM-DD. */
  endsAt: string
  state: 'supported' | 'ends-soon' | 'ended'
  /** The last day of updates that can be bought; null: none are sold, or not known. */
  boughtUntil: string | null
}

/** A commune asks for a new PC in one half-year's budget and gets it in the next. */
const SOON_DAYS = 180
const DAY_MS = 24 * 3600_000
/** Days are counted where the machines stand. */
const VIETNAM_MS = 7 * 3600_000

/**
 * Until when an operating system is mended by its maker.
 * @param osId trait `os_id`: `windows 10.0.19045 professional`, `debian 12`, `openwrt 23.05.3`
 * @param nowMs ms since 1970
 * @returns null where it is not known
 */
export function endOfSupport(osId: string, nowMs: number): EndOfSupport | null {
  const [name = '', version = '', ...rest] = osId.trim().toLowerCase().split(/\s+/)
  const release = name === 'windows' ? windowsRelease(version, rest.join('')) : linuxRelease(name, version)
  if (!release) return null
  const { ends: endsAt, bought: boughtUntil = null } = release
  const today = dayOf(nowMs)
  if (today > endsAt) return { endsAt, state: 'ended', boughtUntil }
  const soon = dayOf(nowMs + SOON_DAYS * DAY_MS) > endsAt
  return { endsAt, state: soon ? 'ends-soon' : 'supported', boughtUntil }
}

function dayOf(ms: number): string {
  return new Date(ms + VIETNAM_MS).toISOString().slice(0, 10)
}

interface Release {
  ends: string
  bought?: string
}

type Audience = 'home' | 'work' | 'ltsc' | 'iot' | 'server'

/** By EditionID of the registry, in small letters and without marks; the first that fits counts. */
const EDITIONS: readonly (readonly [RegExp, Audience])[] = [
  // An S behind Enterprise is the long-term channel; N is without media player, K for Korea, G for governments.
  [/^iotenterprises(k|n|eval)*$/, 'iot'],
  [/^iotenterprise(k|n)*$/, 'work'],
  [/^enterprises(n|eval)*$/, 'ltsc'],
  [/^enterprise(n|g|gn|eval|neval)?$/, 'work'],
  [/^education(n)?$/, 'work'],
  // Enterprise for many users at once, sold in clouds: a client, for all its name.
  [/^serverrdsh$/, 'work'],
  [/^server/, 'server'],
  [/^(core|professional|cloud|ultimate|home|starter)/, 'home'],
]

/** Of an edition that is not told the day is known only where all editions end together. */
function windowsRelease(version: string, edition: string): Release | null {
  const build = WINDOWS[version.split('.').slice(0, 3).join('.')]
  if (!build) return null
  const { bought, ...days } = build
  const audience = EDITIONS.find(([pattern]) => pattern.test(edition.replace(/[^a-z]/g, '')))?.[1]
  const [ends, another] = audience ? [days[audience]] : edition === '' ? new Set(Object.values(days)) : []
  if (ends === undefined || another !== undefined) return null
  return bought ? { ends, bought } : { ends }
}

/** By the longest beginning of the version that the table has: `23.05.3` is a 23.05, `12.7` a 12. */
function linuxRelease(name: string, version: string): Release | null {
  const releases = Object.hasOwn(RELEASES, name) ? RELEASES[name]! : {}
  const parts = version.split('.')
  const known = [parts.slice(0, 2).join('.'), parts[0]!].find((start) => Object.hasOwn(releases, start))
  return known === undefined ? null : releases[known]!
}
