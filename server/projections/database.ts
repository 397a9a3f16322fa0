import { OUTBOX_INDEX, OUTBOX_SCHEMA } from '../notify/outbox.ts'
import { type Database, openDatabase } from '../sqlite/database.ts'
import { AVAILABILITY_SCHEMA } from './availability.ts'
import { NOTICES_SCHEMA } from './notices-schema.ts'

/** Never edit a script that shipped; add the next one. */
const MIGRATIONS = [
  `CREATE TABLE place (projection TEXT PRIMARY KEY, "offset" INTEGER NOT NULL);
   CREATE TABLE live_device (device TEXT PRIMARY KEY, json TEXT NOT NULL);
   CREATE TABLE engine (id INTEGER PRIMARY KEY CHECK (id = 1), json TEXT NOT NULL);
   CREATE TABLE incident (id TEXT PRIMARY KEY, opened_ms INTEGER NOT NULL, ended_ms INTEGER, json TEXT NOT NULL);
   CREATE INDEX incident_opened ON incident (opened_ms);
   CREATE INDEX incident_ended ON incident (ended_ms);`,
  OUTBOX_SCHEMA,
  'CREATE TABLE device_pace (device TEXT PRIMARY KEY, json TEXT NOT NULL)',
  'CREATE TABLE device_rows (device TEXT PRIMARY KEY, json TEXT NOT NULL)',
  // An engine of another shape: it reads the ledger again from the start.
  `DELETE FROM engine; DELETE FROM incident; DELETE FROM place WHERE projection = 'incidents';
   CREATE INDEX incident_root ON incident (json_extract(json, '$.root'));`,
  NOTICES_SCHEMA,
  AVAILABILITY_SCHEMA,
  OUTBOX_INDEX,
  'CREATE TABLE device_traits (device TEXT PRIMARY KEY, json TEXT NOT NULL)',
]

/**
 * What has been worked out from the ledger, and how far. It could be worked out again, but for one thing that is
 * nowhere else: which notifications were sent.
 */
export function openProjections(path: string): Database {
  return openDatabase(path, { migrations: MIGRATIONS })
}

/** A projection's place in the ledger, to be kept in the same transaction as what it worked out. */
export function loadPlace(database: Database, projection: string): number {
  const row = database.get<{ offset: number }>('SELECT "offset" FROM place WHERE projection = ?', projection)
  return row?.offset ?? 0
}

/** The projection begins at the start of the ledger again. */
export function forgetPlace(database: Database, projection: string): void {
  database.run('DELETE FROM place WHERE projection = ?', projection)
}

/** How far the projection that is furthest has come; 0 when none has begun. */
export function furthestPlace(database: Database): number {
  return database.get<{ furthest: number }>('SELECT coalesce(max("offset"), 0) AS furthest FROM place')!
    .furthest
}

export function savePlace(database: Database, projection: string, offset: number): void {
  database.run('INSERT OR REPLACE INTO place VALUES (?, ?)', projection, offset)
}
