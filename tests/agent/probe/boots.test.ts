import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bootAfter, openBootsSeen } from '../../../agent/probe/boots.ts'
import { rememberingLog } from '../../support/remembering-log.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const DAY = 86_400

test.each([
  ['a minute later', 60, 1060, 4],
  ['asked a moment late', 60, 1030, 4],
  ['a clock that drifts 100 ppm over a month', 30 * DAY, 1000 + 30 * DAY - 260, 4],
  ['the counter began anew', 60, 12, 5],
  ['up for longer than when last seen, but not for as long as has passed', DAY, 7200, 5],
  ['the clock was set back', -5 * DAY, 1060, 4],
])('%s', (_case, passedSeconds, uptimeSeconds, boot) => {
  const before = { boot: 4, uptimeSeconds: 1000, atMs: 1_800_000_000_000 }
  expect(bootAfter(before, uptimeSeconds, before.atMs + passedSeconds * 1000).boot).toBe(boot)
})

test('boots are counted over restarts of the prober; who does not tell its uptime has none', async () => {
  const folder = temporaryFolder()
  const log = rememberingLog()
  const first = await openBootsSeen(folder, log)
  await first.saw(undefined)
  expect(first.count).toBe(0)
  await first.saw(5000)
  await first.saw(3)
  expect(first.count).toBe(2)
  const second = await openBootsSeen(folder, log)
  expect(second.count, 'nothing was told in this run').toBe(0)
  await second.saw(4)
  expect(second.count).toBe(2)
  await second.saw(undefined)
  expect(second.count).toBe(0)
})

test.each(['', '{"boot":', '[]', 'null', '{"boot":"2","uptimeSeconds":1,"atMs":1}'])(
  'a file that holds no boot is one of a device never seen: %s',
  async (text) => {
    const folder = temporaryFolder()
    await writeFile(join(folder, 'boots.json'), text)
    const boots = await openBootsSeen(folder, rememberingLog())
    await boots.saw(100)
    expect(boots.count).toBe(1)
    expect(JSON.parse(await readFile(join(folder, 'boots.json'), 'utf8'))).toMatchObject({ boot: 1 })
  },
)
