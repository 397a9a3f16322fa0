import type { BitReader, BitWriter } from './bits.ts'
import { refuse } from './errors.ts'
import { readResidual, writeResidual } from './residual.ts'

/*
 * Which rows of a column were measured: a bit that says whether there are gaps, and then the lengths of the runs,
 * measured ones and gaps in turn, until the rows are full. A run has one row at least, only the first may have none.
 */

export function writeGaps(writer: BitWriter, values: readonly (number | null)[]): void {
  const gaps = values.includes(null)
  writer.bits(gaps ? 1 : 0, 1)
  if (!gaps) return
  let run = 0
  let least = 0
  let there = true
  for (const value of values) {
    if ((value !== null) !== there) {
      writeResidual(writer, run - least, 0)
      run = 0
      least = 1
      there = !there
    }
    run++
  }
  writeResidual(writer, run - least, 0)
}

/** @throws WireError `WIRE_TRUNCATED`, or `WIRE_RANGE` when a run goes beyond the rows */
export function readGaps(reader: BitReader, rows: number): boolean[] {
  if (reader.bits(1) === 0) return Array<boolean>(rows).fill(true)
  const measured: boolean[] = []
  let there = true
  for (let least = 0; measured.length < rows; least = 1) {
    const run = readResidual(reader, 0, 'run of rows') + least
    if (measured.length + run > rows) refuse('runs of rows', `${rows} rows in all`, measured.length + run)
    for (let row = 0; row < run; row++) measured.push(there)
    there = !there
  }
  return measured
}
