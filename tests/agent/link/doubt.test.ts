import { expect, test } from 'vitest'
import { patienceFor } from '../../../agent/link/doubt.ts'

test.each([
  { bytes: 0, fruitless: 0, stuckMs: 5000, answerMs: 15_000, because: 'a line that is well, or lossy' },
  { bytes: 2400, fruitless: 0, stuckMs: 5000, answerMs: 19_000, because: '2.4 kB take 4 s at 4.8 kbit/s' },
  { bytes: 0, fruitless: 1, stuckMs: 10_000, answerMs: 30_000, because: 'a connection brought no answer' },
  { bytes: 0, fruitless: 4, stuckMs: 80_000, answerMs: 240_000, because: 'nor did four' },
  { bytes: 0, fruitless: 400, stuckMs: 80_000, answerMs: 240_000, because: 'four minutes are the end' },
])('$stuckMs ms and $answerMs ms: $because', ({ bytes, fruitless, stuckMs, answerMs }) => {
  const patience = patienceFor(fruitless, bytes)
  expect(patience.stuckMs).toBe(stuckMs)
  expect(patience.answerMs).toBeCloseTo(answerMs)
  expect(patience.guessMs - patience.stuckMs).toBeCloseTo(bytes / 0.6)
})
