import { chmodSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { diskPercent } from '../../../agent/collect/disk.ts'
import { disksOf, emmcHealth } from '../../../agent/linux/block.ts'
import { createDiskHealthCollector } from '../../../agent/linux/disk-health.ts'
import { createFullestDiskCollector, localDisks } from '../../../agent/linux/fullest-disk.ts'
import { keepingOf, mountOf, parseMounts } from '../../../agent/linux/mounts.ts'
import { smartHealth } from '../../../agent/linux/smart.ts'
import { machineRoot } from './machine-root.ts'

/** Lines of a Debian PC, of one with containers, and of a server of files; made up of what proc_pid_mountinfo(5) says. */
const PC = String.raw`22 27 0:21 / /proc rw,relatime shared:5 - proc proc rw
27 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw,errors=remount-ro
30 27 8:1 / /boot/efi rw,relatime shared:9 - vfat /dev/sda1 rw
31 27 8:3 / /dữ\040liệu rw shared:3 - xfs /dev/sda3 rw
32 27 0:40 / /mnt/nas rw - nfs4 10.0.0.2:/x rw
33 27 0:41 / /mnt/win rw - cifs //10.0.0.3/x rw
34 27 0:42 / /media/phone rw - fuse.mtp mtp rw
35 27 8:2 /srv /srv rw - ext4 /dev/sda2 rw
36 27 7:0 / /snap/core/1 ro - squashfs /dev/loop0 ro
37 27 11:0 / /media/cd ro - iso9660 /dev/sr0 ro
38 27 8:4 / /old ro,relatime - ext4 /dev/sda4 ro
39 27 0:50 /@home /home rw - btrfs /dev/sdb1 rw
40 27 0:51 /@ /data rw - btrfs /dev/sdb1 rw
41 27 0:60 / /var/lib/docker/overlay2/x/merged rw - overlay overlay rw,lowerdir=/l
42 27 0:70 / /run/user/1000 rw - tmpfs tmpfs rw`

/** A router: OpenWrt 23.05 with squashfs, overlay and a partition of UBI. */
const ROUTER = `15 0 254:0 / /rom ro,relatime - squashfs /dev/root ro
16 20 0:15 / /overlay rw,noatime - ubifs /dev/ubi0_1 rw,assert=read-only,ubi=0,vol=1
20 1 0:16 / / rw,noatime - overlay overlayfs:/overlay rw,lowerdir=/,upperdir=/overlay/upper
21 20 0:17 / /tmp rw,nosuid - tmpfs tmpfs rw`

test('the local disks of a PC, each once; neither networks nor sticks, images or layers', () => {
  expect(
    localDisks(parseMounts(PC))
      .map(({ point }) => point)
      .sort(),
  ).toEqual([...['/', '/dữ liệu', '/home']])
  expect(localDisks(parseMounts(ROUTER)).map(({ point }) => point)).toEqual(['/overlay'])
})

test('lines that are no mounts are passed over', () => {
  expect(parseMounts('\nx\n1 2 3 - \n27 1 8:2 / / rw - \n- - -\n')).toEqual([])
  expect(parseMounts('x'.repeat(300_000))).toEqual([])
})

test('what becomes of what is written under a folder', () => {
  const of = (mountinfo: string, folder: string) => keepingOf(mountOf(folder, parseMounts(mountinfo))!)
  expect(of(PC, '/var/log')).toBe('disk')
  expect(of(ROUTER, '/var/log')).toBe('layered')
  expect(of(`${PC}\n50 27 0:80 / /var/log rw - tmpfs log2ram rw`, '/var/log')).toBe('memory')
  expect(of(`${PC}\n50 27 252:0 / /var/log rw - ext4 /dev/zram0 rw`, '/var/log')).toBe('memory')
  expect(of(`${PC}\n50 27 0:80 / /var/logs rw - tmpfs x rw`, '/var/log')).toBe('disk')
})

test('how full, as statfs tells it; a point that is gone and one that is no folder are not counted', async () => {
  const mountinfo = `1 0 8:1 / /full rw - ext4 /dev/sda1 rw\n2 0 8:2 / /gone rw - ext4 /dev/sdb1 rw\n`
  const root = machineRoot({ 'proc/self/mountinfo': mountinfo, 'full/': '' })
  const values = await createFullestDiskCollector(root).read()
  const here = diskPercent(await statfs(root))
  expect(Math.abs(values.fullest_disk_percent! - here)).toBeLessThan(1)
  expect(await createFullestDiskCollector(machineRoot({ 'proc/self/mountinfo': ROUTER })).read()).toEqual({})
  await expect(createFullestDiskCollector(machineRoot({})).read()).rejects.toThrow('mountinfo')
})

test.each([
  ['0x01 0x01', '0x01', 'good'],
  ['0x08 0x01', '0x01', 'good'],
  ['0x09 0x01', '0x01', 'worn'],
  ['0x01 0x0a', '0x01', 'worn'],
  ['0x01 0x02', '0x02', 'worn'],
  ['0x0b 0x01', '0x01', 'failing'],
  ['0x01 0x01', '0x03', 'failing'],
  ['0x00 0x00', '0x00', null],
  ['', '', null],
  ['xx', '\uFFFD', null],
])('an eMMC with wear %j and spare blocks %j is %s', (lifeTime, preEol, health) => {
  expect(emmcHealth(lifeTime, preEol)).toBe(health)
})

/** The fields of `smartctl --json` as smartmontools 7 names them. */
const ata = (passed: boolean, ...attributes: [id: number, value: number, raw: number][]): string =>
  JSON.stringify({
    smart_status: { passed },
    ata_smart_attributes: {
      table: attributes.map(([id, value, raw]) => ({ id, value, raw: { value: raw } })),
    },
  })
const nvme = (critical_warning: number, percentage_used: number): string =>
  JSON.stringify({
    smart_status: { passed: (critical_warning & 1) === 0 },
    nvme_smart_health_information_log: { critical_warning, percentage_used },
  })

test.each<[string, string, string | null]>([
  ['a disk without a word of complaint', ata(true, [5, 100, 0], [9, 59, 36_055], [197, 100, 0]), 'good'],
  ['with sectors that it could not read', ata(true, [5, 100, 0], [197, 100, 8]), 'worn'],
  ['with sectors given up', ata(true, [5, 98, 24]), 'worn'],
  ['an SSD near the end of its writes', ata(true, [231, 4, 0]), 'worn'],
  ['a disk that says it fails', ata(false, [5, 1, 4000]), 'failing'],
  ['an NVMe disk', nvme(0, 3), 'good'],
  ['that is hot', nvme(2, 3), 'good'],
  ['that is worn', nvme(0, 91), 'worn'],
  ['that can only be read', nvme(8, 3), 'failing'],
  ['a disk that is asleep', '{"power_mode":{"ata_value":0},"smartctl":{"exit_status":2}}', null],
  ['no JSON', 'smartctl: command not found', null],
  ['another JSON', '[null, {"smart_status": 1}]', null],
  ['fields of another kind', '{"smart_status":7,"ata_smart_attributes":{"table":[null,3,{"id":"5"}]}}', null],
  ['nothing', '', null],
])('%s', (_what, text, health) => {
  expect(smartHealth(text)).toBe(health)
})

const BOARD = {
  'sys/block/mmcblk1/size': '30535680\n',
  'sys/block/mmcblk1/removable': '0\n',
  'sys/block/mmcblk1/queue/rotational': '0\n',
  'sys/block/mmcblk1/device/name': 'BJTD4R\n',
  'sys/block/mmcblk1/device/type': 'MMC\n',
  'sys/block/mmcblk1/device/life_time': '0x03 0x09\n',
  'sys/block/mmcblk1/device/pre_eol_info': '0x01\n',
  'sys/block/mmcblk1boot0/size': '8192\n',
  'sys/block/zram0/size': '1000\n',
  'sys/block/mmcblk0/size': '62333952\n',
  'sys/block/mmcblk0/device/name': 'SC32G\n',
  'sys/block/mmcblk0/device/type': 'SD\n',
}

test('a board with an eMMC and a card, and no child process', async () => {
  const collector = createDiskHealthCollector({ root: machineRoot(BOARD), programs: ['/nowhere/smartctl'] })
  expect(await collector.read()).toEqual({ disk_health: 2 })
  expect(collector.traits!()).toEqual({ disks: 'SC32G · 32 GB · SD\nBJTD4R · 16 GB · eMMC · worn' })
})

/** A PC with a disk, an array of which one is gone, a stick and an empty drive. */
const ARRAY = {
  ...{ 'sys/block/sda/size': '1953525168\n', 'sys/block/sda/queue/rotational': '1\n' },
  'sys/block/sda/device/model': 'WDC WD10EZEX-08W  \n',
  ...{ 'sys/block/sdb/size': '60062500\n', 'sys/block/sdb/removable': '1\n', 'sys/block/sr0/size': '2\n' },
  ...{ 'sys/block/sdc/size': '0\n', 'sys/block/md0/md/degraded': '1\n', 'sys/block/md1/md/degraded': '0\n' },
}

test('an array that lost a disk is failing, whatever the others say', async () => {
  const root = machineRoot({ ...ARRAY, smartctl: `#!/bin/sh\necho '${ata(true)}'\nexit 4\n` })
  const program = join(root, 'smartctl')
  chmodSync(program, 0o755)
  const collector = createDiskHealthCollector({ root, programs: [program] })
  expect(await collector.read()).toEqual({ disk_health: 3 })
  expect(collector.traits!()).toEqual({ disks: 'WDC WD10EZEX-08W · 1000 GB · HDD · good\nmd0 · failing' })
})

test('a disk that sleeps is as it was, and a smartctl that hangs ends with the look', async () => {
  const { 'sys/block/md0/md/degraded': _array, ...disks } = ARRAY
  const answering = machineRoot({
    ...disks,
    smartctl: `#!/bin/sh\n[ -e "$0.asleep" ] && exit 2\ntouch "$0.asleep"\necho '${ata(true)}'\n`,
  })
  const program = join(answering, 'smartctl')
  chmodSync(program, 0o755)
  const collector = createDiskHealthCollector({ root: answering, programs: [program] })
  expect(await collector.read()).toEqual({ disk_health: 1 })
  expect(await collector.read(), 'asleep').toEqual({ disk_health: 1 })

  const hanging = machineRoot({ ...disks, smartctl: '#!/bin/sh\nexec sleep 60\n' })
  chmodSync(join(hanging, 'smartctl'), 0o755)
  const abort = new AbortController()
  const look = createDiskHealthCollector({ root: hanging, programs: [join(hanging, 'smartctl')] }).read(
    abort.signal,
  )
  setTimeout(() => abort.abort(), 50)
  expect(await look).toEqual({})
})

test('this machine has a disk', async () => {
  const disks = await disksOf('/')
  for (const { gigabytes } of disks) expect(gigabytes).toBeGreaterThan(0)
  expect(await disksOf(machineRoot({ 'sys/block': 'x' }))).toEqual([])
})
