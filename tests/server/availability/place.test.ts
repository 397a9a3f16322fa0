import fc from 'fast-check'
import { expect, test } from 'vitest'
import { placeBetween } from '../../../server/availability/place.ts'

const MINUTE = 60_000

test.each([
  ['a wish that fits is granted', 0, 600, [[100, 60]], ['100-160 as wished']],
  ['one that is a little off is moved into the room', 0, 600, [[-1, 60]], ['0-60 as wished']],
  ['one that does not fit stands in the middle', 0, 600, [[2000, 60]], ['270-330']],
  [
    'nobody knows: even pauses',
    0,
    600,
    [
      [null, 120],
      [null, 60],
    ],
    ['140-260', '400-460'],
  ],
  [
    'before a granted one those of lower number',
    0,
    600,
    [
      [null, 60],
      [200, 60],
    ],
    ['70-130', '200-260 as wished'],
  ],
  [
    'a wish that leaves no room for those before it is none',
    0,
    600,
    [
      [null, 300],
      [100, 60],
    ],
    ['80-380', '460-520'],
  ],
  [
    'two that contradict their order',
    0,
    600,
    [
      [400, 60],
      [100, 60],
    ],
    ['400-460 as wished', '500-560'],
  ],
  [
    'what is too long is shortened',
    0,
    600,
    [
      [null, 900],
      [null, 300],
    ],
    ['0-450', '450-600'],
  ],
  ['no room at all', 600, 600, [[null, 60]], ['600-600']],
  [
    'nothing is known before: only wishes count',
    null,
    600,
    [
      [null, 60],
      [100, 60],
    ],
    ['nowhere', '100-160 as wished'],
  ],
] as const)('%s', (_what, low, high, wishes, expected) => {
  const given = wishes.map(([at, minutes]) => ({
    at: at === null ? null : at * MINUTE,
    lengthMs: minutes * MINUTE,
  }))
  const places = placeBetween(low === null ? null : low * MINUTE, high * MINUTE, given)
  expect(
    places.map((place) =>
      place ? `${place.from / MINUTE}-${place.to / MINUTE}${place.asWished ? ' as wished' : ''}` : 'nowhere',
    ),
  ).toEqual(expected)
})

test('nothing overlaps and nothing leaves the room', () => {
  const wish = fc.record({
    at: fc.option(fc.integer({ min: -1e9, max: 1e9 })),
    lengthMs: fc.integer({ min: 0, max: 1e8 }),
  })
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 8 }), fc.integer({ min: 0, max: 1e8 }), (wishes, high) => {
      let reached = 0
      for (const place of placeBetween(0, high, wishes)) {
        expect(place!.from).toBeGreaterThanOrEqual(reached)
        expect(place!.to).toBeGreaterThanOrEqual(place!.from)
        reached = place!.to
      }
      expect(reached).toBeLessThanOrEqual(high)
    }),
    { numRuns: 2000 },
  )
})
