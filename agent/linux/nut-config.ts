import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { textOf } from './file.ts'
import { NUT_PORT, type UpsAddress } from './nut.ts'

/** Debian's and OpenWrt's, Red Hat's, and of one built by hand. */
const FOLDERS = ['etc/nut', 'etc/ups', 'usr/local/etc/nut', 'usr/local/ups/etc']

/**
 * The UPS that feeds this machine, as Network UPS Tools was told: the first that upsmon watches for it, else the first
 * that a server here speaks for. Null where the tools are not set up: nobody is asked then.
 */
export async function upsAddress(root: string): Promise<UpsAddress | null> {
  for (const folder of FOLDERS.map((path) => join(root, path)).filter((path) => existsSync(path))) {
    const [monitor, own] = await Promise.all(
      ['upsmon.conf', 'ups.conf'].map((file) => textOf(join(folder, file))),
    )
    const watched = monitoredUps(monitor!)
    if (watched) return watched
    if (/^\s*\[\S+\]/m.test(own!)) return { host: '127.0.0.1', port: NUT_PORT, name: null }
  }
  return null
}

/** `MONITOR name@host:port value user password type` of upsmon.conf(5); a value of 0 is a UPS that feeds others. */
export function monitoredUps(config: string): UpsAddress | null {
  for (const [, name, host, port, value] of config.matchAll(
    /^[ \t]*MONITOR[ \t]+"?([\w.-]+)(?:@(\[[^\]\s]+\]|[\w.-]+)(?::(\d{1,5}))?)?"?[ \t]+(\d+)[ \t]/gm,
  )) {
    if (Number(value) === 0) continue
    const plain = (host ?? '127.0.0.1').replaceAll(/[[\]]/g, '')
    // The name would be looked up at each asking.
    const known = plain === 'localhost' ? '127.0.0.1' : plain
    return { host: known, port: port ? Number(port) : NUT_PORT, name: name! }
  }
  return null
}
