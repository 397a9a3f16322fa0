import type { Report } from '#protocol/report.ts'
import { isCut, type Range, widest } from './ranges.ts'

/** Rows that one report may hold, in journal order, and the range of numbers that it settles. */
export interface Run {
  rows: readonly Report[]
  range: Range
}

/** May `row` stand right behind `before` in one report: same boot, time not falling, nothing settled between them? */
function follows(before: Report, row: Report, ranges: readonly Range[]): boolean {
  const sameBoot = row.boot === before.boot && row.uptimeSeconds >= before.uptimeSeconds
  return sameBoot && !isCut(ranges, before.seq, row.seq)
}

/** Among which rows a run is looked for. */
export interface Field {
  /** In none of the ranges, in the order of the lane. */
  rows: AsyncIterable<Report>
  /** What is sealed or settled. */
  ranges: readonly Range[]
  /** The number that the next row will have. */
  nextRow: number
  maxRows: number
}

/** The first of rows that rise: the history lane. Null when there are none. */
export async function oldestRun({ rows: rising, ranges, nextRow, maxRows }: Field): Promise<Run | null> {
  const rows: Report[] = []
  let after = nextRow
  for await (const row of rising) {
    const last = rows.at(-1)
    if (last && (rows.length >= maxRows || !follows(last, row, ranges))) {
      after = row.seq
      break
    }
    rows.push(row)
  }
  return runOf(rows, ranges, 0, after)
}

/** The first of rows that fall, put in journal order: the live lane. Null when there are none. */
export async function newestRun({ rows: falling, ranges, nextRow, maxRows }: Field): Promise<Run | null> {
  const rows: Report[] = []
  let before = 0
  for await (const row of falling) {
    const last = rows.at(-1)
    if (last && (rows.length >= maxRows || !follows(row, last, ranges))) {
      before = row.seq
      break
    }
    rows.push(row)
  }
  return runOf(rows.reverse(), ranges, before, nextRow)
}

function runOf(rows: readonly Report[], ranges: readonly Range[], before: number, after: number): Run | null {
  const [first, last] = [rows[0], rows.at(-1)]
  if (!first || !last) return null
  return { rows, range: widest(ranges, { first: first.seq, last: last.seq }, before, after) }
}

export function olderHalf({ rows, range }: Run): Run {
  const half = rows.length >> 1
  return { rows: rows.slice(0, half), range: { first: range.first, last: rows[half]!.seq - 1 } }
}

export function newerHalf({ rows, range }: Run): Run {
  const half = rows.length >> 1
  return { rows: rows.slice(half), range: { first: rows[half - 1]!.seq + 1, last: range.last } }
}
