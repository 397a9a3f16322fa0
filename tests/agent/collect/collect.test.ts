import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cpuPercent, cpuTimes, createCpuCollector } from '../../../agent/collect/cpu.ts'
import { createDiskCollector, diskPercent } from '../../../agent/collect/disk.ts'
import { createMemoryCollector, memoryPercentOf } from '../../../agent/collect/memory.ts'
import { createNetworkCollector, isRealInterface, parseNetDev } from '../../../agent/collect/network.ts'
import { createTemperatureCollector, temperatureOf } from '../../../agent/collect/temperature.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

test('processor: the busy share between two looks', async () => {
  expect(cpuPercent({ idle: 100, total: 400 }, { idle: 175, total: 500 })).toBe(25)
  expect(cpuPercent({ idle: 100, total: 400 }, { idle: 100, total: 400 }), 'no time between').toBeNull()
  expect(cpuPercent({ idle: 100, total: 400 }, { idle: 600, total: 500 }), 'a core came online').toBe(0)

  const looks = [
    { idle: 0, total: 100 },
    { idle: 50, total: 200 },
    { idle: 50, total: 300 },
  ]
  const collector = createCpuCollector(() => looks.shift()!)
  expect(await collector.read(), 'one look says nothing').toEqual({})
  expect(await collector.read()).toEqual({ cpu_percent: 50 })
  expect(await collector.read()).toEqual({ cpu_percent: 100 })
})

test('processor: this machine', () => {
  const { idle, total } = cpuTimes()
  expect(idle).toBeGreaterThan(0)
  expect(total).toBeGreaterThan(idle)
  expect(cpus().length).toBeGreaterThan(0)
})

test('memory: what no program could get, not what caches hold', () => {
  const recorded = 'MemTotal:        8000000 kB\nMemFree:          200000 kB\nMemAvailable:    6000000 kB\n'
  expect(memoryPercentOf(recorded)).toBe(25)
  expect(() => memoryPercentOf('MemTotal: 1 kB\n')).toThrow(
    'meminfo: expected MemTotal and MemAvailable, got',
  )
})

test('disk: counted as df does', () => {
  expect(diskPercent({ blocks: 1000, bfree: 300, bavail: 250 })).toBeCloseTo((700 / 950) * 100)
  expect(diskPercent({ blocks: 0, bfree: 0, bavail: 0 }), 'a volume without blocks').toBe(0)
})

// As statfs(2) answered of a squashfs, and of a type with the highest bit set on 64-bit and 32-bit Arm.
test.each([
  ['squashfs', 0x73717368],
  ['EROFS', 0xe0f5e1e2],
  ['EROFS on 32 bits', Number(0xffffffffe0f5e1e2n)],
])('disk: a board that starts from an image of %s is not full', async (_name, type) => {
  const image = { type, blocks: 724, bfree: 0, bavail: 0 }
  const data = { type: 0xef53, blocks: 1000, bfree: 300, bavail: 250 }
  const collector = createDiskCollector('/data', async (place) => (place === '/data' ? data : image))
  expect((await collector.read()).disk_percent).toBeCloseTo((700 / 950) * 100)
  expect(await createDiskCollector('/data', async () => image).read(), 'nothing that fills').toEqual({})
  const full = createDiskCollector('/data', async () => ({ ...data, bfree: 0, bavail: 0 }))
  expect((await full.read()).disk_percent).toBe(100)
})

const NET_DEV = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 1000      29    0    0    0     0          0         0     1000      29    0    0    0     0       0          0
  eth0:499198414   12431    0    0    0     0          0         0   925470    7431    0    0    0     0       0          0
wlp2s0: 2000 5    0    0    0     0          0         0   3000    7    0    0    0     0       0          0
docker0: 7777 5    0    0    0     0          0         0   7777    7    0    0    0     0       0          0
`

test('network: the real interfaces summed, a big counter grown into its colon too', async () => {
  const network = createNetworkCollector(async () => parseNetDev(NET_DEV))
  expect(await network.read()).toEqual({ rx_bytes: 499_200_414, tx_bytes: 928_470 })
  expect(() => parseNetDev('eth0: x y\n')).toThrow('expected 16 numbers after the colon, got "eth0: x y"')
})

test('network: what never leaves the machine, or leaves it once more, is not real', () => {
  const real = ['eth0', 'enp3s0', 'wlan0', 'wwan0', 'usb0', 'Ethernet', 'Wi-Fi', 'en0', 'ppp0', 'lan1']
  const unreal = [
    ...['lo', 'lo0', 'docker0', 'veth12ab', 'br-5f2e', 'br0', 'virbr0', 'tun0', 'tap1', 'wg0', 'tailscale0'],
    ...['bond0', 'eth0.10', 'pppoe-wan', 'ifb0', 'vEthernet (WSL)', 'Loopback Pseudo-Interface 1'],
  ]
  expect(real.filter(isRealInterface)).toEqual(real)
  expect(unreal.filter(isRealInterface)).toEqual([])
})

test('temperature: the hottest processor sensor, else the hottest; what is not connected is left out', () => {
  expect(
    temperatureOf([
      { label: 'acpitz', celsius: 70 },
      { label: 'x86_pkg_temp', celsius: 48 },
      { label: 'coretemp', celsius: 51 },
    ]),
  ).toBe(51)
  expect(
    temperatureOf([
      { label: 'nvme', celsius: 38.5 },
      { label: 'acpitz', celsius: -273 },
      { label: 'iwlwifi', celsius: Number.NaN },
    ]),
  ).toBe(38.5)
  expect(temperatureOf([])).toBeNull()
})

test('temperature: read from a tree like /sys/class, absent where there is none', async () => {
  const root = temporaryFolder()
  const files = {
    'thermal/thermal_zone0/type': 'cpu-thermal\n',
    'thermal/thermal_zone0/temp': '52500\n',
    'thermal/cooling_device0/type': 'Processor\n',
    'hwmon/hwmon1/name': 'nvme\n',
    'hwmon/hwmon1/temp1_input': '80000\n',
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(root, path, '..'), { recursive: true })
    await writeFile(join(root, path), text)
  }
  expect(await createTemperatureCollector(root).read()).toEqual({ temperature_celsius: 52.5 })
  expect(await createTemperatureCollector(join(root, 'nothing')).read()).toEqual({})
})

test.runIf(process.platform === 'linux')('this machine, read for real', async () => {
  const memory = await createMemoryCollector().read()
  expect(memory.memory_percent).toBeGreaterThan(0)
  expect(memory.memory_percent).toBeLessThan(100)

  const disk = await createDiskCollector(temporaryFolder()).read()
  expect(disk.disk_percent).toBeGreaterThan(0)
  expect(disk.disk_percent).toBeLessThanOrEqual(100)

  const before = parseNetDev(await readFile('/proc/net/dev', 'utf8')).filter(({ name }) =>
    isRealInterface(name),
  )
  const network = await createNetworkCollector().read()
  expect(network.rx_bytes).toBeGreaterThanOrEqual(before.reduce((sum, { rx }) => sum + rx, 0))
  expect(network.tx_bytes).toBeGreaterThanOrEqual(before.reduce((sum, { tx }) => sum + tx, 0))
})
