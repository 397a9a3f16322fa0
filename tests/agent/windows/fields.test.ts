import { expect, test } from 'vitest'
import { batteryOf } from '../../../agent/windows/battery.ts'
import { fullestPercent } from '../../../agent/windows/disks.ts'
import { booleanOf, numberOf, textOf, toDate } from '../../../agent/windows/fields.ts'
import { inventoryTraits } from '../../../agent/windows/inventory.ts'
import { readParts } from '../../../agent/windows/parts.ts'
import { systemTraits } from '../../../agent/windows/system.ts'
import { isRestartPending, lastUpdateMs } from '../../../agent/windows/updates.ts'

test.each<[unknown, string | null]>([
  ['/Date(1795128011000)/', '2026-11-19T22:40:11.000Z'],
  ['/Date(1795128011000+0700)/', '2026-11-19T22:40:11.000Z'],
  ['2026-11-20T05:40:11.1234567+07:00', '2026-11-19T22:40:11.123Z'],
  ['2026-11-19T22:40:11', '2026-11-19T22:40:11.000Z'],
  ['2026-11-19T22:40:11.5Z', '2026-11-19T22:40:11.500Z'],
  ['2026-11-19', '2026-11-19T00:00:00.000Z'],
  ['20261120054011.000000+420', '2026-11-19T22:40:11.000Z'],
  ['1601-01-01T00:00:00Z', null],
  ['/Date(-62135596800000)/', null],
  ['/Date(99999999999999999)/', null],
  ['2026-13-45T00:00:00Z', null],
  ['20/11/2026 10:02', null],
  [1_795_128_011_000, null],
  [null, null],
])('a date written as %j', (written, iso) => {
  const ms = toDate(written)
  expect(ms === null ? null : new Date(ms).toISOString()).toBe(iso)
})

test.each<[unknown, number | null]>([
  [12.5, 12.5],
  ['12', 12],
  ['-3', -3],
  ['12,5', 12.5],
  ['0x1F', 31],
  [{ value: 4, Value: 'SSD' }, 4],
  ['1.234,5', null],
  ['1 234', null],
  ['12 %', null],
  ['', null],
  [true, null],
  [Number.POSITIVE_INFINITY, null],
  [[1], null],
])('a number written as %j', (written, number) => {
  expect(numberOf({ it: written }, 'it')).toBe(number)
})

test('yes and no, and texts without what nobody can read', () => {
  const yes = [true, 'True', ' true ', 1, '1'].map((it) => booleanOf({ it }, 'it'))
  const no = [false, 'FALSE', 0, '0'].map((it) => booleanOf({ it }, 'it'))
  const neither = ['Wahr', 2, null, [], {}].map((it) => booleanOf({ it }, 'it'))
  expect([new Set(yes), new Set(no), new Set(neither)]).toEqual([
    new Set([true]),
    new Set([false]),
    new Set([null]),
  ])
  expect(textOf({ it: '  \u200eKingston\0\r\n A400 ' }, 'it')).toBe('Kingston A400')
  expect(textOf({ it: 'x'.repeat(5000) }, 'it')).toHaveLength(200)
  expect(['', ' \u200e ', null, true, [], {}].map((it) => textOf({ it }, 'it'))).toEqual(Array(6).fill(null))
})

test('rows as ConvertTo-Json may write them', () => {
  const rowsOf = (json: string) => readParts(`@hd:begin 1\n@hd:os ${json}\n@hd:end`).parts.get('os')
  expect(rowsOf('{"v":[{"a":1}]}')).toEqual({ rows: [{ a: 1 }] })
  expect(rowsOf('{"v":{"a":1}}'), 'the one thing of a list').toEqual({ rows: [{ a: 1 }] })
  expect(rowsOf('{"v":null}')).toEqual({ rows: [] })
  expect(rowsOf('{"v":[null]}')).toEqual({ rows: [] })
  expect(rowsOf('{"v":{"value":[{"a":1},{"a":2}],"Count":2}}')).toEqual({ rows: [{ a: 1 }, { a: 2 }] })
  expect(rowsOf('{"e":"Zugriff\\r\\nverweigert","c":"HRESULT 0x80041003,X"}')).toEqual({
    problem: 'Zugriff verweigert',
    code: 'HRESULT 0x80041003,X',
  })
  expect(rowsOf('{"v":[{"a":\n1}\n]}'), 'broken at the width of a console').toEqual({ rows: [{ a: 1 }] })
  expect(readParts('@hd:begin 1\nPS C:\\Windows\\system32> @hd:os {"v":[{"a":1}]}').parts.get('os')).toEqual({
    rows: [{ a: 1 }],
  })
  const bad = (json: string) => (rowsOf(json) as { problem: string }).problem
  expect(bad('{"v":[')).toBe('part os: expected JSON, got "{\\"v\\":["')
  expect(bad('[1]')).toBe('part os: expected an object, got a list')
  expect(bad('null')).toBe('part os: expected an object, got null')
  expect(bad('{}')).toBe('part os: expected rows or an error, got neither')
})

test('the fullest volume; one that tells nonsense is left out', () => {
  expect(
    fullestPercent([
      { Size: 100, FreeSpace: 40 },
      { Size: '1000', FreeSpace: '100' },
    ]),
  ).toBe(90)
  expect(
    fullestPercent([{ Size: 100, FreeSpace: 200 }, { Size: 0, FreeSpace: 0 }, { Size: null }]),
  ).toBeNull()
})

test('a battery: what the charger says counts before its gauge, and "I do not know" is no time', () => {
  const laptop = { Name: 'DELL', BatteryStatus: 1, EstimatedChargeRemaining: 63, EstimatedRunTime: 188 }
  const charger = (online: boolean) => [{ PowerOnline: online }]
  expect(batteryOf([laptop], [])).toMatchObject({ source: 'battery', percent: 63, minutes: 188 })
  expect(batteryOf([laptop], charger(true))).toMatchObject({ source: 'mains', minutes: null })
  expect(batteryOf([{ ...laptop, BatteryStatus: 2 }], charger(false))).toMatchObject({ source: 'battery' })
  expect(batteryOf([{ ...laptop, EstimatedRunTime: 71_582_788 }], [])).toMatchObject({ minutes: null })
  expect(batteryOf([{ ...laptop, EstimatedChargeRemaining: 104 }], [])).toMatchObject({ percent: 100 })
  expect(batteryOf([{ ...laptop, EstimatedChargeRemaining: 255 }], [])).toMatchObject({ percent: null })
  for (const status of [2, 3, 6, 7, 8, 9, 11]) {
    expect(batteryOf([{ BatteryStatus: status }], []), `status ${status}`).toMatchObject({ source: 'mains' })
  }
  for (const status of [1, 4, 5]) {
    expect(batteryOf([{ BatteryStatus: status }], []), `status ${status}`).toMatchObject({
      source: 'battery',
    })
  }
  expect(batteryOf([{ BatteryStatus: 10 }], [])).toMatchObject({ source: 'unknown', text: '?' })
  expect(batteryOf([], charger(true)), 'a PC').toBeNull()
})

const FRESH = Date.UTC(2026, 10, 20)

test('the last update: by packages, else hot fixes, else the update service; never from the future', () => {
  const packages = [{ InstallTimeHigh: 31_290_080, InstallTimeLow: 1_710_776_320 }]
  const none = { packages: [], hotfixes: [], autoupdate: [] }
  const asDay = (rows: Parameters<typeof lastUpdateMs>[0]): string | null => {
    const ms = lastUpdateMs(rows, FRESH)
    return ms === null ? null : new Date(ms).toISOString().slice(0, 10)
  }
  const hotfixes = [
    '8/10/2025 12:00:00 AM',
    '',
    '01dc4f1b22334455',
    '/Date(1760000000000)/',
    '31/12/2026',
  ].map((InstalledOn) => ({ InstalledOn }))
  expect(asDay({ ...none, packages, hotfixes })).toBe('2026-11-12')
  expect(asDay({ ...none, hotfixes })).toBe('2025-11-06')
  expect(asDay({ ...none, autoupdate: [{ installed: '2026-10-15T03:12:44' }] })).toBe('2026-10-15')
  expect(asDay({ ...none, autoupdate: [{ installed: '2027-10-15T03:12:44' }] })).toBeNull()
  expect(asDay(none)).toBeNull()
})

test('a restart is pending for Windows, not for what a printer leaves behind', () => {
  const calm = { cbs: false, update: false, name: 'PC', active: 'pc' }
  const left = [
    ...['\\??\\C:\\Windows\\system32\\spool\\V4Dirs\\1A2B', ''],
    ...['\\??\\C:\\Users\\a\\old.exe', '!\\??\\C:\\Program Files\\App\\new.exe'],
    ...['\\??\\C:\\Windows\\Temp\\a', '!\\??\\C:\\Windows\\Temp\\b'],
    ...['\\??\\C:\\Windows\\System32\\old.dll', ''],
  ]
  expect(isRestartPending(calm, left)).toBe(false)
  const driver = [
    '\\??\\C:\\Windows\\System32\\drivers\\a.new',
    '!\\??\\C:\\Windows\\System32\\drivers\\a.sys',
  ]
  expect(isRestartPending(calm, [...left, ...driver])).toBe(true)
  expect(isRestartPending({ ...calm, cbs: true }, [])).toBe(true)
  expect(isRestartPending({ ...calm, update: 'True' }, [])).toBe(true)
  expect(isRestartPending({ ...calm, name: 'PC2' }, [])).toBe(true)
  expect(isRestartPending({ cbs: null, update: null }, [])).toBeNull()
  expect(isRestartPending({ cbs: null, update: false }, [])).toBe(false)
})

test('which Windows it is', () => {
  const of = (version: unknown, edition: Record<string, unknown> | null) =>
    systemTraits({ Version: version }, edition)
  expect(of('10.0.19044', { EditionID: 'IoTEnterpriseS' }).os_id).toBe('windows 10.0.19044 iot-enterprise-s')
  expect(of('10.0.20348', { EditionID: 'ServerStandard', UBR: 2849 })).toEqual({
    os: 'Windows (10.0.20348.2849)',
    os_id: 'windows 10.0.20348 server-standard',
  })
  expect(of('6.3.9600', null).os_id).toBe('windows 6.3.9600')
  expect(() => of('mười', null)).toThrow('os: expected a version such as 10.0.19045, got "mười"')
})

test('what the maker of a board has left unfilled is not told', () => {
  const unfilled = [
    'To Be Filled By O.E.M.',
    'Default string',
    'System Serial Number',
    'N/A',
    '0000000',
    '123456789',
    'None',
  ]
  for (const SerialNumber of unfilled) {
    const bios = { SerialNumber, SMBIOSBIOSVersion: '1.0' }
    const rows = {
      computer: null,
      product: null,
      bios,
      board: null,
      memory: [],
      adapters: [],
      processor: null,
    }
    expect(inventoryTraits(rows), SerialNumber).toEqual({ firmware: '1.0' })
  }
})
