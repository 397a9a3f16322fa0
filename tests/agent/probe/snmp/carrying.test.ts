import { describe, expect, it } from 'vitest'
import { carryingOf, carryingState, type LineNow } from '../../../../agent/probe/snmp/carrying.ts'

const line = (ifIndex: number | null, up: boolean | null = true, bytes: number | null = 0): LineNow => ({
  ifIndex,
  up,
  bytes,
})
const route = (ifIndex: number, metric = 0) => ({ ifIndex, metric })

describe('which line carries', () => {
  it.each<[string, LineNow[], { ifIndex: number; metric: number }[], string]>([
    ['the default route says it', [line(4), line(5)], [route(5)], 'second'],
    ['the lowest metric of two', [line(4), line(5)], [route(4, 10), route(5, 1)], 'second'],
    ['two of the same metric share', [line(4), line(5)], [route(4, 1), route(5, 1)], 'both'],
    ['a route over a line that is down carries nothing', [line(4, false), line(5)], [route(4)], 'second'],
    [
      'a route over something else says nothing: the only one up',
      [line(4), line(5, false)],
      [route(9)],
      'first',
    ],
    ['no route, the first is up', [line(4), line(5, false)], [], 'first'],
    ['no route, none is up', [line(4, false), line(5, false)], [], 'none'],
    ['no route, one down, of the other nothing is known', [line(4, null), line(5, false)], [], 'unknown'],
    ['no route, both up, one has the traffic', [line(4, true, 100), line(5, true, 9e6)], [], 'second'],
    ['no route, both up, both have traffic', [line(4, true, 5e6), line(5, true, 9e6)], [], 'both'],
    ['no route, both up, nobody works', [line(4, true, 900), line(5, true, 1200)], [], 'unknown'],
    ['no route, both up, at the first look', [line(4, true, null), line(5, true, null)], [], 'unknown'],
    ['one line', [line(4)], [], 'first'],
    ['a line that is not there', [line(null, false)], [], 'none'],
  ])('%s', (_, lines, routes, expected) => {
    expect(carryingState(carryingOf(lines, routes))).toBe(expected)
  })
})
