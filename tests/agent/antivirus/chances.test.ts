import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  chanceHours,
  decodeChances,
  encodeChances,
  NO_CHANCES,
  withChance,
  withEngines,
} from '../../../agent/antivirus/chances.ts'
import { NEW_CLOCK, trustedTime } from '../../../agent/antivirus/clock-trust.ts'
import type { Engine } from '../../../agent/antivirus/engine.ts'
import { DAY, HOUR, NOW } from './samples.ts'

const engine = (product: string, more: Partial<Engine> = {}): Engine => ({
  product,
  mode: 'normal',
  protection: 'on',
  why: null,
  signaturesMadeMs: NOW,
  upToDate: true,
  ...more,
})

test('chance hours count from the first sight of the present signatures', () => {
  let record = withEngines(withChance(NO_CHANCES, 5 * HOUR), [engine('A')])
  record = withEngines(withChance(record, 3 * HOUR), [engine('A'), engine('B')])
  expect([chanceHours(record, 'A'), chanceHours(record, 'B'), chanceHours(record, 'C')]).toEqual([3, 0, 0])
  record = withEngines(withChance(record, HOUR), [engine('A', { signaturesMadeMs: NOW + HOUR }), engine('B')])
  expect([chanceHours(record, 'A'), chanceHours(record, 'B')]).toEqual([0, 1])
})

test('an engine that pauses is not counted anew when it comes back with the same signatures', () => {
  let record = withEngines(NO_CHANCES, [engine('A')])
  record = withEngines(withChance(record, 9 * HOUR), [
    engine('A', { protection: 'off', signaturesMadeMs: null }),
  ])
  record = withEngines(withChance(record, HOUR), [engine('A')])
  expect(chanceHours(record, 'A')).toBe(10)
})

test('two entries by one name do not renew each other', () => {
  const both = [engine('A', { signaturesMadeMs: null, upToDate: false }), engine('A')]
  let record = withEngines(NO_CHANCES, both)
  for (let look = 0; look < 4; look++) record = withEngines(withChance(record, HOUR), both)
  expect(chanceHours(record, 'A')).toBe(4)
})

test('names that change with each look do not fill the disk', () => {
  let record = NO_CHANCES
  for (let look = 0; look < 1000; look++) record = withEngines(record, [engine(`A ${look}`)])
  expect(encodeChances(record).length).toBeLessThan(1500)
})

test('the record comes back from disk as it was', () => {
  const names = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor'))
  fc.assert(
    fc.property(fc.uniqueArray(names, { maxLength: 8 }), fc.nat({ max: 1e6 }), (products, quarters) => {
      const engines = products.map((product) => engine(product))
      const record = withEngines(withChance(NO_CHANCES, (quarters * HOUR) / 4), engines)
      const later = withChance(record, HOUR / 4)
      const back = decodeChances(encodeChances(later))
      for (const product of products) expect(chanceHours(back!, product)).toBe(chanceHours(later, product))
    }),
  )
})

test.each([
  '',
  '{',
  'null',
  '[]',
  '{"hours":-1,"seen":{}}',
  '{"hours":null,"seen":{}}',
  '{"hours":1}',
  '{"hours":1,"seen":[]}',
  '{"hours":1,"seen":{"A":null}}',
  '{"hours":1,"seen":{"A":{"signatures":1,"atHours":0}}}',
  '{"hours":1,"seen":{"A":{"signatures":"1","atHours":"0"}}}',
])('of a damaged record nothing is taken: %s', (text) => {
  expect(decodeChances(text)).toBeNull()
})

test('a record that runs ahead of itself gives no negative hours', () => {
  const record = decodeChances('{"hours":1,"seen":{"A":{"signatures":"1","atHours":9}}}')
  expect(chanceHours(record!, 'A')).toBe(0)
})

test('hours never fall, whatever a while is', () => {
  fc.assert(
    fc.property(fc.array(fc.double()), (whiles) => {
      let record = NO_CHANCES
      for (const ms of whiles) {
        const next = withChance(record, ms)
        expect(next.hours).toBeGreaterThanOrEqual(record.hours)
        record = next
      }
    }),
  )
})

test.each<[string, number, boolean]>([
  ['stands', 0, true],
  ['drifts by a minute', 60_000, true],
  ['jumps a day on', DAY, false],
  ['jumps ten years on', 3650 * DAY, false],
  ['jumps two hours back', -2 * HOUR, false],
])('a clock that %s', (_what, jumpMs, believed) => {
  const at = (uptimeSeconds: number, jump: number) => ({
    uptimeSeconds: () => uptimeSeconds,
    nowMs: () => NOW + uptimeSeconds * 1000 + jump,
  })
  const first = trustedTime(NEW_CLOCK, at(0, 0))
  expect(first.nowMs).toBe(NOW)
  const jumped = trustedTime(first.trust, at(900, jumpMs))
  expect(jumped.nowMs !== null).toBe(believed)
  const dayAfter = trustedTime(jumped.trust, at(900 + 24 * 3600, jumpMs))
  expect(dayAfter.nowMs, 'after a day of even running it is believed').not.toBeNull()
})

test('a dead battery has no time, and the first clock that can be right is believed at once', () => {
  const dead = trustedTime(NEW_CLOCK, { uptimeSeconds: () => 60, nowMs: () => 60_000 })
  expect(dead.nowMs).toBeNull()
  expect(trustedTime(dead.trust, { uptimeSeconds: () => 900, nowMs: () => NOW }).nowMs).toBe(NOW)
})
