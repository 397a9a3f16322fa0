import type { Kysely, Migration } from 'kysely'

/** By name, in order. Never edit one that shipped; add the next. */
export const REGISTRY_MIGRATIONS: Record<string, Migration> = {
  '001-first': {
    async up(db: Kysely<unknown>) {
      const create = (name: string) => db.schema.createTable(name)
      await create('area')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('parent', 'text', (column) => column.references('area.id'))
        .addColumn('name', 'text', (column) => column.notNull())
        .execute()
      await create('site')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('area', 'text', (column) => column.notNull().references('area.id'))
        .addColumn('name', 'text', (column) => column.notNull())
        .execute()
      await create('device')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('site', 'text', (column) => column.notNull().references('site.id'))
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('key', 'text', (column) => column.notNull())
        .addColumn('keepalive_seconds', 'integer', (column) => column.notNull())
        .addColumn('report_seconds', 'integer', (column) => column.notNull())
        .addColumn('enrolled_ms', 'bigint', (column) => column.notNull())
        .execute()
      await create('account')
        .addColumn('name', 'text', (column) => column.primaryKey())
        .addColumn('role', 'text', (column) => column.notNull())
        .addColumn('password_hash', 'text', (column) => column.notNull())
        .execute()
      await create('web_session')
        .addColumn('token_hash', 'text', (column) => column.primaryKey())
        .addColumn('account', 'text', (column) => column.notNull().references('account.name'))
        .addColumn('expires_ms', 'bigint', (column) => column.notNull())
        .execute()
    },
  },
  '002-uplinks': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('uplink')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('site', 'text', (column) => column.notNull().references('site.id'))
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('isp', 'text', (column) => column.notNull())
        .addColumn('medium', 'text', (column) => column.notNull())
        .addColumn('monthly_bytes', 'bigint')
        .addColumn('vnd_per_mb', 'double precision')
        .execute()
      await db.schema
        .alterTable('device')
        .addColumn('uplink', 'text', (column) => column.references('uplink.id'))
        .execute()
    },
  },
}
