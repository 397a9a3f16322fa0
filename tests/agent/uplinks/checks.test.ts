import { expect, test } from 'vitest'
import {
  afterCheck,
  type CheckRecord,
  isCheckDue,
  measured,
  NO_CHECKS,
  pingsOf,
  wordOf,
} from '../../../agent/uplinks/checks.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const answer = { sent: 3, received: 3, rttMs: 20 }
const silence = { sent: 3, received: 0, rttMs: null }
const calm = { metered: false, held: false, suspicious: false }

function after(looks: readonly (typeof answer | typeof silence)[], everyMs = 10 * MINUTE): CheckRecord {
  return looks.reduce<CheckRecord>(
    (record, look, index) => afterCheck(record, { ...look, atMs: index * everyMs }, false),
    NO_CHECKS,
  )
}

/** From which moment on the next look is due, to the second. */
function dueAfterMs(record: CheckRecord, circumstances: Partial<typeof calm> = {}): number {
  const lastMs = record.results.at(-1)!.atMs
  for (let waitMs = 0; waitMs <= 3 * HOUR; waitMs += 1000) {
    if (isCheckDue(record, { ...calm, ...circumstances, nowMs: lastMs + waitMs })) return waitMs
  }
  return Number.POSITIVE_INFINITY
}

test('a line is looked through at once, then each ten minutes, where bytes cost each hour, in a storm never', () => {
  expect(isCheckDue(NO_CHECKS, { ...calm, nowMs: 5 })).toBe(true)
  expect(isCheckDue(NO_CHECKS, { ...calm, held: true, nowMs: 5 })).toBe(false)
  const record = after([answer])
  expect(dueAfterMs(record)).toBe(10 * MINUTE)
  expect(dueAfterMs(record, { metered: true })).toBe(HOUR)
  expect(dueAfterMs(record, { held: true })).toBe(Number.POSITIVE_INFINITY)
  expect(pingsOf(record, false)).toBe(3)
  expect(pingsOf(record, true)).toBe(1)
})

test('silence is made sure of within a minute, and then waited out at the usual pace', () => {
  const paces = [1, 2, 3, 4].map((failures) => dueAfterMs(after([answer, ...Array(failures).fill(silence)])))
  expect(paces).toEqual([8000, 8000, 10 * MINUTE, 10 * MINUTE])
  expect(pingsOf(after([answer, silence]), true), 'one lost ping on a paid line asks for three').toBe(3)
})

test('what looks wrong is looked at within a minute; a line that always looks wrong costs no more than others', () => {
  let record = after([answer])
  const waits: number[] = []
  for (let look = 0; look < 8; look++) {
    const waitMs = dueAfterMs(record, { suspicious: true })
    waits.push(waitMs / MINUTE)
    const atMs = record.results.at(-1)!.atMs + waitMs
    record = afterCheck(record, { ...answer, atMs }, true)
  }
  expect(waits).toEqual([1, 2, 4, 8, 10, 10, 10, 10])
  expect(dueAfterMs(record, { suspicious: true, metered: true })).toBe(HOUR)
  for (let look = 0; look < 6; look++) record = afterCheck(record, { ...answer, atMs: 1e9 }, false)
  expect(dueAfterMs(record, { suspicious: true }), 'quiet for an hour').toBe(MINUTE)
})

test('the word of the pings', () => {
  expect(wordOf(NO_CHECKS, false, 0)).toBe('unclear')
  expect(wordOf(after([answer]), false, MINUTE)).toBe('answered')
  expect(wordOf(after([answer]), false, 26 * MINUTE), 'too old to stand for now').toBe('unclear')
  expect(wordOf(after([answer]), true, 26 * MINUTE)).toBe('answered')
  expect(wordOf(after([answer, silence, silence]), false, 20 * MINUTE), 'two are no proof').toBe('answered')
  expect(wordOf(after([answer, silence, silence, silence]), false, 30 * MINUTE)).toBe('failed')
  expect(wordOf(after([silence]), false, MINUTE)).toBe('unclear')
})

test('delay and loss: of the last looks, of the silence alone, and anew after it', () => {
  const lossy = { sent: 3, received: 2, rttMs: 40 }
  expect(measured(NO_CHECKS, false, 0)).toBeNull()
  const some = measured(after([answer, lossy]), false, 10 * MINUTE)!
  expect(some.rttMs).toBe(40)
  expect(some.lossPercent).toBeCloseTo(100 / 6)
  expect(measured(after([answer, lossy]), false, 60 * MINUTE), 'nothing that stands for now').toBeNull()
  const dead = [answer, answer, silence, silence, silence]
  expect(measured(after(dead), false, 40 * MINUTE)).toEqual({ rttMs: null, lossPercent: 100 })
  expect(measured(after([...dead, answer]), false, 50 * MINUTE)).toEqual({ rttMs: 20, lossPercent: 0 })
  const thirty = after(Array.from({ length: 40 }, (_, look) => (look === 35 ? lossy : answer)))
  expect(measured(thirty, false, 390 * MINUTE)!.lossPercent).toBeCloseTo(100 / 30)
})
