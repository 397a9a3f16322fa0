import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createBulletins } from '../../deploy/demo/cap.ts'
import { spoken } from '../../deploy/demo/commentary.ts'
import type { ContractLine } from '../../deploy/demo/simulator/contract-line.ts'
import { stormDay } from '../../deploy/demo/storm-day.ts'
import { readStory } from '../../deploy/demo/story.ts'
import { readCap } from '../../server/storms/read-cap.ts'
import { fiveSitesInAStorm } from '../support/demo-story.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

function fileWith(text: string): string {
  const folder = temporaryFolder()
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'story.ndjson')
  writeFileSync(path, text)
  return path
}

test('a simulated day: calm at first, then a typhoon in the middle of an office morning, the same each time', () => {
  const day = stormDay({ sites: 8, seed: 7 })
  expect(stormDay({ sites: 8, seed: 7 })).toEqual(day)
  expect(day.endMs - day.startMs).toBe(24 * 3_600_000)
  const blow = new Date(day.startMs + 20 * 60_000 + 7 * 3_600_000)
  expect(blow.toISOString()).toMatch(/^2026-10-14T08:/)
  const blows = day.truth.filter(({ vi }) => !vi.startsWith('Bão'))
  expect(blows.length, 'something to tell of').toBeGreaterThan(3)
  const soonest = Math.min(...blows.map(({ t }) => t))
  expect(soonest - day.startMs, 'nothing while a centre that has just started judges nobody').toBeGreaterThan(
    12 * 60_000,
  )
  expect(
    day.lines.some(({ t }) => t < day.startMs),
    'it has a past',
  ).toBe(true)
  expect(day.lines.every(({ t }) => t < day.endMs)).toBe(true)
})

test('another seed is another story', () => {
  expect(stormDay({ sites: 8, seed: 8 }).truth).not.toEqual(stormDay({ sites: 8, seed: 7 }).truth)
})

test('a story from a file, and the line of it that cannot be read', () => {
  const story = readStory(fileWith(fiveSitesInAStorm()))
  expect(story.world.filter(({ type }) => type === 'device')).toHaveLength(30)
  expect(story.truth).toHaveLength(1)
  expect(story.startMs, 'behind the first moment').toBe(story.lines[0]!.t + 1)
  const broken = fileWith('{"type":"area","id":"C1","parent":null,"name":"C1"}\nwhat\n')
  expect(() => readStory(broken)).toThrow(`${broken}:2: expected a JSON object with a type, got what`)
  expect(() => readStory(fileWith(''))).toThrow('expected lines with a time, got none')
})

test('bulletins are CAP messages that a centre reads, and each refers to the one before', () => {
  const bulletinOf = createBulletins((area) => `xã ${area}`)
  const t = Date.UTC(2026, 9, 14, 1)
  const line: ContractLine & { type: 'warning' } = {
    ...{ t, type: 'warning', id: 'W1', action: 'alert', status: 'actual', severity: 'extreme' },
    ...{ areas: ['C1', 'C2'], onset: t + 3_600_000, expires: t + 7_200_000 },
  }
  const alert = readCap(Buffer.from(bulletinOf(line)))
  expect(alert).toMatchObject({
    identifier: 'W1-1',
    msgType: 'Alert',
    status: 'Actual',
    sent: t,
    references: [],
  })
  expect(alert.infos[0]).toMatchObject({ severity: 'Extreme', onset: line.onset, expires: line.expires })
  expect(alert.infos[0]!.areas.map(({ geocodes }) => geocodes[0]!.value)).toEqual(['C1', 'C2'])
  const cancel = readCap(Buffer.from(bulletinOf({ ...line, t: t + 60_000, action: 'cancel' })))
  expect(cancel).toMatchObject({ identifier: 'W1-2', msgType: 'Cancel' })
  expect(cancel.references).toMatchObject([{ identifier: 'W1-1' }])
})

test('the commentary says who speaks, in the time of Vietnam', () => {
  const at = Date.UTC(2026, 9, 14, 1, 42)
  expect(spoken(at, 'truth', 'Mất điện')).toBe('08:42  Sự thật    Mất điện\n')
  expect(spoken(at, 'centre', 'Mất kết nối\nxã Hòn Sẻ')).toBe(
    '08:42  Hải Đăng         Mất kết nối\n                        xã Hòn Sẻ\n',
  )
})
