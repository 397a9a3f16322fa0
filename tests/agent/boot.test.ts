import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { BootEnd } from '#protocol/hello.ts'
import {
  type Boot,
  behindFastStartup,
  lookAtBoot,
  nextBoot,
  type RecordedEnd,
  readBoot,
  withRecord,
  writeBoot,
} from '../../agent/boot.ts'
import { systemClock } from '../../agent/clock.ts'
import { rememberingLog } from '../support/remembering-log.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const boot: Boot = {
  ...{ number: 4, kernelId: 'a', startedMs: 1_000_000, uptimeSeconds: 500 },
  ...{ previousEnd: null, evidence: null },
}
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
  const lastBoot = saved?.number ?? 0
  expect(nextBoot(saved, look, { lastBoot, lastGoodbye: said })).toMatchObject(expected)
})

test('this machine: two looks show the same boot, and the file keeps it', async () => {
  const folder = temporaryFolder()
  const log = rememberingLog()
  const told = { lastBoot: 0, lastGoodbye: null }
  expect(await readBoot(folder, log)).toBeNull()
  const first = nextBoot(null, await lookAtBoot(systemClock), told)
  await writeBoot(folder, first)
  const saved = await readBoot(folder, log)
  expect(saved).toEqual(first)
  const again = nextBoot(saved, await lookAtBoot(systemClock), told)
  expect(again).toMatchObject({ number: 1, previousEnd: null })
  expect(log.lines).toEqual([])
})

test.each(['{"number":"four"}', '{"number":0}', '', '\0\0\0'])(
  'a damaged file is set aside: %j',
  async (text) => {
    const folder = temporaryFolder()
    const log = rememberingLog()
    await writeFile(join(folder, 'boot.json'), text)
    expect(await readBoot(folder, log)).toBe('damaged')
    expect(log.lines).toEqual(['boot file set aside: expected a boot as JSON'])
    expect(await readdir(folder)).toEqual(['boot.json.damaged'])
    expect(await readFile(join(folder, 'boot.json.damaged'), 'utf8')).toBe(text)
    expect(await readBoot(folder, log), 'once').toBeNull()
  },
)

test('without the file the number is the next that the journal has not seen: none is given twice', () => {
  const told = { lastBoot: 7, lastGoodbye: { ...goodbye, boot: 7 } }
  expect(nextBoot('damaged', boot, told)).toMatchObject({ number: 8, previousEnd: 'unknown' })
  expect(nextBoot(null, boot, told)).toMatchObject({ number: 8, previousEnd: 'unknown' })
  const untold = { lastBoot: 0, lastGoodbye: null }
  expect(nextBoot('damaged', boot, untold)).toMatchObject({ number: 1, previousEnd: 'unknown' })
})

describe('what the system has recorded of the end', () => {
  const recorded = (end: BootEnd) => ({ end, evidence: `${end} 2026-11-20T10:02:11Z wtmp` })

  test.each<[told: BootEnd, end: BootEnd, held: BootEnd]>([
    ['unknown', 'power-loss', 'power-loss'],
    ['unknown', 'shutdown', 'shutdown'],
    ['service-stop', 'power-loss', 'power-loss'],
    ['service-stop', 'unknown', 'service-stop'],
    ['shutdown', 'power-loss', 'shutdown'],
    ['restart', 'shutdown', 'restart'],
    ['sleep', 'unknown', 'sleep'],
  ])('an agent that said %s, records that say %s: %s', (told, end, held) => {
    expect(withRecord({ ...boot, previousEnd: told }, recorded(end))).toMatchObject({
      ...{ previousEnd: held, evidence: recorded(end).evidence },
    })
  })

  test('is shown, and not told as news, where no boot was known before; without records nothing changes', () => {
    expect(withRecord(boot, recorded('shutdown'))).toEqual({
      ...boot,
      evidence: recorded('shutdown').evidence,
    })
    expect(withRecord({ ...boot, previousEnd: 'unknown' }, null)).toEqual({ ...boot, previousEnd: 'unknown' })
  })
})

describe('Fast Startup', () => {
  const lastBeganMs = boot.startedMs + boot.uptimeSeconds * 1000
  const woken = (changes: Partial<RecordedEnd>): RecordedEnd => ({
    ...{
      end: 'shutdown',
      evidence: 'shutdown … event 42',
      sameKernel: true,
      endedAtMs: lastBeganMs + 3600_000,
    },
    ...changes,
  })

  test('a shutdown behind which the kernel woke is another boot for whoever asks', () => {
    expect(behindFastStartup({ ...boot, uptimeSeconds: 90_000 }, boot, woken({}))).toMatchObject({
      ...{ number: 5, previousEnd: 'shutdown', evidence: 'shutdown … event 42', startedMs: boot.startedMs },
    })
  })

  test.each<[string, Boot | null, RecordedEnd | null]>([
    ['it lies before the agent last began', boot, woken({ endedAtMs: lastBeganMs - 1 })],
    ['the kernel is another, and counts by itself', boot, woken({ sameKernel: false })],
    ['it slept', boot, woken({ end: 'sleep' })],
    ['nobody knows when', boot, woken({ endedAtMs: null })],
    ['there are no records', boot, null],
    ['no boot was known', null, woken({})],
  ])('none where %s', (_case, known, recorded) => {
    expect(behindFastStartup(boot, known, recorded)).toBe(boot)
  })
})
