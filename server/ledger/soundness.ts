import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { type Database, openDatabase } from '../sqlite/database.ts'
import { PAGE_BYTES } from './pages.ts'
import { LEDGER_MIGRATIONS } from './schema.ts'
import { readWal } from './wal.ts'

/** Each of these answers with what was expected and what came, or with null when it finds nothing wrong. */
type Finding = string | null

const HEADER_BYTES = 100
const PAGES_AT = 28
const CHANGES_AT = 24
const CHANGES_SEEN_AT = 92
const WRITE_VERSION_AT = 18
const SCHEMA_FORMAT_AT = 44

/**
 * What stands in the header of every file of ours, for ever: magic, size of a page, fractions and reserve, schema
 * format, no vacuum, UTF-8 (https://www.sqlite.org/fileformat2.html#the_database_header).
 */
const HEADER: readonly (readonly [at: number, bytes: Buffer])[] = [
  [0, Buffer.from('SQLite format 3\0')],
  [16, Buffer.from([PAGE_BYTES >> 8, PAGE_BYTES & 0xff])],
  [20, Buffer.from([0, 64, 32, 32])],
  [SCHEMA_FORMAT_AT, Buffer.from([0, 0, 0, 4])],
  [52, Buffer.from([0, 0, 0, 0, 0, 0, 0, 1])],
  [64, Buffer.alloc(4)],
  [72, Buffer.alloc(20)],
]

/**
 * What SQLite would take for good and is not, or would not even look at, found before it opens the file: a log cut
 * short, a header that hides pages.
 */
export function findingInFiles(path: string): Finding {
  const walPath = `${path}-wal`
  const wal = existsSync(walPath) ? readWal(readFileSync(walPath)) : null
  if (wal?.fault) return wal.fault
  // The making of the file was cut short: SQLite itself puts it back.
  if (existsSync(`${path}-journal`)) return null
  if (!existsSync(path)) return wal?.committed.length ? 'expected a file beside its log, got none' : null
  const bytes = statSync(path).size
  if (bytes === 0)
    return wal?.committed.length ? 'expected a file with pages beside its log, got an empty one' : null
  // What the log says of the first page is what counts; the file has it only later.
  const logged = wal?.committed.findLast(({ page }) => page === 1)
  return findingInHeader(
    logged ? Buffer.from(logged.image.subarray(0, HEADER_BYTES)) : readStart(path),
    bytes,
  )
}

function findingInHeader(header: Buffer, fileBytes: number): Finding {
  if (header.length < HEADER_BYTES) return `expected at least ${HEADER_BYTES} bytes, got ${header.length}`
  const pages = header.readUInt32BE(PAGES_AT)
  for (const [at, expected] of HEADER) {
    // Nothing has been written yet.
    if (pages === 1 && at >= SCHEMA_FORMAT_AT) break
    const got = header.subarray(at, at + expected.length)
    if (!got.equals(expected)) {
      return `header: expected ${expected.toString('hex')} at byte ${at}, got ${got.toString('hex')}`
    }
  }
  const [write, read] = header.subarray(WRITE_VERSION_AT)
  if (write !== read || (write !== 1 && write !== 2))
    return `header: expected versions 2 and 2, got ${write} and ${read}`
  // The first page is written before those that it counts, so a file is never longer than it says.
  const isCounted = header.readUInt32BE(CHANGES_AT) === header.readUInt32BE(CHANGES_SEEN_AT)
  if (!isCounted || pages * PAGE_BYTES < fileBytes) {
    return `header: expected a count for ${fileBytes} bytes, got ${pages} pages`
  }
  return null
}

function readStart(path: string): Buffer {
  const file = openSync(path, 'r')
  try {
    const header = Buffer.alloc(HEADER_BYTES)
    return header.subarray(0, readSync(file, header, 0, HEADER_BYTES, 0))
  } finally {
    closeSync(file)
  }
}

/** Whether the tables are those of a version of this program, and the version is the one that the file names. */
export function findingInSchema(database: Database): Finding {
  const { user_version: named } = database.get<{ user_version: number }>('PRAGMA user_version')!
  const found = schemaOf(database)
  const version = LEDGER_MIGRATIONS.findIndex((_, at) => found === schemaAfter(at + 1)) + 1
  if (version === 0 && found !== '') {
    // A newer program's file is refused by name when it is opened.
    return named > LEDGER_MIGRATIONS.length ? null : 'expected the tables of a ledger, got others'
  }
  return version === named ? null : `expected version ${version} by the tables, got ${named}`
}

function schemaAfter(version: number): string {
  const database = openDatabase(':memory:', { migrations: LEDGER_MIGRATIONS.slice(0, version) })
  try {
    return schemaOf(database)
  } finally {
    database.close()
  }
}

/** In hexadecimal: at a text that is no UTF-8 the driver ends the process. */
function schemaOf(database: Database): string {
  const rows = database.all<{ sql: string }>(
    'SELECT hex(sql) AS sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name',
  )
  return rows.map(({ sql }) => sql).join(';')
}
