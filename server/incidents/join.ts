import { causeOf } from './cause.ts'
import type { Home } from './home.ts'
import { type Incident, PRIORITIES } from './incident.ts'
import { canMeet } from './interval.ts'
import { addMembers, membersOf, settle } from './members.ts'
import { isAlwaysOn } from './paths.ts'
import { type Element, together } from './pool.ts'
import { lossOf } from './session.ts'
import { isSiteDown } from './site-down.ts'
import { deviceState, type Step } from './state.ts'
import { revise, tell } from './tell.ts'
import { raiseAndTell } from './unwarned.ts'
import { urgencyOf } from './urgency.ts'
import type { Fired } from './why.ts'
import type { WatchedDevice } from './world.ts'

export function join(step: Step, home: Home, seed: WatchedDevice): void {
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
    if (state.cases[incident.id]!.told)
      tell(step, incident, 'widened', rises ? incident.priority : 'digest', why)
  } else if (incident.revisions.at(-1)!.cause !== incident.cause || isNews(incident, home.why)) {
    revise(step, incident, why)
  }
  raiseAndTell(step, incident)
  settle(step, incident)
}

const elementOf = (incident: Incident, members: WatchedDevice[]): Element => {
  const { scope, element, start } = incident
  return { scope, element, pool: { members, loss: start }, why: [] }
}

/** The witnesses may know more now. */
function askAgain(step: Step, incident: Incident): Fired[] {
  const testimony = causeOf(step, elementOf(incident, membersOf(step, incident)))
  if (testimony.cause === 'undetermined' || testimony.cause === incident.cause) return []
  incident.cause = testimony.cause
  return testimony.why
}

/** What others have joined is wider than it seemed: a device's is its site's, a site's is its area's. */
function widen(step: Step, incident: Incident): Fired[] | null {
  if (incident.scope !== 'device' && incident.scope !== 'site') return null
  const { world } = step
  const members = membersOf(step, incident)
  const [site] = incident.sites
  const [area] = incident.areas
  if (site === undefined || area === undefined) return null
  if (incident.scope === 'device' && members.filter(isAlwaysOn).length > 1) {
    incident.scope = 'site'
    incident.element = site
  } else if (
    incident.scope === 'site' &&
    members.filter(isAlwaysOn).some((device) => device.site !== incident.element)
  ) {
    incident.scope = 'area'
    incident.element = area
  } else return null
  const urgency = urgencyOf(
    step,
    incident.scope,
    members.filter(({ id }) => !incident.onBattery.includes(id)),
    members.filter(({ id }) => incident.onBattery.includes(id)),
  )
  incident.priority = urgency.priority
  incident.severity = urgency.severity
  if (incident.cause !== 'power') incident.cause = 'undetermined'
  if (incident.scope === 'site') {
    const devices = members.length
    const whole = isSiteDown(step, site, incident.start)
    return [
      whole ? { rule: 'whole-site-silent', site, devices } : { rule: 'losses-can-meet', devices },
      ...urgency.why,
    ]
  }
  const of = new Set(
    [...world.devices()].map((device) => device.site).filter((id) => world.site(id)?.area === area),
  )
  return [{ rule: 'sites-lost-together', area, sites: incident.sites.length, of: of.size }, ...urgency.why]
}

/** Each rule is kept with the incident the first time that it fires. */
function isNews({ revisions }: Incident, { rule }: Fired): boolean {
  return !revisions.some(({ why }) => why.some((fired) => fired.rule === rule))
}
