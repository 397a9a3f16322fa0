import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BOOT_ENDS } from '#protocol/hello.ts'
import { deviceId, siteId } from '#protocol/ids.ts'
import { availabilityRecord } from '../../../server/availability/availability-record.ts'
import { emptyFacts, type Facts } from '../../../server/availability/facts.ts'
import { judge } from '../../../server/availability/judge.ts'
import { observe, observeIncident } from '../../../server/availability/observe.ts'
import type { Verdict } from '../../../server/availability/verdict.ts'
import type { Incident, Return } from '../../../server/incidents/incident.ts'
import type { Observation } from '../../../server/incidents/observation.ts'
import { DEFAULT_RULES } from '../../../server/incidents/rules.ts'
import { at, incident, office } from './past.ts'

const START = at('00:00')
const DAYS = 4
const END = START + DAYS * 86_400_000
const DEVICES = ['R1', 'P1', 'P2', 'L1', 'L2'].map(deviceId)

/** Half of the times lie close together, so that things meet. */
const time = fc.oneof(
  fc.integer({ min: 0, max: DAYS * 86_400 }).map((seconds) => START + seconds * 1000),
  fc.integer({ min: 0, max: 3600 }).map((seconds) => START + 10 * 3600_000 + seconds * 1000),
)
const device = fc.constantFrom(...DEVICES)
const boot = fc.integer({ min: 1, max: 5 })
/** Years off, before 1970, or no number of this world. */
const clock = fc.oneof(fc.constant(null), time, fc.integer({ min: -1e15, max: 1e15 }))
const end = fc.option(fc.constantFrom(...BOOT_ENDS))
const seconds = fc.oneof(fc.integer({ min: 0, max: 86_400 }), fc.integer({ min: 0, max: 1e10 }))
const span = fc.record({ boot, fromSeconds: seconds, toSeconds: seconds, clockMs: clock, end })

const observation: fc.Arbitrary<Observation> = fc.oneof(
  fc.record({
    ...{ t: time, type: fc.constant('connected' as const), device, boot: fc.option(boot), previousEnd: end },
    keepaliveSeconds: fc.constantFrom(0, 60, 120),
  }),
  fc.record({
    ...{ t: time, type: fc.constant('goodbye' as const), device },
    reason: fc.constantFrom('shutdown' as const, 'restart', 'sleep', 'service-stop'),
  }),
  fc.record({
    ...{ t: time, type: fc.constant('lost' as const), device },
    why: fc.constantFrom('keepalive' as const, 'socket'),
  }),
  fc.record({
    ...{ t: time, type: fc.constant('report' as const), device, clockMs: clock },
    now: fc.option(fc.record({ boot, uptimeSeconds: seconds })),
    history: fc.array(span, { maxLength: 3 }),
  }),
  fc.record({
    ...{ t: time, type: fc.constant('power' as const), device },
    source: fc.constantFrom('battery' as const, 'mains'),
  }),
  fc.record({
    ...{ t: time, type: fc.constant('platform' as const) },
    event: fc.constantFrom('started' as const, 'stopping', 'unhealthy', 'healthy'),
  }),
  fc.record({
    ...{ t: time, type: fc.constant('planned' as const), id: fc.constantFrom('M1', 'M2') },
    ...{ cause: fc.constantFrom('power' as const, 'maintenance'), from: time, to: time },
    sites: fc.constant([siteId('S1')]),
  }),
)
const observations = fc.array(observation, { minLength: 1, maxLength: 40 })

/** What the engine might hold of one incident, as time passes. */
const note = fc.record({
  t: time,
  id: fc.constantFrom('I1', 'I2'),
  cause: fc.constantFrom('power' as const, 'link', 'device', 'undetermined'),
  scope: fc.constantFrom('device' as const, 'site', 'area', 'platform'),
  storm: fc.constantFrom(null, 'W1'),
  out: fc.subarray(DEVICES, { minLength: 1 }),
  back: fc.subarray(DEVICES),
  end: fc.option(time),
})
const notes = fc.array(note, { maxLength: 5 }).map((list) => list.sort((one, other) => one.t - other.t))

type Note = { t: number; incident: Incident }

function incidentsOf(
  list: readonly { t: number; id: string; out: Incident['devices']; back: Incident['devices'] }[],
): Note[] {
  return list.map(({ t, out, back, ...given }) => {
    const returned: Return[] = back
      .filter((id) => out.includes(id))
      .map((id) => ({ device: id, at: t, by: 'connected' }))
    return { t, incident: { ...incident({ since: '10:00', devices: out }), ...given, returned } as Incident }
  })
}

function factsOf(heard: readonly Observation[], incidents: readonly Note[]): Facts {
  const facts = emptyFacts()
  for (const each of heard) observe(facts, each)
  for (const { t, incident: held } of incidents) observeIncident(facts, t, held)
  return facts
}

function heldAt(facts: Facts, asOf: number): Verdict[][] {
  const judged = judge(facts, office(), DEFAULT_RULES, asOf)
  return DEVICES.map((id) => judged.verdicts(id, START, END))
}

/** A few of the 5,000 that were run when this was written. */
const runs = { numRuns: 5000 }

describe('whatever is heard, in whatever order', () => {
  test('verdicts part the period exactly, and so do the seconds of the record', () => {
    fc.assert(
      fc.property(observations, notes, time, (heard, list, asOf) => {
        const facts = factsOf(heard, incidentsOf(list))
        const judged = judge(facts, office(), DEFAULT_RULES, asOf)
        for (const id of DEVICES) {
          let reached = START
          for (const { from, to, whole } of judged.verdicts(id, START, END)) {
            expect(from).toBe(reached)
            expect(to).toBeGreaterThan(from)
            expect(whole[0]).toBeLessThanOrEqual(from)
            expect(whole[1]).toBeGreaterThanOrEqual(to)
            reached = to
          }
          expect(reached).toBe(END)
          const record = availabilityRecord(judged, id, START, END)
          const { upSeconds, downFaultSeconds, downPowerSeconds, offPlannedSeconds, unknownSeconds } = record
          const all = upSeconds + downFaultSeconds + downPowerSeconds + offPlannedSeconds + unknownSeconds
          expect(all).toBeCloseTo((END - START) / 1000, 2)
          expect(record.connectedSeconds + record.unreachableSeconds).toBeCloseTo(upSeconds, 2)
          expect(record.repairSeconds).toBeLessThanOrEqual(downFaultSeconds + 0.001)
          expect(record.failures === 0 || downFaultSeconds >= 0).toBe(true)
        }
      }),
      runs,
    )
  })

  test('what is learned later changes nothing of what was held before', () => {
    fc.assert(
      fc.property(observations, notes, time, (heard, list, asOf) => {
        const incidents = incidentsOf(list)
        const then = factsOf(
          heard.filter(({ t }) => t <= asOf),
          incidents.filter(({ t }) => t <= asOf),
        )
        expect(heldAt(factsOf(heard, incidents), asOf)).toEqual(heldAt(then, asOf))
      }),
      runs,
    )
  })

  test('the order of arrival does not matter, nor that something comes twice', () => {
    const shuffled = observations.chain((heard) =>
      fc.record({
        heard: fc.constant(heard),
        other: fc.shuffledSubarray([...heard, ...heard], {
          minLength: 2 * heard.length,
          maxLength: 2 * heard.length,
        }),
      }),
    )
    fc.assert(
      fc.property(shuffled, notes, ({ heard, other }, list) => {
        const incidents = incidentsOf(list)
        expect(heldAt(factsOf(other, incidents), END)).toEqual(heldAt(factsOf(heard, incidents), END))
      }),
      runs,
    )
  })

  test('the facts survive JSON', () => {
    fc.assert(
      fc.property(observations, notes, (heard, list) => {
        const facts = factsOf(heard, incidentsOf(list))
        expect(heldAt(JSON.parse(JSON.stringify(facts)) as Facts, END)).toEqual(heldAt(facts, END))
      }),
      { numRuns: 5000 },
    )
  })
})
