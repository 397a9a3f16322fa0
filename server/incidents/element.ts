import { type Element, type Pool, together } from './pool.ts'
import { sharedCell } from './shared-cell.ts'
import { sharedIsp } from './shared-isp.ts'
import { sharedArea, sharedIslandLink, sharedSite } from './shared-place.ts'
import type { Step } from './state.ts'
import type { WatchedDevice } from './world.ts'

/** Tried in order, the largest first; the first that answers has it. */
const CANDIDATES: readonly ((step: Step, seed: WatchedDevice, pool: Pool) => Element | null)[] = [
  sharedIsp,
  sharedIslandLink,
  sharedCell,
  sharedArea,
  sharedSite,
]

/** The largest common element of those in the pool that can have gone with `seed`. */
export function commonElement(step: Step, seed: WatchedDevice, pool: Pool): Element {
  for (const candidate of CANDIDATES) {
    const found = candidate(step, seed, pool)
    if (found) return found
  }
  const alone = together(step, seed.id, pool.loss, [seed])
  return { scope: 'device', element: seed.id, pool: alone, why: [] }
}
