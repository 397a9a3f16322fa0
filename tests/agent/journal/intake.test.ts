import { expect, test } from 'vitest'
import { Intake } from '../../../agent/journal/intake.ts'
import { sampleNumber } from '../../support/agent-samples.ts'
import { rememberingLog } from '../../support/remembering-log.ts'

test('while the disk refuses, samples wait in order and in bounds; then all go in, and the rest is declared', async () => {
  const kept: number[] = []
  const refused: number[] = []
  let full = false
  const log = rememberingLog()
  const intake = new Intake({
    journal: {
      append: async (sample) => {
        if (full) throw new Error('ENOSPC')
        kept.push(sample.uptimeSeconds / 60)
      },
      declareRefused: (samples) => refused.push(...samples.map(({ uptimeSeconds }) => uptimeSeconds / 60)),
    },
    log,
    maxWaiting: 3,
  })
  await intake.take(sampleNumber(1))
  full = true
  for (const n of [2, 3, 4, 5, 6]) await intake.take(sampleNumber(n))
  expect(kept).toEqual([1])
  full = false
  await intake.take(sampleNumber(7))
  expect(kept, 'the newest three and the present one').toEqual([1, 4, 5, 6, 7])
  expect(refused).toEqual([2, 3])
  full = true
  await intake.take(sampleNumber(8))
  intake.stop()
  expect(refused, 'what still waits at the end').toEqual([2, 3, 8])
  expect(log.lines.slice(0, 2), 'told once each way').toEqual([
    'samples wait in memory: the journal cannot be written',
    'the journal can be written again',
  ])
})
