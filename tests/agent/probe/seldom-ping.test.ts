import { expect, test } from 'vitest'
import type { Outcome } from '../../../agent/probe/outcome.ts'
import { PING_EVERY_SECONDS, SeldomPing } from '../../../agent/probe/seldom-ping.ts'

const ANSWER: Outcome = {
  ...{ step: { kind: 'ping' }, how: 'found' },
  finding: { values: { probe_rtt_ms: 1 }, traits: {}, faults: [] },
}
const SILENCE: Outcome = { step: { kind: 'ping' }, how: 'silent', reason: 'none' }

/** Looks every `seconds`, and counts the children. */
function run(seconds: number) {
  let nowMs = 0
  let children = 0
  const ping = new SeldomPing(() => nowMs)
  return {
    look: async (othersAnswer: boolean, outcome: Outcome) => {
      const told = await ping.outcome(othersAnswer, async () => {
        children++
        return outcome
      })
      nowMs += seconds * 1000
      return told
    },
    children: () => children,
  }
}

test('a profile that looks every 15 s starts ten children an hour', async () => {
  const { look, children } = run(15)
  for (let at = 0; at < 240; at++) expect(await look(true, ANSWER)).toBe(ANSWER)
  expect(children()).toBe(3600 / PING_EVERY_SECONDS)
})

test('when all others fall silent it is asked at once, and then no oftener than before', async () => {
  const { look, children } = run(15)
  await look(true, ANSWER)
  expect(await look(false, SILENCE)).toBe(SILENCE)
  for (let at = 0; at < 18; at++) expect(await look(false, SILENCE)).toBe(SILENCE)
  expect(children()).toBe(2)
  for (let at = 0; at < 240; at++) await look(false, SILENCE)
  expect(children()).toBe(2 + 10)
})

test('a device that answers nothing but ping is asked by it no oftener either', async () => {
  const { look, children } = run(15)
  for (let at = 0; at < 240; at++) expect(await look(false, ANSWER)).toBe(ANSWER)
  expect(children()).toBe(10)
})
