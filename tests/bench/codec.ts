/**
 * `npm run bench:codec`: bytes a row of ten metrics, by the number of rows in a report, standing on the report before
 * and on its own, beside the measured bound; and the time that coding takes.
 */
import { type Base, baseOf } from '#protocol/base.ts'
import { decodeReport, encodeReport, type Report } from '#protocol/report.ts'
import { boundBytesPerRow } from '../samples/code-length.ts'
import { idleDay, officeDay } from '../samples/office-pc.ts'
import { recordedPc } from '../samples/recorded-pc.ts'
import { reportsOf } from '../samples/reports.ts'
import { printFigure } from './support/print-figure.ts'

const SAMPLES = { office: officeDay(42), idle: idleDay(42), recorded: recordedPc() }
const ROWS = [1, 5, 15, 60, 240]
const ROWS_PER_REPORT = 15
const TIMED_MS = 1000

const average = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length

function printBytes(sample: string, reports: readonly Report[], rows: number, bound: number): void {
  const standing = reports.slice(1).map((report, at) => encodeReport(report, baseOf(reports[at]!)).length)
  const whole = reports.map((report) => encodeReport(report).length)
  for (const [form, lengths] of Object.entries({ standing, whole }))
    printFigure({
      name: 'codec.bytes_per_row',
      value: average(lengths) / rows,
      unit: 'B',
      ...{ sample, form, rows, bound: Number(bound.toFixed(3)), reports: lengths.length, metrics: 10 },
    })
}

/** Microseconds of one call, on average over the calls that fit the time. */
function microseconds(call: () => void, calls: number): number {
  for (const start = performance.now(); performance.now() - start < TIMED_MS / 4; ) call()
  let rounds = 0
  const start = performance.now()
  for (; performance.now() - start < TIMED_MS; rounds++) call()
  return ((performance.now() - start) / rounds / calls) * 1000
}

function printTimes(reports: readonly Report[]): void {
  const bases = new Map<number, Base>(reports.map((report) => [report.seq, baseOf(report)]))
  const context = { epoch: reports[0]!.epoch, findBase: (seq: number) => bases.get(seq) ?? null }
  const standing = reports.slice(1).map((report) => encodeReport(report, bases.get(report.seq - 1)!))
  const work: Record<string, () => void> = {
    encode: () => reports.slice(1).forEach((report) => void encodeReport(report, bases.get(report.seq - 1)!)),
    decode: () => standing.forEach((bytes) => void decodeReport(bytes, context)),
    base: () => reports.slice(1).forEach((report) => void baseOf(report)),
  }
  for (const [what, call] of Object.entries(work))
    printFigure({
      name: `codec.${what}_us`,
      value: microseconds(call, standing.length),
      unit: 'µs',
      ...{ sample: 'office', form: 'standing', rows: ROWS_PER_REPORT },
    })
}

for (const [name, samples] of Object.entries(SAMPLES)) {
  const bound = boundBytesPerRow(reportsOf(samples, ROWS_PER_REPORT))
  for (const rows of ROWS) printBytes(name, reportsOf(samples, rows), rows, bound)
}
printTimes(reportsOf(SAMPLES.office, ROWS_PER_REPORT))
