interface Source<T> {
  head: T
  /** Equal times go in the order of the sources. */
  order: number
  rest: Iterator<T>
}

function before<T extends { t: number }>(a: Source<T>, b: Source<T>): boolean {
  return a.head.t < b.head.t || (a.head.t === b.head.t && a.order < b.order)
}

function sift<T extends { t: number }>(heap: Source<T>[], at: number): void {
  const moved = heap[at]!
  let i = at
  for (;;) {
    let child = 2 * i + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++
    if (!before(heap[child]!, moved)) break
    heap[i] = heap[child]!
    i = child
  }
  heap[i] = moved
}

/** One stream in the order of time out of many that each are; nothing is held but the next of each. */
export function* mergeByTime<T extends { t: number }>(sources: readonly Iterable<T>[]): Generator<T> {
  const heap: Source<T>[] = []
  for (const [order, source] of sources.entries()) {
    const rest = source[Symbol.iterator]()
    const first = rest.next()
    if (!first.done) heap.push({ head: first.value, order, rest })
  }
  for (let i = (heap.length >> 1) - 1; i >= 0; i--) sift(heap, i)
  while (heap.length > 0) {
    const top = heap[0]!
    yield top.head
    const next = top.rest.next()
    if (next.done) {
      const last = heap.pop()!
      if (heap.length === 0) return
      if (last !== top) heap[0] = last
    } else top.head = next.value
    sift(heap, 0)
  }
}
