import type { DeviceId, SiteId } from '#protocol/ids.ts'
import { canMeet, type Interval } from './interval.ts'
import { devicesAt, isAlwaysOn, isFixed } from './paths.ts'
import type { Pool } from './pool.ts'
import { lossOf, type Session } from './session.ts'
import { deviceState, type Step } from './state.ts'
import type { WatchedDevice } from './world.ts'

/** PCs come and go one by one; several that go at once were not switched off. */
const PCS_AT_ONCE = 2

/**
 * Whether none of the site's fixed devices outlived `loss` but on a battery, and something that speaks for the site
 * went with it: what always runs, PCs beside a battery, or several PCs where nothing else is watched.
 */
export function isSiteDown({ state, world, rules }: Step, site: SiteId, loss: Interval): boolean {
  const slackMs = rules.slackSeconds * 1000
  let running = 0
  let lostRunning = 0
  let lostPcs = 0
  let riders = 0
  for (const device of devicesAt(world, site)) {
    if (!isFixed(device)) continue
    const { session, power } = deviceState(state, device.id)
    if (isAlwaysOn(device)) running++
    if (outlived(session, loss, slackMs)) {
      if (power?.source !== 'battery') return false
      riders++
    } else if (lossOf(session) !== null) {
      if (isAlwaysOn(device)) lostRunning++
      else lostPcs++
    }
  }
  if (lostRunning > 0 || (lostPcs > 0 && riders > 0)) return true
  return running === 0 && lostPcs >= PCS_AT_ONCE
}

function outlived(session: Session, loss: Interval, slackMs: number): boolean {
  switch (session.state) {
    case 'online':
    case 'stale':
      return true
    case 'goodbye':
      return session.since > loss[1] + slackMs
    case 'suspect':
    case 'offline':
      return session.loss[0] > loss[1] && !canMeet(session.loss, loss, slackMs)
    case 'new':
      return false
  }
}

/** Whether the device could have been lost: one that has been away for long is no witness. */
export function wasThere({ state }: Step, id: DeviceId): boolean {
  const { session, incident } = deviceState(state, id)
  switch (session.state) {
    case 'online':
    case 'stale':
    case 'suspect':
      return true
    case 'offline':
      return incident === null
    case 'new':
    case 'goodbye':
      return false
  }
}

/** The sites of these devices that are down as a whole. */
export function sitesDown(step: Step, members: readonly WatchedDevice[], loss: Interval): Set<SiteId> {
  const fixed = new Set(members.filter(isFixed).map(({ site }) => site))
  return new Set([...fixed].filter((site) => isSiteDown(step, site, loss)))
}

/** Sites of which more is lost than one device can explain: all that is fixed, several that always run, or one beside a battery. */
export function sitesHit(step: Step, { members, loss }: Pool): Set<SiteId> {
  const sites = new Set(members.map(({ site }) => site))
  return new Set(
    [...sites].filter((site) => {
      const lost = members.filter((device) => device.site === site && isAlwaysOn(device)).length
      return lost > 1 || isSiteDown(step, site, loss) || (lost > 0 && isBridged(step, site, loss))
    }),
  )
}

/** Whether something at the site has gone over to its battery about then. */
function isBridged({ state, world, rules }: Step, site: SiteId, loss: Interval): boolean {
  const window: Interval = [
    loss[0] - rules.holdDownPowerSeconds * 1000,
    loss[1] + rules.holdDownPowerSeconds * 1000,
  ]
  return devicesAt(world, site).some(({ id }) => {
    const { power } = deviceState(state, id)
    return power?.source === 'battery' && power.since >= window[0] && power.since <= window[1]
  })
}
