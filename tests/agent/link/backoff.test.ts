import { expect, test } from 'vitest'
import { backOff } from '../../../agent/link/backoff.ts'

test.each([
  { failures: 0, connectedMs: 0, bound: 1000, because: 'the first failure waits up to a second' },
  { failures: 1, connectedMs: 0, bound: 2000, because: 'then the bound doubles' },
  { failures: 5, connectedMs: 0, bound: 32_000, because: 'and doubles' },
  { failures: 9, connectedMs: 0, bound: 300_000, because: 'up to five minutes' },
  { failures: 5000, connectedMs: 0, bound: 300_000, because: 'and no further, ever' },
  { failures: 5, connectedMs: 59_999, bound: 32_000, because: 'a flicker resets nothing' },
  { failures: 5, connectedMs: 60_000, bound: 1000, because: 'a minute of connection does' },
])('$because', ({ failures, connectedMs, bound }) => {
  expect(backOff({ failures, connectedMs }, 0).waitMs).toBe(0)
  expect(backOff({ failures, connectedMs }, 0.5).waitMs).toBe(bound / 2)
  expect(backOff({ failures, connectedMs }, 0.999_999_9).waitMs).toBe(bound - 1)
  const next = bound === 1000 ? 1 : failures + 1
  expect(backOff({ failures, connectedMs }, 0.5).failures).toBe(next)
})
