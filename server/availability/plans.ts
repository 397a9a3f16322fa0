import type { SiteId } from '#protocol/ids.ts'
import type { Facts, PlanVersion } from './facts.ts'

/** A cut that was announced before it began. */
export interface Plan {
  cause: 'power' | 'maintenance'
  from: number
  to: number
}

/**
 * The cuts that count at a site, as far as was known at `asOf`. Only what was announced before it began counts, and no
 * later word makes it longer: what is excused afterwards would make the figures worthless. A later word may shorten it
 * or call it off.
 */
export function plansOf(facts: Facts, site: SiteId, asOf: number): Plan[] {
  return Object.values(facts.plans)
    .flatMap((versions) => {
      const plan = counted(versions, site, asOf)
      return plan ? [plan] : []
    })
    .sort((one, other) => one.from - other.from || one.to - other.to)
}

function counted(versions: readonly PlanVersion[], site: SiteId, asOf: number): Plan | null {
  const known = versions
    .filter(({ knownAt }) => knownAt <= asOf)
    .sort((one, other) => one.knownAt - other.knownAt || compare(one, other))
  const announced = known.findLastIndex(({ knownAt, plan }) => knownAt < plan.from)
  const base = known[announced]
  if (!base?.plan.sites.includes(site)) return null
  let { from, to } = base.plan
  for (const { plan } of known.slice(announced + 1)) {
    if (!plan.sites.includes(site)) return null
    from = Math.max(from, plan.from)
    to = Math.min(to, plan.to)
  }
  return to > from ? { cause: base.plan.cause, from, to } : null
}

function compare(one: PlanVersion, other: PlanVersion): number {
  return JSON.stringify(one.plan) < JSON.stringify(other.plan) ? -1 : 1
}
