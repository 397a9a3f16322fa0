import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { deviceId, siteId, uplinkId } from '#protocol/ids.ts'
import { monthStart, parseMonth } from '#protocol/month.ts'
import { type BillParts, billOf } from '../../../server/bills/bill.ts'
import { estimateBytes } from '../../../server/bills/estimate.ts'
import { toldBytes } from '../../../server/bills/spent.ts'
import { createEmbeddedStore } from '../../../server/projections/readings/embedded.ts'
import type { Device, Uplink } from '../../../server/registry/registry.ts'
import { placedReport } from '../../support/placed-report.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const HOUR_MS = 3600_000
const NOVEMBER = parseMonth('2026-11')!
const FROM = monthStart(NOVEMBER)
const LINE_BYTES = 10

const uplink: Uplink = {
  ...{ id: uplinkId('U1'), site: siteId('S1'), name: '4G', isp: 'V', medium: 'cell' },
  ...{ monthlyBytes: 5_000_000, vndPerMb: 200 },
}
const device: Device = {
  ...{
    id: deviceId('pc-1'),
    site: siteId('S1'),
    uplink: uplink.id,
    sim: null,
    battery: false,
    prober: null,
    bulletinClass: null,
    kind: 'pc',
    name: 'PC',
    key: new Uint8Array(),
  },
  ...{ keepaliveSeconds: 1200, reportSeconds: 900, enrolledMs: 0 },
}

describe('what a device has told of its month', () => {
  const told = (...points: [hour: number, value: number][]) =>
    toldBytes(
      points.map(([hour, value]) => ({ at: FROM + hour * HOUR_MS, value })),
      FROM,
    )

  test.each<[string, [number, number][], number | null]>([
    ['nothing', [], null],
    [
      'a total that grows',
      [
        [1, 1024],
        [2, 3072],
        [30, 9216],
      ],
      9216,
    ],
    [
      'the month before, a new one from its first sample on',
      [
        [-2, 700_000],
        [0, 1024],
        [9, 5120],
      ],
      5120,
    ],
    [
      'the month before said once more, then the new one',
      [
        [-2, 700_000],
        [1, 700_000],
        [2, 2048],
      ],
      2048,
    ],
    [
      'the month before and nothing since',
      [
        [-3, 600_000],
        [1, 700_000],
      ],
      null,
    ],
    [
      'an account that was lost on the way',
      [
        [-2, 700_000],
        [1, 1024],
        [300, 90_000],
        [301, 1024],
        [400, 2048],
      ],
      92_048,
    ],
  ])('%s', (_case, points, bytes) => {
    expect(told(...points)).toBe(bytes)
  })
})

test('an estimate grows with the hours heard, and a gap costs a connect', () => {
  const habit = { sampleSeconds: 60, reportSeconds: 900, keepaliveSeconds: 1200, pings: false }
  const hours = (...at: number[]) => at.map((hour) => ({ at: hour * HOUR_MS, value: 1 }))
  const day = estimateBytes(hours(...Array(24).keys()), habit)
  expect(day).toBeGreaterThan(24_000)
  expect(day).toBeLessThan(34_000)
  const split = estimateBytes(hours(0, 1, 2, 3), habit)
  expect(estimateBytes(hours(0, 1, 7, 8), habit) - split).toBeGreaterThan(1000)
})

async function parts(): Promise<
  BillParts & { write: (hours: number[], values?: (number | null)[]) => Promise<void> }
> {
  const readings = createEmbeddedStore({ path: join(temporaryFolder(), 'readings.db') })
  await readings.start()
  onTestFinished(() => readings.stop())
  let seq = 0
  return {
    readings,
    registry: { uplink: () => uplink, devicesOn: () => [device], devices: () => [device] },
    paces: { of: () => ({ pace: null, lostAt: [] }) },
    async write(hours, values) {
      const columns = values ? { [LINE_BYTES]: values } : {}
      const offsetsSeconds = hours.map((hour) => (hour - hours[0]!) * 3600)
      await readings.write([
        placedReport({ firstAt: FROM + hours[0]! * HOUR_MS, seq: ++seq, offsetsSeconds, columns }),
      ])
    },
  }
}

test('a bill by what the agent told, at the price of its line', async () => {
  const world = await parts()
  await world.write([1, 2, 3], [100, null, 683])
  expect(await billOf(world, device, NOVEMBER)).toEqual({
    ...{ device: 'pc-1', month: '2026-11', bytes: 683 * 1024, source: 'agent' },
    ...{ vnd: 140, capBytes: 5_000_000 },
  })
  expect(await billOf(world, device, NOVEMBER + 1), 'a month in which nothing was heard').toMatchObject({
    ...{ bytes: 0, source: 'none', vnd: 0 },
  })
})

test('reckoned by the centre where the agent does not count; no price is made up', async () => {
  const world = await parts()
  await world.write([1, 2, 3, 4])
  const bill = await billOf(world, device, NOVEMBER)
  expect(bill.source).toBe('estimate')
  expect(bill.bytes).toBeGreaterThan(4000)
  const unpriced = {
    ...world,
    registry: { ...world.registry, uplink: () => ({ ...uplink, vndPerMb: null, monthlyBytes: null }) },
  }
  expect(await billOf(unpriced, device, NOVEMBER)).toMatchObject({ vnd: null, capBytes: null })
})
