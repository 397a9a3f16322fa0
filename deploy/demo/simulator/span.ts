/** A stretch of time in seconds from the start of the simulated period: `from` belongs to it, `to` does not. */
export interface Span {
  from: number
  to: number
}

export function byStart(a: Span, b: Span): number {
  return a.from - b.from || a.to - b.to
}

/** Stretches in order without overlap; those that touch become one. */
export function union(spans: readonly Span[]): Span[] {
  const joined: Span[] = []
  for (const { from, to } of [...spans].sort(byStart)) {
    const last = joined.at(-1)
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to)
    else joined.push({ from, to })
  }
  return joined
}

/** What is left of `span` without `holes`; the holes are in order and do not overlap. */
export function without(span: Span, holes: readonly Span[], firstHole = 0): Span[] {
  const left: Span[] = []
  let from = span.from
  for (let i = firstHole; i < holes.length && holes[i]!.from < span.to; i++) {
    const hole = holes[i]!
    if (hole.to <= from) continue
    if (hole.from > from) left.push({ from, to: hole.from })
    from = Math.max(from, hole.to)
  }
  if (from < span.to) left.push({ from, to: span.to })
  return left
}

/** The first of ordered, disjoint `spans` that ends after `at`; their number when there is none. */
export function firstEndingAfter(spans: readonly Span[], at: number): number {
  let low = 0
  let high = spans.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (spans[middle]!.to > at) high = middle
    else low = middle + 1
  }
  return low
}

/** Whether `at` lies in one of ordered, disjoint `spans`. */
export function covers(spans: readonly Span[], at: number): boolean {
  const found = spans[firstEndingAfter(spans, at)]
  return found !== undefined && found.from <= at
}
