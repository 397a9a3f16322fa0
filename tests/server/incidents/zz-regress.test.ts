import fc from 'fast-check'
import { expect, test } from 'vitest'
import { areaId, deviceId, siteId } from '#protocol/ids.ts'
import { advance } from '../../../server/incidents/engine.ts'
import type { IncidentEvent } from '../../../server/incidents/incident.ts'
import type { Observation } from '../../../server/incidents/observation.ts'
import { DEFAULT_RULES } from '../../../server/incidents/rules.ts'
import { CLOCK_TOLERANCE_MS } from '../../../server/incidents/set-back.ts'
import { deviceState, type EngineState, emptyState } from '../../../server/incidents/state.ts'
import { smallWorld } from '../../support/small-world.ts'

const world = smallWorld({
  S1: {
    name: 'S1',
    uplinks: { 'S1-a': 'A' },
    devices: { R1: 'router', P1: 'pc', P2: 'pc', L1: { kind: 'speaker', sim: 'A', battery: true } },
  },
  S2: {
    name: 'S2',
    uplinks: { 'S2-a': 'A', 'S2-b': 'B' },
    devices: { R2: { kind: 'router', battery: true }, L2: { kind: 'speaker', sim: 'A' } },
  },
  S3: { name: 'S3', area: 'C02', devices: { R3: 'router', L3: { kind: 'speaker', sim: 'B' } } },
  S4: { name: 'S4', area: 'C02', terrain: 'island', devices: { P4: 'pc', P5: 'pc' } },
})

const DEVICES = [...world.devices()].map(({ id }) => id)
const device = fc.constantFrom(...DEVICES, deviceId('unknown'))
const boot = fc.integer({ min: 1, max: 3 })
const areas = fc.subarray([areaId('C01'), areaId('C02')], { minLength: 1 })
const ahead = fc.integer({ min: -2, max: 30 }).map((tens) => tens * 600_000)
const BEGIN = 1_782_000_000_000

const what = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      type: fc.constant('connected' as const),
      device,
      boot: fc.option(boot),
      previousEnd: fc.constantFrom(null, 'power-loss' as const, 'unknown' as const, 'shutdown' as const),
      keepaliveSeconds: fc.constantFrom(60, 120, 900),
    }),
  },
  {
    weight: 14,
    arbitrary: fc.record({
      type: fc.constant('lost' as const),
      device,
      why: fc.constantFrom('keepalive' as const, 'socket' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('goodbye' as const),
      device,
      reason: fc.constantFrom('shutdown' as const, 'restart' as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('report' as const),
      device,
      now: fc.option(fc.record({ boot, uptimeSeconds: fc.nat(10_000) })),
      clockMs: fc.constant(null),
      history: fc.array(
        fc.record({
          boot,
          fromSeconds: fc.constant(0),
          toSeconds: fc.nat(10_000),
          clockMs: fc.constant(null),
          end: fc.constantFrom(null, 'power-loss' as const, 'unknown' as const),
        }),
        { maxLength: 2 },
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('power' as const),
      device,
      source: fc.constantFrom('battery' as const, 'mains' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('cell' as const),
      device,
      cell: fc.constantFrom('1', '2'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('platform' as const),
      event: fc.constantFrom(
        'started' as const,
        'stopping' as const,
        'unhealthy' as const,
        'healthy' as const,
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('warning' as const),
      id: fc.constantFrom('W1', 'W2'),
      action: fc.constantFrom('alert' as const, 'update' as const, 'cancel' as const),
      status: fc.constantFrom('actual' as const, 'actual' as const, 'test' as const),
      severity: fc.constantFrom('severe' as const, 'extreme' as const, 'minor' as const),
      areas,
      onset: ahead.map((ms) => BEGIN + ms),
      expires: ahead.map((ms) => BEGIN + ms),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('planned' as const),
      id: fc.constantFrom('M1', 'M2'),
      cause: fc.constantFrom('power' as const, 'maintenance' as const),
      sites: fc.subarray([siteId('S1'), siteId('S2'), siteId('S9')]),
      from: ahead.map((ms) => BEGIN + ms),
      to: ahead.map((ms) => BEGIN + ms),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('acknowledged' as const),
      incident: fc.constantFrom('I1', 'I2', 'I99'),
      by: fc.constant('Páo'),
    }),
  },
)

/** Steps of 10 s, some backwards, so that timers and observations fall on the same moment often. */
const unordered = fc.integer({ min: -3, max: 40 }).map((tens) => tens * 10)

const pastOf = (stepSeconds: fc.Arbitrary<number>) =>
  fc.array(fc.record({ stepSeconds, what }), { minLength: 10, maxLength: 60 }).map((steps) => {
    let newest = BEGIN
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

const END: Observation = { t: BEGIN + 72 * 3600_000, type: 'tick' }

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
    { numRuns: 400 },
  )
  // Pasts in which nothing happens would prove nothing.
  expect(told).toBeGreaterThan(300)
})

test('an incident is told of once, ends after its start, and every event is of one that is known', () => {
  fc.assert(
    fc.property(past, (observations) => {
      const { events } = run([...observations, END])
      const again = ({ why }: IncidentEvent) => why.some(({ rule }) => rule === 'reopened')
      const openings = events.filter(
        (one) => (one.event === 'opened' || one.event === 'overrun') && !again(one),
      )
      expect(new Set(openings.map(({ incident }) => incident.id)).size).toBe(openings.length)
      expect(events.map(({ t }) => t)).toEqual(events.map(({ t }) => t).sort((one, other) => one - other))
      for (const { t, event, incident, devices } of events) {
        expect(incident.start[0]).toBeLessThanOrEqual(incident.start[1])
        expect(incident.start[1]).toBeLessThanOrEqual(t)
        if (event === 'resolved') expect(incident.end).not.toBeNull()
        if (incident.end !== null) expect(incident.end).toBeGreaterThanOrEqual(incident.openedAt)
        for (const id of devices) expect(world.device(id)).toBeDefined()
        for (const { device } of incident.returned) expect(incident.devices).toContain(device)
      }
    }),
    { numRuns: 3000 },
  )
})

test('whoever was told that something is wrong is told once that it is over, and nobody else is', () => {
  let ends = 0
  fc.assert(
    fc.property(past, (observations) => {
      const { events, state } = run([...observations, END])
      const toldOf = new Set<string>()
      for (const { event, priority, incident } of events) {
        if (event === 'resolved') {
          ends++
          expect(toldOf, `${incident.id} is over, of which nobody was told`).toContain(incident.id)
          toldOf.delete(incident.id)
        } else if (priority !== 'digest') toldOf.add(incident.id)
      }
      const standing = Object.values(state.incidents).filter(({ state: life }) => life !== 'resolved')
      for (const id of toldOf)
        expect(
          standing.map((one) => one.id),
          'not over',
        ).toContain(id)
    }),
    { numRuns: 3000 },
  )
  expect(ends).toBeGreaterThan(100)
})

test('who stays away is in an incident, is expected to be away, or is a PC: nothing is lost sight of', () => {
  let lost = 0
  fc.assert(
    fc.property(past, (observations) => {
      const { state } = run([...observations, END])
      if (Object.values(state.plans).length > 0 || state.platform.awaySince !== null) return
      for (const { id, kind, site } of world.devices()) {
        const { session, incident } = deviceState(state, id)
        expect(session.state).not.toBe('suspect')
        if (session.state !== 'offline' || kind === 'pc') continue
        lost++
        if ((state.sites[site]?.offUntil ?? null) !== null) continue
        expect(incident, `incident of ${id}`).not.toBeNull()
        expect(Object.keys(state.incidents)).toContain(incident)
      }
    }),
    { numRuns: 3000 },
  )
  expect(lost).toBeGreaterThan(100)
})

test('with a clock that jumps, all waits end, and no time is later than now', () => {
  fc.assert(
    fc.property(pastWithBadClock, (observations) => {
      const { state } = run(observations)
      const newest = state.now
      for (const { start, openedAt } of Object.values(state.incidents)) {
        expect(start[0]).toBeLessThanOrEqual(start[1])
        expect(start[1]).toBeLessThanOrEqual(newest)
        expect(openedAt).toBeLessThanOrEqual(newest)
      }
      // The longest hold-down but that of a device that is known to take longer.
      advance(state, world, DEFAULT_RULES, { t: newest + 1_400_000, type: 'tick' })
      for (const { session } of Object.values(state.devices)) expect(session.state).not.toBe('suspect')
    }),
    { numRuns: 3000 },
  )
})
