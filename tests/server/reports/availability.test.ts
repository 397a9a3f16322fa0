import { expect, test } from 'vitest'
import { areaId, siteId, uplinkId } from '#protocol/ids.ts'
import { parseMonth } from '#protocol/month.ts'
import { judge } from '../../../server/availability/judge.ts'
import { pushRow, rowsKnown } from '../../../server/availability/rows.ts'
import { availabilityReport, devicesOf, EVERYTHING, reportBy } from '../../../server/reports/availability.ts'
import {
  anchored,
  connected,
  DAY_MS,
  HOUR_MS,
  id,
  JULY,
  JUNE,
  lost,
  smallProvince,
  up,
} from './small-province.ts'

const R1 = id('R1')
const PERIOD = { from: JUNE, to: JULY, asOf: JULY + 30 * DAY_MS }

test('figures come by area, site, line and device, each of the devices that lie in it', async () => {
  const province = await smallProvince(JULY)
  province.tell(...up(JUNE, 'SP1', 'SP2', 'R1', 'PC1'))
  const all = await availabilityReport(province, EVERYTHING, PERIOD)
  const counts = (lines: { id: string; figures: { devices: number } }[]) =>
    Object.fromEntries(lines.map(({ id, figures }) => [id, figures.devices]))
  expect(counts(all.areas)).toEqual({ P: 4, C1: 3, C2: 1 })
  expect(counts(all.sites)).toEqual({ S1: 3, S2: 1 })
  // The speakers have SIMs of their own; the router goes by the site's first line, as nobody has said otherwise.
  expect(counts(all.uplinks)).toEqual({ L1: 1 })
  expect(counts(all.devices)).toEqual({ SP1: 1, SP2: 1, R1: 1, PC1: 1 })
  expect(all.whole.devices).toBe(4)

  const commune = await availabilityReport(province, { ...EVERYTHING, area: areaId('C1') }, PERIOD)
  // Of the province only a part is asked for: it has no figure here.
  expect(counts(commune.areas)).toEqual({ C1: 3 })
  const line = await availabilityReport(province, { ...EVERYTHING, uplink: uplinkId('L1') }, PERIOD)
  expect([counts(line.areas), counts(line.sites), counts(line.uplinks), counts(line.devices)]).toEqual([
    ...[{}, {}, { L1: 1 }, { R1: 1 }],
  ])
})

test('nothing was required of a device before it was enrolled', async () => {
  const province = await smallProvince(JULY)
  const [speaker] = devicesOf(province, { ...EVERYTHING, site: siteId('S1') })
  await province.registry.addDevice({ ...speaker!, id: 'NEW' as never, enrolledMs: JULY - DAY_MS })
  province.tell(connected('NEW', JULY - DAY_MS, 1), anchored('NEW', JULY - DAY_MS, 1, 0))
  const { devices } = await availabilityReport(province, EVERYTHING, { ...PERIOD, asOf: JULY })
  const { figures } = devices.find(({ id }) => id === ('NEW' as never))!
  expect(figures.requiredMs).toBeLessThanOrEqual(DAY_MS + 60_000)
  expect(figures.service.lower).toBeCloseTo(1, 4)
})

test('a boot that had run for weeks when its device was enrolled makes no weeks without a line', async () => {
  const province = await smallProvince(JULY)
  const [speaker] = devicesOf(province, { ...EVERYTHING, site: siteId('S1') })
  await province.registry.addDevice({ ...speaker!, id: 'NEW' as never, enrolledMs: JULY - DAY_MS })
  province.tell(connected('NEW', JULY - DAY_MS, 1), anchored('NEW', JULY - DAY_MS, 1, 20 * 86_400))
  const { devices } = await availabilityReport(province, EVERYTHING, { ...PERIOD, asOf: JULY })
  const { figures } = devices.find(({ id }) => id === ('NEW' as never))!
  expect(figures.requiredMs).toBeLessThanOrEqual(DAY_MS + 60_000)
  expect(figures.downtime.linkMs).toBe(0)
})

test.each([
  ['all have spoken lately', false],
  ['one has been dead since winter', true],
])('facts too old for the period are left out, and nothing comes out otherwise: %s', async (_, dead) => {
  const province = await smallProvince(JULY)
  const start = JUNE - 150 * DAY_MS
  // Until the last night of May R1 is switched off at every night, and once more into June: a habit, but no longer.
  for (let day = 100; day < 150; day++) {
    const morning = start + day * DAY_MS + 7 * HOUR_MS
    province.tell(connected('R1', morning, day), anchored('R1', morning, day, 10))
    province.tell(lost('R1', morning + 12 * HOUR_MS))
  }
  const back = JUNE + 7 * HOUR_MS
  province.tell(connected('R1', back, 150), anchored('R1', back, 150, 10))
  // SP1 comes and goes, in the same boot for ten days each.
  for (let day = 0; day < 200; day++) {
    const morning = start + day * DAY_MS
    const [boot, uptime] = [Math.floor(day / 10), (day % 10) * 86_400 + 60]
    province.tell(connected('SP1', morning, boot), anchored('SP1', morning, boot, uptime))
    province.tell(lost('SP1', morning + (9 + ((day * 7) % 5)) * HOUR_MS))
  }
  if (dead) province.tell(...up(start, 'SP2'), lost('SP2', start + 20 * DAY_MS))
  const { facts, registry, rules } = province
  const whole = judge(facts.facts, registry, rules, PERIOD.asOf)
  const scope = { ...EVERYTHING, area: areaId('C1') }
  const expected = await reportBy(whole, province, scope, PERIOD)
  expect(await availabilityReport(province, scope, PERIOD)).toEqual(expected)
  // The premise: without the nights of May the first of June would be a failure.
  const blind = { ...facts.facts, devices: { ...facts.facts.devices } }
  const router = facts.facts.devices[R1]!
  const lastNight = rowsKnown(router.log, JUNE).length
  expect(lastNight).toBeGreaterThan(100)
  blind.devices[R1] = { ...router, log: logOf(rowsKnown(router.log, Infinity).slice(lastNight - 3)) }
  const unlearned = await reportBy(judge(blind, registry, rules, PERIOD.asOf), province, scope, PERIOD)
  expect(unlearned).not.toEqual(expected)
})

test('loudspeakers by class of bulletin: the figures of each class alone, worked out by hand', async () => {
  const province = await smallProvince(JULY)
  const set = (device: string, bulletinClass: 'emergency' | 'ordinary') =>
    province.registry.changeDevice(id(device), { bulletinClass })
  await set('SP1', 'emergency')
  await set('SP2', 'ordinary')
  // A class on what is no loudspeaker is nobody's bulletin.
  await set('R1', 'emergency')
  const [speaker] = devicesOf(province, { ...EVERYTHING, site: siteId('S1') })
  await province.registry.addDevice({
    ...{ ...speaker!, id: id('SP3'), site: siteId('S2'), bulletinClass: 'emergency' as const },
  })
  province.tell(...up(JUNE, 'SP1', 'SP2', 'SP3', 'R1', 'PC1'))
  // 7.2 of June's 720 hours SP1 cannot be reached, and comes back in the same boot; SP2 for 72.
  for (const [device, day, hours] of [
    ['SP1', 10, 7.2],
    ['SP2', 20, 72],
  ] as const) {
    const gone = JUNE + day * DAY_MS
    const back = gone + hours * HOUR_MS
    province.tell(
      ...[lost(device, gone), connected(device, back, 1)],
      anchored(device, back, 1, 60 + (back - JUNE) / 1000),
    )
  }
  const classesIn = async (area: string) => {
    const report = await availabilityReport(province, { ...EVERYTHING, area: areaId(area) }, PERIOD)
    return report.classes.map(({ class: name, figures: { devices, service } }) => [
      ...[name, devices, Math.round(service.lower! * 1e4) / 100],
    ])
  }
  expect(await classesIn('P')).toEqual([
    ['ordinary', 1, 90],
    ['emergency', 2, 99.5],
  ])
  expect(await classesIn('C1')).toEqual([
    ['ordinary', 1, 90],
    ['emergency', 1, 99],
  ])
  expect(await classesIn('C2')).toEqual([['emergency', 1, 100]])
  const alone = await availabilityReport(province, { ...EVERYTHING, device: id('SP1') }, PERIOD)
  expect(alone.classes).toEqual([])
})

test('what was published before loudspeakers had classes is read again', async () => {
  const province = await smallProvince(JULY + HOUR_MS)
  province.tell(...up(JUNE, 'SP1', 'SP2', 'R1', 'PC1'))
  const report = await availabilityReport(province, { ...EVERYTHING, area: areaId('C1') }, PERIOD)
  const { classes: _, ...before } = report
  const month = parseMonth('2026-06')!
  await province.published.add(areaId('C1'), month, {
    ...{ version: 1, publishedAt: JULY, publishedBy: 'lan', asOf: JULY, reason: null },
    report: before as typeof report,
  })
  expect((await province.published.versions(areaId('C1'), month))[0]!.report).toEqual({
    ...before,
    classes: [],
  })
})

function logOf(rows: ReturnType<typeof rowsKnown>): number[] {
  const log: number[] = []
  for (const row of rows) pushRow(log, row)
  return log
}
