import type { SiteId } from '#protocol/ids.ts'
import { localTime, nextWorkday } from './calendar.ts'
import type { Interval } from './interval.ts'
import { devicesAt, isAlwaysOn, isFixed } from './paths.ts'
import { lossOf } from './session.ts'
import { isSiteDown } from './site-down.ts'
import { deviceState, type Step, siteState } from './state.ts'
import { schedule } from './timers.ts'
import type { WatchedDevice } from './world.ts'

const DAY_MS = 86_400_000
const DAY_MINUTES = 1440

/** Shorter than this nobody has switched anything off for the night. */
const NIGHT_MS = 2 * 3600_000

/**
 * A site has gone dark. When it has gone in the same way at the same time of day often enough, and no PC was working,
 * somebody has switched the mains off: it is not missed before its usual return on the next working day.
 * @returns whether it is expected to be away
 */
export function noteDark(step: Step, device: WatchedDevice, loss: Interval): boolean {
  const { state, rules, world } = step
  const { site } = device
  if (!isFixed(device) || !isAlwaysOn(device) || !isSiteDown(step, site, loss)) return false
  const known = siteState(state, site)
  const offAt = loss[0]
  known.nights = known.nights.filter((night) => night.offAt > state.now - rules.learnedOffDays * DAY_MS)
  const open = known.nights.at(-1)
  if (open && open.backAt === null) return known.offUntil !== null && known.offUntil > state.now
  const alike = known.nights.filter(({ offAt: before, backAt }) => {
    const long = backAt !== null && backAt - before >= NIGHT_MS
    return long && minutesApart(step, before, offAt) * 60 <= rules.learnedOffToleranceSeconds
  })
  known.nights.push({ offAt, backAt: null })
  if (alike.length < rules.learnedOffTimes || workedUntil(step, site, loss)) return false
  const returns = alike.map(({ backAt }) => localTime(world.calendar(), backAt!).minute).sort((a, b) => a - b)
  const usual = returns[Math.floor((returns.length - 1) / 2)]! + rules.learnedReturnSeconds / 60
  const due = nextWorkday(world.calendar(), state.now, usual)
  if (due === null) return false
  known.offUntil = due
  schedule(state.timers, due, { kind: 'return', site })
  return true
}

/** The site is heard again: what else was switched off there should follow within minutes. */
export function noteLight({ state, rules }: Step, device: WatchedDevice): void {
  if (!isFixed(device) || !isAlwaysOn(device) || !Object.hasOwn(state.sites, device.site)) return
  const known = state.sites[device.site]!
  const night = known.nights.at(-1)
  if (night && night.backAt === null) night.backAt = state.now
  if (known.offUntil === null) return
  const soon = state.now + rules.releaseSeconds * 1000
  if (soon >= known.offUntil) return
  known.offUntil = soon
  schedule(state.timers, soon, { kind: 'return', site: device.site })
}

/** Its darkness, which lasts, is somebody else's doing: nothing is to be learned from it. */
export function forgetDark({ state }: Step, site: SiteId, loss: Interval): void {
  const known = Object.hasOwn(state.sites, site) ? state.sites[site]! : null
  const night = known?.nights.at(-1)
  if (night && night.backAt === null && night.offAt >= loss[0] - NEAR_MS) known!.nights.pop()
}

/** Losses of one moment are known to so much. */
const NEAR_MS = 10 * 60_000

export function isOffByHabit({ state }: Step, site: SiteId): boolean {
  const until = Object.hasOwn(state.sites, site) ? state.sites[site]!.offUntil : null
  return until !== null && until > state.now
}

/** Whether more than one PC of the site was working when it went: then nobody was closing the office. */
function workedUntil({ state, world, rules }: Step, site: SiteId, loss: Interval): boolean {
  const slackMs = rules.slackSeconds * 1000
  const working = devicesAt(world, site).filter((device) => {
    if (isAlwaysOn(device)) return false
    const { session } = deviceState(state, device.id)
    const lost = lossOf(session)
    return session.state === 'online' || (lost !== null && lost[1] + slackMs >= loss[0])
  })
  return working.length > 1
}

function minutesApart({ world }: Step, one: number, other: number): number {
  const calendar = world.calendar()
  const apart = Math.abs(localTime(calendar, one).minute - localTime(calendar, other).minute)
  return Math.min(apart, DAY_MINUTES - apart)
}
