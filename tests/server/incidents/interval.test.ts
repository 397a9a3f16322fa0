import { expect, test } from 'vitest'
import { canMeet, type Interval, narrow } from '../../../server/incidents/interval.ts'

test.each<[Interval, Interval, boolean, Interval]>([
  [[0, 60], [30, 90], true, [30, 60]],
  [[0, 90], [30, 60], true, [30, 60]],
  [[0, 60], [60, 90], true, [60, 60]],
  // Each edge may be 20 off, so a gap of 40 can be none.
  [[0, 60], [100, 130], true, [60, 100]],
  [[0, 60], [101, 130], false, [60, 101]],
])('%j and %j', (one, other, meet, together) => {
  expect(canMeet(one, other, 20)).toBe(meet)
  expect(canMeet(other, one, 20)).toBe(meet)
  expect(narrow(one, other)).toEqual(together)
  expect(narrow(other, one)).toEqual(together)
})
