import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEVICE_KINDS, type DeviceId, type DeviceKind, deviceId } from '#protocol/ids.ts'
import { type Candidate, fastOnes, NOBODY, nextRole, type Role } from '../../../server/fleet/sentinel.ts'

const NOW = Date.UTC(2026, 5, 21)
const MINUTE = 60_000
const HOUR = 60 * MINUTE

type Said = Partial<Omit<Candidate, 'id'>>
const candidate = (id: string, said: Said = {}): Candidate => ({
  ...{ id: deviceId(id), kind: 'router', state: 'online', since: NOW - HOUR, lostAt: [], pingsFast: false },
  ...said,
})

const held = (id: string | null): Role => ({ holder: id === null ? null : deviceId(id), predecessor: null })
const flaps = [NOW - 3 * MINUTE, NOW - 2 * MINUTE, NOW - MINUTE]

describe('who gets the role', () => {
  test.each<[string, string | null, Candidate[], string | null]>([
    ['nobody where there is one device', null, [candidate('R')], null],
    ['nobody where all others went, not even who had it', 'R', [candidate('R')], null],
    ['a router before a speaker', null, [candidate('S', { kind: 'speaker' }), candidate('R')], 'R'],
    [
      'a speaker before another thing and before a computer',
      null,
      [
        candidate('P', { kind: 'pc' }),
        candidate('O', { kind: 'other' }),
        candidate('S', { kind: 'speaker' }),
      ],
      'S',
    ],
    [
      'a computer when nothing else is there',
      null,
      [candidate('P', { kind: 'pc' }), candidate('R', { state: 'offline' })],
      'P',
    ],
    [
      'of two alike the longest online',
      null,
      [candidate('A'), candidate('B', { since: NOW - 9 * HOUR })],
      'B',
    ],
    ['of two quite alike always the same', null, [candidate('B'), candidate('A')], 'A'],
    [
      'nobody while nobody is online',
      null,
      [candidate('A', { state: 'new', since: null }), candidate('B', { state: 'goodbye' })],
      null,
    ],
    ['not who flaps', null, [candidate('A', { lostAt: flaps }), candidate('P', { kind: 'pc' })], 'P'],
    [
      'who flaps, when all do',
      null,
      [candidate('A', { lostAt: flaps }), candidate('P', { kind: 'pc', lostAt: flaps })],
      'A',
    ],
    [
      'not one that was lost, but an hour ago',
      null,
      [candidate('A', { lostAt: flaps.map((at) => at - HOUR) }), candidate('P', { kind: 'pc' })],
      'A',
    ],
  ])('%s', (_case, holder, candidates, expected) => {
    expect(nextRole(held(holder), candidates, NOW).holder).toBe(expected)
  })
})

describe('who has it keeps it, unless', () => {
  const other = candidate('B', { since: NOW - 9 * HOUR })
  test.each<[string, Said, string]>([
    ['another is online for longer: it stays', {}, 'A'],
    ['it was lost a moment ago: it stays', { state: 'suspect', since: NOW - MINUTE + 1 }, 'A'],
    ['it was lost a minute ago', { state: 'suspect', since: NOW - MINUTE }, 'B'],
    ['it is offline', { state: 'offline' }, 'B'],
    ['it said goodbye', { state: 'goodbye' }, 'B'],
    ['it flaps', { lostAt: flaps }, 'B'],
    ['it was lost twice in an hour: it stays', { lostAt: flaps.slice(1) }, 'A'],
    ['the centre was away and nothing is known: it stays', { state: 'stale' }, 'A'],
  ])('%s', (_case, said, expected) => {
    expect(nextRole(held('A'), [candidate('A', said), other], NOW).holder).toBe(expected)
  })

  test('it keeps it when it fades and nobody else is there: there is nobody to tell', () => {
    const gone = [candidate('A', { state: 'offline' }), candidate('B', { state: 'offline' })]
    expect(nextRole(held('A'), gone, NOW).holder).toBe('A')
  })

  test('a better kind takes it over only when it has stood for ten minutes', () => {
    const pc = candidate('P', { kind: 'pc' })
    const back = (minutes: number) => candidate('R', { since: NOW - minutes * MINUTE })
    expect(nextRole(held('P'), [pc, back(9)], NOW).holder).toBe('P')
    expect(nextRole(held('P'), [pc, back(10)], NOW).holder).toBe('R')
  })
})

describe('while the role moves', () => {
  const from = candidate('A', { lostAt: flaps })
  const moved = nextRole(held('A'), [from, candidate('B')], NOW)

  test('both ping fast, until the new one has said that it does', () => {
    expect(fastOnes(moved)).toEqual(['B', 'A'])
    const waiting = nextRole(moved, [from, candidate('B')], NOW + 1000)
    expect(fastOnes(waiting)).toEqual(['B', 'A'])
    const heard = nextRole(waiting, [from, candidate('B', { pingsFast: true })], NOW + 2000)
    expect(fastOnes(heard)).toEqual(['B'])
  })

  test('no longer than two minutes, should it never say so', () => {
    const later = (ms: number) => fastOnes(nextRole(moved, [from, candidate('B')], NOW + ms))
    expect(later(2 * MINUTE - 1)).toEqual(['B', 'A'])
    expect(later(2 * MINUTE)).toEqual(['B'])
  })

  test('one that is gone is not waited for', () => {
    const gone = nextRole(held('A'), [candidate('A', { state: 'offline' }), candidate('B')], NOW)
    expect(fastOnes(gone)).toEqual(['B'])
  })

  test('when it moves back at once the other does not stay beside it', () => {
    const back = nextRole(moved, [candidate('A'), candidate('B', { state: 'offline' })], NOW + 1000)
    expect(fastOnes(back)).toEqual(['A'])
  })
})

const STATES = ['online', 'suspect', 'offline', 'goodbye', 'stale', 'new'] as const
const device = (id: string) =>
  fc.record({
    id: fc.constant(deviceId(id)),
    kind: fc.constantFrom(...DEVICE_KINDS),
    state: fc.constantFrom(...STATES),
    since: fc.integer({ min: NOW - 2 * HOUR, max: NOW }),
    lostAt: fc.array(fc.integer({ min: NOW - 2 * HOUR, max: NOW }), { maxLength: 5 }),
    pingsFast: fc.boolean(),
  })
const line = fc.tuple(device('A'), device('B'), device('C'), device('D'))

test('on any line and after any past: one sentinel at most, of that line, and a second look changes nothing', () => {
  const past = fc.constantFrom<(DeviceId | null)[]>(null, ...['A', 'B', 'C', 'D', 'gone'].map(deviceId))
  fc.assert(
    fc.property(line, past as fc.Arbitrary<DeviceId | null>, (candidates, before) => {
      const role = nextRole({ holder: before, predecessor: null }, candidates, NOW)
      const fast = fastOnes(role)
      expect(fast.length).toBeLessThanOrEqual(2)
      expect(new Set(fast).size).toBe(fast.length)
      for (const id of fast) expect(candidates.map((one) => one.id)).toContain(id)
      if (candidates.some(({ state }) => state === 'online')) expect(role.holder).not.toBeNull()
      expect(nextRole(role, candidates, NOW).holder).toBe(role.holder)
    }),
  )
})

test('whatever comes and goes, the role moves only for a reason, and never to and fro', () => {
  type Event = { afterMs: number; at: number; state: Candidate['state'] }
  const event = fc.record({
    afterMs: fc.integer({ min: 1000, max: 10 * MINUTE }),
    at: fc.nat(3),
    state: fc.constantFrom<Candidate['state'][]>('online', 'suspect', 'offline', 'goodbye') as fc.Arbitrary<
      Candidate['state']
    >,
  })
  const kinds = fc.array(fc.constantFrom<DeviceKind[]>(...DEVICE_KINDS) as fc.Arbitrary<DeviceKind>, {
    minLength: 4,
    maxLength: 4,
  })
  fc.assert(
    fc.property(kinds, fc.array(event, { maxLength: 60 }), (kindsOf, events: Event[]) => {
      let now = NOW
      let role = NOBODY
      const all = kindsOf.map((kind, at) => candidate(`D${at}`, { kind, since: NOW }))
      const moves: { at: number; from: DeviceId | null; to: DeviceId | null; fromOnline: boolean }[] = []
      const look = (): void => {
        const next = nextRole(role, all, now)
        if (next.holder !== role.holder) {
          const from = all.find(({ id }) => id === role.holder)
          const to = all.find(({ id }) => id === next.holder)!
          const faded =
            from?.state !== 'online' ||
            from.lostAt.filter((lost) => lost > now - HOUR).length >= 3 ||
            now - to.since! >= 10 * MINUTE
          expect(faded).toBe(true)
          moves.push({ at: now, from: role.holder, to: next.holder, fromOnline: from?.state === 'online' })
        }
        role = next
      }
      look()
      for (const { afterMs, at, state } of events) {
        // Time passes in looks of 15 s, as the fleet takes them.
        for (const end = now + afterMs; now < end; ) {
          now = Math.min(end, now + 15_000)
          look()
        }
        const one = all[at]!
        if (one.state === state) continue
        const lostAt = state === 'suspect' ? [...one.lostAt, now] : one.lostAt
        all[at] = { ...one, state, since: now, lostAt }
        look()
      }
      // Back to who had it before: only when it has stood for ten minutes, or the other faded meanwhile.
      for (const [at, move] of moves.entries()) {
        const earlier = moves[at - 1]
        if (!earlier || move.to !== earlier.from || move.to === null) continue
        const taker = all.find(({ id }) => id === move.from)!
        // As it was then: it may have said goodbye and be back by the end.
        const fadedMeanwhile = taker.lostAt.some((lost) => lost >= earlier.at) || !move.fromOnline
        expect(fadedMeanwhile || move.at - earlier.at >= MINUTE).toBe(true)
      }
    }),
    { numRuns: 200 },
  )
})
