import { join } from 'node:path'
import { stateNumber } from '#protocol/metrics.ts'
import type { Collector } from '../collect/collector.ts'
import { firstThere, namesIn, textOf } from './file.ts'

/**
 * What package managers leave until the next start: Debian's and Ubuntu's `reboot-required`, openSUSE's
 * `reboot-needed`, and an update that systemd is to make at the next start (systemd.offline-updates(7)).
 */
const FLAGS = ['run/reboot-required', 'var/run/reboot-required', 'run/reboot-needed', 'system-update']

/** Where the first two are made there is also who makes them: without it their absence says nothing. */
const FLAG_MAKERS = [
  'usr/share/update-notifier/notify-reboot-required',
  'etc/kernel/postinst.d/update-notifier',
  'etc/kernel/postinst.d/unattended-upgrades',
]

/** An hour: an update comes at most daily. */
const EVERY_SECONDS = 3600

/**
 * Whether a kernel waits for its first start: a newer one of the same flavour is installed, or the modules of the one
 * that runs were already taken away. Null when the folder of modules says nothing of the running kernel.
 * @param running `uname -r`: `6.1.0-28-amd64`, `6.6.63+rpt-rpi-v8`, `5.15.0-126-generic`
 * @param installed the folders of /lib/modules that hold modules
 */
export function newerKernel(running: string, installed: readonly string[]): boolean | null {
  const flavour = flavourOf(running)
  const alike = installed.filter((name) => flavourOf(name) === flavour)
  if (alike.length === 0) return null
  return alike.some((name) => compareVersions(name, running) > 0) || !alike.includes(running)
}

/** What of a kernel's name is no version: `-amd64`, `-generic`, `.el9.x86_64`, `-rpi-v8`; several may be installed side by side. */
function flavourOf(release: string): string {
  return (
    release
      .split(/(?<=\d)[-.+]?(?=[a-z])/i)
      .slice(1)
      .join('-')
      // Not the architecture's version: a Raspberry Pi starts -v7 or -v8, whichever it is made for.
      .replaceAll(/(?<!\bv)[\d_]+/g, '')
  )
}

/** By the numbers in them, from the left. */
function compareVersions(one: string, other: string): number {
  const [left, right] = [one, other].map((release) => (release.match(/\d+/g) ?? []).map(Number))
  for (let place = 0; place < Math.max(left!.length, right!.length); place++) {
    const difference = (left![place] ?? -1) - (right![place] ?? -1)
    if (difference !== 0) return difference
  }
  return 0
}

/** Says nothing where neither flags nor kernels tell: a router's firmware is changed as a whole, with its restart. */
export function createRebootCollector(root = '/'): Collector {
  return {
    name: 'reboot',
    everySeconds: EVERY_SECONDS,
    async read() {
      const at = (path: string): string => join(root, path)
      if (await firstThere(FLAGS.map(at))) return { pending_reboot: stateNumber('pending_reboot', 'yes') }
      const waits = newerKernel(
        await textOf(join(root, 'proc/sys/kernel/osrelease')),
        await kernelsIn(join(root, 'lib/modules')),
      )
      if (waits) return { pending_reboot: stateNumber('pending_reboot', 'yes') }
      if (waits === null && !(await firstThere(FLAG_MAKERS.map(at)))) return {}
      return { pending_reboot: stateNumber('pending_reboot', 'no') }
    },
  }
}

/** An upgrade leaves folders of kernels that are gone; those have no list of modules. OpenWrt's has modules only. */
async function kernelsIn(folder: string): Promise<string[]> {
  const names = await namesIn(folder)
  const kept = await Promise.all(names.map((name) => exists(join(folder, name, 'modules.dep'))))
  return names.filter((_, place) => kept[place])
}

async function exists(path: string): Promise<boolean> {
  return (await firstThere([path])) !== null
}
