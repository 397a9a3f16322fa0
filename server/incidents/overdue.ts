import type { AreaId, SiteId } from '#protocol/ids.ts'
import { homeOf } from './home.ts'
import { overlaps } from './interval.ts'
import { join } from './join.ts'
import { judge } from './judge.ts'
import type { PlannedCut } from './observation.ts'
import { type Notice, open, openElement } from './open.ts'
import { devicesAt, isAlwaysOn, isFixed } from './paths.ts'
import { overrunAt, planFor, windowOf } from './plans.ts'
import { type Element, together } from './pool.ts'
import { lossOf } from './session.ts'
import { deviceState, type Step } from './state.ts'
import { schedule } from './timers.ts'
import type { WatchedDevice } from './world.ts'

/** An announced cut should be over: where all is still dark it has overrun, where only some are it has not. */
export function judgePlan(step: Step, plan: string): void {
  const { state, world, rules } = step
  const cut = Object.hasOwn(state.plans, plan) ? state.plans[plan]! : null
  // Changed since: a later timer is its own.
  if (!cut || overrunAt(cut, rules) > state.now) return
  delete state.plans[plan]
  const missed = cut.sites
    .flatMap((site) => devicesAt(world, site))
    .filter(({ id, site }) => {
      const { session, incident } = deviceState(state, id)
      if (session.state !== 'offline' || incident !== null) return false
      return (
        overlaps(windowOf(cut, rules), session.loss) && planFor(state, rules, site, session.loss) === null
      )
    })
  const dark = missed.filter(({ site }) => !hasLight(step, site, cut))
  for (const area of new Set(dark.map(({ site }) => world.site(site)?.area ?? null))) {
    overrun(
      step,
      cut,
      area,
      dark.filter(({ site }) => (world.site(site)?.area ?? null) === area),
    )
  }
  const notice: Notice = { why: { rule: 'missing-after-plan', plan, until: cut.to } }
  for (const device of missed) if (isAlwaysOn(device)) missNow(step, device, notice)
}

/** What the cut has taken there is heard again, in part at least. */
function hasLight({ state, world, rules }: Step, site: SiteId, cut: PlannedCut): boolean {
  return devicesAt(world, site).some((device) => {
    const { session, gap } = deviceState(state, device.id)
    if (!isAlwaysOn(device) || session.state !== 'online') return false
    // A pole of its own may never have been dark.
    return isFixed(device) || (gap !== null && overlaps(windowOf(cut, rules), gap.loss))
  })
}

function overrun(step: Step, cut: PlannedCut, area: AreaId | null, missed: readonly WatchedDevice[]): void {
  const first = missed.find(isAlwaysOn)
  if (!first) return
  const sites = new Set(missed.map(({ site }) => site))
  const { loss } = together(step, first.id, lossOf(deviceState(step.state, first.id).session)!, missed)
  const wide = sites.size > 1 && area !== null
  const found: Element = {
    scope: wide ? 'area' : 'site',
    element: wide ? area : first.site,
    pool: { members: [...missed], loss },
    why: [],
  }
  openElement(step, found, {
    why: { rule: 'planned-overran', plan: cut.id, until: cut.to },
    event: 'overrun',
    cause: cut.cause === 'power' ? 'power' : 'undetermined',
  })
}

/** The device was expected to be away, and is not any more. */
function missNow(step: Step, device: WatchedDevice, notice: Notice): void {
  const { session, incident } = deviceState(step.state, device.id)
  if (session.state !== 'offline' || incident !== null) return
  const home = homeOf(step, device, session.loss)
  if (home) join(step, home, device)
  else open(step, device, notice)
}

/** A site that is switched off each night should be back, or has been for long enough that all of it should. */
export function judgeReturn(step: Step, site: SiteId): void {
  const { state, world, rules } = step
  const known = Object.hasOwn(state.sites, site) ? state.sites[site]! : null
  if (!known || known.offUntil === null) return
  const running = devicesAt(world, site).filter((device) => isFixed(device) && isAlwaysOn(device))
  const isLight = running.some(({ id }) => deviceState(state, id).session.state === 'online')
  const expectedAt = known.offUntil
  // A blink in the night ends no night.
  if (expectedAt > state.now && !isLight) return
  // Nobody can switch on what an announced cut has taken away.
  const plan = planFor(state, rules, site, [state.now, state.now])
  if (plan) {
    known.offUntil = overrunAt(plan, rules)
    schedule(state.timers, known.offUntil, { kind: 'return', site })
    return
  }
  known.offUntil = null
  // The night that did not end is no pattern.
  if (known.nights.at(-1)?.backAt === null) known.nights.pop()
  for (const device of running) {
    if (isLight) judge(step, device.id)
    else missNow(step, device, { why: { rule: 'not-back-as-learned', expectedAt } })
  }
}
