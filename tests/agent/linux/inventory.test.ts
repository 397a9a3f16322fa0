import { expect, test } from 'vitest'
import { interfaceTraits, processorOf } from '../../../agent/linux/hardware.ts'
import { createInventoryCollector } from '../../../agent/linux/inventory.ts'
import { dayOf, told } from '../../../agent/linux/machine.ts'
import { parseOsRelease, systemTraits } from '../../../agent/linux/system.ts'
import { machineRoot } from './machine-root.ts'

/** What an inventory says, without the agent's own line. */
async function inventory(files: Record<string, string | Uint8Array>): Promise<object> {
  const collector = createInventoryCollector(machineRoot(files))
  expect(await collector.read()).toEqual({})
  const { agent, ...rest } = collector.traits!()
  expect(agent).toBe(`Node ${process.versions.node} · ${process.platform} ${process.arch}`)
  return rest
}

const CORE = (n: number): string =>
  `processor\t: ${n}\nmodel name\t: Intel(R) Core(TM) i3-7100 CPU @ 3.90GHz\n\n`

test('a PC of an office', async () => {
  const pc = await inventory({
    'etc/os-release': 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n',
    'sys/class/dmi/id/sys_vendor': 'HP\n',
    'sys/class/dmi/id/product_name': 'HP ProDesk 400 G4 SFF\n',
    'sys/class/dmi/id/product_serial': 'SGH745QX0B\n',
    'sys/class/dmi/id/bios_vendor': 'HP\n',
    'sys/class/dmi/id/bios_version': 'P08 Ver. 02.24\n',
    'sys/class/dmi/id/bios_date': '01/18/2019\n',
    'proc/cpuinfo': [0, 1, 2, 3].map(CORE).join(''),
    'proc/meminfo': 'MemTotal:        8046848 kB\nMemFree: 1 kB\n',
    'sys/class/net/enp1s0/device/': '',
    'sys/class/net/enp1s0/speed': '100\n',
    'sys/class/net/enp1s0/address': '3c:52:82:aa:bb:cc\n',
    'sys/class/net/lo/address': '00:00:00:00:00:00\n',
  })
  expect(pc).toEqual({
    ...{ os: 'Debian GNU/Linux 12 (bookworm)', os_id: 'debian 12' },
    ...{ maker: 'HP', model: 'HP ProDesk 400 G4 SFF', serial: 'SGH745QX0B', made: '2019-01-18' },
    ...{ firmware: 'HP P08 Ver. 02.24', memory_mib: '7858' },
    processor: 'Intel(R) Core(TM) i3-7100 CPU @ 3.90GHz × 4',
    interfaces: 'enp1s0 · 100 Mbit/s · 3c:52:82:aa:bb:cc',
  })
})

test('one that a shop put together, of which only the main board has a name', async () => {
  const filler = 'To be filled by O.E.M.\n'
  const pc = await inventory({
    ...{ 'sys/class/dmi/id/sys_vendor': filler, 'sys/class/dmi/id/product_name': 'System Product Name\n' },
    ...{
      'sys/class/dmi/id/product_serial': 'Default string\n',
      'sys/class/dmi/id/board_serial': '0000000\n',
    },
    ...{ 'sys/class/dmi/id/board_vendor': 'Gigabyte Technology Co., Ltd.\n' },
    ...{ 'sys/class/dmi/id/board_name': 'H81M-DS2\n', 'sys/class/dmi/id/bios_date': '31/31/2015\n' },
  })
  expect(pc).toEqual({ maker: 'Gigabyte Technology Co., Ltd.', model: 'H81M-DS2' })
})

test('a laptop whose maker has names for versions', async () => {
  const laptop = await inventory({
    ...{ 'sys/class/dmi/id/sys_vendor': 'LENOVO\n', 'sys/class/dmi/id/product_name': '20L6S3WA00\n' },
    'sys/class/dmi/id/product_version': 'ThinkPad T480\n',
  })
  expect(laptop).toEqual({ maker: 'LENOVO', model: 'ThinkPad T480 (20L6S3WA00)' })
})

test('an armv7 board', async () => {
  const board = await inventory({
    'etc/os-release': 'PRETTY_NAME="Raspbian GNU/Linux 11 (bullseye)"\nID=raspbian\nVERSION_ID="11"\n',
    'proc/device-tree/model': 'Raspberry Pi 3 Model B Plus Rev 1.3\0',
    'proc/device-tree/serial-number': '00000000a1b2c3d4\0',
    'proc/device-tree/chosen/u-boot,version': '2021.01\0',
    'proc/cpuinfo':
      'processor\t: 0\nmodel name\t: ARMv7 Processor rev 4 (v7l)\n\nprocessor\t: 1\n\nHardware\t: BCM2835\nRevision\t: a020d3\n',
    'proc/meminfo': 'MemTotal:         945512 kB\n',
  })
  expect(board).toEqual({
    ...{ os: 'Raspbian GNU/Linux 11 (bullseye)', os_id: 'raspbian 11' },
    ...{ model: 'Raspberry Pi 3 Model B Plus Rev 1.3', serial: '00000000a1b2c3d4' },
    ...{ firmware: 'U-Boot 2021.01', memory_mib: '923' },
    processor: 'BCM2835 · ARMv7 Processor rev 4 (v7l) × 2',
  })
})

test('a router with OpenWrt', async () => {
  const router = await inventory({
    'etc/os-release':
      'NAME="OpenWrt"\nVERSION="23.05.3"\nID="openwrt"\nPRETTY_NAME="OpenWrt 23.05.3"\nVERSION_ID="23.05.3"\n',
    'tmp/sysinfo/model': 'GL.iNet GL-MT300N V2\n',
    'proc/cpuinfo':
      'system type\t\t: MediaTek MT7628AN ver:1 eco:2\nprocessor\t\t: 0\ncpu model\t\t: MIPS 24KEc V5.5\n',
    ...{ 'sys/class/net/br-lan/address': 'aa:bb:cc:00:11:22\n', 'sys/class/net/wlan0/device/': '' },
    ...{ 'sys/class/net/wlan0/phy80211/': '', 'sys/class/net/wlan0/address': 'aa:bb:cc:00:11:23\n' },
    ...{
      'sys/class/net/wlan0/speed/': '',
      'sys/class/net/eth0/device/': '',
      'sys/class/net/eth0/speed': '-1\n',
    },
  })
  expect(router).toEqual({
    ...{ os: 'OpenWrt 23.05.3', os_id: 'openwrt 23.05.3', model: 'GL.iNet GL-MT300N V2' },
    processor: 'MediaTek MT7628AN ver:1 eco:2 · MIPS 24KEc V5.5 × 1',
    interfaces: 'eth0\nwlan0 · Wi-Fi · aa:bb:cc:00:11:23',
  })
})

test('an arm64 kernel names no processor: the device tree does', () => {
  expect(processorOf('processor\t: 0\nBogoMIPS\t: 108.00\nCPU part\t: 0xd08\n', 'arm,cortex-a72 ')).toBe(
    'arm,cortex-a72 × 1',
  )
})

test.each([
  ...['To Be Filled By O.E.M.', 'Default string', '0123456789', '123456789', 'System Serial Number'],
  ...[
    'None',
    'N/A',
    'Not Specified',
    '00000000',
    'XXXXXXXX',
    '........',
    '  ',
    'O.E.M',
    'INVALID',
    'System Version',
  ],
])('no maker wrote %j', (word) => {
  expect(told(word)).toBe('')
})

test.each(['SGH745QX0B', '10000001', 'HP', 'X540LA', 'System76', 'Nonesuch', 'OEMPC-7'])(
  'a maker wrote %j',
  (word) => {
    expect(told(`${word} \n`)).toBe(word)
  },
)

test('days as firmware writes them', () => {
  const days = ['07/18/2019', '02/29/2020', '02/30/2020', '1/2/2020', '13/01/2020', '01/01/1980', '', 'none']
  expect(days.map(dayOf)).toEqual(['2019-07-18', '2020-02-29', '', '', '', '', '', ''])
})

test('os-release with quotes of both kinds, remarks and lines that are none', async () => {
  expect(parseOsRelease(`# x\nA='it is'\nB="a \\"b\\" \\$c"\nC=plain\nbad line\nD=\n=x\nE="open\n`)).toEqual({
    ...{ A: 'it is', B: 'a "b" $c', C: 'plain', D: '' },
  })
  const rolling = machineRoot({ 'usr/lib/os-release': 'ID=debian\nVERSION_CODENAME=trixie\nNAME="Debian"\n' })
  expect(await systemTraits(rolling)).toEqual({ os: 'Debian', os_id: 'debian trixie' })
})

test('folders in the place of files, and files of garbage, tell nothing and break nothing', async () => {
  const garbage = Buffer.alloc(1_000_000, Buffer.from([0xff, 0x0a, 0x3d, 0x22]))
  const broken = await inventory({
    ...{ 'etc/os-release': garbage, 'proc/cpuinfo': garbage, 'proc/meminfo/': '', 'proc/device-tree': 'x' },
    ...{ 'sys/class/dmi/id/sys_vendor/': '', 'sys/class/dmi/id/bios_date': garbage, 'sys/class/net': 'x' },
  })
  expect(broken).toEqual({})
  expect(await inventory({ 'etc/os-release': '\n'.repeat(250_000) })).toEqual({})
  const many = Object.fromEntries(
    Array.from({ length: 60 }, (_, n) => [`sys/class/net/lan${n}/device/`, ''] as const),
  )
  const { interfaces } = await interfaceTraits(machineRoot(many))
  expect(interfaces?.split('\n')).toHaveLength(12)
})
