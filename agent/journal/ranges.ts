/** Row numbers from `first` to `last`, both in it. */
export interface Range {
  readonly first: number
  readonly last: number
}

/** `ranges`, rising and apart from each other, with one more; those that touch become one. */
export function addRange(ranges: readonly Range[], { first, last }: Range): Range[] {
  const before = ranges.filter((range) => range.last + 1 < first)
  const after = ranges.filter((range) => range.first > last + 1)
  const touched = ranges.slice(before.length, ranges.length - after.length)
  const joined = {
    first: Math.min(first, ...touched.map((range) => range.first)),
    last: Math.max(last, ...touched.map((range) => range.last)),
  }
  return [...before, joined, ...after]
}

/** Where in `ranges` the first one lies that ends at or behind `number`. */
function placeOf(ranges: readonly Range[], number: number): number {
  let [low, high] = [0, ranges.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (ranges[middle]!.last < number) low = middle + 1
    else high = middle
  }
  return low
}

export function isIn(ranges: readonly Range[], number: number): boolean {
  const range = ranges[placeOf(ranges, number)]
  return range !== undefined && range.first <= number
}

/** Is all of it in one of the ranges? */
export function isWithin(ranges: readonly Range[], { first, last }: Range): boolean {
  const range = ranges[placeOf(ranges, first)]
  return range !== undefined && range.first <= first && range.last >= last
}

/** Does any of the ranges lie between two numbers that are in none? */
export function isCut(ranges: readonly Range[], before: number, after: number): boolean {
  const range = ranges[placeOf(ranges, before)]
  return range !== undefined && range.first < after
}

/**
 * The widest range round a run of rows, `first` to `last`, that holds no other row and none of `ranges`: so that
 * what is settled joins into few ranges though numbers between have no row any more. `before` and `after` are the
 * next rows on each side that are in no range.
 */
export function widest(
  ranges: readonly Range[],
  { first, last }: Range,
  before: number,
  after: number,
): Range {
  const place = placeOf(ranges, first)
  return {
    first: Math.max(before, ranges[place - 1]?.last ?? 0) + 1,
    last: Math.min(after, ranges[placeOf(ranges, last)]?.first ?? Number.POSITIVE_INFINITY) - 1,
  }
}

/** The parts of a range that are in none of `ranges`. */
export function gapsIn(ranges: readonly Range[], { first, last }: Range): Range[] {
  const gaps: Range[] = []
  let next = first
  for (const range of ranges) {
    if (range.last < next) continue
    if (range.first > last) break
    if (range.first > next) gaps.push({ first: next, last: range.first - 1 })
    next = range.last + 1
  }
  if (next <= last) gaps.push({ first: next, last })
  return gaps
}
