import type { Days } from './local-time.ts'
import { type Making, passagesOver } from './making.ts'
import type { OutageKind } from './outage.ts'
import { type Random, randomOf } from './random.ts'
import type { Duration } from './rates.ts'
import { element } from './troubles.ts'
import type { SimDevice } from './world.ts'

const HOUR = 3600
const MINUTE = 60
const DAY = 86_400
const OFFICE_OPENS = 7.5 * HOUR
const OFFICE_CLOSES = 16.5 * HOUR

/** When somebody who is in the office gets round to it: `lag` after `from`, but not before they are there. */
function nextOfficeTime(from: number, lag: number, days: Days): number {
  let at = from
  for (let step = 0; step < 20; step++) {
    const day = Math.floor((at - days.midnight(0)) / DAY)
    const opens = days.midnight(day) + OFFICE_OPENS
    const closes = days.midnight(day) + OFFICE_CLOSES
    if (days.isWorkday(day) && at < closes) return Math.max(at, opens) + lag
    at = days.midnight(day + 1)
  }
  return at + lag
}

/** Faults of single devices: they hang, die, lose their SIM, corrode, restart by themselves. */
export function deviceTroubles(making: Making): void {
  for (const device of making.world.devices) faultsOf(making, device)
}

function faultsOf(making: Making, device: SimDevice): void {
  const { seed, weather, troubles, days, rates, until } = making
  const rate = rates.devices
  const random = randomOf(seed, `faults/${device.id}`)
  const draw = ({ median, spread }: Duration) => random.lognormal(median, spread)
  const down = (kind: OutageKind, from: number, lasts: number, storm: string | null = null) => {
    const where = { element: device.id, commune: device.site.commune.id }
    const fault = { kind, from, to: from + lasts, storm, ...where, cause: 'device', scope: 'device' } as const
    troubles.strike(element.device(device.id), troubles.begin(fault))
  }
  if (device.kind === 'pc') {
    for (const at of random.moments(rate.pcDeadPerYear, until))
      down('dead', at, Math.max(DAY, draw(rate.pcDead)))
    return
  }
  for (const at of random.moments(rate.rebootsPerYear, until)) down('reboot', at, random.between(50, 170))
  if (device.kind === 'router') {
    for (const at of random.moments(rate.routerHangsPerYear, until))
      down('hang', at, nextOfficeTime(at, draw(rate.routerHangLag), days) - at)
    return
  }
  for (const at of random.moments(rate.speakerDeadPerYear, until))
    down('dead', at, Math.max(6 * HOUR, draw(rate.speakerDead)))
  for (const at of random.moments(rate.speakerHangsPerYear, until))
    down('hang', at, Math.max(12 * MINUTE, draw(rate.speakerHang)))
  for (const { storm, passage } of passagesOver(weather, device.site.commune.id))
    if (random.chance(rates.weather.speakerDestroyed * passage.strength)) {
      const lasts = DAY + draw(rate.speakerDead)
      down('dead', random.between(passage.from, passage.to), lasts, storm.id)
    }
  lineFaults(making, device, random)
}

/** The SIM that is blocked, the antenna that corrodes: the loudspeaker runs and nobody hears from it. */
function lineFaults({ troubles, rates, until }: Making, device: SimDevice, random: Random): void {
  const rate = rates.devices
  const draw = ({ median, spread }: Duration) => random.lognormal(median, spread)
  const base = { cause: 'link', scope: 'device', storm: null } as const
  const where = { element: device.id, commune: device.site.commune.id }
  const line = element.line(device.id)
  for (const from of random.moments(rate.simBlockedPerYear, until)) {
    const to = from + draw(rate.simBlocked)
    troubles.strike(line, troubles.begin({ ...base, ...where, kind: 'sim-blocked', from, to }))
  }
  if (!random.chance(rate.antennaCorroding)) return
  const from = random.between(0, until)
  const to = from + random.between(...rate.antennaDays) * DAY
  const outage = troubles.begin({ ...base, ...where, kind: 'antenna', from, to })
  const mean = DAY / random.between(...rate.antennaDropsPerDay)
  for (let at = from; at < Math.min(to, until); ) {
    const lasts = Math.max(20, draw(rate.antennaDrop))
    troubles.strike(line, outage, { from: at, to: at + lasts })
    at += lasts + random.exponential(mean)
  }
}
