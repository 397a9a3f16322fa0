import type { Database } from '../sqlite/database.ts'

/** Offsets that no entry has and none will have: `first` to `last` were lost to damage. */
export interface Gap {
  first: number
  last: number
}

export function loadGaps(database: Database): Gap[] {
  return database.all<Gap>('SELECT first, last FROM gap ORDER BY first')
}

export function missingIn(gaps: readonly Gap[]): number {
  return gaps.reduce((sum, { first, last }) => sum + last - first + 1, 0)
}

/**
 * Offsets are given out one after the other, so what follows `after` in a sound file is the next number, or the next
 * behind a gap that is known. SQLite itself does not notice when damage sends it past a page.
 * @returns what was expected and what came, or null when `offsets` go on as they should, up to `end` at least
 */
export function gapFault(
  after: number,
  offsets: readonly number[],
  end: number,
  gaps: readonly Gap[],
): string | null {
  let last = after
  for (const offset of offsets) {
    if (offset <= last) return `expected an offset above ${last}, got ${offset}`
    if (!isGap(last + 1, offset - 1, gaps)) return `expected entry ${last + 1}, got ${offset}`
    last = offset
  }
  return isGap(last + 1, end, gaps) ? null : `expected entry ${last + 1}, got none`
}

/** Whether none of the offsets `first` to `last` is to be expected. */
function isGap(first: number, last: number, gaps: readonly Gap[]): boolean {
  if (first > last) return true
  let next = first
  for (const gap of gaps) if (gap.first <= next) next = Math.max(next, gap.last + 1)
  return next > last
}
