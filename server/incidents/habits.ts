import type { SiteId } from '#protocol/ids.ts'
import { localTime, nextWorkday } from './calendar.ts'
import type { Interval } from './interval.ts'
import { devicesAt, isAlwaysOn, isFixed } from './paths.ts'
import { lossOf } from './session.ts'
import { isSiteDown } from './site-down.ts'
import { deviceState, type Step, siteState } from './state.ts'
import { schedule } from './timers.ts'
import type { Calendar, WatchedDevice } from './world.ts'

const DAY_MS = 86_400_000
const DAY_MINUTES = 1440

/** Shorter than this, or over before midnight, it is no night: load is shed in the evening, too. */
const NIGHT_MS = 6 * 3600_000

/** The site has gone dark, whatever has done it: how long it stays so is to be seen. */
export function noteNight(step: Step, site: SiteId, loss: Interval): void {
  const { state, rules } = step
  if (!isSiteDown(step, site, loss)) return
  const known = siteState(state, site)
  known.nights = known.nights.filter((night) => night.offAt > state.now - rules.learnedOffDays * DAY_MS)
  if (known.nights.at(-1)?.backAt !== null) known.nights.push({ offAt: loss[0], backAt: null })
}

/**
 * When a site has gone dark as it does at this time of day, and no PC was working, somebody has switched the mains off:
 * it is not missed before its usual return on the next working day.
 * @returns whether it is expected to be away
 */
export function isSwitchedOff(step: Step, device: WatchedDevice, loss: Interval): boolean {
  const { state, rules, world } = step
  const { site } = device
  if (!isFixed(device)) return false
  if (isOffByHabit(step, site)) return true
  if (!isAlwaysOn(device) || !isSiteDown(step, site, loss)) return false
  const { nights } = siteState(state, site)
  // One that lasts has been judged when it began.
  if (nights.at(-1)?.backAt === null) return false
  const calendar = world.calendar()
  const returns = nights
    .filter(({ offAt, backAt }) => backAt !== null && isNight(calendar, offAt, backAt))
    .filter(({ offAt }) => minutesApart(calendar, offAt, loss[0]) * 60 <= rules.learnedOffToleranceSeconds)
    .filter(({ offAt }) => offAt > state.now - rules.learnedOffDays * DAY_MS)
    .map(({ backAt }) => localTime(calendar, backAt!).minute)
    .sort((one, other) => one - other)
  if (returns.length < rules.learnedOffTimes || workedUntil(step, site, loss)) return false
  const usual = returns[Math.floor((returns.length - 1) / 2)]! + rules.learnedReturnSeconds / 60
  const due = nextWorkday(calendar, state.now, usual)
  if (due === null) return false
  noteNight(step, site, loss)
  const known = siteState(state, site)
  known.offUntil = due
  schedule(state.timers, due, { kind: 'return', site })
  return true
}

function isNight(calendar: Calendar, offAt: number, backAt: number): boolean {
  return backAt - offAt >= NIGHT_MS && localTime(calendar, offAt).day < localTime(calendar, backAt).day
}

/** The site is heard again: what else was switched off there should follow within minutes. */
export function noteLight({ state, rules }: Step, device: WatchedDevice): void {
  if (!isFixed(device) || !isAlwaysOn(device) || !Object.hasOwn(state.sites, device.site)) return
  const known = state.sites[device.site]!
  const night = known.nights.at(-1)
  if (night && night.backAt === null) night.backAt = state.now
  if (known.offUntil === null) return
  schedule(state.timers, state.now + rules.releaseSeconds * 1000, { kind: 'return', site: device.site })
}

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

function minutesApart(calendar: Calendar, one: number, other: number): number {
  const apart = Math.abs(localTime(calendar, one).minute - localTime(calendar, other).minute)
  return Math.min(apart, DAY_MINUTES - apart)
}
