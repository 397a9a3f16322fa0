import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { endOfSupport } from '../../../server/lifecycle/os-support.ts'
import { RELEASES, WINDOWS } from '../../../server/lifecycle/support-table.ts'
import { programMissing } from '../../support/program.ts'

const TODAY = Date.UTC(2026, 10, 22, 5)

test.each<[string, string, 'supported' | 'ends-soon' | 'ended']>([
  ['windows 6.1.7601 professional', '2020-01-14', 'ended'],
  ['windows 6.1.7601 ultimate', '2020-01-14', 'ended'],
  ['windows 6.3.9600 core', '2023-01-10', 'ended'],
  ['windows 10.0.19045 professional', '2025-10-14', 'ended'],
  ['windows 10.0.19045 core-single-language', '2025-10-14', 'ended'],
  ['windows 10.0.19045 enterprise', '2025-10-14', 'ended'],
  ['windows 10.0.19045.6456 Professional', '2025-10-14', 'ended'],
  ['windows 10.0.19044 professional', '2023-06-13', 'ended'],
  // The same build lives on as LTSC 2021, and longer still in appliances.
  ['windows 10.0.19044 enterprise-s', '2027-01-12', 'ends-soon'],
  ['windows 10.0.19044 EnterpriseS', '2027-01-12', 'ends-soon'],
  ['windows 10.0.19044 iot-enterprise-s', '2032-01-13', 'supported'],
  ['windows 10.0.17763 enterprise-s', '2029-01-09', 'supported'],
  ['windows 10.0.17763 enterprise', '2021-05-11', 'ended'],
  ['windows 10.0.17763 server-standard', '2029-01-09', 'supported'],
  ['windows 10.0.14393 enterprise-s', '2026-10-13', 'ended'],
  ['windows 10.0.14393 server-datacenter', '2027-01-12', 'ends-soon'],
  ['windows 10.0.20348 server-standard', '2031-10-14', 'supported'],
  ['windows 10.0.20348 server-standard-eval', '2031-10-14', 'supported'],
  ['windows 10.0.22631 professional', '2025-11-11', 'ended'],
  ['windows 10.0.22631 education', '2026-11-10', 'ended'],
  ['windows 10.0.26100 core', '2026-10-13', 'ended'],
  ['windows 10.0.26100 enterprise', '2027-10-12', 'supported'],
  ['windows 10.0.26100 enterprise-s', '2029-10-09', 'supported'],
  ['windows 10.0.26100 iot-enterprise', '2027-10-12', 'supported'],
  ['windows 10.0.26100 iot-enterprise-s', '2034-10-10', 'supported'],
  ['windows 10.0.26100 server-standard', '2034-11-14', 'supported'],
  ['windows 10.0.26200 professional-workstation', '2027-10-12', 'supported'],
  ['windows 10.0.26200 server-rdsh', '2028-10-10', 'supported'],
  ['windows 10.0.26300 professional', '2028-10-10', 'supported'],
  ['windows 10.0.19045', '2025-10-14', 'ended'],
  ['debian 10', '2024-06-30', 'ended'],
  ['debian 11', '2026-08-31', 'ended'],
  ['debian 12', '2028-06-30', 'supported'],
  ['debian 12.7', '2028-06-30', 'supported'],
  ['debian 13', '2030-06-30', 'supported'],
  ['raspbian 11', '2026-08-31', 'ended'],
  ['ubuntu 20.04', '2025-05-29', 'ended'],
  ['ubuntu 22.04', '2027-06-01', 'supported'],
  ['ubuntu 22.04.5', '2027-06-01', 'supported'],
  ['openwrt 23.05.3', '2025-08-16', 'ended'],
  ['openwrt 19.07.10', '2022-04-30', 'ended'],
])('%s ends on %s: %s', (osId, endsAt, state) => {
  expect(endOfSupport(osId, TODAY)).toMatchObject({ endsAt, state })
})

test.each([
  ['a build of which nothing is known', 'windows 10.0.99999 professional'],
  ['an edition that never had this build', 'windows 10.0.19045 enterprise-s'],
  ['an edition of which nothing is known', 'windows 10.0.26100 holographic'],
  ['editions that end on different days, and none named', 'windows 10.0.26100'],
  ['a release whose end nobody has said yet', 'openwrt 25.12.1'],
  ['Debian to come', 'debian 14'],
  ['testing, which has no version', 'debian'],
  ['another system', 'gargoyle 1.14'],
  ['a name that every object has', 'constructor 1'],
  ['nothing', ''],
])('%s: not known', (_what, osId) => {
  expect(endOfSupport(osId, TODAY)).toBeNull()
})

test('the last day is still a day of support, in Vietnam, and half a year before it is soon', () => {
  const at = (iso: string) => endOfSupport('debian 12', Date.parse(iso))?.state
  expect(at('2028-06-30T23:59:00+07:00')).toBe('ends-soon')
  expect(at('2028-07-01T00:00:00+07:00')).toBe('ended')
  expect(at('2028-01-02T00:00:00+07:00')).toBe('supported')
  expect(at('2028-01-03T00:00:00+07:00')).toBe('ends-soon')
})

test('what can be bought beyond the end is told beside it', () => {
  expect(endOfSupport('windows 10.0.19045 professional', TODAY)?.boughtUntil).toBe('2028-10-10')
  expect(endOfSupport('debian 12', TODAY)?.boughtUntil).toBeNull()
})

test('of whatever a machine calls itself: an answer or none, never an error', () => {
  const words = fc.oneof(fc.string(), fc.constantFrom('windows', 'debian', '10.0.19045', '__proto__', '12'))
  fc.assert(
    fc.property(fc.array(words, { maxLength: 4 }), fc.integer({ min: 0, max: 4e12 }), (parts, nowMs) => {
      const found = endOfSupport(parts.join(' '), nowMs)
      if (found) expect(found.endsAt).toMatch(/^\d{4}-\d\d-\d\d$/)
    }),
  )
})

describe('the table', () => {
  const days = Object.values(WINDOWS).flatMap((build) => Object.values(build))

  test('of Windows names Tuesdays only, the second of their month, on which Microsoft gives out updates', () => {
    for (const day of days) {
      const date = new Date(day)
      expect([day, date.getUTCDay()]).toEqual([day, 2])
      expect([day, Math.ceil(date.getUTCDate() / 7)]).toEqual([day, 2])
    }
  })

  test('names days that are days', () => {
    const others = Object.values(RELEASES).flatMap((releases) => Object.values(releases))
    const all = others.flatMap(({ ends, bought }) => (bought ? [ends, bought] : [ends]))
    for (const day of [...all, ...days]) expect(new Date(day).toISOString().slice(0, 10)).toBe(day)
  })

  // Whoever installs distro-info-data has the days of both from their makers.
  const FOLDER = '/usr/share/distro-info'
  test
    .skipIf(programMissing('the days that Debian knows', [`${FOLDER}/debian.csv`], 'distro-info-data'))
    .each([
      ['debian', 'eol-lts'],
      ['ubuntu', 'eol'],
    ])('of %s says what distro-info-data says (skipped where that package is missing)', (name, column) => {
    const [head, ...rows] = readFileSync(`${FOLDER}/${name}.csv`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(','))
    const at = head!.indexOf(column)
    const told = new Map(rows.map((row) => [row[0]!.split(' ')[0]!, row[at]]))
    const releases = Object.entries(RELEASES[name]!)
    expect(releases.length).toBeGreaterThan(5)
    for (const [version, { ends }] of releases) {
      if (told.get(version)) expect([version, ends]).toEqual([version, told.get(version)])
    }
  })
})
