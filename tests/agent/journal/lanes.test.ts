import { expect, test } from 'vitest'
import type { Report } from '#protocol/report.ts'
import { newerHalf, newestRun, olderHalf, oldestRun } from '../../../agent/journal/lanes.ts'
import { isIn, type Range } from '../../../agent/journal/ranges.ts'
import { rowOf } from '../../../agent/report.ts'
import { sampleNumber } from '../../support/agent-samples.ts'

const row = (number: number, boot = 1, uptimeSeconds = 60 * number): Report =>
  rowOf({ ...sampleNumber(number, boot), uptimeSeconds }, number)

/** What both lanes take of some rows: the numbers, and the range that is settled with them. */
async function taken(rows: Report[], ranges: Range[] = [], maxRows = 100) {
  const outside = rows.filter(({ seq }) => !isIn(ranges, seq))
  const field = (rows: Report[]) => ({
    rows: (async function* () {
      yield* rows
    })(),
    ...{ ranges, nextRow: rows.length > 0 ? 1 + Math.max(...rows.map(({ seq }) => seq)) : 1, maxRows },
  })
  const [oldest, newest] = [await oldestRun(field(outside)), await newestRun(field(outside.toReversed()))]
  return [oldest, newest].map(
    (run) => run && [run.rows.map(({ seq }) => seq), run.range.first, run.range.last],
  )
}

test('one lane takes from the old end, the other from the new one', async () => {
  const rows = [1, 2, 3, 4, 5].map((number) => row(number))
  expect(await taken(rows, [], 2)).toEqual([
    [[1, 2], 1, 2],
    [[4, 5], 4, 5],
  ])
  expect(await taken([])).toEqual([null, null])
})

test.each<[string, Report[], Range[], number[], number[]]>([
  ['the boot', [row(1), row(2), row(3, 2), row(4, 2)], [], [1, 2], [3, 4]],
  ['time that falls', [row(1), row(2), row(3, 1, 60), row(4)], [], [1, 2], [3, 4]],
  ['what is settled between', [1, 2, 3, 4, 5].map((n) => row(n)), [{ first: 3, last: 3 }], [1, 2], [4, 5]],
])('a report ends at %s', async (_end, rows, ranges, oldest, newest) => {
  const runs = await taken(rows, ranges)
  expect(runs.map((run) => run?.[0])).toEqual([oldest, newest])
})

test('rows that were thinned or are gone do not end a report, and what it settles has no holes', async () => {
  const rows = [row(4), row(8), row(20), row(24)]
  expect(await taken(rows)).toEqual([
    [[4, 8, 20, 24], 1, 24],
    [[4, 8, 20, 24], 1, 24],
  ])
  expect(await taken(rows, [], 3), 'up to the next row that stays').toEqual([
    [[4, 8, 20], 1, 23],
    [[8, 20, 24], 5, 24],
  ])
  const settled = [
    { first: 1, last: 2 },
    { first: 10, last: 15 },
  ]
  expect(await taken(rows, settled), 'up to what is settled').toEqual([
    [[4, 8], 3, 9],
    [[20, 24], 16, 24],
  ])
})

test('the half of a run that is too long for one report leaves the other half to come', () => {
  const run = { rows: [row(4), row(8), row(20)], range: { first: 1, last: 30 } }
  const numbersOf = ({ rows, range }: typeof run) => [rows.map(({ seq }) => seq), range]
  expect(numbersOf(olderHalf(run) as typeof run)).toEqual([[4], { first: 1, last: 7 }])
  expect(numbersOf(newerHalf(run) as typeof run)).toEqual([[8, 20], { first: 5, last: 30 }])
})
