import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  asksLine,
  FAILURES_UNTIL_AWAY,
  nextLookSeconds,
  type Reach,
  reachAfter,
  UNKNOWN,
} from '../../../agent/probe/reach.ts'

/** Looks in turn: `+` answered, `-` in vain while the line answers, `?` in vain while it does not. */
function after(looks: string, from: Reach = UNKNOWN): Reach {
  return [...looks].reduce(
    (reach, look) => reachAfter(reach, look === '+', asksLine(reach) ? look === '-' : null),
    from,
  )
}

test.each([
  ['+', 'there'],
  ['+--', 'there'],
  ['+---', 'away'],
  ['+--+--', 'there'],
  ['+??', 'there'],
  ['+???', 'doubtful'],
  ['+??-', 'away'],
  ['+---?', 'away'],
  ['+???+', 'there'],
  ['+????-', 'away'],
  ['---', 'away'],
  ['???', 'doubtful'],
])('looks %s: %s', (looks, state) => {
  expect(after(looks).state).toBe(state)
})

test('nobody is away unless the line answered behind at least three looks in vain', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('+', '-', '?'), maxLength: 40 }), (looks) => {
      const reach = after(looks)
      const vain = /[-?]*$/.exec(looks)![0]
      if (reach.state === 'away') {
        expect(vain.length).toBeGreaterThanOrEqual(FAILURES_UNTIL_AWAY)
        expect(vain.slice(FAILURES_UNTIL_AWAY - 1)).toContain('-')
      }
      if (reach.state === 'doubtful') expect(vain.slice(FAILURES_UNTIL_AWAY - 1)).not.toContain('-')
    }),
  )
})

test('a look in vain is followed sooner, and the third not later than an interval and a half', () => {
  const seconds = ['+', '+-', '+--', '+---'].map((looks) => nextLookSeconds(after(looks), 60))
  expect(seconds).toEqual([60, 20, 20, 60])
  expect(nextLookSeconds(after('+-'), 20), 'not sooner than a device can restart').toBe(10)
  expect(nextLookSeconds(after('+-'), 5)).toBe(5)
})
