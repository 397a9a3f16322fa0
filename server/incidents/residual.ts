import type { SiteId } from '#protocol/ids.ts'
import type { Incident, Scope } from './incident.ts'
import { isOver, membersOf } from './members.ts'
import { openElement } from './open.ts'
import { isAlwaysOn, isFixed } from './paths.ts'
import { type Element, together } from './pool.ts'
import { lossOf } from './session.ts'
import { isSiteDown } from './site-down.ts'
import { deviceState, incidentOf, ownState, type Step } from './state.ts'
import { tellTogether } from './tell.ts'
import type { Fired } from './why.ts'
import type { WatchedDevice } from './world.ts'

/** Who has not come back with the rest has a fault of its own, which the first has hidden. */
export function judgeResidual(step: Step, id: string): void {
  const { state } = step
  const incident = incidentOf(state, id)
  if (!incident || !isOver(incident)) return
  const left = membersOf(step, incident).filter((device) => deviceState(state, device.id).incident === id)
  // Those too that the world has forgotten: one that is enrolled again is missed again.
  for (const device of incident.devices) {
    if (deviceState(state, device).incident === id) ownState(state, device).incident = null
  }
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
