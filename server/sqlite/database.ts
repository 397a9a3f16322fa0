import Libsql from 'libsql'

type Value = string | number | null | Uint8Array
type Row = Record<string, Value>

/** The little of a synchronous SQLite driver that this house uses; another driver needs only this file. */
export interface Database {
  /** Runs one or more statements without parameters. */
  exec(sql: string): void
  /** @returns how many rows changed */
  run(sql: string, ...parameters: Value[]): number
  all<Result = Row>(sql: string, ...parameters: Value[]): Result[]
  get<Result = Row>(sql: string, ...parameters: Value[]): Result | undefined
  /** Runs `work` in one transaction: all of it is on disk afterwards, or, when it throws, nothing. */
  transaction<Result>(work: () => Result): Result
  close(): void
}

/** An SQL script, or what SQL alone cannot do. */
export type Migration = string | ((database: Database) => void)

export interface Options {
  /** Run once each and in order; `user_version` counts those that ran. Never edit one that shipped. */
  migrations: readonly Migration[]
  readOnly?: boolean
  /** How long to wait for another writer. */
  busyMs?: number
  journal?: 'WAL' | 'DELETE'
}

/** Readers wait this long for a writer in another process or thread before they fail with SQLITE_BUSY. */
const BUSY_MS = 5000

/**
 * Opens or creates a database file. Every commit is on disk when it returns: WAL with synchronous=FULL
 * (https://sqlite.org/pragma.html#pragma_synchronous).
 * @throws Error with the file's path when it cannot be opened, is damaged, or is of a newer version
 */
export function openDatabase(path: string, { migrations, ...settings }: Options): Database {
  const database = wrap(openDriver(path, settings))
  if (!settings.readOnly) named(path, () => migrate(database, migrations))
  return database
}

/** The driver itself, set for durability, for Kysely, which speaks to it directly. @throws like `openDatabase` */
export function openDriver(path: string, settings: Omit<Options, 'migrations'> = {}): Libsql.Database {
  const { readOnly = false, busyMs = BUSY_MS, journal = 'WAL' } = settings
  return named(path, () => {
    const driver = new Libsql(path, { timeout: busyMs, readonly: readOnly })
    if (!readOnly) {
      driver.exec(`PRAGMA journal_mode = ${journal}; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;`)
    }
    return driver
  })
}

/** SQLite's own errors do not say which file. */
function named<Result>(path: string, open: () => Result): Result {
  try {
    return open()
  } catch (cause) {
    const got = (cause as Error).message
    throw new Error(`database ${path}: expected a SQLite file that can be opened, got: ${got}`, { cause })
  }
}

/** SQLITE_CORRUPT and SQLITE_NOTADB, their extended forms too: https://www.sqlite.org/rescode.html */
const DAMAGE_CODES: readonly unknown[] = [11, 26]

/** Whether SQLite's complaint is about the bytes of the file, and not about the disk, a lock or the statement. */
export function isDamage(error: unknown): boolean {
  const { rawCode, cause, message } = error as Error & { rawCode?: number }
  if (rawCode !== undefined && DAMAGE_CODES.includes(rawCode & 0xff)) return true
  // Where the driver has no code for its error, it has SQLite's words.
  if (/malformed|not a database/.test(message)) return true
  return cause instanceof Error && isDamage(cause)
}

function wrap(driver: Libsql.Database): Database {
  const statements = new Map<string, Libsql.Statement>()
  const prepare = (sql: string): Libsql.Statement => {
    const known = statements.get(sql)
    if (known) return known
    const made = driver.prepare(sql)
    statements.set(sql, made)
    return made
  }
  const database: Database = {
    exec: (sql) => void driver.exec(sql),
    run: (sql, ...parameters) => prepare(sql).run(...parameters.map(bindable)).changes,
    all: <Result>(sql: string, ...parameters: Value[]) =>
      prepare(sql)
        .all(...parameters.map(bindable))
        .map((row) => withBytes(row as Row)) as Result[],
    get: <Result>(sql: string, ...parameters: Value[]) => database.all<Result>(sql, ...parameters)[0],
    transaction(work) {
      driver.exec('BEGIN IMMEDIATE')
      try {
        const result = work()
        driver.exec('COMMIT')
        return result
      } catch (error) {
        if (driver.inTransaction) driver.exec('ROLLBACK')
        throw error
      }
    },
    close() {
      statements.clear()
      driver.close()
    },
  }
  return database
}

/** Blobs go in as a Buffer (any other byte array is bound as something else, without a word) … */
function bindable(value: Value): Value {
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value
}

/** … and come out of this driver as an ArrayBuffer. */
function withBytes(row: Record<string, unknown>): Row {
  for (const [column, value] of Object.entries(row)) {
    if (value instanceof ArrayBuffer) row[column] = new Uint8Array(value)
  }
  return row as Row
}

function migrate(database: Database, migrations: readonly Migration[]): void {
  const { user_version: done } = database.get<{ user_version: number }>('PRAGMA user_version')!
  if (done > migrations.length) {
    throw new Error(`schema version ${done} is newer than this program, which knows ${migrations.length}`)
  }
  migrations.slice(done).forEach((migration, at) => {
    database.transaction(() => {
      if (typeof migration === 'string') database.exec(migration)
      else migration(database)
      database.exec(`PRAGMA user_version = ${done + at + 1}`)
    })
  })
}
