import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { kernelText } from '../../../agent/collect/kernel-file.ts'
import { createPowerCollector } from '../../../agent/collect/power.ts'
import { createTemperatureCollector } from '../../../agent/collect/temperature.ts'
import { bytesOf, textOf } from '../../../agent/linux/file.ts'
import { addTo, machineRoot } from './machine-root.ts'

const NONE = async (): Promise<null> => null

test('the hottest of a processor, of which the list is made anew every half hour', async () => {
  let nowMs = 0
  const root = machineRoot({
    ...{
      'hwmon/hwmon0/name': 'coretemp\n',
      'hwmon/hwmon1/name': 'nvme\n',
      'hwmon/hwmon1/temp1_input': '90000\n',
    },
    ...{ 'hwmon/hwmon0/temp1_input': '50000\n', 'hwmon/hwmon0/temp2_input': '48000\n' },
    ...{ 'hwmon/hwmon0/temp3_input': '41000\n', 'hwmon/hwmon0/temp1_crit': '100000\n' },
  })
  const collector = createTemperatureCollector(root, () => nowMs)
  expect(await collector.read()).toEqual({ temperature_celsius: 50 })
  addTo(root, { 'hwmon/hwmon0/temp3_input': '70000\n', 'hwmon/hwmon0/temp1_input': '52500\n' })
  expect(await collector.read(), 'the two that were hottest').toEqual({ temperature_celsius: 52.5 })
  nowMs = 1_800_000
  expect(await collector.read()).toEqual({ temperature_celsius: 70 })
  rmSync(join(root, 'hwmon/hwmon0'), { recursive: true })
  expect(await collector.read(), 'its driver is gone').toEqual({ temperature_celsius: 90 })
  rmSync(join(root, 'hwmon'), { recursive: true })
  expect(await collector.read()).toEqual({})
})

test('sensors that are not connected, and files that are none', async () => {
  const root = machineRoot({
    ...{ 'thermal/thermal_zone0/type': 'cpu-thermal\n', 'thermal/thermal_zone0/temp': '-274000\n' },
    ...{
      'thermal/thermal_zone1/type': 'gpu\n',
      'thermal/thermal_zone1/temp/': '',
      'thermal/cooling_device0/': '',
    },
    ...{
      'hwmon/hwmon0/name': 'w83627\n',
      'hwmon/hwmon0/temp1_input': '127500\n',
      'hwmon/hwmon0/temp2_input': 'x\n',
    },
  })
  expect(await createTemperatureCollector(root).read()).toEqual({})
  writeFileSync(join(root, 'hwmon/hwmon0/temp2_input'), '36500\n')
  expect(await createTemperatureCollector(root).read()).toEqual({ temperature_celsius: 36.5 })
})

test('a battery is asked only while no charger gives power', async () => {
  const root = machineRoot({
    'AC/type': 'Mains\n',
    'AC/online': '1\n',
    'BAT0/type': 'Battery\n',
    'BAT0/status/': '',
  })
  const collector = createPowerCollector(root, { ups: NONE })
  expect(await collector.read()).toEqual({ power_source: 1 })
  rmSync(join(root, 'BAT0/status'), { recursive: true })
  addTo(root, { 'AC/online': '0\n', 'BAT0/status': 'Discharging\n' })
  expect(await collector.read()).toEqual({ power_source: 2 })
})

test('supplies that come are seen within half an hour, one that goes at once', async () => {
  let nowMs = 0
  const root = machineRoot({ 'AC/type': 'Mains\n', 'AC/online': '1\n' })
  const collector = createPowerCollector(root, { ups: NONE, now: () => nowMs })
  expect(await collector.read()).toEqual({ power_source: 1 })
  addTo(root, { 'BAT0/type': 'Battery\n', 'BAT0/status': 'Discharging\n', 'AC/online': '0\n' })
  nowMs = 1_800_000
  expect(await collector.read()).toEqual({ power_source: 2 })
  rmSync(join(root, 'AC'), { recursive: true })
  rmSync(join(root, 'BAT0'), { recursive: true })
  expect(await collector.read()).toEqual({})
})

test('files of the kernel, and what may lie in their place', async () => {
  const root = machineRoot({ word: ' Full \n', 'deep/': '', large: 'x'.repeat(900_000), zeros: 'a\0b\0' })
  expect(await kernelText(join(root, 'word'))).toBe('Full')
  expect(await kernelText(join(root, 'deep'))).toBe('')
  expect(await kernelText(join(root, 'gone'))).toBe('')
  expect(await kernelText(join(root, 'large'))).toHaveLength(4096)
  expect(await textOf(join(root, 'large'))).toHaveLength(262_144)
  expect(await textOf(join(root, 'zeros'))).toBe('a b')
  expect(await textOf(join(root, 'deep'))).toBe('')
  expect((await bytesOf(join(root, 'large'), 10, 899_995)).toString()).toBe('xxxxx')
  // More than a page, which the kernel gives in pieces.
  expect((await textOf('/proc/self/mountinfo')).split('\n').length).toBeGreaterThan(1)
})
