import { expect, test } from 'vitest'
import { baseOf } from '#protocol/base.ts'
import { encodeDelivery } from '#protocol/delivery.ts'
import { encodeReport, type Report } from '#protocol/report.ts'
import { boundBytesPerRow } from '../samples/code-length.ts'
import { idleDay, officeDay } from '../samples/office-pc.ts'
import { recordedPc } from '../samples/recorded-pc.ts'
import { reportsOf } from '../samples/reports.ts'
import { seeded } from '../samples/seeded.ts'

const ROWS = 15
const samples = { office: officeDay(42), idle: idleDay(42), recorded: recordedPc() }

/** A delivery on average, as the steady state has it: sent at once, each report standing on the one before. */
function deliveryBytes(reports: readonly Report[]): number {
  const bytes = reports.slice(1).map((report, at) => {
    const standing = encodeReport(report, baseOf(reports[at]!))
    return encodeDelivery({ age: { seconds: 0, basis: 'monotonic' }, report: standing }).length
  })
  return bytes.reduce((sum, length) => sum + length, 0) / bytes.length
}

test.each(Object.entries(samples))(
  'a quarter hour of ten metrics, %s: within 1.5 times of the measured bound, age and head included',
  (_name, day) => {
    const reports = reportsOf(day, ROWS)
    expect(reports.flatMap(({ columns }) => columns.map(({ metric }) => metric)).length).toBe(
      9 * reports.length,
    )
    expect(deliveryBytes(reports) / ROWS / boundBytesPerRow(reports)).toBeLessThan(1.5)
  },
)

test('on the day of an office that is at most 58 bytes', () => {
  expect(deliveryBytes(reportsOf(samples.office, ROWS))).toBeLessThanOrEqual(58)
})

test('a report on its own, as the ledger keeps it, takes 6 bytes a row', () => {
  const whole = reportsOf(samples.office, ROWS).map((report) => encodeReport(report).length)
  expect(whole.reduce((sum, length) => sum + length, 0) / whole.length / ROWS).toBeLessThan(6)
})

test('the bound is one: a byte at random takes a byte', () => {
  const random = seeded(1)
  const [report] = reportsOf(officeDay(42), 1440)
  const values = report!.offsetsSeconds.map(() => Math.floor(random() * 256))
  const bound = boundBytesPerRow([{ ...report!, columns: [{ metric: 1, values }] }])
  expect(bound).toBeGreaterThan(0.98)
  expect(bound).toBeLessThan(1.1)
})
