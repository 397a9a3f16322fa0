import type { AreaId, DeviceId } from '#protocol/ids.ts'
import type { Cause, Priority, Scope } from '../incidents/incident.ts'
import type { Interval } from '../incidents/interval.ts'
import type { Observation } from '../incidents/observation.ts'
import type { Rules } from '../incidents/rules.ts'
import type { World } from '../incidents/world.ts'
import { evidenceOf, reasonsInWords } from '../notify/why.ts'
import { placeOf } from './place.ts'
import { createRun } from './run.ts'
import { keepTally, onlyAmong, type Tally, type ToldIncident } from './tally.ts'

/** Two sets of rules on the same past: the figures of each, and what only one of them told people. */
export interface Comparison {
  type: 'comparison'
  /** From the first observation to the newest; null: there was none. */
  from: number | null
  to: number | null
  devices: number
  /** The rules that differ, as they are in each. */
  differing: Record<string, { a: number; b: number }>
  a: Figures
  b: Figures
  onlyA: OnlyOne[]
  onlyB: OnlyOne[]
}

export type Figures = Omit<Tally, 'told'> & { told: number }

/** What one of them told by a page or a ticket and the other by neither. */
export interface OnlyOne {
  id: string
  /** When people were told first, and how. */
  t: number
  priority: Priority
  scope: Scope
  cause: Cause
  start: Interval
  end: number | null
  place: string
  devices: readonly DeviceId[]
  areas: readonly AreaId[]
  why: { vi: string; en: string }
}

/** The reasons that a line has room for. */
const MAX_REASONS = 3

/** Runs both side by side: what is read once is read for both, so that standard input can be compared too. */
export async function compare(
  world: World,
  observations: AsyncIterable<Observation>,
  rules: { a: Rules; b: Rules },
): Promise<Comparison> {
  const sides = [rules.a, rules.b].map((each) => ({
    run: createRun(world, each),
    tally: keepTally(() => world.calendar().utcOffsetMinutes),
  }))
  let from: number | null = null
  let to: number | null = null
  for await (const observation of observations) {
    from = Math.min(from ?? observation.t, observation.t)
    to = Math.max(to ?? observation.t, observation.t)
    for (const { run, tally } of sides) for (const event of run.observe(observation)) tally.note(event)
  }
  const [a, b] = sides.map(({ run, tally }) => tally.finish(run.incidents(), run.availability())) as [
    Tally,
    Tally,
  ]
  return {
    ...{ type: 'comparison', from, to, devices: [...world.devices()].length },
    differing: differingIn(rules.a, rules.b),
    ...{ a: figuresOf(a), b: figuresOf(b) },
    onlyA: onlyAmong(a.told, b.told).map((each) => onlyOne(each, world)),
    onlyB: onlyAmong(b.told, a.told).map((each) => onlyOne(each, world)),
  }
}

function differingIn(a: Rules, b: Rules): Comparison['differing'] {
  const names = Object.keys(a) as (keyof Rules)[]
  return Object.fromEntries(
    names.filter((name) => a[name] !== b[name]).map((name) => [name, { a: a[name], b: b[name] }]),
  )
}

const figuresOf = ({ told, ...tally }: Tally): Figures => ({ ...tally, told: told.length })

function onlyOne({ incident, t, priority }: ToldIncident, world: World): OnlyOne {
  const { id, scope, cause, start, end, devices, areas } = incident
  const evidence = evidenceOf(incident)
  const inWords = (language: 'vi' | 'en') =>
    reasonsInWords(evidence, world, language, { limit: MAX_REASONS, beside: start[0] })
  return {
    ...{ id, t, priority, scope, cause, start, end, devices, areas },
    place: placeOf(incident, world),
    why: { vi: inWords('vi'), en: inWords('en') },
  }
}
