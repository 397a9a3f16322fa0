import type { SiteId } from '#protocol/ids.ts'
import { causeOf, ridersOf, type Testimony } from './cause.ts'
import { commonElement } from './element.ts'
import { isOffByHabit, noteNight } from './habits.ts'
import type { Cause, Incident } from './incident.ts'
import { canMeet } from './interval.ts'
import { makeIncident } from './make-incident.ts'
import { addMembers, addRiders, settle } from './members.ts'
import { isFixed } from './paths.ts'
import { planFor } from './plans.ts'
import { type Element, type Pool, poolOf } from './pool.ts'
import { flapping, reopen } from './reopen.ts'
import { lossOf } from './session.ts'
import { deviceState, ownState, type Step } from './state.ts'
import { listInStorm } from './storm-list.ts'
import { placeInStorm } from './storm-place.ts'
import { revise, tell } from './tell.ts'
import { raiseUnwarned } from './unwarned.ts'
import { urgencyOf } from './urgency.ts'
import type { Fired } from './why.ts'
import type { WatchedDevice } from './world.ts'

/** How a loss was noticed, and what is made of it at once. */
export interface Notice {
  why: Fired
  event?: 'opened' | 'overrun'
  /** The incident that hid it. */
  root?: string
  /** Where it is known beforehand. */
  cause?: Cause
  /** It is told with others. */
  quiet?: boolean
}

/** Those of the pool that nobody has announced or learned to be away. */
export function unexpected(step: Step, { members, loss }: Pool): Pool {
  const { state, rules } = step
  const kept = members.filter(
    (device) =>
      !planFor(state, rules, device.site, loss) && !(isFixed(device) && isOffByHabit(step, device.site)),
  )
  return { members: kept, loss }
}

export function open(step: Step, seed: WatchedDevice, notice: Notice): void {
  const loss = lossOf(deviceState(step.state, seed.id).session)!
  const found = commonElement(step, seed, unexpected(step, poolOf(step, loss)))
  if (found.scope === 'device' && notice.event === undefined && reopen(step, seed)) return
  openElement(step, found, notice)
}

export function openElement(step: Step, found: Element, notice: Notice): Incident {
  const { why, event = 'opened', root } = notice
  const { state } = step
  const testimony: Testimony = notice.cause ? { cause: notice.cause, why: [] } : causeOf(step, found)
  const sites = new Set(found.pool.members.map(({ site }) => site))
  const riders = testimony.cause === 'power' ? ridersOf(step, sites, found.pool.loss) : []
  const urgency = urgencyOf(step, found.scope, found.pool.members, riders)
  const incident = makeIncident(
    step,
    {
      ...{ scope: found.scope, element: found.element, cause: testimony.cause },
      ...{ severity: urgency.severity, start: found.pool.loss },
      priority: root === undefined ? urgency.priority : 'ticket',
    },
    root,
  )
  addMembers(step, incident, found.pool)
  addRiders(step, incident, riders)
  if (incident.scope === 'device') ownState(state, incident.devices[0]!).ownCase = incident.id
  for (const site of sites) noteNight(step, site, incident.start)
  const reasons = [why, ...found.why, ...testimony.why, ...urgency.why]
  if (incident.scope === 'isp') reasons.push(...redundancyLost(step, incident))
  const flaps = flapping(step, incident)
  if (flaps) reasons.push(flaps)
  const placed = placeInStorm(step, incident)
  reasons.push(...placed.why)
  const unwarned = raiseUnwarned(step, incident)
  reasons.push(...unwarned)
  revise(step, incident, reasons)
  if (placed.quiet && unwarned.length === 0) listInStorm(step, incident)
  else if (!notice.quiet || unwarned.length > 0) tell(step, incident, event, incident.priority, reasons)
  settle(step, incident)
  return incident
}

/** Sites with a second line have only blinked: nobody is missed, but nothing stands behind them now. */
function redundancyLost({ state, world, rules }: Step, incident: Incident): Fired[] {
  const sites = new Set<SiteId>()
  for (const device of world.devices()) {
    const { gap, session } = deviceState(state, device.id)
    if (session.state !== 'online' || !gap || gap.backAt === null) continue
    if (!canMeet(gap.loss, incident.start, rules.slackSeconds * 1000)) continue
    const uplinks = world.uplinksOf(device.site)
    if (uplinks.length > 1 && uplinks.some(({ isp }) => isp === incident.element)) sites.add(device.site)
  }
  return sites.size > 0 ? [{ rule: 'redundancy-lost', isp: incident.element, sites: sites.size }] : []
}
