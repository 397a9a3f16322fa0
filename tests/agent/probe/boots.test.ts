import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openBootsSeen } from '../../../agent/probe/boots.ts'
import { rememberingLog } from '../../support/remembering-log.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

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

test.each(['', '{"boots":', '[]', 'null', '{"boots":"2","uptimeSeconds":1,"atMs":1}'])(
  'a file that holds no boot is one of a device never seen: %s',
  async (text) => {
    const folder = temporaryFolder()
    await writeFile(join(folder, 'boots.json'), text)
    const boots = await openBootsSeen(folder, rememberingLog())
    await boots.saw(100)
    expect(boots.count).toBe(1)
    expect(JSON.parse(await readFile(join(folder, 'boots.json'), 'utf8'))).toMatchObject({ boots: 1 })
  },
)
