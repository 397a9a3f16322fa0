import type { DeviceId, SiteId } from '#protocol/ids.ts'
import { type AvailabilityRecord, availabilityRecord } from '../availability/availability-record.ts'
import { emptyFacts } from '../availability/facts.ts'
import { judge } from '../availability/judge.ts'
import { observe, observeIncident } from '../availability/observe.ts'
import { advance } from '../incidents/engine.ts'
import type { Incident, IncidentEvent } from '../incidents/incident.ts'
import type { Observation } from '../incidents/observation.ts'
import type { Rules } from '../incidents/rules.ts'
import { emptyState } from '../incidents/state.ts'
import type { World } from '../incidents/world.ts'
import { readLines } from './read.ts'
import { incidentRecord, notificationRecord, type ReplayRecord } from './record.ts'
import { createToldWorld } from './world.ts'

/** One past under one set of rules. */
export interface Run {
  /** @returns what people are told because of it */
  observe(observation: Observation): IncidentEvent[]
  /** As they were when they last changed, in the order of their opening. */
  incidents(): Incident[]
  /** Of each device that the world knows, from the first observation to the newest. */
  availability(): Iterable<AvailabilityRecord>
}

/** Time passes with the observations, and no further than the newest of them: what is in doubt then stays so. */
export function createRun(world: World, rules: Rules): Run {
  const state = emptyState()
  const facts = emptyFacts()
  const incidents = new Map<string, Incident>()
  let first = Number.POSITIVE_INFINITY
  let newest = 0
  return {
    observe(observation) {
      first = Math.min(first, observation.t)
      newest = Math.max(newest, observation.t)
      observe(facts, observation)
      const { events, changed } = advance(state, world, rules, observation)
      for (const incident of changed) {
        incidents.set(incident.id, incident)
        observeIncident(facts, observation.t, incident)
      }
      return events
    },
    incidents: () => [...incidents.values()].sort((one, other) => numberOf(one) - numberOf(other)),
    *availability() {
      if (newest < first) return
      const judged = judge(facts, world, rules, newest)
      for (const id of siteBySite(world)) yield availabilityRecord(judged, id, first, newest)
    },
  }
}

/** The judge works out a site at a time, and forgets it again. */
function siteBySite(world: World): DeviceId[] {
  const sites = new Map<SiteId, DeviceId[]>()
  for (const { id, site } of world.devices()) {
    const members = sites.get(site)
    if (members) members.push(id)
    else sites.set(site, [id])
  }
  return [...sites.values()].flat()
}

/** They are numbered as they open: I1, I2, … */
const numberOf = ({ id }: Incident): number => Number(id.slice(1))

/**
 * Runs the lines of a file through the real engine: what people would have been told, and then the closing figures.
 * @throws ReplayError naming every line that is not as it should be
 */
export async function* replay(
  lines: AsyncIterable<string> | Iterable<string>,
  rules: Rules,
): AsyncGenerator<ReplayRecord> {
  const world = createToldWorld()
  yield* replayObservations(world, readLines(lines, world), rules)
}

/** The same for observations that come from elsewhere. */
export async function* replayObservations(
  world: World,
  observations: AsyncIterable<Observation> | Iterable<Observation>,
  rules: Rules,
): AsyncGenerator<ReplayRecord> {
  const run = createRun(world, rules)
  for await (const observation of observations) {
    for (const event of run.observe(observation)) yield notificationRecord(event)
  }
  yield* run.incidents().map(incidentRecord)
  yield* run.availability()
}
