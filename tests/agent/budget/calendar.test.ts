import { expect, test } from 'vitest'
import { monthAt, monthName, monthStart } from '#protocol/month.ts'
import { type Calendar, NO_DATE, pass, passedBetween } from '../../../agent/budget/calendar.ts'

const HOUR = 3600
const DAY = 24 * HOUR
const START_MS = Date.UTC(2026, 10, 10, 5)

/** The calendar after looks, each some seconds of running after the one before, with the wall clock off by so much. */
function run(calendar: Calendar, boot: number, looks: [uptimeSeconds: number, clockMs: number][]): Calendar {
  return looks.reduce((at, [uptimeSeconds, clockMs]) => pass(at, { boot, uptimeSeconds, clockMs }), calendar)
}

const atNoon = run(NO_DATE, 1, [[100, START_MS]])

test("the owner's month is Vietnam's", () => {
  const firstOfNovember = Date.UTC(2026, 9, 31, 17)
  expect(monthName(monthAt(firstOfNovember))).toBe('2026-11')
  expect(monthName(monthAt(firstOfNovember - 1))).toBe('2026-10')
  expect(monthStart(monthAt(START_MS))).toBe(firstOfNovember)
})

test('time runs with the boot, and a clock in 1970 says nothing', () => {
  expect(run(atNoon, 1, [[100 + HOUR, 5000]]).atMs).toBe(START_MS + HOUR * 1000)
  expect(run(atNoon, 2, [[30, 5000]]).atMs).toBe(START_MS)
  expect(run(NO_DATE, 1, [[30, 5000]]).atMs, 'no date yet').toBe(null)
})

test('a clock set back changes nothing, and what then runs evenly is the boot', () => {
  const back = run(atNoon, 1, [
    [200, START_MS - 40 * DAY * 1000],
    [300, START_MS - 40 * DAY * 1000 + 100_000],
  ])
  expect(back.atMs).toBe(START_MS + 200_000)
})

test('after a time off the wall clock is believed once, up to a month, also when it is late to know', () => {
  const off = START_MS + 20 * DAY * 1000
  expect(run(atNoon, 2, [[30, off]]).atMs).toBe(off)
  const late = run(atNoon, 2, [
    [30, 5000],
    [90, off],
  ])
  expect(late.atMs).toBe(off)
  const again = run(late, 2, [[150, off + 20 * DAY * 1000]])
  expect(again.atMs, 'the second step of the same boot').toBe(off + 60_000)
})

test('a step forward while it runs is believed after a day of even running, and not before', () => {
  const ahead = 40 * DAY * 1000
  const looks = (seconds: number): [number, number][] =>
    Array.from({ length: Math.floor(seconds / HOUR) }, (_, hour) => {
      const ran = (hour + 1) * HOUR
      return [100 + ran, START_MS + ran * 1000 + ahead]
    })
  expect(run(atNoon, 1, looks(24 * HOUR)).atMs).toBe(START_MS + DAY * 1000)
  expect(run(atNoon, 1, looks(26 * HOUR)).atMs).toBe(START_MS + 26 * HOUR * 1000 + ahead)
})

test('a clock that jumps again and again is never believed', () => {
  let calendar = atNoon
  for (let hour = 1; hour <= 24 * 30; hour++) {
    calendar = run(calendar, 1, [[100 + hour * HOUR, START_MS + hour * (HOUR + 5 * DAY) * 1000]])
  }
  expect(calendar.atMs).toBe(START_MS + 30 * DAY * 1000)
})

test('more than a month off wants a day of even running', () => {
  const off = START_MS + 60 * DAY * 1000
  const first = run(atNoon, 2, [[30, off]])
  expect(first.atMs).toBe(START_MS)
  expect(run(first, 2, [[30 + DAY, off + DAY * 1000]]).atMs).toBe(off + DAY * 1000)
})

test('without a date time passes by the uptime, and not over a boot of unknown length', () => {
  const first = run(NO_DATE, 1, [[30, 5000]])
  expect(passedBetween(first, run(first, 1, [[90, 65_000]]))).toBe(60)
  expect(passedBetween(first, run(first, 2, [[20, 5000]]))).toBe(0)
})
