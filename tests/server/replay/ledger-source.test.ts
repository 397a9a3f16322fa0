import { copyFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { encodeGoodbye } from '#protocol/goodbye.ts'
import { areaId, deviceId, siteId } from '#protocol/ids.ts'
import type { Observation } from '../../../server/incidents/observation.ts'
import { Ledger } from '../../../server/ledger/ledger.ts'
import { goodbyeRecord, platformRecord } from '../../../server/ledger/record.ts'
import { openRegistryDatabase } from '../../../server/registry/open.ts'
import { Registry } from '../../../server/registry/registry.ts'
import { openLedgerSource } from '../../../server/replay/ledger-source.ts'
import { openDatabase } from '../../../server/sqlite/database.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const NO_LOG = { warn() {} }
const T = 1_800_000_000_000

async function dataFolder() {
  const folder = temporaryFolder()
  const database = await openRegistryDatabase(join(folder, 'registry.db'))
  onTestFinished(() => database.destroy())
  const registry = new Registry(database)
  await registry.start()
  await registry.addArea({ id: areaId('X1'), parent: null, name: 'Xã Nà Tăm', code: null })
  const unplaced = { terrain: null, latitude: null, longitude: null }
  await registry.addSite({ id: siteId('S1'), area: areaId('X1'), name: 'UBND xã Nà Tăm', ...unplaced })
  await registry.addDevice({
    ...{ id: deviceId('R1'), site: siteId('S1'), uplink: null, sim: null, battery: true, kind: 'router' },
    ...{ prober: null, bulletinClass: null },
    ...{ name: 'R1', key: new Uint8Array(32), keepaliveSeconds: 60, reportSeconds: 900, enrolledMs: T },
  })
  const ledger = new Ledger(join(folder, 'ledger.db'))
  await ledger.start()
  onTestFinished(() => ledger.stop())
  return { folder, ledger }
}

async function openSource(folder: string) {
  const source = await openLedgerSource(folder, NO_LOG)
  onTestFinished(() => source.close())
  return source
}

async function allOf(observations: AsyncIterable<Observation>): Promise<Observation[]> {
  const all: Observation[] = []
  for await (const observation of observations) all.push(observation)
  return all
}

test('a ledger is read while its centre writes it, up to what it held when it was opened', async () => {
  const { folder, ledger } = await dataFolder()
  await ledger.append(platformRecord(T, 'started'))
  // More than the source reads at a stretch.
  const goodbye = encodeGoodbye({ reason: 'shutdown', boot: 1, uptimeSeconds: 9 })
  await Promise.all(
    Array.from({ length: 2500 }, (_, at) => ledger.append(goodbyeRecord(T + at, deviceId('R1'), goodbye))),
  )
  const source = await openSource(folder)
  await ledger.append(platformRecord(T + 9000, 'stopping'))
  const observations = await allOf(source.observations())
  expect(observations).toHaveLength(2501)
  expect(observations[0]).toEqual({ t: T, type: 'platform', event: 'started' })
  expect(observations.at(-1)).toEqual({ t: T + 2499, type: 'goodbye', device: 'R1', reason: 'shutdown' })
  expect(source.lost()).toBe(0)
  expect([...source.world.devices()].map(({ id, battery }) => [id, battery])).toEqual([['R1', true]])
  expect(source.world.site(siteId('S1'))).toMatchObject({ area: 'X1', devices: ['R1'] })
})

test('reading leaves no file behind, and a stopped centre can be read too', async () => {
  const { folder, ledger } = await dataFolder()
  await ledger.append(platformRecord(T, 'started'))
  await ledger.stop()
  const before = readdirSync(folder).filter((name) => name.startsWith('ledger'))
  const source = await openLedgerSource(folder, NO_LOG)
  expect(await allOf(source.observations())).toHaveLength(1)
  await source.close()
  expect(readdirSync(folder).filter((name) => name.startsWith('ledger'))).toEqual(before)
})

test('a ledger without its tables is named', async () => {
  const { folder, ledger } = await dataFolder()
  await ledger.stop()
  openDatabase(join(folder, 'empty.db'), { migrations: [] }).close()
  for (const suffix of ['-wal', '-shm']) rmSync(join(folder, `ledger.db${suffix}`), { force: true })
  copyFileSync(join(folder, 'empty.db'), join(folder, 'ledger.db'))
  await expect(openLedgerSource(folder, NO_LOG)).rejects.toThrow(
    /ledger\.db: expected tables of this version, which a start of the centre makes, got: .*no such table/,
  )
})

test('a folder without a centre is named, and nothing is made in it', async () => {
  const folder = temporaryFolder()
  await expect(openLedgerSource(folder, NO_LOG)).rejects.toThrow(
    `${folder}: expected the data folder of a centre, got one without ledger.db`,
  )
  expect(readdirSync(folder)).toEqual([])
})
