import { expect, test } from 'vitest'
import { decodeReport, encodeReport } from '#protocol/report.ts'
import { ageOf, groupRows, mergeRows, rowOf } from '../../agent/report.ts'
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

test('a report ends where the boot does, the time falls, a number is missing, or the rows are too many', () => {
  const row = (seq: number, boot: number, uptimeSeconds: number) =>
    rowOf({ ...sampleNumber(1, boot), uptimeSeconds }, seq)
  const rows = [row(1, 1, 60), row(2, 1, 60), row(3, 1, 30), row(4, 2, 90), row(6, 2, 150)]
  expect(groupRows(rows).map((group) => group.map(({ seq }) => seq))).toEqual([[1, 2], [3], [4], [6]])
  const many = Array.from({ length: 1441 }, (_, at) => row(at, 1, at))
  expect(groupRows(many).map((group) => group.length)).toEqual([1440, 1])
})

test('the age of a report: exact in its own boot, by the wall clock after it, unknown when that went back', () => {
  const clock = { uptimeSeconds: () => 1000, nowMs: () => 1_800_000_100_900 }
  const report = { boot: 2, uptimeSeconds: 400, clockSeconds: 1_800_000_000 }
  expect(ageOf(report, 2, clock)).toEqual({ seconds: 600, basis: 'monotonic' })
  expect(ageOf(report, 3, clock)).toEqual({ seconds: 100, basis: 'clock' })
  expect(ageOf({ ...report, clockSeconds: 1_800_000_200 }, 3, clock)).toBeNull()
  expect(ageOf({ ...report, clockSeconds: null }, 3, clock)).toBeNull()
})
