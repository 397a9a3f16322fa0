import { type Making, passagesOver } from './making.ts'
import type { Outage, OutageKind } from './outage.ts'
import { type Random, randomOf } from './random.ts'
import type { Span } from './span.ts'
import { element } from './troubles.ts'
import type { SimSite, SimWorld } from './world.ts'

/** A cut that was announced, in seconds. */
export interface Announcement {
  at: number
  id: string
  /** The outage that it announces. */
  outage: string
  cause: 'power' | 'maintenance'
  sites: string[]
  from: number
  to: number
}

type Feeder = SimWorld['feeders'][number]
type Cut = Span & { kind: OutageKind; storm: string | null }

/** A squall leaves less behind than a typhoon. */
const SQUALL_REPAIR = 1 / 3
const HOUR = 3600
const MINUTE = 60
const DAY = 86_400

/** Who hangs on a feeder: sites by their office, devices by their own supply. */
function sitesOn(feeder: string, world: SimWorld): string[] {
  const sites = world.devices.filter((device) => device.feeder === feeder).map(({ site }) => site.id)
  return [...new Set(sites)].sort()
}

/** One cut of a feeder: it darkens the sites and, once their batteries are empty, the base stations on it. */
function cutFeeder({ troubles, world }: Making, feeder: Feeder, cut: Cut): Outage {
  const outage = troubles.begin({
    ...cut,
    cause: cut.kind === 'announced-cut' ? 'planned' : 'power',
    scope: sitesOn(feeder.id, world).length > 1 ? 'area' : 'site',
    element: feeder.id,
    commune: feeder.commune.id,
  })
  troubles.strike(element.feeder(feeder.id), outage)
  return outage
}

/** A working day's cut from the morning on, announced one to five days before; some overrun, some end early. */
function announce(making: Making, feeder: Feeder, moment: number, random: Random): Announcement {
  const { world, days, rates } = making
  const day = Math.round(moment / DAY)
  const from = days.midnight(day) + random.pick([5, 6, 7, 7.5, 8, 13]) * HOUR
  const to = from + random.whole(3, 9) * HOUR
  const cutFrom = from + random.between(0, 15) * MINUTE
  const overrun = random.chance(rates.power.announcedOverrun)
  const early = !overrun && random.chance(rates.power.announcedEarly)
  const end = overrun
    ? to + random.between(20, 240) * MINUTE
    : to - (early ? random.between(0.2, 0.6) * (to - cutFrom) : random.between(0, 10) * MINUTE)
  const planned = { kind: 'announced-cut', from: cutFrom, to: Math.min(end, to), storm: null } as const
  const outage = cutFeeder(making, feeder, planned)
  if (overrun) cutFeeder(making, feeder, { kind: 'overrun', from: to, to: end, storm: null })
  const at = Math.max(0, from - random.between(1, 5) * DAY)
  return {
    at,
    id: `M-${outage.id}`,
    outage: outage.id,
    cause: 'power',
    sites: sitesOn(feeder.id, world),
    from,
    to,
  }
}

/** Everything that takes the mains away, but for the caretaker. */
export function powerTroubles(making: Making): Announcement[] {
  const announcements = making.world.feeders.flatMap((feeder) => feederTroubles(making, feeder))
  for (const site of making.world.sites) mainsTrips(making, site)
  return announcements
}

function feederTroubles(making: Making, feeder: Feeder): Announcement[] {
  const { seed, weather, rates, until } = making
  const random = randomOf(seed, `power/${feeder.id}`)
  const cut = (kind: OutageKind, from: number, lasts: number, storm: string | null) =>
    cutFeeder(making, feeder, { kind, from, to: from + lasts, storm })
  for (const at of random.moments(rates.power.feederCutsPerYear, until)) {
    const { median, spread } = rates.power.feederCut
    cut('feeder-cut', at, Math.max(2 * MINUTE, random.lognormal(median, spread)), null)
  }
  for (const at of random.moments(rates.power.dipsPerYear, until))
    cut('dip', at, random.between(...rates.power.dipSeconds), null)
  const announcements = random
    .moments(rates.power.announcedPerYear, until)
    .map((moment) => announce(making, feeder, moment, random))
    .filter(({ from }) => from < until)
  for (const { storm, passage } of passagesOver(weather, feeder.commune.id))
    if (random.chance(rates.weather.feederCut * passage.strength)) {
      const { median, spread } = rates.weather.stormRepair
      const lasts = random.lognormal(storm.kind === 'typhoon' ? median : median * SQUALL_REPAIR, spread)
      cut('feeder-cut', random.between(passage.from, passage.to), lasts, storm.id)
    }
  return announcements
}

/** The fuse of one office: its poles outside stay alight. */
function mainsTrips({ seed, troubles, rates, until }: Making, site: SimSite): void {
  const random = randomOf(seed, `mains/${site.id}`)
  for (const from of random.moments(rates.power.mainsTripsPerYear, until)) {
    const { median, spread } = rates.power.mainsTrip
    const outage = troubles.begin({
      ...({ kind: 'mains-trip', cause: 'power', scope: 'site', storm: null } as const),
      ...{ element: site.id, commune: site.commune.id },
      from,
      to: from + random.lognormal(median, spread),
    })
    troubles.strike(element.mains(site.id), outage)
  }
}
