import { expect, test } from 'vitest'
import { areaId, siteId, uplinkId } from '#protocol/ids.ts'
import { judge } from '../../../server/availability/judge.ts'
import { availabilityReport, devicesOf, EVERYTHING, reportBy } from '../../../server/reports/availability.ts'
import {
  anchored,
  connected,
  DAY_MS,
  HOUR_MS,
  JULY,
  JUNE,
  lost,
  smallProvince,
  up,
} from './small-province.ts'

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

test('facts too old for the period are left out, and nothing comes out otherwise', async () => {
  const province = await smallProvince(JULY)
  // Half a year of nights off and days with a cut now and then, one device dead since winter.
  const start = JUNE - 150 * DAY_MS
  for (const [index, device] of ['SP1', 'R1', 'PC1'].entries()) {
    let boot = 1
    for (let day = 0; day < 200; day++) {
      const morning = start + day * DAY_MS + index * 600_000
      province.tell(connected(device, morning, boot), anchored(device, morning, boot, 30))
      province.tell(lost(device, morning + (9 + ((day * 7 + index) % 5)) * HOUR_MS))
      if ((day + index) % 3 === 0) boot++
    }
  }
  province.tell(...up(start, 'SP2'), lost('SP2', start + 20 * DAY_MS))
  const { facts, registry, rules } = province
  const whole = judge(facts.facts, registry, rules, PERIOD.asOf)
  for (const area of ['P', 'C1', 'C2']) {
    const scope = { ...EVERYTHING, area: areaId(area) }
    expect(await availabilityReport(province, scope, PERIOD)).toEqual(
      await reportBy(whole, province, scope, PERIOD),
    )
  }
})
