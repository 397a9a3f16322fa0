import { Kysely, Migrator, SqliteDialect } from 'kysely'
import { openDriver } from '../sqlite/database.ts'
import { REGISTRY_MIGRATIONS } from './migrations.ts'
import type { Tables } from './tables.ts'

/**
 * Opens or creates the registry's database and brings its tables up to date.
 * @throws Error naming the migration that failed
 */
export async function openRegistryDatabase(path: string): Promise<Kysely<Tables>> {
  const database = new Kysely<Tables>({ dialect: new SqliteDialect({ database: openDriver(path) }) })
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: async () => REGISTRY_MIGRATIONS },
  })
  const { error } = await migrator.migrateToLatest()
  if (error) {
    await database.destroy()
    throw new Error(
      `registry ${path}: expected its tables to be brought up to date, got: ${(error as Error).message}`,
      {
        cause: error,
      },
    )
  }
  return database
}
