import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Collector, Values } from '../collect/collector.ts'
import { bytesOf } from './file.ts'

/** Of a log's end: a month of a PC's updates has 300 kB; the last line is what counts. */
const MOST_LOG = 512 * 1024
const EVERY_SECONDS = 3600
const MS_PER_HOUR = 3600_000

/**
 * When dpkg last brought a newer version, ms since 1970; where the log knows of none, when it began: since then there
 * was none. Null when it holds no line of dpkg's. Its times are local ones.
 */
export function lastUpgrade(log: string): number | null {
  const times = [...log.matchAll(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (\w+) /gm)]
  const upgrade = times.findLast(([, , , what]) => what === 'upgrade')
  const [, day, time] = upgrade ?? times[0] ?? []
  const atMs = Date.parse(`${day}T${time}`)
  return Number.isNaN(atMs) ? null : atMs
}

/** The same of dnf's log: `2026-11-05T02:11:09+0000 SUBDEBUG Upgrade: openssl-libs-…`. */
export function lastDnfUpgrade(log: string): number | null {
  const times = [...log.matchAll(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)([+-]\d\d)(\d\d) \w+ (\w+): /gm)]
  const upgrade = times.findLast(([, , , , what]) => what === 'Upgrade' || what === 'Upgraded')
  const [, time, hours, minutes] = upgrade ?? times[0] ?? []
  const atMs = Date.parse(`${time}${hours}:${minutes}`)
  return Number.isNaN(atMs) ? null : atMs
}

/** What a system that keeps no log changes at each update: databases of packages, and a router's firmware as built. */
const CHANGED = {
  dpkg: ['var/lib/dpkg/status'],
  rpm: ['usr/lib/sysimage/rpm/rpmdb.sqlite', 'var/lib/rpm/rpmdb.sqlite', 'var/lib/rpm/Packages'],
  // The time of OpenWrt's read-only image is that of its build; what was installed beside it is no update.
  openwrt: ['rom/etc/openwrt_release', 'etc/openwrt_release'],
  apk: ['usr/lib/apk/db/installed', 'lib/apk/db/installed'],
  opkg: ['usr/lib/opkg/status', 'var/lib/opkg/status'],
} as const

/**
 * How old the last update is, in hours: by the log of the package manager, else by the age of its database. Nothing
 * where there is neither, or where the clock is behind it.
 */
export function createUpdatesCollector(root = '/', now: () => number = Date.now): Collector {
  return {
    name: 'updates',
    everySeconds: EVERY_SECONDS,
    async read(): Promise<Values> {
      const atMs = await lastUpdate(root)
      const ageMs = atMs === null ? -1 : now() - atMs
      return ageMs < 0 ? {} : { update_age_hours: Math.floor(ageMs / MS_PER_HOUR) }
    },
  }
}

async function lastUpdate(root: string): Promise<number | null> {
  const at = (path: string): string => join(root, path)
  const built = await firstTime(CHANGED.openwrt.map(at))
  if (built !== null) return built
  const dpkg = await firstTime(CHANGED.dpkg.map(at))
  if (dpkg !== null) {
    // Rotated monthly: what is in neither of the two is older than both.
    const log = `${await endOf(at('var/log/dpkg.log.1'))}\n${await endOf(at('var/log/dpkg.log'))}`
    return lastUpgrade(log) ?? dpkg
  }
  const rpm = await firstTime(CHANGED.rpm.map(at))
  if (rpm !== null) return lastDnfUpgrade(await endOf(at('var/log/dnf.rpm.log'))) ?? rpm
  return firstTime([...CHANGED.apk, ...CHANGED.opkg].map(at))
}

/** When the first file that there is was changed last. */
async function firstTime(paths: readonly string[]): Promise<number | null> {
  for (const path of paths) {
    const found = await stat(path).catch(() => null)
    if (found?.isFile()) return found.mtimeMs
  }
  return null
}

async function endOf(path: string): Promise<string> {
  try {
    const { size } = await stat(path)
    return (await bytesOf(path, MOST_LOG, Math.max(0, size - MOST_LOG))).toString('utf8')
  } catch {
    return ''
  }
}
