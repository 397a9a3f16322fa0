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
  '003-world': {
    async up(db: Kysely<unknown>) {
      const alter = (name: string) => db.schema.alterTable(name)
      await alter('area').addColumn('code', 'text').execute()
      await alter('site').addColumn('terrain', 'text').execute()
      await alter('site').addColumn('latitude', 'double precision').execute()
      await alter('site').addColumn('longitude', 'double precision').execute()
      await alter('device').addColumn('sim', 'text').execute()
      await alter('device')
        .addColumn('battery', 'integer', (column) => column.notNull().defaultTo(0))
        .execute()
      await db.schema
        .createTable('calendar')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('json', 'text', (column) => column.notNull())
        .execute()
    },
  },
  '004-reports': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('availability_report')
        .addColumn('area', 'text', (column) => column.notNull())
        .addColumn('month', 'text', (column) => column.notNull())
        .addColumn('version', 'integer', (column) => column.notNull())
        .addColumn('published_ms', 'bigint', (column) => column.notNull())
        .addColumn('published_by', 'text', (column) => column.notNull())
        .addColumn('as_of_ms', 'bigint', (column) => column.notNull())
        .addColumn('reason', 'text')
        .addColumn('report', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('availability_report_key', ['area', 'month', 'version'])
        .execute()
    },
  },
  '005-probed': {
    async up(db: Kysely<unknown>) {
      const alter = () => db.schema.alterTable('device')
      await alter()
        .addColumn('prober', 'text', (column) => column.references('device.id'))
        .execute()
      await alter().addColumn('bulletin_class', 'text').execute()
    },
  },
}
