import { setImmediate as nextTurn } from 'node:timers/promises'

/** A turn may take this long: devices wait for their acknowledgement meanwhile. */
const TURN_MS = 10

/** What `work` makes of each, in order; between two turns everybody else of this process comes in. */
export async function inTurns<Item, Result>(
  items: Iterable<Item>,
  work: (item: Item) => Result,
): Promise<Result[]> {
  const results: Result[] = []
  let began = performance.now()
  for (const item of items) {
    results.push(work(item))
    if (performance.now() - began < TURN_MS) continue
    await nextTurn()
    began = performance.now()
  }
  return results
}
