import { expect, test } from 'vitest'
import { decodeReport, encodeReport } from '#protocol/report.ts'
import { ageOf, mergeRows, rowOf } from '../../agent/report.ts'
import { sampleNumber } from '../support/agent-samples.ts'

test('rows of one boot become columns, with gaps where a metric was not measured', () => {
  const rows = [
    rowOf({ ...sampleNumber(1), values: { cpu_percent: 12.34, rx_bytes: 5000 } }, 1),
    rowOf({ ...sampleNumber(2), values: { cpu_percent: Number.NaN, temperature_celsius: -3.5 } }, 2),
  ]
  const report = mergeRows(rows, { epoch: 9, seq: 4 })
  expect(report).toEqual({
    epoch: 9,
    seq: 4,
    boot: 1,
    uptimeSeconds: 60,
    clockSeconds: 1_800_000_060,
    offsetsSeconds: [0, 60],
    columns: [
      { metric: 1, values: [123, null] },
      { metric: 4, values: [4, null] },
      { metric: 8, values: [null, -7] },
    ],
  })
  expect(decodeReport(encodeReport(report))).toEqual(report)
})

test('the clock of a report is its last row’s that can be believed: a boot may begin in 1970', () => {
  const row = (seq: number, clockSeconds: number) => rowOf({ ...sampleNumber(seq), clockSeconds }, seq)
  const clockOf = (...clocks: number[]) =>
    mergeRows(
      clocks.map((clock, at) => row(at + 1, clock)),
      { epoch: 1, seq: 1 },
    ).clockSeconds
  expect(clockOf(100, 160, 1_800_000_120), 'told the time at the third row').toBe(1_800_000_000)
  expect(clockOf(1_500_000_000, 1_800_000_120, 220), 'lost it again').toBe(1_800_000_060)
  expect(clockOf(1_800_000_060, 1_900_000_120), 'set right').toBe(1_900_000_060)
  expect(clockOf(100, 160), 'never told').toBeNull()
  const merged = mergeRows([row(1, 100), row(2, 1_800_000_060)], { epoch: 1, seq: 1 })
  expect(
    ageOf(merged, 2, { uptimeSeconds: () => 9, nowMs: () => 1_800_000_600_000 }),
    'after its boot',
  ).toEqual({ seconds: 600, basis: 'clock' })
})

test('the age of a report: exact in its own boot, by the wall clock after it, unknown when that went back', () => {
  const clock = { uptimeSeconds: () => 1000, nowMs: () => 1_800_000_100_900 }
  const report = { boot: 2, uptimeSeconds: 400, clockSeconds: 1_800_000_000 }
  expect(ageOf(report, 2, clock)).toEqual({ seconds: 600, basis: 'monotonic' })
  expect(ageOf(report, 3, clock)).toEqual({ seconds: 100, basis: 'clock' })
  expect(ageOf({ ...report, clockSeconds: 1_800_000_200 }, 3, clock)).toBeNull()
  expect(ageOf({ ...report, clockSeconds: null }, 3, clock)).toBeNull()
})
