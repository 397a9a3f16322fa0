import type { SiteId } from '#protocol/ids.ts'
import { type Interval, overlaps } from './interval.ts'
import type { PlannedCut } from './observation.ts'
import type { Rules } from './rules.ts'
import type { EngineState, Step } from './state.ts'
import { schedule } from './timers.ts'

/** From when to when a loss is part of the cut. */
export function windowOf(plan: PlannedCut, rules: Rules): Interval {
  const marginMs = rules.plannedMarginSeconds * 1000
  return [plan.from - marginMs, plan.to + marginMs]
}

/** A cut is announced, changed or called off. */
export function notePlan(step: Step, plan: PlannedCut): void {
  const { state, rules } = step
  if (plan.to <= plan.from) delete state.plans[plan.id]
  else {
    state.plans[plan.id] = plan
    schedule(state.timers, overrunAt(plan, rules), { kind: 'plan', plan: plan.id })
  }
}

/** When those that are still away are missed. */
export function overrunAt(plan: PlannedCut, rules: Rules): number {
  return windowOf(plan, rules)[1] + rules.plannedOverrunSeconds * 1000
}

/** The announced cut that a loss of the site at `loss` is part of, while it may last. */
export function planFor(state: EngineState, rules: Rules, site: SiteId, loss: Interval): PlannedCut | null {
  for (const plan of Object.values(state.plans)) {
    if (!plan.sites.includes(site) || overrunAt(plan, rules) <= state.now) continue
    if (overlaps(windowOf(plan, rules), loss)) return plan
  }
  return null
}
