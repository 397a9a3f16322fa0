import { expect, test } from 'vitest'
import { areaId } from '#protocol/ids.ts'
import { parseMonth } from '#protocol/month.ts'
import { availabilityReport, EVERYTHING } from '../../../server/reports/availability.ts'
import { monthState, publish } from '../../../server/reports/publishing.ts'
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

const MONTH = parseMonth('2026-06')!
const C1 = areaId('C1')
const GONE = JUNE + 27 * DAY_MS
const BACK = JULY + 3 * DAY_MS

/** SP1 falls silent on 28 June and comes back on 4 July with the story of two boots in between. */
async function untilPublished() {
  const province = await smallProvince(JULY + HOUR_MS)
  province.tell(...up(JUNE, 'SP1', 'SP2', 'R1', 'PC1'), lost('SP1', GONE))
  return province
}

const comesBack = [
  connected('SP1', BACK, 4),
  anchored('SP1', BACK, 4, 60),
  {
    ...{ t: BACK + 1000, type: 'report' as const, device: id('SP1'), now: null },
    // A speaker without a clock: each boot thinks that it is 1970.
    ...{ clockMs: null },
    history: [
      { boot: 1, fromSeconds: 0, toSeconds: 27 * 86_400 + 6 * 3600, clockMs: null, end: null },
      { boot: 2, fromSeconds: 0, toSeconds: 2 * 86_400, clockMs: null, end: 'power-loss' as const },
      { boot: 3, fromSeconds: 0, toSeconds: 3 * 86_400, clockMs: null, end: 'power-loss' as const },
    ],
  },
] as Parameters<Awaited<ReturnType<typeof smallProvince>>['tell']>

test('scenario 22: late history makes a second version with its reason; the first stays readable as it was', async () => {
  const province = await untilPublished()
  expect(await monthState(province, C1, MONTH)).toEqual({ versions: [], next: { version: 1, reason: null } })
  const first = await publish(province, C1, MONTH, 'lan')
  expect(first).toMatchObject({ version: 1, publishedBy: 'lan', asOf: JULY + HOUR_MS, reason: null })
  const before = first.report.devices.find(({ id }) => id === 'SP1')!.figures
  expect(before.device.lower).toBeLessThan(0.91)

  // Nothing new: there is nothing to publish, a day later too.
  province.clock.now += DAY_MS
  expect((await monthState(province, C1, MONTH)).next).toBeNull()
  await expect(publish(province, C1, MONTH, 'lan')).rejects.toThrow(/figures have changed.*version 1/)

  province.tell(...comesBack)
  province.clock.now = BACK + HOUR_MS
  const { next } = await monthState(province, C1, MONTH)
  expect(next).toMatchObject({ version: 2, reason: { added: [], removed: [], calendar: false } })
  const [changed, ...others] = next!.reason!.devices
  expect(others).toEqual([])
  expect(changed).toMatchObject({ device: 'SP1', name: 'SP1' })
  expect([BACK, BACK + 1000]).toContain(changed!.learnedAt)
  expect(changed!.changes.some(({ is }) => is === 'up-unreachable')).toBe(true)
  for (const { from, to, was, is } of changed!.changes) {
    expect(to).toBeGreaterThan(from)
    expect(from).toBeGreaterThanOrEqual(JUNE)
    expect(to).toBeLessThanOrEqual(JULY)
    expect(was).not.toBe(is)
  }

  const second = await publish(province, C1, MONTH, 'minh')
  expect(second).toMatchObject({ version: 2, publishedBy: 'minh', reason: next!.reason })
  const after = second.report.devices.find(({ id }) => id === 'SP1')!.figures
  expect(after.upMs).toBeGreaterThan(before.upMs)

  const { versions, next: third } = await monthState(province, C1, MONTH)
  expect(third).toBeNull()
  expect(versions).toEqual([first, second])

  // What was known then is still what was known then.
  const period = { from: JUNE, to: JULY, asOf: first.asOf }
  const again = await availabilityReport(province, { ...EVERYTHING, area: C1 }, period)
  expect(again).toEqual(first.report)
})

test('a month that is not over is not published', async () => {
  const province = await smallProvince(JULY - 1)
  expect(await monthState(province, C1, MONTH)).toEqual({ versions: [], next: null })
  await expect(publish(province, C1, MONTH, 'lan')).rejects.toThrow(
    /month: expected one that is over, got 2026-06/,
  )
})

test('another calendar, a device more or less: the reason says so', async () => {
  const province = await untilPublished()
  await publish(province, areaId('C2'), MONTH, 'lan')
  const { calendar } = province.registry
  await province.registry.setCalendar({ ...calendar.call(province.registry), workdays: [1, 2, 3] })
  const { next } = await monthState(province, areaId('C2'), MONTH)
  expect(next!.reason).toMatchObject({
    calendar: true,
    devices: [{ device: 'PC1', changes: [], learnedAt: null }],
  })

  await publish(province, C1, MONTH, 'lan')
  const [one] = province.registry.devices()
  await province.registry.addDevice({ ...one!, id: id('SP3'), enrolledMs: JUNE + DAY_MS })
  const grown = await monthState(province, C1, MONTH)
  expect(grown.next!.reason).toMatchObject({ added: ['SP3'], removed: [], devices: [] })
})
