import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plausible } from '../../../agent/collect/plausible.ts'
import { batteriesOf, batteryOf } from '../../../agent/linux/battery.ts'
import { createBatteryCollector, ownValues } from '../../../agent/linux/battery-collector.ts'
import { machineRoot } from './machine-root.ts'

/** A supply's `uevent`, as the kernel's power_supply class writes it. */
const uevent = (words: Record<string, string | number>): string =>
  Object.entries(words)
    .map(([name, value]) => `POWER_SUPPLY_${name}=${value}\n`)
    .join('')

const LAPTOP = {
  ...{ NAME: 'BAT0', TYPE: 'Battery', STATUS: 'Discharging', PRESENT: 1, TECHNOLOGY: 'Li-poly' },
  ...{ VOLTAGE_NOW: 11_500_000, POWER_NOW: 8_000_000, ENERGY_FULL_DESIGN: 23_480_000 },
  ...{
    ENERGY_FULL: 19_960_000,
    ENERGY_NOW: 12_000_000,
    CAPACITY: 60,
    MODEL_NAME: '01AV423',
    MANUFACTURER: 'LGC',
  },
}

test('a laptop on its battery', async () => {
  const root = machineRoot({
    'sys/class/power_supply/BAT0/uevent': uevent(LAPTOP),
    'sys/class/power_supply/AC/uevent': uevent({ NAME: 'AC', TYPE: 'Mains', ONLINE: 0 }),
    'sys/class/power_supply/hid-mouse/uevent': uevent({ TYPE: 'Battery', SCOPE: 'Device', CAPACITY: 5 }),
  })
  const collector = createBatteryCollector(root)
  expect(await collector.read()).toEqual({ battery_percent: 60, battery_minutes: 90 })
  expect(collector.traits!()).toEqual({ battery: 'LGC 01AV423 · 85 %' })
})

test.each<[string, Record<string, string | number>, number | null, number | null]>([
  ['charging: how long it lasts nobody asks', { ...LAPTOP, STATUS: 'Charging' }, 60, null],
  [
    'by charge and current',
    { STATUS: 'Discharging', CHARGE_NOW: 2_000_000, CURRENT_NOW: -500_000, CAPACITY: 50 },
    50,
    240,
  ],
  ['by the time of its own', { STATUS: 'Discharging', TIME_TO_EMPTY_NOW: 5400, CAPACITY: 41 }, 41, 90],
  ['a board that knows the charge only', { STATUS: 'Discharging', CAPACITY: 77 }, 77, null],
  ['no capacity, but energy', { STATUS: 'Full', ENERGY_NOW: 50, ENERGY_FULL: 100 }, 50, null],
  ['no current that could be measured', { ...LAPTOP, POWER_NOW: 0 }, 60, null],
  ['weeks at a current next to nothing', { ...LAPTOP, POWER_NOW: 1 }, 60, null],
  ['above full, as worn ones count', { STATUS: 'Full', CAPACITY: 104 }, 100, null],
  ['garbage', { STATUS: 'x', CAPACITY: 'many', ENERGY_NOW: '', POWER_NOW: 'NaN' }, null, null],
])('%s', (_what, words, percent, minutes) => {
  const battery = batteryOf(
    Object.fromEntries(Object.entries(words).map(([name, word]) => [name, String(word)])),
  )
  expect([battery.percent, battery.minutes]).toEqual([percent, minutes])
})

test('two batteries: the mean charge, and one after the other', () => {
  const one = batteryOf({ STATUS: 'Discharging', CAPACITY: '40', TIME_TO_EMPTY_NOW: '3600' })
  const other = batteryOf({ STATUS: 'Not charging', CAPACITY: '100' })
  expect(ownValues([one, other])).toEqual({ battery_percent: 70, battery_minutes: 60 })
  expect(ownValues([])).toEqual({})
})

test('whatever a driver writes, what is told can be', () => {
  const word = fc.oneof(
    fc.integer().map(String),
    fc.string(),
    fc.double().map(String),
    fc.constant('0x7fffffff'),
  )
  const names = [
    'CAPACITY',
    'ENERGY_NOW',
    'ENERGY_FULL',
    'POWER_NOW',
    'CHARGE_NOW',
    'CURRENT_NOW',
    'TIME_TO_EMPTY_NOW',
  ]
  const words = fc.record(Object.fromEntries(names.map((name) => [name, word])), { requiredKeys: [] })
  fc.assert(
    fc.property(words, fc.constantFrom('Discharging', 'Full', ''), (given, STATUS) => {
      expect(
        plausible(ownValues([batteryOf({ ...(given as Record<string, string>), STATUS })])).problems,
      ).toEqual([])
    }),
  )
})

test('a machine without a battery, and a supply that was pulled out', async () => {
  expect(await batteriesOf(machineRoot({}))).toEqual([])
  expect(await batteriesOf(machineRoot({ 'sys/class/power_supply/BAT0/uevent/': '' }))).toEqual([])
  const collector = createBatteryCollector(machineRoot({ 'sys/class/power_supply': 'x' }))
  expect([await collector.read(), collector.traits!()]).toEqual([{}, {}])
})
