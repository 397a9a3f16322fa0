import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { setAsideIfDamaged } from '../../../server/sqlite/check.ts'
import { openDatabase } from '../../../server/sqlite/database.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const QUIET = { warn() {} }

function fileOf(folder: string): string {
  const path = join(folder, 'projections.db')
  const database = openDatabase(path, {
    migrations: ['CREATE TABLE place (id INTEGER PRIMARY KEY, text TEXT)'],
  })
  for (let id = 1; id <= 500; id++) database.run('INSERT INTO place VALUES (?, ?)', id, 'x'.repeat(50))
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
  return path
}

test('a sound file, and one that is not there yet, stay as they are', () => {
  const folder = temporaryFolder()
  const path = fileOf(folder)
  expect(setAsideIfDamaged(path, QUIET)).toBe(false)
  expect(setAsideIfDamaged(join(folder, 'other.db'), QUIET)).toBe(false)
  expect(readdirSync(folder)).toContain('projections.db')
  expect(readdirSync(folder)).not.toContain('other.db')
})

test.each([
  ['its magic', 0],
  ['the head of a page in it', 3 * 4096],
])('a file in which %s is damaged makes way for a fresh one, and so does its log', (_what, at) => {
  const folder = temporaryFolder()
  const path = fileOf(folder)
  writeFileSync(path, readFileSync(path).fill(0xa5, at, at + 12))
  const lines: string[] = []
  expect(setAsideIfDamaged(path, { warn: (_data, text) => void lines.push(text) })).toBe(true)
  expect(lines).toEqual(['file was damaged: what it held is worked out again'])
  expect(readdirSync(folder)).toEqual(['projections.db.damaged'])
})
