import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ClamdConfig, lookAtDatabase, parseClamdConfig, pingClamd } from './clamav.ts'
import type { ClamAvFacts, LinuxAntivirusFacts } from './linux.ts'

/** Where a Linux machine keeps what we look at. */
export interface LinuxPlaces {
  /** Of Debian, of Fedora and its kin, and of upstream and OpenWrt. */
  configs: readonly string[]
  programs: readonly string[]
  /** Where the socket is when the configuration names none. */
  socket: string
  /** Each running service of systemd has a folder here: of cgroup v2, of v1, of both together. */
  services: readonly string[]
  /** systemd holds this socket and starts the daemon for whoever calls it. */
  socketUnits: readonly string[]
}

const PLACES: LinuxPlaces = {
  configs: ['/etc/clamav/clamd.conf', '/etc/clamd.d/scan.conf', '/etc/clamd.conf'],
  programs: ['/usr/sbin/clamd', '/usr/bin/clamd', '/usr/local/sbin/clamd', '/usr/bin/clamscan'],
  socket: '/run/clamav/clamd.ctl',
  services: [
    '/sys/fs/cgroup/system.slice',
    '/sys/fs/cgroup/systemd/system.slice',
    '/sys/fs/cgroup/unified/system.slice',
  ],
  socketUnits: [
    '/usr/lib/systemd/system/clamav-daemon.socket',
    '/lib/systemd/system/clamav-daemon.socket',
    '/etc/systemd/system/clamav-daemon.socket',
  ],
}

const CLAMD_SERVICES = ['clamav-daemon.service', 'clamd.service', 'clamd@scan.service']
const ON_ACCESS_SERVICES = ['clamav-clamonacc.service', 'clamonacc.service']

/** Services by the manuals of their makers. */
const OTHERS = [
  { product: 'Kaspersky Endpoint Security', services: ['kesl.service', 'kesl-supervisor.service'] },
  { product: 'Microsoft Defender for Endpoint', services: ['mdatp.service'] },
  { product: 'ESET Endpoint Antivirus', services: ['eea.service'] },
  { product: 'ESET Server Security', services: ['efs.service'] },
] as const

/** Looks at files and calls one socket; starts no program. Never rejects. */
export async function lookAtLinux(
  signal?: AbortSignal,
  places: LinuxPlaces = PLACES,
): Promise<LinuxAntivirusFacts> {
  const runs = (services: readonly string[]): Promise<boolean> =>
    anyOf(services.flatMap((service) => places.services.map((folder) => join(folder, service))))
  const [clamav, others] = await Promise.all([
    lookAtClamAv(places, runs, signal),
    Promise.all(OTHERS.map(async ({ product, services }) => ((await runs(services)) ? product : null))),
  ])
  return { clamav, others: others.filter((product) => product !== null) }
}

async function lookAtClamAv(
  places: LinuxPlaces,
  runs: (services: readonly string[]) => Promise<boolean>,
  signal?: AbortSignal,
): Promise<ClamAvFacts | null> {
  if (!(await anyOf(places.programs))) return null
  const config = parseClamdConfig(await firstText(places.configs))
  const [daemon, onAccess, database] = await Promise.all([
    daemonOf(config, places, runs, signal),
    runs(ON_ACCESS_SERVICES),
    lookAtDatabase(config.databaseFolder),
  ])
  return { daemon, onAccess, ...database }
}

/** A call to a socket that systemd holds would start what its owner has stopped, and with it a gigabyte of memory. */
async function daemonOf(
  { socket, tcp }: ClamdConfig,
  places: LinuxPlaces,
  runs: (services: readonly string[]) => Promise<boolean>,
  signal?: AbortSignal,
): Promise<ClamAvFacts['daemon']> {
  const [systemd, held] = await Promise.all([anyOf(places.services), anyOf(places.socketUnits)])
  if (systemd && held && !(await runs(CLAMD_SERVICES))) return 'stopped'
  const local = await pingClamd({ path: socket ?? places.socket }, signal)
  return local === 'stopped' && tcp ? pingClamd(tcp, signal) : local
}

async function anyOf(paths: readonly string[]): Promise<boolean> {
  for (const path of paths) {
    const there = await access(path).then(
      () => true,
      () => false,
    )
    if (there) return true
  }
  return false
}

/** '' without any of them. */
async function firstText(paths: readonly string[]): Promise<string> {
  for (const path of paths) {
    const text = await readFile(path, 'utf8').catch(() => null)
    if (text !== null) return text
  }
  return ''
}
