import type { Database, Migration } from '../sqlite/database.ts'
import { entrySum, quarantinedSum } from './checksum.ts'
import type { Quarantined } from './entry.ts'
import type { Record } from './record.ts'

/** Never edit a step that shipped; add the next one. */
export const LEDGER_MIGRATIONS: readonly Migration[] = [
  `CREATE TABLE entry (
     "offset" INTEGER PRIMARY KEY,
     at INTEGER NOT NULL,
     kind INTEGER NOT NULL,
     device TEXT,
     epoch INTEGER,
     seq INTEGER,
     payload BLOB NOT NULL
   );
   -- A report that is sent again because its acknowledgement was lost finds its key taken.
   CREATE UNIQUE INDEX entry_report ON entry (device, epoch, seq) WHERE kind = 4;
   CREATE TABLE quarantine (
     id INTEGER PRIMARY KEY,
     at INTEGER NOT NULL,
     device TEXT NOT NULL,
     topic TEXT NOT NULL,
     code TEXT NOT NULL,
     reason TEXT NOT NULL,
     payload BLOB NOT NULL
   );
   CREATE INDEX quarantine_device ON quarantine (device);`,
  addSums,
  `-- Declared losses are numbered among the reports of their epoch, and arrive once like them.
   CREATE UNIQUE INDEX entry_numbered ON entry (device, epoch, seq) WHERE kind IN (4, 6);
   DROP INDEX entry_report;`,
]

/** The columns of both tables, the sum among them; `pages.ts` finds rows by it. */
export const ROW_COLUMNS = 8

function addSums(database: Database): void {
  database.exec(
    `ALTER TABLE entry ADD COLUMN crc INTEGER;
     ALTER TABLE quarantine ADD COLUMN crc INTEGER;
     -- Offsets that no entry has, and none will have: first to last were lost to damage.
     CREATE TABLE gap (first INTEGER PRIMARY KEY, last INTEGER NOT NULL);`,
  )
  for (const { offset, ...record } of pagewise<Record & { offset: number }>(database, 'entry', 'offset')) {
    database.run('UPDATE entry SET crc = ? WHERE "offset" = ?', entrySum(offset, record), offset)
  }
  for (const { id, ...item } of pagewise<Quarantined & { id: number }>(database, 'quarantine', 'id')) {
    database.run('UPDATE quarantine SET crc = ? WHERE id = ?', quarantinedSum(item), id)
  }
}

const PAGE_ROWS = 1000

/** All rows of a table, a thousand of them in memory at a time. */
function* pagewise<Row>(
  database: Database,
  table: 'entry' | 'quarantine',
  key: keyof Row & string,
): Generator<Row> {
  for (let last = 0; ; ) {
    const rows = database.all<Row>(
      `SELECT * FROM ${table} WHERE "${key}" > ? ORDER BY "${key}" LIMIT ?`,
      last,
      PAGE_ROWS,
    )
    if (rows.length === 0) return
    yield* rows
    last = rows.at(-1)![key] as number
  }
}
