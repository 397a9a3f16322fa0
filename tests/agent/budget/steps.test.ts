import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dayOnLine } from '#protocol/forecast.ts'
import { habitAt, SILENT, STEPS, stepFor } from '../../../agent/budget/steps.ts'
import { METERED_LINE as line, OFFICE_PACE as wanted } from '../../support/budget-world.ts'

const DAY = 86_400
const MONTH = 31 * DAY

test('what a month costs at each step: the figures beside the table', () => {
  const kilobytes = STEPS.map((_, step) => Math.round((31 * dayOnLine(line, habitAt(step, wanted))) / 1000))
  expect(kilobytes).toEqual([761, 761, 511, 273, 159, 108, 55])
  expect(STEPS.length, 'behind the last comes silence').toBe(SILENT)
})

test('a cap finds its step', () => {
  const step = (leftBytes: number, leftSeconds = MONTH) =>
    stepFor({ line, wanted, leftBytes, leftSeconds, step: 0 })
  expect(step(5_000_000)).toBe(0)
  expect(step(700_000)).toBe(2)
  expect(step(300_000)).toBe(3)
  expect(step(60_000)).toBe(6)
  expect(step(50_000)).toBe(SILENT)
  expect(step(70_000, MONTH / 12), 'a little money, for two and a half days').toBe(0)
})

test('a step back wants a fifth to spare', () => {
  const at = (leftBytes: number, step: number) =>
    stepFor({ line, wanted, leftBytes, leftSeconds: MONTH, step })
  expect(at(800_000, 2)).toBe(2)
  expect(at(960_000, 2)).toBe(0)
})

test('what is wanted slower than a step is not made faster by it', () => {
  const slow = { sampleSeconds: 600, reportSeconds: 7200, keepaliveSeconds: 9000 }
  expect(habitAt(2, slow)).toMatchObject({ sampleSeconds: 600, reportSeconds: 7200 })
})

test('the rest of the month is affordable at the step that is chosen, whatever is wanted', () => {
  fc.assert(
    fc.property(
      fc.record({
        leftBytes: fc.integer({ min: 0, max: 20_000_000 }),
        leftSeconds: fc.integer({ min: 0, max: MONTH }),
        step: fc.integer({ min: 0, max: SILENT }),
        sampleSeconds: fc.integer({ min: 1, max: 3600 }),
        reportSeconds: fc.integer({ min: 1, max: DAY }),
        keepaliveSeconds: fc.integer({ min: 10, max: 65_535 }),
      }),
      ({ leftBytes, leftSeconds, step, ...wish }) => {
        const chosen = stepFor({ line, wanted: wish, leftBytes, leftSeconds, step })
        if (chosen === SILENT) return
        expect((dayOnLine(line, habitAt(chosen, wish)) * leftSeconds) / DAY).toBeLessThanOrEqual(leftBytes)
      },
    ),
  )
})
