import { findingInPages } from '../sqlite/check.ts'
import { type Database, isDamage, openDatabase } from '../sqlite/database.ts'
import { finishSalvage, type Salvaged, salvage } from './salvage.ts'
import { LEDGER_MIGRATIONS } from './schema.ts'
import { findingInFiles, findingInSchema } from './soundness.ts'

export interface OpenedLedger {
  database: Database
  /** The newest offset given out, to an entry or to one that was lost; 0 when there is none. */
  head: number
  /** How many messages each device has in quarantine. */
  quarantined: Map<string, number>
  /** How many were in quarantine and were lost to damage. */
  quarantinedLost: number
}

/**
 * Opens or creates the ledger's file for its writer. A damaged one is built anew first, and so is one in which a reader
 * has found damage: `why` says what.
 * @throws Error with the path when it is no ledger, is of a newer version, or the disk is full or broken
 */
export function openLedger(path: string, why: string | null): OpenedLedger & { salvaged: Salvaged | null } {
  finishSalvage(path)
  const sound = why ?? findingInFiles(path) ?? openSound(path)
  if (typeof sound !== 'string') return { ...sound, salvaged: null }
  const salvaged = salvage(path, sound)
  return { ...open(path), salvaged }
}

/** @returns what is wrong with it, when that is so */
function openSound(path: string): OpenedLedger | string {
  try {
    const probe = openDatabase(path, { migrations: [], readOnly: true })
    const finding = findingInSchema(probe) ?? findingInPages(probe, path)
    probe.close()
    return finding ?? open(path)
  } catch (error) {
    if (isDamage(error)) return (error as Error).message
    throw error
  }
}

function open(path: string): OpenedLedger {
  const database = openDatabase(path, { migrations: LEDGER_MIGRATIONS })
  emptyLog(database)
  const { head } = database.get<{ head: number }>(
    'SELECT max((SELECT coalesce(max("offset"), 0) FROM entry), (SELECT coalesce(max(last), 0) FROM gap)) AS head',
  )!
  // Not as a text: at one that is no UTF-8 the driver ends the process.
  const held = database.all<{ device: Uint8Array | null; held: number }>(
    'SELECT CAST(device AS BLOB) AS device, count(*) AS held FROM quarantine GROUP BY device',
  )
  const quarantined = new Map(held.map((row) => [Buffer.from(row.device ?? []).toString(), row.held]))
  // They are numbered from 1 and never taken out.
  const { given } = database.get<{ given: number }>('SELECT coalesce(max(id), 0) AS given FROM quarantine')!
  const quarantinedLost = given - held.reduce((sum, row) => sum + row.held, 0)
  return { database, head, quarantined, quarantinedLost }
}

/**
 * Moves the log into the file. What a transaction that was cut short has left behind the log's end would look like
 * damage after the next crash. On a full disk it stays as it is.
 */
export function emptyLog(database: Database): void {
  try {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } catch {
    // It is a courtesy: whatever is wrong shows where it matters.
  }
}
