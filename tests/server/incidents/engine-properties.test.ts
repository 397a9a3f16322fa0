import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DeviceKind, deviceId } from '#protocol/ids.ts'
import { advance } from '../../../server/incidents/engine.ts'
import type { IncidentEvent } from '../../../server/incidents/incident.ts'
import type { Observation } from '../../../server/incidents/observation.ts'
import { DEFAULT_RULES } from '../../../server/incidents/rules.ts'
import { CLOCK_TOLERANCE_MS } from '../../../server/incidents/set-back.ts'
import { type EngineState, emptyState } from '../../../server/incidents/state.ts'
import { smallWorld } from '../../support/small-world.ts'

const DEVICES = { R1: 'router', L1: 'speaker', P1: 'pc', R2: 'router', P2: 'pc' } as const
const world = smallWorld({
  S1: { name: 'S1', devices: { R1: 'router', L1: 'speaker', P1: 'pc' } as Record<string, DeviceKind> },
  S2: { name: 'S2', devices: { R2: 'router', P2: 'pc' } as Record<string, DeviceKind> },
})

const device = fc.constantFrom(...Object.keys(DEVICES), 'unknown').map(deviceId)
const what = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('connected' as const),
      device,
      keepaliveSeconds: fc.constantFrom(60, 120, 900),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('lost' as const),
      device,
      why: fc.constantFrom('keepalive' as const, 'socket' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('goodbye' as const),
      device,
      reason: fc.constant('shutdown' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('report' as const), device }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('platform' as const),
      event: fc.constantFrom('started' as const, 'stopping' as const),
    }),
  },
)

/** Steps of 10 s, some backwards, so that timers and observations fall on the same moment often. */
const unordered = fc.integer({ min: -3, max: 40 }).map((tens) => tens * 10)

const pastOf = (stepSeconds: fc.Arbitrary<number>) =>
  fc.array(fc.record({ stepSeconds, what }), { minLength: 10, maxLength: 60 }).map((steps) => {
    let newest = 1_782_000_000_000
    return steps.map(({ stepSeconds, what }): Observation => {
      const t = newest + stepSeconds * 1000
      newest = newestAfter(newest, t)
      return { t, ...what }
    })
  })

/** What lies behind by more than the tolerance sets the clock back. */
const newestAfter = (newest: number, t: number) => (t < newest - CLOCK_TOLERANCE_MS ? t : Math.max(newest, t))

const past = pastOf(unordered)
const pastWithBadClock = pastOf(
  fc.oneof(
    { weight: 20, arbitrary: unordered },
    { weight: 1, arbitrary: fc.constantFrom(86_400, -86_400, -90) },
  ),
)

const END: Observation = { t: 1_782_000_000_000 + 48 * 3600_000, type: 'tick' }

function run(observations: readonly Observation[], between = (state: EngineState) => state) {
  let state = emptyState()
  const events: IncidentEvent[] = []
  for (const observation of observations) {
    events.push(...advance(state, world, DEFAULT_RULES, observation).events)
    state = between(state)
  }
  return { events, state }
}

test('ticks, and storing the state between any two steps, change nothing', () => {
  let told = 0
  fc.assert(
    fc.property(pastWithBadClock, fc.integer({ min: 1, max: 97 }), (observations, tickSeconds) => {
      const plain = [...observations, END]
      let newest = 0
      const ticked = plain.flatMap((observation): Observation[] => {
        const ticks: Observation[] = []
        // Before it starts the centre is dead, and ticks do not come.
        const dead = observation.type === 'platform' && observation.event === 'started'
        for (
          let t = newest;
          !dead && newest > 0 && t < Math.min(observation.t, newest + 3600_000);
          t += tickSeconds * 1000
        ) {
          ticks.push({ t, type: 'tick' })
        }
        newest = newestAfter(newest, observation.t)
        return [...ticks, observation]
      })
      const expected = run(plain)
      told += expected.events.length
      expect(run(ticked)).toEqual(expected)
      expect(run(plain, (state) => JSON.parse(JSON.stringify(state)) as EngineState)).toEqual(expected)
    }),
    { numRuns: 150 },
  )
  // Pasts in which nothing happens would prove nothing.
  expect(told).toBeGreaterThan(300)
})

test('every incident opens once, ends at most once, after its start, and its devices are of one site', () => {
  fc.assert(
    fc.property(past, (observations) => {
      const { events, state } = run([...observations, END])
      const opened = events.filter(({ event }) => event === 'opened').map(({ incident }) => incident.id)
      const resolved = events.filter(({ event }) => event === 'resolved').map(({ incident }) => incident.id)
      expect(opened).toEqual(opened.map((_, at) => `I${at + 1}`))
      expect(new Set(resolved).size).toBe(resolved.length)
      expect([...resolved, ...Object.keys(state.incidents)].sort()).toEqual([...opened].sort())
      expect(events.map(({ t }) => t)).toEqual(events.map(({ t }) => t).sort((one, other) => one - other))
      for (const { t, event, incident } of events) {
        expect(incident.start[0]).toBeLessThanOrEqual(incident.start[1])
        expect(incident.start[1]).toBeLessThanOrEqual(t)
        expect(incident.end === null).toBe(event !== 'resolved')
        for (const id of incident.devices) expect(world.device(id)?.site).toBe(incident.site)
      }
    }),
    { numRuns: 150 },
  )
})

test('with a clock that jumps, all waits end: nothing is lost sight of, and no time is later than now', () => {
  fc.assert(
    fc.property(pastWithBadClock, (observations) => {
      const { state } = run(observations)
      const newest = state.now
      for (const { at } of state.timers) expect(at).toBeLessThanOrEqual(newest + 330_000)
      for (const { start, openedAt } of Object.values(state.incidents)) {
        expect(start[0]).toBeLessThanOrEqual(start[1])
        expect(start[1]).toBeLessThanOrEqual(newest)
        expect(openedAt).toBeLessThanOrEqual(newest)
      }
      advance(state, world, DEFAULT_RULES, { t: newest + 331_000, type: 'tick' })
      expect(state.timers).toEqual([])
      for (const { session } of Object.values(state.devices)) expect(session.state).not.toBe('suspect')
    }),
    { numRuns: 150 },
  )
})
