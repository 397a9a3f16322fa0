import type { Days } from './local-time.ts'
import type { Making } from './making.ts'
import { type Random, randomOf } from './random.ts'
import type { Rates } from './rates.ts'
import type { Span } from './span.ts'
import { element } from './troubles.ts'
import type { SimDevice, SimSite } from './world.ts'

/** A stretch in which somebody wants a PC to run, and how they end it. */
export interface Wish extends Span {
  end: 'shutdown' | 'restart' | 'sleep' | 'plug'
}

const HOUR = 3600
const MINUTE = 60
const DAY = 86_400

interface Habit {
  plugPuller: boolean
  noon: 'stay' | 'shutdown' | 'sleep'
}

function habitOf(random: Random, rates: Rates): Habit {
  const plugPuller = random.chance(rates.people.plugPuller)
  const draw = random.next()
  const { noonSwitchOff, noonSleep } = rates.people
  const noon = draw < noonSwitchOff ? 'shutdown' : draw < noonSwitchOff + noonSleep ? 'sleep' : 'stay'
  return { plugPuller, noon }
}

/** The days of the period on which a clerk comes in: working days without leave, and some Saturdays. */
function presence(random: Random, days: Days, rates: Rates, until: number): boolean[] {
  const present = Array.from({ length: days.count }, (_, day) => {
    const saturday = days.weekday(day) === 6 && random.chance(rates.people.saturday)
    return (days.isWorkday(day) && !random.chance(rates.people.absentADay)) || saturday
  })
  for (const from of random.moments(rates.people.leavePerYear, until)) {
    const first = Math.floor(from / DAY)
    present.fill(false, first, first + random.whole(3, 10))
  }
  return present
}

function hoursOf(day: number, random: Random, days: Days, rates: Rates): Span {
  const midnight = days.midnight(day)
  const from = midnight + Math.max(6.5 * HOUR, random.normal(7.42 * HOUR, 12 * MINUTE))
  if (random.chance(rates.people.trip)) return { from, to: midnight + random.between(9, 15) * HOUR }
  if (random.chance(rates.people.overtime)) return { from, to: midnight + random.between(18, 21.5) * HOUR }
  return { from, to: midnight + Math.max(16 * HOUR, random.normal(17.08 * HOUR, 13 * MINUTE)) }
}

/** What one clerk does with a PC over the period. */
function wishesOf(device: SimDevice, seed: number, days: Days, rates: Rates, until: number): Wish[] {
  const random = randomOf(seed, `clerk/${device.id}`)
  const habit = habitOf(random, rates)
  const leaves = habit.plugPuller ? 'plug' : 'shutdown'
  const present = presence(random, days, rates, until)
  const wishes: Wish[] = []
  /** Since when a PC that was left on in an evening has been on. */
  let leftOn: number | null = null
  for (let day = 0; day < days.count; day++) {
    if (!present[day]) continue
    const { from: arrives, to: goes } = hoursOf(day, random, days, rates)
    const from: number = leftOn ?? arrives
    leftOn = null
    const noonFrom = days.midnight(day) + random.normal(11.6 * HOUR, 8 * MINUTE)
    const noonTo = days.midnight(day) + random.normal(13.4 * HOUR, 8 * MINUTE)
    let morningEnds = from
    if (habit.noon !== 'stay' && goes > noonTo + HOUR && noonFrom < noonTo) {
      wishes.push({ from, to: noonFrom, end: habit.noon === 'sleep' ? 'sleep' : leaves })
      morningEnds = noonTo
    } else if (random.chance(rates.people.restartADay)) {
      const at = random.between(arrives + 5 * MINUTE, goes - 5 * MINUTE)
      wishes.push({ from, to: at, end: 'restart' })
      morningEnds = at + random.between(40, 120)
    }
    if (random.chance(rates.people.leftOnOvernight) && day + 1 < days.count) leftOn = morningEnds
    else wishes.push({ from: morningEnds, to: goes, end: leaves })
  }
  if (leftOn !== null) wishes.push({ from: leftOn, to: until, end: leaves })
  return wishes
    .map((wish) => ({ ...wish, from: Math.max(0, wish.from), to: Math.min(wish.to, until) }))
    .filter(({ from, to }) => to - from > MINUTE)
}

/** The caretaker cuts the mains when the last has gone and gives them back before the first comes. */
function cutByNight(
  { seed, troubles, days, rates, until }: Making,
  site: SimSite,
  wishes: readonly Wish[],
): void {
  const random = randomOf(seed, `caretaker/${site.id}`)
  const strike = (from: number, to: number, late: boolean) => {
    const kind = late ? 'late-return' : 'night-cut'
    const base = { kind, cause: 'user', scope: 'site', storm: null } as const
    const outage = troubles.begin({ ...base, element: site.id, commune: site.commune.id, from, to })
    troubles.strike(element.mains(site.id), outage)
  }
  let offSince: number | null = null
  for (let day = 0; day < days.count; day++) {
    const midnight = days.midnight(day)
    if (!days.isWorkday(day)) continue
    const today = wishes.filter((wish) => wish.from < midnight + DAY && wish.to > midnight)
    const first = Math.min(midnight + 7.4 * HOUR, ...today.map((wish) => Math.max(wish.from, midnight)))
    if (offSince !== null) {
      const late = random.chance(rates.people.nightCutReturnedLate) ? random.between(3, 9) * HOUR : 0
      strike(offSince, Math.max(offSince + HOUR, first - random.between(2, 20) * MINUTE + late), late > 0)
      offSince = null
    }
    const last = Math.max(...today.map(({ to }) => to), midnight + 17.3 * HOUR)
    const off = last + random.between(3, 25) * MINUTE
    if (off < midnight + 20 * HOUR && !random.chance(rates.people.nightCutForgotten)) offSince = off
  }
  if (offSince !== null) strike(offSince, until, false)
}

/** What every clerk wants of their PC, by device id; the nightly cuts become troubles. */
export function peopleOf(making: Making): Map<string, Wish[]> {
  const { seed, world, days, rates, until } = making
  const wishes = new Map<string, Wish[]>()
  for (const device of world.devices)
    if (device.kind === 'pc') wishes.set(device.id, wishesOf(device, seed, days, rates, until))
  for (const site of world.sites) {
    if (!site.nightCut) continue
    const pcs = world.devices.filter((device) => device.kind === 'pc' && device.site === site)
    const all = pcs.flatMap(({ id }) => wishes.get(id)!)
    cutByNight(making, site, all)
  }
  return wishes
}
