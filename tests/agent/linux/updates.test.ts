import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createRebootCollector, newerKernel } from '../../../agent/linux/reboot.ts'
import { createUpdatesCollector, lastDnfUpgrade, lastUpgrade } from '../../../agent/linux/updates.ts'
import { machineRoot } from './machine-root.ts'

test.each<[string, string, string[], boolean | null]>([
  ['Debian, up to date', '6.1.0-28-amd64', ['6.1.0-26-amd64', '6.1.0-28-amd64'], false],
  ['Debian, a newer one waits', '6.1.0-9-amd64', ['6.1.0-9-amd64', '6.1.0-28-amd64'], true],
  ['Ubuntu', '5.15.0-126-generic', ['5.15.0-126-generic', '5.15.0-127-generic'], true],
  [
    'RPM',
    '5.14.0-362.8.1.el9_3.x86_64',
    ['5.14.0-427.13.1.el9_4.x86_64', '5.14.0-362.8.1.el9_3.x86_64'],
    true,
  ],
  ['Fedora, up to date', '6.8.5-301.fc40.x86_64', ['6.8.4-300.fc40.x86_64', '6.8.5-301.fc40.x86_64'], false],
  // Each Raspberry Pi starts one of several that are always installed together.
  [
    'Raspberry Pi OS',
    '6.6.31+rpt-rpi-v8',
    ['6.6.31+rpt-rpi-2712', '6.6.31+rpt-rpi-v8', '6.6.51+rpt-rpi-2712'],
    false,
  ],
  [
    'Raspberry Pi OS of 32 bits',
    '6.6.51+rpt-rpi-v7',
    ['6.6.51+rpt-rpi-v6', '6.6.51+rpt-rpi-v7', '6.6.51+rpt-rpi-v7l', '6.6.51+rpt-rpi-v8'],
    false,
  ],
  [
    'Raspberry Pi OS of 32 bits, a newer one waits',
    '6.6.51+rpt-rpi-v7',
    ['6.6.51+rpt-rpi-v7', '6.6.74+rpt-rpi-v7'],
    true,
  ],
  ['Raspberry Pi OS of before', '6.1.21-v7+', ['6.1.21+', '6.1.21-v7+', '6.1.21-v7l+', '6.1.21-v8+'], false],
  ['Alpine, whose old modules are gone', '6.6.58-0-lts', ['6.6.60-0-lts'], true],
  ['a kernel of its own', '6.18.44-fc-v657', ['6.1.0-28-amd64'], null],
  ['a container without kernels', '6.8.12-4-pve', [], null],
])('%s', (_what, running, installed, waits) => {
  expect(newerKernel(running, installed)).toBe(waits)
})

const OLD = { 'proc/sys/kernel/osrelease': '6.1.0-26-amd64\n', 'lib/modules/6.1.0-26-amd64/modules.dep': '' }

test.each<[string, Record<string, string>, object]>([
  ['nothing waits', OLD, { pending_reboot: 1 }],
  ['a package asked for it', { ...OLD, 'run/reboot-required': '' }, { pending_reboot: 2 }],
  ['on openSUSE', { ...OLD, 'run/reboot-needed': '' }, { pending_reboot: 2 }],
  ['a newer kernel', { ...OLD, 'lib/modules/6.1.0-28-amd64/modules.dep': '' }, { pending_reboot: 2 }],
  [
    'what is left of a removed kernel',
    { ...OLD, 'lib/modules/6.1.0-99-amd64/updates/x': '' },
    { pending_reboot: 1 },
  ],
  [
    'no kernels, but who would ask for it is there',
    { 'usr/share/update-notifier/notify-reboot-required': '' },
    { pending_reboot: 1 },
  ],
  [
    'a router, whose folder has modules only',
    { 'proc/sys/kernel/osrelease': '5.15.150\n', 'lib/modules/5.15.150/nf_nat.ko': '' },
    {},
  ],
  ['nothing at all', {}, {}],
  [
    'files in the place of folders',
    { 'lib/modules': 'x', 'proc/sys/kernel/osrelease/': '', 'run/x': '' },
    {},
  ],
])('a restart waits: %s', async (_what, files, values) => {
  expect(await createRebootCollector(machineRoot(files)).read()).toEqual(values)
})

const NOW = new Date('2026-11-22T12:00:00').getTime()
const hoursAgo = (hours: number): Date => new Date(NOW - hours * 3600_000)

/** `dpkg.log` has the local time without a zone. */
const stamp = (hours: number): string => {
  const local = new Date(hoursAgo(hours).getTime() - hoursAgo(hours).getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 19).replace('T', ' ')
}

/** The hours since the last update of a machine with these files, changed so many hours ago. */
async function age(files: Record<string, [content: string, hours: number]>): Promise<number | undefined> {
  const root = machineRoot(Object.fromEntries(Object.entries(files).map(([path, [text]]) => [path, text])))
  for (const [path, [, hours]] of Object.entries(files)) {
    utimesSync(join(root, path), hoursAgo(hours), hoursAgo(hours))
  }
  return (await createUpdatesCollector(root, () => NOW).read()).update_age_hours
}

const upgrade = (hours: number): string => `${stamp(hours)} upgrade libc6:amd64 2.36-9 2.36-10\n`
const install = (hours: number): string => `${stamp(hours)} install vim:amd64 <none> 2:9.0\n`

test('dpkg: when something was upgraded, not when something was added', async () => {
  const log = `${stamp(100)} startup archives unpack\n${upgrade(99)}${upgrade(98)}${install(3)}`
  expect(await age({ 'var/lib/dpkg/status': ['', 3], 'var/log/dpkg.log': [log, 3] })).toBe(98)
  const rotated = { 'var/log/dpkg.log.1': [upgrade(900), 700], 'var/log/dpkg.log': [install(3), 3] } as const
  expect(await age({ 'var/lib/dpkg/status': ['', 3], ...mutable(rotated) })).toBe(900)
})

test('dpkg: no upgrade in two months of logs is at least as old as they are, no log as the database', async () => {
  const logs = { 'var/log/dpkg.log.1': [install(1400), 700], 'var/log/dpkg.log': [install(3), 3] } as const
  expect(await age({ 'var/lib/dpkg/status': ['', 3], ...mutable(logs) })).toBe(1400)
  expect(await age({ 'var/lib/dpkg/status': ['', 2500], 'var/log/dpkg.log': ['', 100] })).toBe(2500)
})

const mutable = (files: Record<string, readonly [string, number]>): Record<string, [string, number]> =>
  Object.fromEntries(Object.entries(files).map(([path, [text, hours]]) => [path, [text, hours]]))

test('rpm: by the log of dnf, else by the database', async () => {
  const log = `${hoursAgo(50).toISOString().slice(0, 19)}+0000 SUBDEBUG Upgrade: openssl-libs-3.0.7\n${hoursAgo(5).toISOString().slice(0, 19)}+0000 SUBDEBUG Installed: vim\n`
  expect(await age({ 'var/lib/rpm/rpmdb.sqlite': ['', 5], 'var/log/dnf.rpm.log': [log, 5] })).toBe(50)
  expect(await age({ 'usr/lib/sysimage/rpm/rpmdb.sqlite': ['', 77] })).toBe(77)
})

test('apk and opkg by their database, OpenWrt by the build of its image', async () => {
  expect(await age({ 'lib/apk/db/installed': ['', 30] })).toBe(30)
  expect(await age({ 'usr/lib/opkg/status': ['', 31] })).toBe(31)
  expect(
    await age({
      ...{
        'usr/lib/opkg/status': ['', 5],
        'rom/etc/openwrt_release': ['', 6000],
        'etc/openwrt_release': ['', 2],
      },
    }),
  ).toBe(6000)
})

test('nothing where nothing says, where it says the future, or where it says garbage', async () => {
  expect(await age({ 'etc/hostname': ['x', 1] })).toBeUndefined()
  expect(await age({ 'lib/apk/db/installed': ['', -48] })).toBeUndefined()
  expect(lastUpgrade('')).toBeNull()
  expect(lastUpgrade('2026-99-99 10:00:00 upgrade x\n')).toBeNull()
  expect(lastUpgrade(Buffer.alloc(500_000, 0xc3).toString('latin1'))).toBeNull()
  expect(lastDnfUpgrade('2026-11-05T02:11:09 Upgrade: x\n')).toBeNull()
  const wrong = machineRoot({ 'var/lib/dpkg/status/': '', 'var/log/dpkg.log/': '', 'lib/apk': 'x' })
  expect(await createUpdatesCollector(wrong, () => NOW).read()).toEqual({})
})
