import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { areaId, type DeviceId, type DeviceKind, deviceId, siteId, uplinkId } from '#protocol/ids.ts'
import type { Observation } from '../../../server/incidents/observation.ts'
import { DEFAULT_RULES } from '../../../server/incidents/rules.ts'
import { AvailabilityFacts } from '../../../server/projections/availability.ts'
import { openProjections } from '../../../server/projections/database.ts'
import { openRegistryDatabase } from '../../../server/registry/open.ts'
import { Registry } from '../../../server/registry/registry.ts'
import { PublishedReports } from '../../../server/reports/published.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

export const HOUR_MS = 3600_000
export const DAY_MS = 24 * HOUR_MS
/** 1 June 2026 in Vietnam, a Monday. */
export const JUNE = Date.UTC(2026, 4, 31, 17)
export const JULY = Date.UTC(2026, 5, 30, 17)

/** Two communes of a province with a site each: C1 has two loudspeakers and a router, C2 a PC. */
export async function smallProvince(now: number) {
  const database = await openRegistryDatabase(join(temporaryFolder(), 'registry.db'))
  onTestFinished(() => database.destroy())
  const projections = openProjections(join(temporaryFolder(), 'projections.db'))
  onTestFinished(() => projections.close())
  const registry = new Registry(database)
  await registry.start()
  const area = (id: string, parent: string | null, name: string) =>
    registry.addArea({ id: areaId(id), parent: parent === null ? null : areaId(parent), name, code: null })
  await area('P', null, 'Tỉnh')
  await area('C1', 'P', 'Xã Nà Tăm')
  await area('C2', 'P', 'Xã Hua Bum')
  const place = { terrain: null, latitude: null, longitude: null }
  await registry.addSite({ id: siteId('S1'), area: areaId('C1'), name: 'UBND xã Nà Tăm', ...place })
  await registry.addSite({ id: siteId('S2'), area: areaId('C2'), name: 'UBND xã Hua Bum', ...place })
  const line = { medium: 'fibre' as const, monthlyBytes: null, vndPerMb: null }
  await registry.addUplink({ id: uplinkId('L1'), site: siteId('S1'), name: 'FTTH', isp: 'VNPT', ...line })
  const device = (id: string, site: string, kind: DeviceKind, sim: string | null = null) =>
    registry.addDevice({
      ...{ id: deviceId(id), site: siteId(site), kind, name: id, sim, uplink: null, battery: false },
      ...{ prober: null, bulletinClass: null },
      ...{ key: new Uint8Array(32), keepaliveSeconds: 60, reportSeconds: 900, enrolledMs: JUNE },
    })
  await device('SP1', 'S1', 'speaker', 'Viettel')
  await device('SP2', 'S1', 'speaker', 'Viettel')
  await device('R1', 'S1', 'router')
  await device('PC1', 'S2', 'pc')

  const facts = new AvailabilityFacts(projections)
  facts.load()
  const clock = { now }
  const tell = (...observations: Observation[]) => {
    for (const observation of observations) facts.take(observation, [])
  }
  return {
    ...{ registry, facts, rules: DEFAULT_RULES, clock, tell, projections },
    published: new PublishedReports(database),
    now: () => clock.now,
  }
}

export const connected = (device: string, t: number, boot: number): Observation => ({
  ...{ t, type: 'connected', device: deviceId(device), boot, previousEnd: null },
  ...{ keepaliveSeconds: 60, awaySeconds: 0 },
})

/** The hello's own word of how long the boot has run. */
export const anchored = (device: string, t: number, boot: number, uptimeSeconds: number): Observation => ({
  ...{ t, type: 'report', device: deviceId(device), now: { boot, uptimeSeconds } },
  ...{ clockMs: null, history: [] },
})

export const lost = (device: string, t: number): Observation => ({
  ...{ t, type: 'lost', device: deviceId(device), why: 'socket' },
})

/** All of these up and connected from `t` on, each in its first boot. */
export const up = (t: number, ...devices: string[]): Observation[] =>
  devices.flatMap((device) => [connected(device, t, 1), anchored(device, t, 1, 60)])

export const id = (text: string): DeviceId => deviceId(text)
