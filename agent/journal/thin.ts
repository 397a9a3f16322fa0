import type { Report } from '#protocol/report.ts'
import { type Books, covered } from './books.ts'
import { declareRows } from './losses.ts'
import { addRange, gapsIn, isIn, isWithin, type Range } from './ranges.ts'
import type { Shelved } from './shelf.ts'

/** Halved so often one row in 16 is left: of one a minute, still four an hour. After that rows are dropped. */
const MAX_LEVEL = 4

/** Which segments lose rows next; what they keep becomes one segment of this level. */
export interface Step {
  kind: 'thin' | 'drop'
  segments: readonly Shelved[]
  level: number
}

/**
 * Of segments that are not written to any more: those that hold the oldest of the rows that were halved least; as
 * many as fit into one once halved become one, so that files stay few. When all are thinned as far as may be, the
 * oldest is to be dropped. Null when only sealed rows are left.
 */
export function nextStep(
  segments: readonly Shelved[],
  ranges: readonly Range[],
  segmentBytes: number,
): Step | null {
  const open = segments.filter((segment) => !isWithin(ranges, segment))
  const level = Math.min(...open.map((segment) => segment.level))
  if (level < MAX_LEVEL) {
    const from = segments.findIndex((segment) => segment.level === level && open.includes(segment))
    return { kind: 'thin', segments: groupFrom(segments.slice(from), segmentBytes), level: level + 1 }
  }
  return open[0] ? { kind: 'drop', segments: [open[0]], level } : null
}

/** The first and those right behind it that were halved as often, as long as half of all fits into one segment. */
function groupFrom(segments: readonly Shelved[], segmentBytes: number): readonly Shelved[] {
  const level = segments[0]!.level
  let bytes = 0
  const end = segments.findIndex((segment, at) => {
    bytes += segment.bytes
    return segment.level !== level || (at > 0 && bytes > 2 * segmentBytes)
  })
  return end < 0 ? segments : segments.slice(0, end)
}

/** What the step leaves of the rows in its segments, and the books after it. Rows in sealed reports stay as they are. */
export function giveUp(
  step: Step,
  rows: readonly Report[],
  books: Books,
): { kept: readonly Report[]; books: Books } {
  const ranges = covered(books)
  // Those that the centre has go for nothing.
  const waiting = rows.filter(({ seq }) => !isIn(books.settled, seq))
  const unsealed = waiting.filter(({ seq }) => !isIn(ranges, seq))
  const lost = new Set(step.kind === 'drop' ? unsealed : unsealed.filter((_, at) => at % 2 === 1))
  const gone = declareRows(books.gone, [...lost], step.kind === 'drop' ? 'dropped' : 'thinned')
  // Nothing that is older is unsealed: so all up to there is settled, also what has no row any more.
  const dropped = step.kind === 'drop' ? gapsIn(ranges, { first: 1, last: step.segments.at(-1)!.last }) : []
  return {
    kept: waiting.filter((row) => !lost.has(row)),
    books: {
      ...books,
      gone,
      here: books.here - lost.size,
      settled: dropped.reduce<readonly Range[]>(addRange, books.settled),
    },
  }
}
