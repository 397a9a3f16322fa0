import { expect, test } from 'vitest'
import { isQuiet, ratesBetween, widened } from '../../../agent/capacity/traffic.ts'

test('rates are what the interfaces carried', () => {
  expect(ratesBetween({ rx_bytes: 1000, tx_bytes: 50 }, { rx_bytes: 7000, tx_bytes: 350 }, 3)).toEqual({
    downBytesPerSecond: 2000,
    upBytesPerSecond: 100,
  })
})

test('a counter that was reset, and no time at all, are not quiet', () => {
  const reset = ratesBetween({ rx_bytes: 1000, tx_bytes: 50 }, { rx_bytes: 10, tx_bytes: 60 }, 3)
  expect(isQuiet(reset.downBytesPerSecond, 50_000)).toBe(false)
  const still = ratesBetween({ rx_bytes: 0, tx_bytes: 0 }, { rx_bytes: 0, tx_bytes: 0 }, 0)
  expect(isQuiet(still.upBytesPerSecond, null)).toBe(false)
})

test.each([
  [1999, null, true],
  [2001, null, false],
  [2001, 128, false],
  [100_000, 50_000, true],
  [130_000, 50_000, false],
])('%i B/s on a line of %s kbit/s is quiet: %s', (bytesPerSecond, kbps, quiet) => {
  expect(isQuiet(bytesPerSecond, kbps)).toBe(quiet)
})

test('an estimate is less sure by what others took, until nothing is left of it', () => {
  const estimate = { kbps: 1000, errorPercent: 5 }
  expect(widened(estimate, 0)).toEqual(estimate)
  expect(widened(estimate, 12_500)).toEqual({ kbps: 1000, errorPercent: 15 })
  expect(widened(estimate, 125_000)).toBeNull()
  expect(widened(estimate, Number.POSITIVE_INFINITY)).toBeNull()
  expect(widened(null, 0)).toBeNull()
})
