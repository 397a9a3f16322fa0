import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createPowerCollector, type PowerSupply, powerSourceOf } from '../../../agent/collect/power.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const NOTHING = { scope: '', online: '', status: '' }
const charger = (online: 0 | 1, type = 'Mains'): PowerSupply => ({ ...NOTHING, type, online: String(online) })
const battery = (status: string, type = 'Battery'): PowerSupply => ({ ...NOTHING, type, status })

test.each<[string, PowerSupply[], string | null]>([
  ['a laptop with its charger', [charger(1), battery('Charging')], 'mains'],
  ['and without', [charger(0), battery('Discharging')], 'battery'],
  ['a battery that a weak charger cannot hold', [charger(1), battery('Discharging')], 'mains'],
  [
    'a laptop behind a UPS when the mains go',
    [charger(1), battery('Full'), battery('Discharging', 'UPS')],
    'battery',
  ],
  ['a UPS that is full', [battery('Full', 'UPS')], 'mains'],
  ['charged through USB', [charger(0), charger(1, 'USB'), battery('Charging')], 'mains'],
  ['a board whose battery driver knows no status', [battery('Unknown')], 'unknown'],
  ['a board behind a small UPS with one wire for the mains', [charger(0)], 'battery'],
  ['two batteries, one of them at work', [battery('Not charging'), battery('Discharging')], 'battery'],
  ['a desktop with a USB-C socket', [charger(0, 'USB')], null],
  ["a desktop's mouse", [{ ...battery('Discharging'), scope: 'Device' }], null],
  ['a desktop', [], null],
])('%s', (_what, supplies, source) => {
  expect(powerSourceOf(supplies)).toBe(source)
})

test('read from a tree like /sys/class/power_supply, absent where there is none', async () => {
  const folder = temporaryFolder()
  const write = (path: string, text: string): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), `${text}\n`)
  }
  const collector = createPowerCollector(folder)
  write('AC/type', 'Mains')
  write('AC/online', '1')
  write('BAT0/type', 'Battery')
  write('BAT0/status', 'Charging')
  expect(await collector.read()).toEqual({ power_source: 1 })
  write('AC/online', '0')
  write('BAT0/status', 'Discharging')
  expect(await collector.read()).toEqual({ power_source: 2 })
  rmSync(join(folder, 'BAT0/status'))
  rmSync(join(folder, 'AC'), { recursive: true })
  expect(await collector.read(), 'a battery that does not answer').toEqual({ power_source: 0 })
  expect(await createPowerCollector(join(folder, 'nothing')).read()).toEqual({})
})
