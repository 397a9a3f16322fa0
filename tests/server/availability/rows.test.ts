import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hear, heardBetween } from '../../../server/availability/heard.ts'
import { pushRow, type Row, rowsKnown } from '../../../server/availability/rows.ts'
import { at, HOUR, past } from './past.ts'

const ROWS: Row[] = [
  { type: 'goodbye', t: 1, reason: 'service-stop' },
  { type: 'lost', t: 2, why: 'socket' },
  { type: 'connected', t: 3, boot: null, previousEnd: null, keepaliveSeconds: 65_535 },
  { type: 'connected', t: 4, boot: 0, previousEnd: 'service-stop', keepaliveSeconds: 0 },
  { type: 'pace', t: 5, keepaliveSeconds: 900 },
  { type: 'anchor', t: 6, boot: 4_000_000_000, zero: -5 },
  { type: 'span', t: 7, boot: 1, fromSeconds: 0, toSeconds: 1e9, clock: null, end: null },
  { type: 'span', t: 8, boot: 1, fromSeconds: 5, toSeconds: 6, clock: -1e15, end: 'power-loss' },
  { type: 'power', t: 9, source: 'battery' },
]

describe('rows', () => {
  test('are read as they were written, up to a moment, in order of time', () => {
    const log: number[] = []
    for (const row of ROWS.toReversed()) pushRow(log, row)
    expect(rowsKnown(log, 9)).toEqual(ROWS)
    expect(rowsKnown(log, 4)).toEqual(ROWS.slice(0, 4))
  })

  test('a session costs less than 150 bytes', () => {
    const told = past().boots('P1', '08:00', 7, 'power-loss', [{ boot: 6, toSeconds: 9, end: 'power-loss' }])
    told.lost('P1', '09:00')
    expect(Object.values(told.facts.devices)[0]!.log.length * 8).toBeLessThan(150)
  })

  test('what is told again costs nothing: reports of a boot whose age is known, and history', () => {
    const history = [{ boot: 6, toSeconds: 9, end: 'power-loss' as const }]
    const told = past().boots('P1', '08:00', 7, 'power-loss', history)
    const { log } = Object.values(told.facts.devices)[0]!
    const before = log.length
    for (const clock of ['08:15', '08:30', '08:45']) told.report('P1', clock, 7, '07:59:30', history)
    expect(log.length).toBe(before)
  })
})

describe('hours heard', () => {
  test('are kept as runs, whatever the order', () => {
    const hours = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(
        hours,
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 0, max: 30 }),
        (list, from, to) => {
          const runs: number[] = []
          for (const hour of list) hear(runs, hour * HOUR + 1)
          expect(runs).toEqual([...runs].sort((one, other) => one - other))
          const whole = list.some((hour) => hour >= from && hour + 1 <= to)
          expect(heardBetween(runs, from * HOUR, to * HOUR)).toBe(whole)
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('a whole day is one run', () => {
    const runs: number[] = []
    for (let t = at('00:00'); t < at('+1 00:00'); t += HOUR / 4) hear(runs, t)
    expect(runs).toHaveLength(2)
  })
})
