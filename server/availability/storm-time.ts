import type { AreaId } from '#protocol/ids.ts'
import type { Facts, IncidentView } from './facts.ts'

/** Of which storm an incident counts; null: of none. */
export type StormOf = (view: Pick<IncidentView, 'storm' | 'scope' | 'areas'>) => string | null

/**
 * A warning may come true nowhere near. One device that fails while it is in force is no damage of a storm unless
 * something else was lost in the same area in the same storm, as far as was known at `asOf`.
 */
export function stormTimes(facts: Facts, asOf: number): StormOf {
  /** How many incidents of each storm each area had; made when first asked for. */
  let counts: Map<string, Map<AreaId, number>> | null = null
  return ({ storm, scope, areas }) => {
    if (storm === null || scope !== 'device') return storm
    counts ??= countByArea(facts, asOf)
    const ofStorm = counts.get(storm)
    return areas.some((area) => (ofStorm?.get(area) ?? 0) > 1) ? storm : null
  }
}

function countByArea(facts: Facts, asOf: number): Map<string, Map<AreaId, number>> {
  const counts = new Map<string, Map<AreaId, number>>()
  for (const { views } of Object.values(facts.incidents)) {
    const view = views.findLast(({ t }) => t <= asOf)
    if (!view?.storm) continue
    const ofStorm = counts.get(view.storm) ?? new Map<AreaId, number>()
    counts.set(view.storm, ofStorm)
    for (const area of view.areas) ofStorm.set(area, (ofStorm.get(area) ?? 0) + 1)
  }
  return counts
}
