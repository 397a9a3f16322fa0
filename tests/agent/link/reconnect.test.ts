import { expect, test } from 'vitest'
import type { Cause } from '../../../agent/link/cause.ts'
import { afterFailure, type Outage, outageBy, pauseMs } from '../../../agent/link/reconnect.ts'

const MINUTE = 60_000

/** The pauses at the least and the greatest chance. */
function bounds(outage: Outage, cause: Cause, { nowMs = 0, attemptMs = 6000, spreadMs = 0 } = {}) {
  return [0, 1].map((random) => pauseMs(outage, cause, { nowMs, attemptMs, random, spreadMs }))
}

test('a dead line is tried back to back for five minutes, then with pauses of 1 to 2 % of the outage', () => {
  const outage = outageBy('line', 0)
  expect(bounds(outage, 'line'), 'SYN was given its 6 s').toEqual([0, 250])
  expect(bounds(outage, 'line', { attemptMs: 1 }), 'no route: it failed at once').toEqual([999, 1249])
  expect(bounds(outage, 'line', { nowMs: 299_999 })).toEqual([0, 250])
  expect(bounds(outage, 'line', { nowMs: 300_000 })).toEqual([3000, 6000])
  expect(bounds(outage, 'line', { nowMs: 60 * MINUTE })).toEqual([36_000, 72_000])
  expect(bounds(outage, 'line', { nowMs: 10_000 * MINUTE }), 'five minutes at most').toEqual([
    150_000, 300_000,
  ])
})

test('a centre that went away is met with its own spread, and full jitter that doubles', () => {
  let outage = outageBy('centre', 0)
  expect(bounds(outage, 'centre')).toEqual([0, 1000])
  expect(bounds(outage, 'centre', { spreadMs: 20_000 })).toEqual([0, 20_000])
  for (let n = 0; n < 5; n++) outage = afterFailure(outage, 'centre')
  expect(bounds(outage, 'centre', { spreadMs: 20_000 })).toEqual([0, 32_000])
  for (let n = 0; n < 5000; n++) outage = afterFailure(outage, 'centre')
  expect(bounds(outage, 'centre'), 'five minutes at most, ever').toEqual([0, 300_000])
})

test('a centre that closed and then is silent is still the centre: thousands lost it at once', () => {
  const outage = afterFailure(outageBy('centre', 0), 'line')
  expect(bounds(outage, 'line', { spreadMs: 20_000 })).toEqual([0, 20_000])
  expect(bounds(outage, 'line', { nowMs: 60 * MINUTE, spreadMs: 20_000 })).toEqual([36_000, 72_000])
})

test('a line that dies in between does not slow a centre down, nor a refusal the line', () => {
  const outage = afterFailure(afterFailure(outageBy('line', 0), 'line'), 'centre')
  expect(bounds(outage, 'centre')).toEqual([0, 1000])
  expect(bounds(outage, 'line')).toEqual([0, 250])
})

test('a refused key waits for a person', () => {
  let outage = outageBy('key', 0)
  expect(bounds(outage, 'key')).toEqual([30_000, 60_000])
  for (let n = 0; n < 100; n++) outage = afterFailure(outage, 'key')
  expect(bounds(outage, 'key')).toEqual([1_800_000, 3_600_000])
})
