import type { DeviceId, SiteId } from '#protocol/ids.ts'
import { isWorking } from './calendar.ts'
import { causeOf, ridersOf, type Testimony } from './cause.ts'
import { commonElement, type Element, isSiteDown } from './element.ts'
import { forgetDark, isOffByHabit, noteDark } from './habits.ts'
import { reviseByHistory } from './history.ts'
import { type Home, homeOf } from './home.ts'
import { type Cause, type Incident, PRIORITIES, type Scope } from './incident.ts'
import { canMeet, type Interval, overlaps } from './interval.ts'
import { addMembers, addRiders, isOver, missing, settle } from './members.ts'
import { devicesAt, isAlwaysOn, isFixed } from './paths.ts'
import { overrunAt, planFor, windowOf } from './plans.ts'
import { type Pool, poolOf, together } from './pool.ts'
import { lossOf } from './session.ts'
import { after, deviceState, incidentOf, ownState, type Step } from './state.ts'
import { listInStorm, placeInStorm, raiseUnwarned } from './storms.ts'
import { revise, tell, tellTogether } from './tell.ts'
import { urgencyOf } from './urgency.ts'
import type { Fired } from './why.ts'
import type { WatchedDevice } from './world.ts'

/** What becomes of incidents when devices go. Each function works at the state's `now`. */

/** How a loss was noticed, and what is made of it at once. */
interface Notice {
  why: Fired
  event?: 'opened' | 'overrun'
  /** The incident that hid it. */
  root?: string
  /** Where it is known beforehand. */
  cause?: Cause
  /** It is told with others. */
  quiet?: boolean
}

/** A device has stayed away beyond its hold-down: it is expected to, joins an incident, or opens one. */
export function judge(step: Step, id: DeviceId): void {
  const { state, world, rules } = step
  const known = deviceState(state, id)
  const device = world.device(id)
  const { session } = known
  if (known.incident !== null || session.state !== 'offline' || !device) return
  const { loss } = session
  if (planFor(state, rules, device.site, loss)) return
  const home = homeOf(step, device, loss)
  if (home) {
    join(step, home, device)
    return
  }
  if (!isAlwaysOn(device) && !speaksForSite(step, device, loss)) return
  if (isFixed(device) && (noteDark(step, device, loss) || isOffByHabit(step, device.site))) return
  open(step, device, { why: silence(step, device, session.since) })
}

function silence({ state, rules }: Step, device: WatchedDevice, since: number): Fired {
  const { gap } = deviceState(state, device.id)
  const seconds = Math.max(0, Math.round((since - (gap?.loss[1] ?? since)) / 1000))
  return seconds >= rules.holdDownRestartSeconds
    ? { rule: 'restart-took-too-long', seconds }
    : { rule: 'silent-past-hold-down', seconds }
}

/** PCs speak for a site where nothing else is watched, when several go at once while the office works. */
function speaksForSite(step: Step, device: WatchedDevice, loss: Interval): boolean {
  if (devicesAt(step.world, device.site).some(isAlwaysOn)) return false
  return isSiteDown(step, device.site, loss) && isWorking(step.world.calendar(), loss[1])
}

/** Mains has stayed away: what is lost beside the battery that said so was lost by that. */
export function judgeBattery(step: Step, id: DeviceId): void {
  const { state, world, rules } = step
  const device = world.device(id)
  const { power, incident } = deviceState(state, id)
  if (!device || incident !== null || power?.source !== 'battery') return
  const loss: Interval = [power.since, power.since]
  if (planFor(state, rules, device.site, loss)) return
  const pool = unexpected(step, poolOf(step, loss))
  const area = world.site(device.site)?.area
  const speaks = (other: WatchedDevice): boolean =>
    isAlwaysOn(other) || isSiteDown(step, other.site, pool.loss)
  const seed =
    pool.members.find((other) => other.site === device.site && speaks(other)) ??
    pool.members.find((other) => world.site(other.site)?.area === area && speaks(other))
  if (!seed) return
  const seconds = Math.round((state.now - power.since) / 1000)
  const home = homeOf(step, seed, lossOf(deviceState(state, seed.id).session)!)
  if (home) join(step, home, seed)
  else open(step, seed, { why: { rule: 'battery-past-hold-down', seconds } })
}

/** Those of the pool that nobody has announced or learned to be away. */
function unexpected(step: Step, { members, loss }: Pool): Pool {
  const { state, rules } = step
  const kept = members.filter(
    (device) =>
      !planFor(state, rules, device.site, loss) && !(isFixed(device) && isOffByHabit(step, device.site)),
  )
  return { members: kept, loss }
}

function open(step: Step, seed: WatchedDevice, notice: Notice): void {
  const loss = lossOf(deviceState(step.state, seed.id).session)!
  const found = commonElement(step, seed, unexpected(step, poolOf(step, loss)))
  if (found.scope === 'device' && notice.event === undefined && reopen(step, seed)) return
  openElement(step, found, notice)
}

function openElement(step: Step, found: Element, notice: Notice): Incident {
  const { why, event = 'opened', root } = notice
  const { state } = step
  const testimony: Testimony = notice.cause ? { cause: notice.cause, why: [] } : causeOf(step, found)
  const sites = new Set(found.pool.members.map(({ site }) => site))
  const riders = testimony.cause === 'power' ? ridersOf(step, sites, found.pool.loss) : []
  const urgency = urgencyOf(step, found.scope, [...found.pool.members, ...riders])
  state.opened++
  const incident: Incident = {
    id: `I${state.opened}`,
    root: root ?? null,
    scope: found.scope,
    element: found.element,
    cause: testimony.cause,
    state: 'open',
    severity: urgency.severity,
    sites: [],
    areas: [],
    devices: [],
    returned: [],
    start: found.pool.loss,
    end: null,
    storm: null,
    priority: root === undefined ? urgency.priority : 'ticket',
    openedAt: state.now,
    resolveAt: null,
    acknowledgedBy: null,
    acknowledgedAt: null,
    flapping: false,
    revisions: [],
  }
  state.incidents[incident.id] = incident
  state.cases[incident.id] = {
    lostAt: [state.now],
    told: false,
    tellEnd: true,
    riders: [],
    evidence: {},
  }
  addMembers(step, incident, found.pool)
  addRiders(step, incident, riders)
  if (incident.scope === 'device') ownState(state, incident.devices[0]!).ownCase = incident.id
  const reasons = [why, ...found.why, ...testimony.why, ...urgency.why]
  if (incident.scope === 'isp') reasons.push(...redundancyLost(step, incident))
  const flaps = flapping(step, incident)
  if (flaps) reasons.push(flaps)
  const placed = placeInStorm(step, incident)
  reasons.push(...placed.why)
  revise(step, incident, reasons)
  if (placed.quiet) listInStorm(step, incident)
  else if (!notice.quiet) tell(step, incident, event, incident.priority, reasons)
  raiseUnwarned(step, incident)
  settle(step, incident)
  return incident
}

/** The same device again within two days: one case. So often that it cannot be chance: one that stays open. */
function reopen(step: Step, seed: WatchedDevice): boolean {
  const { state, rules } = step
  const known = ownState(state, seed.id)
  const incident = incidentOf(state, known.ownCase)
  if (incident?.scope !== 'device') return false
  const kase = state.cases[incident.id]!
  const lastAt = Math.max(incident.end ?? 0, kase.lostAt.at(-1) ?? 0)
  if (state.now - lastAt > rules.reopenSeconds * 1000) return false
  kase.lostAt = [...kase.lostAt.filter((at) => at > state.now - rules.flappingSeconds * 1000), state.now]
  incident.state = incident.acknowledgedBy === null ? 'open' : 'acknowledged'
  incident.end = null
  incident.resolveAt = null
  incident.returned = []
  known.incident = incident.id
  if (known.gap) known.gap.incident = incident.id
  const times = kase.lostAt.length
  const why: Fired[] = [{ rule: 'reopened', times }]
  const flaps = !incident.flapping && flapping(step, incident)
  if (flaps) why.push(flaps)
  revise(step, incident, why)
  kase.tellEnd = incident.flapping
  if (flaps) tell(step, incident, 'widened', 'ticket', why)
  return true
}

/** A device that goes and comes back all the time is one case, which stays open until it has rested. */
function flapping({ state, rules }: Step, incident: Incident): Fired | null {
  const [device] = incident.devices
  if (incident.scope !== 'device' || device === undefined) return null
  const since = state.now - rules.flappingSeconds * 1000
  const drops = deviceState(state, device).recoveries.filter(({ at }) => at > since).length
  const times = state.cases[incident.id]!.lostAt.length
  if (times < rules.flappingTimes && drops < rules.flappingDrops) return null
  incident.flapping = true
  return { rule: 'flapping', times: times + drops, days: Math.round(rules.flappingSeconds / 86_400) }
}

function join(step: Step, home: Home, seed: WatchedDevice): void {
  const { incident, meets } = home
  const { state, rules } = step
  const loss = lossOf(deviceState(state, seed.id).session)!
  const { start, priority: before } = incident
  const slackMs = rules.slackSeconds * 1000
  // The incident keeps its start unless they can have gone with the rest.
  const narrowed =
    meets && canMeet(start, loss, slackMs) ? together(step, seed.id, start, [seed]).loss : start
  addMembers(step, incident, { members: [seed], loss: narrowed })
  const why: Fired[] = [home.why]
  const widened = meets ? widen(step, incident) : null
  if (widened) why.push(...widened)
  if (incident.cause === 'undetermined' || widened) why.push(...askAgain(step, incident))
  if (widened) {
    revise(step, incident, why)
    // Who was woken for a part of it stays awake: only what is more urgent than that interrupts again.
    const rises = PRIORITIES.indexOf(incident.priority) > PRIORITIES.indexOf(before)
    if (state.cases[incident.id]!.told) tell(step, incident, 'widened', rises ? incident.priority : 'digest', why)
  } else if (incident.revisions.at(-1)!.cause !== incident.cause) revise(step, incident, why)
  raiseUnwarned(step, incident)
  settle(step, incident)
}

const elementOf = (incident: Incident, members: WatchedDevice[]): Element => {
  const { scope, element, start } = incident
  return { scope, element, pool: { members, loss: start }, why: [] }
}

const membersOf = ({ world }: Step, incident: Incident): WatchedDevice[] =>
  incident.devices.flatMap((id) => world.device(id) ?? [])

/** The witnesses may know more now. */
function askAgain(step: Step, incident: Incident): Fired[] {
  const testimony = causeOf(step, elementOf(incident, membersOf(step, incident)))
  if (testimony.cause === 'undetermined' || testimony.cause === incident.cause) return []
  incident.cause = testimony.cause
  return testimony.why
}

/** What others have joined is wider than it seemed: a device's is its site's, a site's is its area's. */
function widen(step: Step, incident: Incident): Fired[] | null {
  const { world } = step
  const members = membersOf(step, incident)
  const [site] = incident.sites
  const [area] = incident.areas
  if (site === undefined || area === undefined) return null
  if (incident.scope === 'device' && members.filter(isAlwaysOn).length > 1) {
    incident.scope = 'site'
    incident.element = site
  } else if (incident.scope === 'site' && members.filter(isAlwaysOn).some((device) => device.site !== incident.element)) {
    incident.scope = 'area'
    incident.element = area
  } else return null
  const urgency = urgencyOf(step, incident.scope, members)
  incident.priority = urgency.priority
  incident.severity = urgency.severity
  if (incident.cause !== 'power') incident.cause = 'undetermined'
  if (incident.scope === 'site') return [{ rule: 'whole-site-silent', site, devices: members.length }, ...urgency.why]
  const of = new Set([...world.devices()].map((device) => device.site).filter((id) => world.site(id)?.area === area))
  return [{ rule: 'sites-lost-together', area, sites: incident.sites.length, of: of.size }, ...urgency.why]
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

/** A timer of the incident falls due: if it is still the one that counts, the incident is over. */
export function resolveIfDue(step: Step, id: string): void {
  const { state, rules } = step
  const incident = incidentOf(state, id)
  if (!incident || incident.resolveAt !== state.now) return
  incident.state = 'resolved'
  incident.resolveAt = null
  const kase = state.cases[id]!
  const left = missing(step, incident).filter((device) => !kase.riders.includes(device))
  for (const device of incident.devices) {
    if (deviceState(state, device).incident === id && !left.includes(device))
      ownState(state, device).incident = null
  }
  step.changed.add(id)
  if (kase.told && kase.tellEnd) tell(step, incident, 'resolved', incident.priority, [ending(incident, left)])
  if (left.length > 0) after(step, rules.residualSeconds, { kind: 'residual', incident: id })
  const waits = incident.scope === 'device' ? rules.reopenSeconds : rules.residualSeconds
  after(step, waits, { kind: 'close', incident: id })
  reviseByHistory(step, incident)
}

function ending({ devices, returned }: Incident, left: readonly DeviceId[]): Fired {
  if (left.length > 0) return { rule: 'most-back', devices: returned.length, of: devices.length }
  return returned.length === devices.length
    ? { rule: 'all-back', devices: devices.length }
    : { rule: 'pcs-hold-nothing-open', devices: devices.length - returned.length }
}

/** Who has not come back with the rest has a fault of its own, which the first has hidden. */
export function judgeResidual(step: Step, id: string): void {
  const { state } = step
  const incident = incidentOf(state, id)
  if (!incident || !isOver(incident)) return
  const left = membersOf(step, incident).filter((device) => deviceState(state, device.id).incident === id)
  for (const { id: device } of left) ownState(state, device).incident = null
  const bySite = new Map<SiteId, WatchedDevice[]>()
  for (const device of left) {
    const loss = lossOf(deviceState(state, device.id).session)
    if (loss === null || !isAlwaysOn(device)) continue
    bySite.set(device.site, [...(bySite.get(device.site) ?? []), device])
  }
  const why: Fired = { rule: 'still-missing', incident: id }
  const opened: Incident[] = []
  for (const [site, devices] of bySite) {
    const loss = lossOf(deviceState(state, devices[0]!.id).session)!
    const whole = devices.some(isFixed) && isSiteDown(step, site, loss)
    const groups: [Scope, string, WatchedDevice[]][] = whole
      ? [['site', site, devices]]
      : devices.map((device) => ['device', device.id, [device]])
    for (const [scope, element, members] of groups) {
      const own = lossOf(deviceState(state, members[0]!.id).session)!
      const found: Element = { scope, element, pool: together(step, members[0]!.id, own, members), why: [] }
      opened.push(openElement(step, found, { why, root: id, quiet: true }))
    }
  }
  tellTogether(step, opened, 'ticket', [why])
}

/** Nothing more will be learned of it. */
export function closeIfDone(step: Step, id: string): void {
  const { state, rules } = step
  const incident = incidentOf(state, id)
  if (incident?.state !== 'resolved') return
  const kase = state.cases[id]!
  const historyIn = incident.devices.every((device) => Object.hasOwn(kase.evidence, device))
  const endsAt = (incident.end ?? state.now) + rules.historySeconds * 1000
  if (!historyIn && state.now < endsAt) {
    after(step, (endsAt - state.now) / 1000, { kind: 'close', incident: id })
    return
  }
  incident.state = 'closed'
  step.changed.add(id)
}

/** An announced cut should be over. */
export function judgePlan(step: Step, plan: string): void {
  const { state, world, rules } = step
  const cut = Object.hasOwn(state.plans, plan) ? state.plans[plan]! : null
  // Changed since: a later timer is its own.
  if (!cut || overrunAt(cut, rules) > state.now) return
  delete state.plans[plan]
  const missed = cut.sites
    .flatMap((site) => devicesAt(world, site))
    .filter((device) => {
      const { session, incident } = deviceState(state, device.id)
      return session.state === 'offline' && incident === null && overlaps(windowOf(cut, rules), session.loss)
    })
  const first = missed.find(isAlwaysOn)
  if (!first) return
  const sites = new Set(missed.map(({ site }) => site))
  const { loss } = together(step, first.id, lossOf(deviceState(state, first.id).session)!, missed)
  const [scope, element] = sites.size > 1 ? areaOrSite(step, first) : (['site', first.site] as const)
  const found: Element = { scope, element, pool: { members: missed, loss }, why: [] }
  openElement(step, found, {
    why: { rule: 'planned-overran', plan, until: cut.to },
    event: 'overrun',
    cause: cut.cause === 'power' ? 'power' : 'undetermined',
  })
}

function areaOrSite({ world }: Step, { site }: WatchedDevice): readonly [Scope, string] {
  const area = world.site(site)?.area
  return area === undefined ? ['site', site] : ['area', area]
}

/** The device was expected to be away, and is not any more. */
function missNow(step: Step, device: WatchedDevice, notice: Notice): void {
  const { session, incident } = deviceState(step.state, device.id)
  if (session.state !== 'offline' || incident !== null) return
  const home = homeOf(step, device, session.loss)
  if (home) join(step, home, device)
  else open(step, device, notice)
}

/** A site that is switched off each night has not been switched on. */
export function judgeReturn(step: Step, site: SiteId): void {
  const { state, world } = step
  const known = Object.hasOwn(state.sites, site) ? state.sites[site]! : null
  if (known?.offUntil !== state.now) return
  known.offUntil = null
  const notice: Notice = { why: { rule: 'not-back-as-learned', expectedAt: state.now } }
  for (const device of devicesAt(world, site)) {
    if (isFixed(device) && isAlwaysOn(device)) missNow(step, device, notice)
  }
  forgetDark(step, site)
}
