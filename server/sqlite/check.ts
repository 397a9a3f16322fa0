import { existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { type Database, isDamage, openDatabase } from './database.ts'

/**
 * A file of up to this size, 230,000 reports, is checked page by page before it is used, which takes half a second. In a
 * larger one damage shows when it is read.
 */
const MAX_CHECKED_BYTES = 33_554_432

/** SQLite's own check of every page and every index entry. @returns what it found, or null when that is nothing */
export function findingInPages(database: Database, path: string): string | null {
  if (statSync(path).size > MAX_CHECKED_BYTES) return null
  const [row] = database.all<{ integrity_check: string }>('PRAGMA integrity_check(1)')
  const got = row?.integrity_check ?? 'nothing'
  return got === 'ok' ? null : `expected sound pages, got: ${got}`
}

interface Log {
  warn(data: object, text: string): void
}

/**
 * For a file whose contents can be worked out again: a damaged one makes way for a fresh one. It is kept beside it, the
 * last one that was. @returns whether it was damaged
 */
export function setAsideIfDamaged(path: string, log: Log): boolean {
  const why = existsSync(path) ? finding(path) : null
  if (why === null) return false
  const kept = `${path}.damaged`
  // Its log first: a fresh file must not find one.
  for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true })
  renameSync(path, kept)
  log.warn({ path, why, kept }, 'file was damaged: what it held is worked out again')
  return true
}

function finding(path: string): string | null {
  try {
    const database = openDatabase(path, { migrations: [], readOnly: true })
    try {
      // Whatever the size: the tables must be readable.
      database.all('SELECT count(*) FROM sqlite_schema')
      return findingInPages(database, path)
    } finally {
      database.close()
    }
  } catch (error) {
    if (isDamage(error)) return (error as Error).message
    throw error
  }
}
