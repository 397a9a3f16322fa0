import { expect, test } from 'vitest'
import { Intake } from '../../../agent/journal/intake.ts'
import { sampleNumber } from '../../support/agent-samples.ts'
import { rememberingLog } from '../../support/remembering-log.ts'

test('while the disk refuses, samples wait in order and in bounds; then all go in', async () => {
  const kept: number[] = []
  let full = false
  const log = rememberingLog()
  const intake = new Intake({
    append: async (sample) => {
      if (full) throw new Error('ENOSPC')
      kept.push(sample.uptimeSeconds / 60)
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
  expect(log.lines, 'told once each way').toEqual([
    'samples wait in memory: the journal cannot be written',
    'the journal can be written again',
  ])
})
