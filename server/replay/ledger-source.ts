import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Kysely, SqliteDialect } from 'kysely'
import type { Observation } from '../incidents/observation.ts'
import type { World } from '../incidents/world.ts'
import { LedgerReader } from '../ledger/reader.ts'
import { observationsOf } from '../projections/observations.ts'
import { Registry } from '../registry/registry.ts'
import type { Tables } from '../registry/tables.ts'
import { openDatabase, openDriver } from '../sqlite/database.ts'

/** Some 250 kB of reports, which is what the reader decodes at a stretch. */
const BATCH = 1000

interface Log {
  warn(data: object, text: string): void
}

/** A centre's past: its registry as it is now, and what its ledger holds. */
export interface LedgerSource {
  world: World
  observations(): AsyncGenerator<Observation>
  /** Entries that damage took. */
  lost(): number
  close(): Promise<void>
}

/**
 * Opens the data folder of a centre, which may be running, for reading only. What it appends meanwhile is not seen.
 * @throws Error when the folder holds no centre's data, or is of another version
 */
export async function openLedgerSource(folder: string, log: Log): Promise<LedgerSource> {
  const ledger = fileIn(folder, 'ledger.db')
  const { registry, database } = await openRegistry(fileIn(folder, 'registry.db'))
  const { reader, head } = openReader(ledger, log)
  return {
    world: registry,
    async *observations() {
      for (let offset = 0; offset < head; ) {
        const entries = reader.entries(offset, BATCH, head)
        if (entries.length === 0) return
        for (const entry of entries) {
          if (entry.offset > head) return
          yield* observationsOf(entry, (device) => registry.device(device)?.prober != null)
        }
        offset = entries.at(-1)!.offset
      }
    },
    lost: () => reader.lost,
    async close() {
      reader.close()
      await database.destroy()
    },
  }
}

function fileIn(folder: string, name: string): string {
  const path = join(folder, name)
  if (existsSync(path)) return path
  throw new Error(`${folder}: expected the data folder of a centre, got one without ${name}`)
}

async function openRegistry(path: string): Promise<{ registry: Registry; database: Kysely<Tables> }> {
  const database = new Kysely<Tables>({
    dialect: new SqliteDialect({ database: openDriver(path, { readOnly: true }) }),
  })
  const registry = new Registry(database)
  try {
    await registry.start()
    return { registry, database }
  } catch (cause) {
    await database.destroy()
    throw new Error(
      `registry ${path}: expected tables of this version, which a start of the centre makes, got: ${(cause as Error).message}`,
      { cause },
    )
  }
}

function openReader(path: string, log: Log): { reader: LedgerReader; head: number } {
  try {
    const head = headOf(path)
    // A damaged page ends the run with the reader's own error; only the centre mends its ledger.
    return { reader: new LedgerReader({ path, log, onDamage() {} }), head }
  } catch (cause) {
    throw new Error(
      `ledger ${path}: expected tables of this version, which a start of the centre makes, got: ${(cause as Error).message}`,
      { cause },
    )
  }
}

function headOf(path: string): number {
  const database = openDatabase(path, { migrations: [], readOnly: true })
  try {
    return database.get<{ head: number | null }>('SELECT max("offset") AS head FROM entry')?.head ?? 0
  } finally {
    database.close()
  }
}
