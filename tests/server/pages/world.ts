import { areaId, type DeviceId, deviceId, siteId } from '#protocol/ids.ts'
import type { BillParts } from '../../../server/bills/bill.ts'
import type { Incident } from '../../../server/incidents/incident.ts'
import type { Dispatch } from '../../../server/notify/outbox.ts'
import type { Live } from '../../../server/projections/live.ts'
import type { Notices } from '../../../server/projections/notices.ts'
import type { Area, Device, Site } from '../../../server/registry/registry.ts'
import type { ViewParts } from '../../../server/views/now.ts'
import { NO_ROWS } from '../../support/sample-views.ts'

/** 14:14 on 21/06/2026 in Vietnam. */
export const AT = Date.UTC(2026, 5, 21, 7, 14)

export interface World {
  parts: ViewParts & {
    live: Pick<Live, 'device' | 'metrics'>
    registry: BillParts['registry']
    notices: Pick<Notices, 'warnings'>
  }
  devices: DeviceId[]
  /** How often something was asked of the parts, by name. */
  asked: Record<'sites' | 'live' | 'open' | 'resolvedSince', number>
  open: Incident[]
  past: Incident[]
  dispatches: Dispatch[]
}

/** `areas` communes in a row with one site each, named alike but for their number. */
export function world(areas: number, devicesPerSite: number): World {
  const tree: Area[] = []
  const sites = new Map<string, Site & { devices: DeviceId[] }>()
  const devices = new Map<string, Device>()
  for (let n = 0; n < areas; n++) {
    const area = areaId(`C${n}`)
    tree.push({ id: area, parent: null, name: `Xã Nà Tăm ${n}`, code: null })
    const place = { terrain: null, latitude: null, longitude: null }
    const named = { id: siteId(`S${n}`), area, name: `UBND xã Nà Tăm ${n}` }
    const site = { ...named, ...place, devices: [] as DeviceId[] }
    sites.set(site.id, site)
    for (let m = 0; m < devicesPerSite; m++) {
      const id = deviceId(`D${n}-${m}`)
      site.devices.push(id)
      const times = {
        keepaliveSeconds: 60,
        reportSeconds: 900,
        enrolledMs: 0,
        uplink: null,
        sim: null,
        battery: false,
        prober: null,
        bulletinClass: null,
      }
      devices.set(id, { id, site: site.id, kind: 'pc', name: `Máy ${m}`, key: new Uint8Array(), ...times })
    }
  }
  const made: World = {
    devices: [...devices.values()].map(({ id }) => id),
    asked: { sites: 0, live: 0, open: 0, resolvedSince: 0 },
    open: [],
    past: [],
    dispatches: [],
    parts: {
      now: () => AT,
      registry: {
        areas: () => [...tree],
        sites: () => {
          made.asked.sites += 1
          return [...sites.values()]
        },
        devices: () => [...devices.values()],
        area: (id) => tree.find((area) => area.id === id),
        site: (id) => sites.get(id),
        device: (id) => devices.get(id),
        uplink: () => undefined,
        devicesOn: () => [],
      },
      live: {
        metrics: () => ['cpu_percent', 'memory_percent', 'disk_percent', 'rtt_ms'],
        device(id) {
          made.asked.live += 1
          const spread = (made.devices.indexOf(id) * 7919) % 1000
          const values = {
            cpu_percent: spread / 40,
            memory_percent: 30 + spread / 20,
            disk_percent: spread / 11,
            rtt_ms: 20 + (spread % 70),
          }
          return { readAt: AT - spread * 900, values }
        },
      },
      traits: { of: () => ({ traits: {}, toldAt: null }) },
      incidents: {
        open() {
          made.asked.open += 1
          return made.open
        },
        ofDevice: (id, limit) => made.past.filter((each) => each.devices.includes(id)).slice(0, limit),
        resolvedSince(ms, limit) {
          made.asked.resolvedSince += 1
          return made.past.filter(({ end }) => end !== null && end >= ms).slice(0, limit)
        },
        session: () => ({ state: 'online', since: AT - 3600_000 }),
        find: (id) => [...made.open, ...made.past].find((each) => each.id === id),
        children: (id) => [...made.open, ...made.past].filter(({ root }) => root === id),
      },
      outbox: {
        ofIncident: (id) => made.dispatches.filter(({ notification }) => notification.incident === id),
      },
      paces: { of: () => ({ pace: null, lostAt: [] }) },
      fleet: { isSentinel: () => false },
      notices: { warnings: () => [] },
      completeness: { of: () => NO_ROWS },
    },
  }
  return made
}

export function incident(id: string, changes: Partial<Incident> = {}): Incident {
  const start: Incident['start'] = [AT - 60_000, AT - 60_000]
  return {
    ...{ id, root: null, scope: 'device', element: 'D0-0', cause: 'undetermined', state: 'open' },
    ...{ severity: 'minor', sites: [siteId('S0')], areas: [areaId('C0')], devices: [deviceId('D0-0')] },
    ...{
      onBattery: [],
      returned: [],
      start,
      end: null,
      storm: null,
      priority: 'page',
      openedAt: AT - 60_000,
    },
    ...{ resolveAt: null, acknowledgedBy: null, acknowledgedAt: null, flapping: false },
    revisions: [{ t: AT - 60_000, scope: 'device', cause: 'undetermined', start, why: [] }],
    ...changes,
  }
}
