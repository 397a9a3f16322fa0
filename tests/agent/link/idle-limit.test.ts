import { expect, test } from 'vitest'
import {
  afterBorne,
  afterBroken,
  type IdleLimit,
  learnIdleLimit,
  silenceToRisk,
  UNKNOWN_LIMIT,
} from '../../../agent/link/idle-limit.ts'
import { eventually } from '../../support/eventually.ts'
import { rememberingLog } from '../../support/remembering-log.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** A device that pings at each silence it may risk, behind an address translation with a timer of its own. */
function live(
  from: IdleLimit,
  timerMs: number,
  pings: number,
  startMs = 0,
): { limit: IdleLimit; breaks: number } {
  let limit = from
  let breaks = 0
  let nowMs = startMs
  for (let n = 0; n < pings; n++) {
    const silenceMs = silenceToRisk(limit)
    nowMs += silenceMs
    if (silenceMs < timerMs) limit = afterBorne(limit, silenceMs, nowMs)
    else {
      limit = afterBroken(limit, silenceMs, nowMs)
      breaks++
    }
  }
  return { limit, breaks }
}

test.each([2, 5, 15, 30, 120])(
  'a timer of %i minutes is found in a dozen pings and a few reconnects',
  (minutes) => {
    const { limit, breaks } = live(UNKNOWN_LIMIT, minutes * MINUTE, 16)
    const risk = silenceToRisk(limit)
    expect(risk).toBeLessThan(minutes * MINUTE)
    expect(risk).toBeGreaterThan(minutes * MINUTE * 0.75)
    expect(breaks).toBeLessThanOrEqual(5)
    const week = Math.floor((6 * DAY) / risk)
    expect(live(limit, minutes * MINUTE, week).breaks, 'then it is left in peace').toBe(0)
  },
)

test('a minute is always allowed', () => {
  expect(silenceToRisk(live(UNKNOWN_LIMIT, 30_000, 40).limit)).toBeGreaterThanOrEqual(MINUTE)
})

test('a week later what broke is tried again: the operator may have changed', () => {
  const { limit } = live(UNKNOWN_LIMIT, 5 * MINUTE, 16)
  const later = afterBorne(limit, MINUTE, limit.brokeAtMs + 8 * DAY)
  expect(silenceToRisk(later)).toBeGreaterThan(5 * MINUTE)
  expect(silenceToRisk(live(later, 60 * MINUTE, 16, 9 * DAY).limit)).toBeGreaterThan(45 * MINUTE)
})

test('one break where it always held is an accident; two in a row are a new timer', () => {
  const known: IdleLimit = { boreMs: 20 * MINUTE, brokeMs: null, brokeAtMs: 0, doubted: false }
  const once = afterBroken(known, 10 * MINUTE, 1)
  expect(silenceToRisk(once)).toBe(silenceToRisk(known))
  expect(afterBorne(once, 20 * MINUTE, 2)).toEqual(known)
  const twice = afterBroken(once, 10 * MINUTE, 2)
  expect(silenceToRisk(twice)).toBeLessThan(10 * MINUTE)
  expect(silenceToRisk(live(twice, 4 * MINUTE, 16).limit)).toBeLessThan(4 * MINUTE)
})

test('what was learnt is kept, and what cannot be read is forgotten', async () => {
  let kept: string | null = '{"boreMs":'
  const store = {
    read: async () => kept,
    write: async (text: string) => {
      kept = text
    },
  }
  const learner = await learnIdleLimit(store, () => 5, rememberingLog())
  expect(learner.limitMs()).toBe(90_000)
  learner.bore(10 * MINUTE)
  await eventually('written', () => kept?.includes('600000') ?? false)
  const again = await learnIdleLimit(store, () => 6, rememberingLog())
  expect(again.limitMs()).toBe(15 * MINUTE)
})

test('what is learnt last is kept, however slow the disk was before', async () => {
  const kept: string[] = []
  const slow: (() => void)[] = []
  const store = {
    read: async () => null,
    write: (text: string) =>
      new Promise<void>((done) => {
        slow.push(() => {
          kept.push(text)
          done()
        })
      }),
  }
  const learner = await learnIdleLimit(store, () => 5, rememberingLog())
  learner.bore(2 * MINUTE)
  learner.bore(3 * MINUTE)
  await eventually('the first is being written', () => slow.length > 0)
  expect(slow, 'one after the other').toHaveLength(1)
  slow.pop()!()
  await eventually('the second', () => slow.length > 0)
  slow.pop()!()
  expect(kept.map((text) => JSON.parse(text).boreMs)).toEqual([2 * MINUTE, 3 * MINUTE])
})
