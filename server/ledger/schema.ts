/** Never edit a script that shipped; add the next one. */
export const LEDGER_MIGRATIONS = [
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
  `-- Declared losses are numbered among the reports of their epoch.
   CREATE UNIQUE INDEX entry_numbered ON entry (device, epoch, seq) WHERE kind IN (4, 6);
   DROP INDEX entry_report;`,
] as const
