import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dayOnLine, leastCapOnLine } from '#protocol/forecast.ts'
import { DEVICE_KINDS, type DeviceKind, deviceId, siteId, uplinkId } from '#protocol/ids.ts'
import { decodeSettings, encodeSettings } from '#protocol/settings.ts'
import {
  type Circumstances,
  isMetered,
  leastCapOf,
  measurerOf,
  settingsFor,
  spreadFor,
} from '../../../server/fleet/settings.ts'
import type { Uplink } from '../../../server/registry/registry.ts'

const line = (changes: Partial<Uplink> = {}): Uplink => ({
  ...{ id: uplinkId('L1'), site: siteId('S1'), name: 'SIM', isp: 'Viettel', medium: 'cell' },
  ...{ monthlyBytes: null, vndPerMb: null },
  ...changes,
})

const devices = (...kinds: DeviceKind[]) =>
  kinds.map((kind, at) => ({ id: deviceId(`D${at}`), kind, reportSeconds: 900, keepaliveSeconds: 1200 }))

const [router, pc] = devices('router', 'pc') as [Circumstances['device'], Circumstances['device']]

const circumstances = (changes: Partial<Circumstances> = {}): Circumstances => ({
  ...{
    device: router,
    uplink: line(),
    mates: [router, pc],
    fast: false,
    served: 100,
    storm: false,
    measures: false,
  },
  ...changes,
})

test.each<[string, Partial<Uplink>, boolean]>([
  ['fibre', { medium: 'fibre' }, false],
  ['microwave', { medium: 'microwave' }, false],
  ['fibre with a cap', { medium: 'fibre', monthlyBytes: 1e9 }, true],
  ['a mobile line', { medium: 'cell' }, true],
  ['a satellite line', { medium: 'satellite' }, true],
])('%s is metered or not', (_case, changes, metered) => {
  expect(isMetered(line(changes))).toBe(metered)
})

const MB = 1e6
test.each<[string, Partial<Circumstances>, { keepaliveSeconds: number; monthlyBytes: number | null }]>([
  ['no line is known', { uplink: null }, { keepaliveSeconds: 1200, monthlyBytes: null }],
  ['nobody counts', { uplink: line({ medium: 'fibre' }) }, { keepaliveSeconds: 60, monthlyBytes: null }],
  [
    'nobody counts and the technician wants it faster',
    { uplink: null, device: { ...router, keepaliveSeconds: 30 } },
    { keepaliveSeconds: 30, monthlyBytes: null },
  ],
  ['metered: no ping at all', {}, { keepaliveSeconds: 1200, monthlyBytes: null }],
  [
    'metered with hourly reports: none either',
    { device: { ...router, reportSeconds: 3600 } },
    { keepaliveSeconds: 4800, monthlyBytes: null },
  ],
  ['sentinel without a cap', { fast: true }, { keepaliveSeconds: 120, monthlyBytes: null }],
  [
    'sentinel of a large cap, of which it has four fifths',
    { fast: true, uplink: line({ monthlyBytes: 20 * MB }) },
    { keepaliveSeconds: 60, monthlyBytes: 16 * MB },
  ],
  [
    'sentinel of a smaller cap',
    { fast: true, uplink: line({ monthlyBytes: 10 * MB }) },
    { keepaliveSeconds: 120, monthlyBytes: 8 * MB },
  ],
  [
    'sentinel that can afford no ping',
    { fast: true, uplink: line({ monthlyBytes: 2 * MB }) },
    { keepaliveSeconds: 1200, monthlyBytes: 1.6 * MB },
  ],
  [
    'a computer as sentinel has only its own share',
    { fast: true, device: pc, uplink: line({ monthlyBytes: 20 * MB }) },
    { keepaliveSeconds: 300, monthlyBytes: 4 * MB },
  ],
])('%s', (_case, changes, expected) => {
  expect(settingsFor(circumstances(changes))).toMatchObject(expected)
})

test('a reading a minute, or as often as reports go', () => {
  expect(settingsFor(circumstances()).sampleSeconds).toBe(60)
  const device = { ...router, reportSeconds: 10 }
  expect(settingsFor(circumstances({ device }))).toMatchObject({ sampleSeconds: 10, reportSeconds: 10 })
})

test('the same settings have the same number from 1, others another, and they fit the wire', () => {
  const settings = settingsFor(circumstances())
  expect(settingsFor(circumstances())).toEqual(settings)
  expect(settingsFor(circumstances({ served: 1400 })).number).toBe(settings.number)
  expect(settingsFor(circumstances({ fast: true })).number).not.toBe(settings.number)
  const held = settingsFor(circumstances({ storm: true }))
  expect(held).toEqual({ ...settings, number: held.number, hold: true })
  expect(held.number).not.toBe(settings.number)
  const measuring = settingsFor(circumstances({ measures: true }))
  expect(measuring).toEqual({ ...settings, number: measuring.number, measure: true })
  expect(decodeSettings(encodeSettings(measuring))).toEqual(measuring)
  expect(new Set([settings, held, measuring].map(({ number }) => number)).size).toBe(3)
  expect(decodeSettings(encodeSettings(settings))).toEqual(settings)
  expect(encodeSettings(settings).length).toBeLessThan(16)
})

test('a mass return is spread over what the centre bears', () => {
  expect([1, 1500, 1501, 10_000].map(spreadFor)).toEqual([10, 10, 20, 70])
})

test('the shares of a cap are the cap and not a byte more, and whoever is sentinel does not change them', () => {
  const fleet = fc.array(fc.constantFrom(...DEVICE_KINDS), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(fleet, fc.integer({ min: 0, max: 1e12 }), (kinds, monthlyBytes) => {
      const mates = devices(...kinds)
      const uplink = line({ monthlyBytes })
      const shares = (sentinel: number) =>
        mates.map((device, at) => {
          const fast = at === sentinel
          return settingsFor(circumstances({ device, mates, uplink, fast })).monthlyBytes!
        })
      expect(shares(0).reduce((sum, share) => sum + share, 0)).toBe(monthlyBytes)
      expect(Math.min(...shares(0))).toBeGreaterThanOrEqual(0)
      expect(shares(mates.length - 1)).toEqual(shares(0))
    }),
  )
})

test('a sentinel that pings can pay for it out of its share, whatever the line', () => {
  const cost = fc.record({
    monthlyBytes: fc.integer({ min: 0, max: 1e8 }),
    reportSeconds: fc.integer({ min: 60, max: 43_200 }),
  })
  fc.assert(
    fc.property(cost, ({ monthlyBytes, reportSeconds }) => {
      const device = { ...router, reportSeconds }
      const asked = circumstances({ device, mates: [device], fast: true, uplink: line({ monthlyBytes }) })
      const { keepaliveSeconds, sampleSeconds } = settingsFor(asked)
      if (keepaliveSeconds > reportSeconds) return
      const habit = { sampleSeconds, reportSeconds, keepaliveSeconds, pings: true }
      const worst = dayOnLine({ timestamps: true, tagBytes: 16, ipv6: false }, habit) * 31
      expect(worst).toBeLessThanOrEqual(monthlyBytes)
    }),
  )
})

test('with the least cap no share is too small for a report a day, and with a byte less one is', () => {
  const worst = { timestamps: true, tagBytes: 16, ipv6: true } as const
  const least = (...kinds: DeviceKind[]) => {
    const mates = devices(...kinds)
    const smallest = (monthlyBytes: number) =>
      Math.min(
        ...mates.map(
          (device) =>
            settingsFor(circumstances({ device, mates, uplink: line({ monthlyBytes }) })).monthlyBytes!,
        ),
      )
    const cap = leastCapOf(kinds)
    return [smallest(cap) >= leastCapOnLine(worst), smallest(cap - 1) >= leastCapOnLine(worst)]
  }
  expect(least('pc')).toEqual([true, false])
  expect(least('router', 'pc', 'pc')).toEqual([true, false])
  expect(leastCapOf([]), 'of the first to come').toBe(leastCapOf(['pc']))
})

test.each<[string, DeviceKind[], string | null]>([
  ['a router is on when others are', ['pc', 'speaker', 'router'], 'D2'],
  ['one of two', ['router', 'router'], 'D0'],
  ['a computer, rather than a loudspeaker', ['speaker', 'pc'], 'D1'],
  ['nobody', [], null],
])('one device of a line finds out what it carries: %s', (_case, kinds, chosen) => {
  expect(measurerOf(devices(...kinds))).toBe(chosen)
})
