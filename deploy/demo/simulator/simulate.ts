import { mobileTroubles } from './cells.ts'
import type { ContractLine, WorldLine } from './contract-line.ts'
import { deviceTroubles } from './faults.ts'
import { type Life, lifeOf, mainsAway } from './life.ts'
import { linkTroubles } from './links.ts'
import { DAY_SECONDS, daysOf } from './local-time.ts'
import { lineMaintenance } from './maintenance.ts'
import { mergeByTime } from './merge.ts'
import type { Effect, Outage } from './outage.ts'
import { behindGateway, type CellMove, siteDark, speakerDark } from './path.ts'
import { peopleOf } from './people.ts'
import { platformTroubles } from './platform.ts'
import { type Announcement, powerTroubles } from './power.ts'
import { randomOf } from './random.ts'
import { DEFAULT_RATES, type Rates } from './rates.ts'
import { byStart, union } from './span.ts'
import { type Piece, partitionOf } from './states.ts'
import { createTroubles, element, type Troubles } from './troubles.ts'
import { type Lived, type Truth, truthOf } from './truth.ts'
import { type Weather, weatherOf } from './weather.ts'
import { type AgentPause, linesOf } from './wire.ts'
import { buildWorld, type SimDevice, type SimWorld, worldLines } from './world.ts'

export interface Asked {
  seed: number
  sites?: number
  days?: number
  /** Milliseconds since 1970 UTC; best a midnight in Viet Nam, since days are counted from it. */
  start?: number
  rates?: Rates
}

export interface Simulated {
  /** What the centre is told of the province before anything happens. */
  world: WorldLine[]
  /** Everything that reaches the centre, in the order of time; made while it is read, the same every time. */
  observations(): Iterable<ContractLine>
  truth: Truth
  /** What a device really was at each moment, in seconds from the start. */
  partition(device: string): Piece[]
}

/** Thursday 1 January 2026, 00:00 in Viet Nam. */
export const DEFAULT_START = Date.UTC(2025, 11, 31, 17)
const DEFAULT_SITES = 100
const DEFAULT_DAYS = 365

/** A year of a province with its people, mains, lines and weather; the same for the same seed and rates. */
export function simulate(asked: Asked): Simulated {
  const { seed, sites = DEFAULT_SITES, days: dayCount = DEFAULT_DAYS, start = DEFAULT_START } = asked
  const { rates = DEFAULT_RATES } = asked
  const until = dayCount * DAY_SECONDS
  const days = daysOf(start, dayCount)
  const world = buildWorld(seed, sites, rates)
  const weather = weatherOf(seed, world, rates, until)
  const troubles = createTroubles(until)
  const making = { seed, world, weather, troubles, days, rates, until }
  const announcements = powerTroubles(making)
  linkTroubles(making)
  announcements.push(...lineMaintenance(making))
  mobileTroubles(making)
  deviceTroubles(making)
  const wishes = peopleOf(making)
  platformTroubles(making)

  const platform = troubles.effectsOn(element.platform)
  const brokerDown = union(platform.filter(({ outage }) => outage.kind === 'broker'))
  const lives = new Map(
    world.devices.map((device) => [
      device.id,
      lifeOf(seed, device, wishes.get(device.id), troubles, { rates, until }),
    ]),
  )
  const roads = roadsOf(seed, world, lives, troubles, rates)
  const lived = world.devices.map((device): Lived & { moves: CellMove[]; pauses: AgentPause[] } => {
    const { dark, moves } = roads(device)
    return {
      device,
      life: lives.get(device.id)!,
      dark: [...dark, ...platform].sort(byStart),
      mainsAway: mainsAway(device, troubles),
      moves,
      pauses: pausesOf(seed, device, rates, until),
    }
  })
  const announcedSites = new Map(announcements.map(({ outage, sites }) => [outage, sites]))
  const startMs = start
  const ms = (seconds: number) => startMs + Math.round(seconds * 1000)
  return {
    world: worldLines(world, days),
    observations: () =>
      mergeByTime<ContractLine>([
        announcementLines(announcements, ms),
        warningLines(weather, ms),
        platformLines(
          platform.map(({ outage }) => outage),
          ms,
          seed,
        ),
        ...lived.map(({ device, life, dark, pauses, moves }) => {
          const away = union([...dark, ...pauses])
          return linesOf({ seed, startMs, until, device, life, dark: away, pauses, brokerDown, moves, rates })
        }),
      ]),
    truth: {
      from: startMs,
      to: ms(until),
      ...truthOf(lived, troubles.outages, announcedSites, { startMs, until }),
      storms: weather.storms.map(({ id, kind, from, to, passages }) => ({
        ...{ id, kind, start: ms(from), end: ms(to) },
        passages: passages.map((one) => ({ commune: one.commune, from: ms(one.from), to: ms(one.to) })),
      })),
    },
    partition: (id) => partitionOf(lived.find(({ device }) => device.id === id)!, until),
  }
}

/** How each device reaches the centre: its SIM, or the lines of its site behind the first router. */
function roadsOf(
  seed: number,
  world: SimWorld,
  lives: ReadonlyMap<string, Life>,
  troubles: Troubles,
  rates: Rates,
): (device: SimDevice) => { dark: Effect[]; moves: CellMove[] } {
  const sites = new Map(
    world.sites.map((site) => {
      const lines = siteDark(seed, site, troubles, rates)
      const gateway = lives.get(`${site.id}-R1`)!
      return [site, { lines, behind: [...lines, ...behindGateway(seed, site, gateway)].sort(byStart) }]
    }),
  )
  return (device) => {
    if (device.kind === 'speaker') return speakerDark(seed, device, troubles)
    const { lines, behind } = sites.get(device.site)!
    return { dark: device.gateway ? lines : behind, moves: [] }
  }
}

function pausesOf(seed: number, device: SimDevice, rates: Rates, until: number): AgentPause[] {
  const random = randomOf(seed, `agent/${device.id}`)
  const pause = (from: number, goodbye: AgentPause['goodbye']) => ({
    from,
    to: from + random.between(5, 30),
    goodbye,
  })
  return [
    ...random.moments(rates.devices.agentUpdatesPerYear, until).map((at) => pause(at, 'service-stop')),
    ...random.moments(rates.devices.agentCrashesPerYear, until).map((at) => pause(at, null)),
  ].sort(byStart)
}

type ToMs = (seconds: number) => number

function announcementLines(announcements: readonly Announcement[], ms: ToMs): ContractLine[] {
  return announcements
    .map(({ at, id, cause, sites, from, to }) => {
      const plan = { id, cause, sites, from: ms(from), to: ms(to) }
      return { t: ms(at), type: 'planned' as const, ...plan }
    })
    .sort((a, b) => a.t - b.t)
}

function warningLines(weather: Weather, ms: ToMs): ContractLine[] {
  return weather.warnings.map((warning) => ({
    ...warning,
    t: ms(warning.t),
    onset: ms(warning.onset),
    expires: ms(warning.expires),
  }))
}

/** A broker that is down is noticed within seconds; of a line that breaks in front of it nobody says anything. */
function platformLines(outages: readonly Outage[], ms: ToMs, seed: number): ContractLine[] {
  const random = randomOf(seed, 'platform lines')
  const down = union(outages.filter(({ kind }) => kind === 'broker'))
  return down.flatMap(({ from, to }): ContractLine[] => [
    { t: ms(from + random.between(1, 20)), type: 'platform', healthy: false },
    { t: ms(to), type: 'platform', healthy: true },
  ])
}
