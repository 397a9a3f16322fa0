import type { Days } from './local-time.ts'
import type { Random } from './random.ts'
import type { Duration, Rates } from './rates.ts'
import type { Troubles } from './troubles.ts'
import type { Passage, Storm, Weather } from './weather.ts'
import type { SimWorld } from './world.ts'

/** What everything is made from that goes wrong in the period. */
export interface Making {
  seed: number
  world: SimWorld
  weather: Weather
  troubles: Troubles
  days: Days
  rates: Rates
  /** Seconds; where the period ends. */
  until: number
}

const SHORTEST_SECONDS = 60

/** A duration of at least a minute. */
export function lasting(random: Random, { median, spread }: Duration): number {
  return Math.max(SHORTEST_SECONDS, random.lognormal(median, spread))
}

/** The storms that pass over a commune, each with its passage there. */
export function passagesOver(weather: Weather, commune: string): { storm: Storm; passage: Passage }[] {
  return weather.storms.flatMap((storm) =>
    storm.passages.filter((passage) => passage.commune === commune).map((passage) => ({ storm, passage })),
  )
}
