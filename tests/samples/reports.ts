import type { Report } from '#protocol/report.ts'
import { mergeRows, rowOf } from '../../agent/report.ts'
import type { Sample } from '../../agent/sampler.ts'

/** A device is not at its first report: its numbers take two bytes. */
const FIRST_SEQ = 1000

/** Samples as the reports that an agent makes of them; what does not fill a last one is left out. */
export function reportsOf(samples: readonly Sample[], rowsPerReport: number): Report[] {
  const rows = samples.map((sample, at) => rowOf(sample, at + 1))
  return Array.from({ length: Math.floor(rows.length / rowsPerReport) }, (_, at) =>
    mergeRows(rows.slice(at * rowsPerReport, (at + 1) * rowsPerReport), {
      epoch: 0x2f17a3b1,
      seq: FIRST_SEQ + at,
    }),
  )
}
