import { readFileSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { journalOf } from '../../../agent/linux/boot/journal.ts'
import { endByJournal, parseJournal } from '../../../agent/linux/boot/journal-end.ts'
import { BOOT_TIME, parseUtmp } from '../../../agent/linux/boot/utmp.ts'
import { type LastBootEndOptions, lastBootEnd } from '../../../agent/linux/last-boot-end.ts'
import { machineRoot } from './machine-root.ts'

const fixture = (name: string): Buffer => readFileSync(new URL(`fixtures/${name}`, import.meta.url))
const journal = (name: string): string => fixture(`journal-${name}.jsonl`).toString()
const WTMP = fixture('debian12-amd64.wtmp')
const STARTED_MS = Date.parse('2026-11-22T12:48:10Z')
const PRESENT = { id: 'f'.repeat(32), startedMs: STARTED_MS }

describe('what the journal of a boot tells', () => {
  test.each([
    ['restart', 'restart', '2026-11-22T12:46:59'],
    ['shutdown', 'shutdown', '2026-11-22T12:47:12'],
    ['halt', 'shutdown', '2026-11-22T12:47:50'],
    ['power-cut', 'power-loss', '2026-11-22T12:47:24'],
    // Nothing is written when root forces it: it looks like any end that nobody wrote down.
    ['forced', 'power-loss', '2026-11-22T12:47:35'],
  ])('%s: %s', (name, end, time) => {
    const entries = parseJournal(journal(name))
    expect(entries).toHaveLength(30)
    const word = endByJournal({ entries, bootId: null, present: PRESENT, keptAtOnce: true })
    expect([word?.end, new Date(word!.atMs!).toISOString().slice(0, 19)]).toEqual([end, time])
  })

  const powerCut = parseJournal(journal('power-cut'))

  test('logind alone says that it ended in order, not what for', () => {
    const announced = {
      ...powerCut[0]!,
      messageId: '98268866d1d54a499c4e98921d93bc40',
      from: 'systemd-logind',
    }
    const word = endByJournal({
      ...{ entries: [...powerCut, announced], bootId: null, present: PRESENT, keptAtOnce: true },
    })
    expect(word).toMatchObject({ end: 'shutdown', sure: false })
  })

  test('a journal of another boot, of this one, in memory or of nothing says nothing', () => {
    const given = { entries: powerCut, bootId: null, present: PRESENT, keptAtOnce: true }
    const id = powerCut[0]!.bootId
    expect(endByJournal({ ...given, bootId: id })?.end).toBe('power-loss')
    expect(endByJournal({ ...given, bootId: 'a'.repeat(32) })).toBeNull()
    expect(endByJournal({ ...given, present: { ...PRESENT, id } })).toBeNull()
    expect(endByJournal({ ...given, keptAtOnce: false })).toBeNull()
    expect(endByJournal({ ...given, entries: [] })).toBeNull()
  })

  test('lines that are no entries are passed over', () => {
    const hostile = ['', '-- No entries --', '{', '{"_BOOT_ID":', '[1]', 'null', '{}', '{"MESSAGE":[255,0]}']
    expect(parseJournal(hostile.join('\n')).map(({ bootId }) => bootId)).toEqual(['', ''])
    expect(parseJournal(`${journal('restart')}{"_BOOT`)).toHaveLength(30)
  })
})

const MOUNTS = '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n'
const BOOTED = parseUtmp(WTMP).flatMap(({ type, atMs }, place) =>
  type === BOOT_TIME ? [{ place, atMs }] : [],
)

/** A machine that has just begun the given boot of the seven. */
function machine(boot: number, files: Record<string, string | Uint8Array> = {}): LastBootEndOptions {
  const { place, atMs } = BOOTED[boot - 1]!
  const root = machineRoot({
    'proc/sys/kernel/random/boot_id': 'ffffffff-ffff-ffff-ffff-ffffffffffff\n',
    'proc/self/mountinfo': MOUNTS,
    'sys/class/rtc/rtc0/': '',
    'var/log/wtmp': WTMP.subarray(0, (place + 1) * 384),
    'run/utmp': WTMP.subarray(place * 384, (place + 1) * 384),
    ...files,
  })
  return { root, nowMs: atMs + 5000, uptimeSeconds: 5, journal: async () => '' }
}

test('wtmp alone', async () => {
  expect(await lastBootEnd(machine(4))).toEqual({
    end: 'power-loss',
    evidence: 'power-loss 2026-11-22T12:47:14Z wtmp',
  })
  expect(await lastBootEnd(machine(2))).toEqual({
    end: 'restart',
    evidence: 'restart 2026-11-22T12:46:59Z wtmp',
  })
})

test('the journal knows what for, and until when', async () => {
  const asked: string[] = []
  const telling = (name: string) => async (_root: string, boot: string) => {
    asked.push(boot)
    return journal(name)
  }
  expect(await lastBootEnd({ ...machine(3), journal: telling('shutdown') })).toEqual({
    end: 'shutdown',
    evidence: 'shutdown 2026-11-22T12:47:12Z journal',
  })
  expect(
    await lastBootEnd({
      ...machine(4),
      journal: telling('power-cut'),
      previousId: '63a30d5e-1d10-4786-8055-cc9819d62318',
    }),
  ).toEqual({ end: 'power-loss', evidence: 'power-loss 2026-11-22T12:47:24Z journal' })
  expect(asked).toEqual(['-1', '63a30d5e1d1047868055cc9819d62318'])
})

test('a record of an end in order has precedence over one that lacks it', async () => {
  const word = await lastBootEnd({ ...machine(2), journal: async () => journal('power-cut') })
  expect(word?.end).toBe('restart')
})

test('without the clock of a PC the last boot is asked for by its name only', async () => {
  const given = machine(4, { 'var/log/wtmp': '', 'run/utmp': '' })
  const told = { ...given, journal: async () => journal('power-cut') }
  expect((await lastBootEnd(told))?.end).toBe('power-loss')
  const { root: _root, ...board } = told
  const root = machineRoot({ 'proc/self/mountinfo': MOUNTS, 'proc/sys/kernel/random/boot_id': 'f\n' })
  expect(await lastBootEnd({ ...board, root })).toBeNull()
  const previousId = '63a30d5e-1d10-4786-8055-cc9819d62318'
  expect((await lastBootEnd({ ...board, root, previousId }))?.end).toBe('power-loss')
})

test('a log in memory, or under a layer that forgets, makes no power loss', async () => {
  const inMemory = `${MOUNTS}40 27 0:50 / /var/log rw - ext4 /dev/zram0 rw\n`
  expect(await lastBootEnd(machine(4, { 'proc/self/mountinfo': inMemory }))).toBeNull()
  expect((await lastBootEnd(machine(2, { 'proc/self/mountinfo': inMemory })))?.end).toBe('restart')
  const layered = '27 1 0:20 / / rw - overlay overlay rw,lowerdir=/rom,upperdir=/o/upper\n'
  expect(await lastBootEnd(machine(4, { 'proc/self/mountinfo': layered }))).toBeNull()
  expect(await lastBootEnd(machine(2, { 'proc/self/mountinfo': layered }))).toBeNull()
})

test('what outlived the power makes a crash of it', async () => {
  const panic = machine(4, {
    'sys/fs/pstore/dmesg-efi-1': 'Panic#1 Part1\n<0>[ 9.1] Kernel panic - not syncing\n',
  })
  const at = new Date('2026-11-22T12:47:20Z')
  utimesSync(join(panic.root!, 'sys/fs/pstore/dmesg-efi-1'), at, at)
  expect(await lastBootEnd(panic)).toEqual({
    end: 'unknown',
    evidence: 'unknown 2026-11-22T12:47:20Z kernel panic pstore',
  })
  const old = new Date('2026-10-01T00:00:00Z')
  utimesSync(join(panic.root!, 'sys/fs/pstore/dmesg-efi-1'), old, old)
  expect((await lastBootEnd(panic))?.end, 'a crash of last month').toBe('power-loss')
  const hung = machine(4, { 'sys/class/watchdog/watchdog0/bootstatus': '32\n' })
  expect(await lastBootEnd(hung)).toEqual({ end: 'unknown', evidence: 'unknown reset watchdog' })
})

test.each([
  ['[ 812.4] procd: - shutdown -\n[ 814.0] reboot: Restarting system\n', 'restart', 'restart pstore'],
  ['[ 812.4] Kernel panic - not syncing: Fatal exception\n', 'unknown', 'unknown kernel panic pstore'],
  ['[ 812.4] br-lan: port 1(eth0.1) entered forwarding state\n', 'unknown', 'unknown reset pstore'],
])('a router with OpenWrt, by the console that its memory kept: %j', async (text, end, evidence) => {
  const root = machineRoot({
    'etc/openwrt_release': "DISTRIB_ID='OpenWrt'\n",
    'proc/self/mountinfo': '1 0 0:18 / / rw - overlay overlayfs:/overlay rw\n',
    'sys/fs/pstore/console-ramoops-0': text,
  })
  expect(await lastBootEnd({ root })).toEqual({ end, evidence })
})

test('a router that keeps nothing, and a machine whose files are no files, tell nothing', async () => {
  expect(await lastBootEnd({ root: machineRoot({ 'etc/openwrt_release': '' }) })).toBeNull()
  const wrong = machineRoot({
    ...{ 'var/log/wtmp/': '', 'run/utmp/': '', 'proc/self/mountinfo/': '', 'sys/fs/pstore': 'x' },
    ...{ 'proc/sys/kernel/random/boot_id/': '', 'var/log/journal/': '' },
  })
  expect(await lastBootEnd({ root: wrong })).toBeNull()
  const garbage = machine(4, { 'var/log/wtmp': Buffer.alloc(100_000, 0x5a), 'run/utmp': 'none' })
  expect(await lastBootEnd(garbage)).toBeNull()
})

test("this machine's own journalctl is asked only where a journal is kept, and its refusal is no answer", async () => {
  expect(await journalOf(machineRoot({}), '-1')).toBe('')
  expect(await journalOf(machineRoot({ 'var/log/journal/0/system.journal': 'none' }), '-1')).toBe('')
})
