import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Boot, lookAtBoot, nextBoot, readBoot, writeBoot } from '../../agent/boot.ts'
import { systemClock } from '../../agent/clock.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const boot: Boot = { number: 4, kernelId: 'a', startedMs: 1_000_000, uptimeSeconds: 500, previousEnd: null }
const noKernel = { ...boot, kernelId: null }
const goodbye = { reason: 'shutdown', boot: 4, uptimeSeconds: 900 } as const

test.each([
  {
    because: 'the first boot known follows none',
    saved: null,
    look: boot,
    goodbye: null,
    expected: { number: 1, previousEnd: null },
  },
  {
    because: "the kernel's id says: the same boot, whatever the clocks say",
    saved: { ...boot, previousEnd: 'unknown' as const },
    look: { kernelId: 'a', startedMs: -5_000_000, uptimeSeconds: 600 },
    goodbye: null,
    expected: { number: 4, previousEnd: 'unknown' },
  },
  {
    because: 'another id is the next boot; nobody said how the last one ended',
    saved: boot,
    look: { ...boot, kernelId: 'b' },
    goodbye: null,
    expected: { number: 5, previousEnd: 'unknown' },
  },
  {
    because: 'the goodbye of that boot says how it ended',
    saved: boot,
    look: { ...boot, kernelId: 'b' },
    goodbye,
    expected: { number: 5, previousEnd: 'shutdown' },
  },
  {
    because: 'the goodbye of an earlier boot says nothing of it',
    saved: boot,
    look: { ...boot, kernelId: 'b' },
    goodbye: { ...goodbye, boot: 3 },
    expected: { number: 5, previousEnd: 'unknown' },
  },
  {
    because: 'without an id: started at about the same time and grown older',
    saved: noKernel,
    look: { kernelId: null, startedMs: 1_200_000, uptimeSeconds: 86_400 },
    goodbye,
    expected: { number: 4, previousEnd: null },
  },
  {
    because: 'without an id: younger than it was, so another boot',
    saved: noKernel,
    look: { kernelId: null, startedMs: 1_200_000, uptimeSeconds: 20 },
    goodbye,
    expected: { number: 5, previousEnd: 'shutdown' },
  },
  {
    because: 'without an id: started at another time, so another boot',
    saved: noKernel,
    look: { kernelId: null, startedMs: 90_000_000, uptimeSeconds: 600 },
    goodbye,
    expected: { number: 5, previousEnd: 'shutdown' },
  },
])('$because', ({ saved, look, goodbye: said, expected }) => {
  expect(nextBoot(saved, look, said)).toMatchObject(expected)
})

test('this machine: two looks show the same boot, and the file keeps it', async () => {
  const folder = temporaryFolder()
  expect(await readBoot(folder)).toBeNull()
  const first = nextBoot(null, await lookAtBoot(systemClock), null)
  await writeBoot(folder, first)
  const saved = await readBoot(folder)
  expect(saved).toEqual(first)
  expect(nextBoot(saved, await lookAtBoot(systemClock), null)).toMatchObject({ number: 1, previousEnd: null })
})

test('a damaged file is refused: a number given twice would mix two boots', async () => {
  const folder = temporaryFolder()
  await writeFile(join(folder, 'boot.json'), '{"number":"four"}')
  await expect(readBoot(folder)).rejects.toThrow('expected a boot as JSON, got "{\\"number\\":\\"four\\"}"')
})
