import { join } from 'node:path'
import { Kysely, Migrator, SqliteDialect } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { areaId, deviceId, siteId, uplinkId } from '#protocol/ids.ts'
import type { World } from '../../../server/incidents/world.ts'
import { DEFAULT_CALENDAR } from '../../../server/registry/calendar.ts'
import { REGISTRY_MIGRATIONS } from '../../../server/registry/migrations.ts'
import { openRegistryDatabase } from '../../../server/registry/open.ts'
import { type Device, Registry, type Site } from '../../../server/registry/registry.ts'
import type { Tables } from '../../../server/registry/tables.ts'
import { openDriver } from '../../../server/sqlite/database.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const AREA = { id: areaId('X1'), parent: null, name: 'Xã Nà Tăm', code: '03598' }
const SITE: Site = {
  ...{ id: siteId('S1'), area: AREA.id, name: 'UBND xã Nà Tăm' },
  ...{ terrain: 'mountain', latitude: 22.31, longitude: 103.77 },
}
const device = (id: string, facts: Partial<Device> = {}): Device => ({
  ...{ id: deviceId(id), site: SITE.id, kind: 'speaker', name: id, key: new Uint8Array(32) },
  ...{ uplink: null, sim: null, battery: false, prober: null, bulletinClass: null },
  ...{ keepaliveSeconds: 60, reportSeconds: 900, enrolledMs: 0 },
  ...facts,
})

async function open(path: string): Promise<Registry> {
  const database = await openRegistryDatabase(path)
  onTestFinished(() => database.destroy())
  const registry = new Registry(database)
  await registry.start()
  return registry
}

/** All that the engine can learn of it, in the order in which it is told. */
function told(world: World) {
  return {
    devices: [...world.devices()].map(({ id, site, kind, name, uplink, sim, battery }) => {
      return { id, site, kind, name, uplink, sim, battery }
    }),
    site: world.site(SITE.id),
    area: world.area(AREA.id),
    uplinks: world.uplinksOf(SITE.id),
    calendar: world.calendar(),
  }
}

test('the engine is told the same world before and after a restart, in the same order', async () => {
  const path = join(temporaryFolder(), 'registry.db')
  const registry = await open(path)
  await registry.addArea(AREA)
  await registry.addSite(SITE)
  for (const id of ['L2', 'L1']) {
    const words = { name: id, isp: 'Viettel', medium: 'cell' as const, monthlyBytes: null, vndPerMb: null }
    await registry.addUplink({ id: uplinkId(id), site: SITE.id, ...words })
  }
  await registry.addDevice(device('Z9', { sim: 'VinaPhone', battery: true }))
  await registry.addDevice(device('A1', { uplink: uplinkId('L2') }))
  await registry.setCalendar({ ...DEFAULT_CALENDAR, workdays: [1, 2, 3, 4, 5, 6] })

  const before = told(registry)
  expect(before.devices.map(({ id }) => id)).toEqual(['Z9', 'A1'])
  expect(before.uplinks.map(({ id }) => id)).toEqual(['L2', 'L1'])
  expect(before.devices[0]).toMatchObject({ sim: 'VinaPhone', battery: true, uplink: null })
  expect(before.calendar.workdays).toContain(6)
  expect(told(await open(path))).toEqual(before)
})

test('what is said anew is on the disk and told to who listens; its site and lines stay', async () => {
  const path = join(temporaryFolder(), 'registry.db')
  const registry = await open(path)
  await registry.addArea(AREA)
  await registry.addSite({ ...SITE, terrain: null, latitude: null, longitude: null })
  await registry.addDevice(device('D1'))
  const heard: string[] = []
  registry.onChange((site) => heard.push(site))

  await registry.changeSite(SITE.id, { terrain: 'island' })
  await registry.changeDevice(deviceId('D1'), { battery: true, sim: 'MobiFone' })
  expect(heard).toEqual(['S1', 'S1'])
  for (const each of [registry, await open(path)]) {
    expect(each.site(SITE.id)).toMatchObject({ terrain: 'island', latitude: null, devices: ['D1'] })
    expect(each.device(deviceId('D1'))).toMatchObject({ battery: true, sim: 'MobiFone', name: 'D1' })
  }
})

test('a registry of an earlier version is brought up to date: nobody has said what it did not ask', async () => {
  const path = join(temporaryFolder(), 'registry.db')
  const earlier = Object.fromEntries(
    Object.entries(REGISTRY_MIGRATIONS).filter(([name]) => name < '003-world'),
  )
  const old = new Kysely<Tables>({ dialect: new SqliteDialect({ database: openDriver(path) }) })
  await new Migrator({ db: old, provider: { getMigrations: async () => earlier } }).migrateToLatest()
  for (const [table, row] of [
    ['area', { id: 'X1', parent: null, name: 'Xã' }],
    ['site', { id: 'S1', area: 'X1', name: 'Điểm' }],
    ['device', { id: 'D1', site: 'S1', kind: 'pc', name: 'PC', key: '00', enrolled_ms: 5 }],
  ] as const) {
    const pace = table === 'device' ? { keepalive_seconds: 60, report_seconds: 900 } : {}
    await old
      .insertInto(table)
      .values({ ...row, ...pace } as never)
      .execute()
  }
  await old.destroy()

  const registry = await open(path)
  expect(registry.area(AREA.id)).toMatchObject({ name: 'Xã', code: null })
  expect(registry.site(SITE.id)).toMatchObject({ terrain: null, latitude: null, longitude: null })
  expect(registry.device(deviceId('D1'))).toMatchObject({ sim: null, battery: false, uplink: null })
  expect(registry.calendar()).toEqual(DEFAULT_CALENDAR)
})
