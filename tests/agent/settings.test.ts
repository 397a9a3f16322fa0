import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Settings } from '#protocol/settings.ts'
import { paceOf, wantedOf } from '../../agent/pace.ts'
import { problemsOf, readSettings, writeSettings } from '../../agent/settings.ts'
import { rememberingLog } from '../support/remembering-log.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const SETTINGS: Settings = {
  ...{ number: 7, sampleSeconds: 60, reportSeconds: 600, keepaliveSeconds: 300 },
  ...{ spreadSeconds: 120, monthlyBytes: 5_000_000, hold: false, measure: false },
}
const PAPERS = { sampleSeconds: 60, reportSeconds: 900, keepaliveSeconds: 1200 }

test('settings last over a restart', async () => {
  const folder = temporaryFolder()
  const log = rememberingLog()
  expect(await readSettings(folder, log), 'none yet').toBe(null)
  await writeSettings(folder, SETTINGS)
  await writeSettings(folder, { ...SETTINGS, number: 8, monthlyBytes: null })
  expect(await readSettings(folder, log)).toEqual({ ...SETTINGS, number: 8, monthlyBytes: null })
  expect(log.lines).toEqual([])
})

test('a hold lasts over a restart, and settings of before there were holds hold nothing', async () => {
  const folder = temporaryFolder()
  const log = rememberingLog()
  await writeSettings(folder, { ...SETTINGS, hold: true })
  expect(await readSettings(folder, log)).toEqual({ ...SETTINGS, hold: true })
  const { hold: _, measure: __, ...older } = SETTINGS
  await writeFile(join(folder, 'settings.json'), JSON.stringify(older))
  expect(await readSettings(folder, log)).toEqual(SETTINGS)
})

test.each([
  ['half a file', '{"number":7,'],
  ['no settings', 'null'],
  ['a hold that is neither', JSON.stringify({ ...SETTINGS, hold: 1 })],
  ['what no device can follow', JSON.stringify({ ...SETTINGS, sampleSeconds: 0 })],
])('set aside: %s', async (_case, text) => {
  const folder = temporaryFolder()
  const log = rememberingLog()
  await writeFile(join(folder, 'settings.json'), text)
  expect(await readSettings(folder, log)).toBe(null)
  expect(await readdir(folder)).toEqual(['settings.json.damaged'])
  expect(log.lines).toEqual(['settings set aside: going by the papers'])
})

test('a refusal names each field, what was expected and what came', () => {
  expect(problemsOf(SETTINGS)).toEqual([])
  expect(problemsOf({ ...SETTINGS, reportSeconds: 30, keepaliveSeconds: 0, monthlyBytes: -1 })).toEqual([
    'settings: reportSeconds: expected a whole number from 60 to 86400, got 30',
    'settings: keepaliveSeconds: expected a whole number from 10 to 65535, got 0',
    'settings: monthlyBytes: expected a whole number from 0 to 1000000000000, got -1',
  ])
})

test('the pace: papers, then what the centre wants, then how far the budget lets it', () => {
  expect(wantedOf(PAPERS, null)).toEqual(PAPERS)
  expect(paceOf(PAPERS, null, 0)).toEqual({ settings: 0, ...PAPERS, step: 0 })
  expect(paceOf(PAPERS, SETTINGS, 0)).toMatchObject({
    settings: 7,
    reportSeconds: 600,
    keepaliveSeconds: 300,
  })
  expect(paceOf(PAPERS, SETTINGS, 3)).toEqual({
    ...{ settings: 7, sampleSeconds: 120, reportSeconds: 3600, keepaliveSeconds: 3600, step: 3 },
  })
})
