import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LEAST_ESTIMATE_BYTES, MAX_ESTIMATE_BYTES } from '../../../agent/capacity/estimate.ts'
import { allowanceOf, drawQuietMinutes, isDue, type Moment } from '../../../agent/capacity/schedule.ts'

const MINUTE = 60_000
const DAY = 1440 * MINUTE
/** Midnight in Vietnam. */
const MIDNIGHT = Date.UTC(2026, 10, 9, 17)

test.each([
  [null, 1, 200_000],
  [100_000_000, 1, 200_000],
  [62_000_000, 1, 200_000],
  [61_000_000, 7, 200_000],
  [10_000_000, 7, 200_000],
  [5_000_000, 7, 100_000],
  [2_000_000, 7, 40_000],
])('with a cap of %s bytes it is each %i days for %i bytes', (capBytes, everyDays, bytes) => {
  expect(allowanceOf(capBytes)).toEqual({ everyDays, bytes })
})

test.each([1_999_000, 500_000, 0])('with a cap of %s bytes it is never', (capBytes) => {
  expect(allowanceOf(capBytes)).toBeNull()
})

test('no month of looks costs more than a tenth of its cap', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200_000_000 }), (capBytes) => {
      const allowance = allowanceOf(capBytes)
      if (!allowance) return
      const { everyDays, bytes } = allowance
      expect(Math.ceil(31 / everyDays) * bytes).toBeLessThanOrEqual(capBytes / 10)
      expect(bytes).toBeGreaterThanOrEqual(LEAST_ESTIMATE_BYTES)
      expect(bytes).toBeLessThanOrEqual(MAX_ESTIMATE_BYTES)
    }),
  )
})

test('minutes are drawn at night and at noon, and are spread', () => {
  const seen = new Set<number>()
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999 }), (millionths) => {
      const { night, noon } = drawQuietMinutes(() => millionths / 1e6)
      expect(night >= 22 * 60 || night < 4 * 60).toBe(true)
      expect(noon >= 11 * 60 + 45 && noon < 13 * 60 + 15).toBe(true)
      seen.add(night)
    }),
    { numRuns: 500 },
  )
  expect(seen.size).toBeGreaterThan(100)
})

/** When looks are taken, as minutes since the first midnight, by a device that is on as `isOn` says. */
function looks(days: number, isOn: (minuteOfDay: number) => boolean, given: Partial<Moment> = {}) {
  const minutes = { night: 2 * 60, noon: 12 * 60 + 10 }
  const found: number[] = []
  let lastMs: number | null = null
  let onSince = 0
  for (let minute = 0; minute < days * 1440; minute++) {
    if (!isOn(minute % 1440)) {
      onSince = minute + 1
      continue
    }
    const nowMs = MIDNIGHT + minute * MINUTE
    const uptimeSeconds = (minute - onSince) * 60
    const moment = { minutes, everyDays: 1, lastMs, sinceMs: MIDNIGHT, nowMs, uptimeSeconds, ...given }
    if (!isDue(moment)) continue
    lastMs = nowMs
    found.push(minute)
  }
  return found
}

test('what always runs is looked at once a night', () => {
  const found = looks(10, () => true)
  expect(found.map((minute) => minute % 1440)).toEqual(Array(10).fill(120))
})

test('a PC of an office is looked at once a day, at noon', () => {
  const found = looks(10, (minute) => minute >= 450 && minute < 1020)
  expect(found.map((minute) => minute % 1440)).toEqual(Array(10).fill(730))
})

test('weekly is weekly', () => {
  expect(looks(30, () => true, { everyDays: 7 })).toHaveLength(5)
})

test('a PC that is on from 8 to 10 only is looked at when it is overdue, not in its first 45 minutes', () => {
  const found = looks(12, (minute) => minute >= 480 && minute < 600)
  expect(found.length).toBeGreaterThanOrEqual(2)
  for (const minute of found) expect(minute % 1440).toBeGreaterThanOrEqual(480 + 45)
})

test('while loudspeakers speak a device that is overdue waits', () => {
  const found = looks(12, (minute) => minute >= 16 * 60 && minute < 18 * 60 + 30)
  expect(found).toEqual([])
})

test('a clock that was set back a year puts nothing off, and asks no oftener than a window allows', () => {
  const moment = {
    ...{ minutes: { night: 120, noon: 730 }, everyDays: 1, sinceMs: MIDNIGHT, uptimeSeconds: 86_400 },
    lastMs: MIDNIGHT + 365 * DAY,
  }
  expect(isDue({ ...moment, nowMs: MIDNIGHT + 130 * MINUTE })).toBe(true)
  expect(isDue({ ...moment, nowMs: MIDNIGHT + 400 * MINUTE })).toBe(false)
})
