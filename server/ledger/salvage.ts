import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Database, openDatabase } from '../sqlite/database.ts'
import { entrySum } from './checksum.ts'
import { NUMBERED_KINDS, type Record } from './record.ts'
import { LEDGER_MIGRATIONS } from './schema.ts'
import { type Found, type Source, soundRows } from './sound-rows.ts'

/** What a rebuilt ledger was made of. */
export interface Salvaged {
  why: string
  entries: number
  quarantined: number
  /** Offsets that had an entry, and none could be read. */
  missing: number
  /** The damaged file, for whoever knows more. */
  kept: string
}

const ROWS_A_TRANSACTION = 5000

/**
 * Builds the ledger anew from every row whose sum is right, wherever in the damaged file or its log it lies, and puts
 * the new file in the place of the old. Rows never change once they are written, so any sound copy of one is as good
 * as another; offsets stay what they were.
 * @throws Error with the path when there is nothing of a ledger in the file: then nothing has been touched
 */
export function salvage(path: string, why: string): Salvaged {
  const fresh = salvagePath(path)
  removeFile(fresh)
  try {
    const filled = fill(fresh, path)
    sync(fresh)
    if (filled.entries + filled.quarantined === 0) throw new Error('nothing of a ledger in it')
    const kept = keepDamaged(path)
    finishSalvage(path)
    return { why, ...filled, kept }
  } catch (cause) {
    if (existsSync(path)) removeFile(fresh)
    const got = `${why}; built anew: ${(cause as Error).message}`
    throw new Error(`database ${path}: expected a SQLite file that can be opened, got: ${got}`, { cause })
  }
}

/** What a crash between two renames has left half done. To be called before the file is opened. */
export function finishSalvage(path: string): void {
  const fresh = salvagePath(path)
  if (existsSync(path) || !existsSync(fresh)) return
  // The damaged file went first, and only when the fresh one was whole; its log may still be here.
  const taken = Math.max(1, freeNumber(path) - 1)
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${keptPath(path, taken)}-wal`)
  rmSync(`${path}-shm`, { force: true })
  renameSync(fresh, path)
  sync(dirname(path))
}

const salvagePath = (path: string): string => `${path}.salvage`

function removeFile(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true })
}

/** A disk that damages the file every week must not be filled with copies: the last of them gives way. */
const MAX_KEPT = 3

const keptPath = (path: string, number: number): string => `${path}.damaged-${Math.min(number, MAX_KEPT)}`

function freeNumber(path: string): number {
  let number = 1
  while (number <= MAX_KEPT && existsSync(keptPath(path, number))) number++
  return number
}

function keepDamaged(path: string): string {
  const kept = keptPath(path, freeNumber(path))
  if (existsSync(path)) renameSync(path, kept)
  return kept
}

/** A file or a folder. */
function sync(path: string): void {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function fill(fresh: string, path: string): Pick<Salvaged, 'entries' | 'quarantined' | 'missing'> {
  const database = openDatabase(fresh, { migrations: LEDGER_MIGRATIONS, journal: 'DELETE' })
  try {
    // Until it is whole nobody needs it to be on the disk; then all of it is.
    database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF')
    const counts = { entry: 0, quarantine: 0 }
    /** A transaction that was rolled back may have left what has an offset that another entry was given since. */
    const displaced: Record[] = []
    const add = ({ found, isCommitted }: Source): void => {
      const added = insert(database, found)
      counts[found.type] += added
      if (added === 0 && !isCommitted && isOtherNumbered(database, found)) displaced.push(found.record)
    }
    for (const batch of batches(soundRows(path))) database.transaction(() => batch.forEach(add))
    database.transaction(() => {
      for (const record of displaced) counts.entry += appendAnew(database, record)
    })
    return { entries: counts.entry, quarantined: counts.quarantine, missing: noteGaps(database) }
  } finally {
    database.close()
  }
}

function insert(database: Database, found: Found): number {
  if (found.type === 'quarantine') {
    const { at, device, topic, code, reason, payload } = found.item
    const sql = 'INSERT OR IGNORE INTO quarantine VALUES (?, ?, ?, ?, ?, ?, ?, ?)'
    return database.run(sql, found.id, at, device, topic, code, reason, payload, found.crc)
  }
  const { at, kind, device, epoch, seq, payload } = found.record
  const sql = 'INSERT OR IGNORE INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)'
  return database.run(sql, found.offset, at, kind, device, epoch, seq, payload, found.crc)
}

function isOtherNumbered(database: Database, found: Found): found is Found & { type: 'entry' } {
  if (found.type === 'quarantine' || !NUMBERED_KINDS.includes(found.record.kind)) return false
  const there = database.get<{ crc: number }>('SELECT crc FROM entry WHERE "offset" = ?', found.offset)
  return there !== undefined && there.crc !== found.crc
}

function appendAnew(database: Database, record: Record): number {
  const { head } = database.get<{ head: number }>('SELECT max("offset") AS head FROM entry')!
  const offset = head + 1
  return insert(database, { type: 'entry', offset, record, crc: entrySum(offset, record) })
}

/** Every offset that no entry has is one that was lost: they are given out without a gap. @returns how many */
function noteGaps(database: Database): number {
  database.exec(
    `INSERT INTO gap SELECT before + 1, "offset" - 1
     FROM (SELECT "offset", lag("offset", 1, 0) OVER (ORDER BY "offset") AS before FROM entry)
     WHERE "offset" > before + 1`,
  )
  return database.get<{ missing: number }>('SELECT coalesce(sum(last - first + 1), 0) AS missing FROM gap')!
    .missing
}

function* batches(sources: Iterable<Source>): Generator<Source[]> {
  let batch: Source[] = []
  for (const source of sources) {
    batch.push(source)
    if (batch.length < ROWS_A_TRANSACTION) continue
    yield batch
    batch = []
  }
  yield batch
}
