import { areaId, type DeviceId, type DeviceKind, deviceId, type SiteId, siteId } from '#protocol/ids.ts'
import type { Incident, IncidentEvent } from '../../server/incidents/incident.ts'
import type { Fired } from '../../server/incidents/why.ts'
import type { Names } from '../../server/notify/names.ts'
import { type Notification, notificationOf } from '../../server/notify/notification.ts'

const VIETNAM_MS = 7 * 3600_000

/** "10:02:30" on 21 June 2026 in Vietnam, "+1 07:30:00" on the day after. */
export function at(clock: string): number {
  const [, days = '0', hours, minutes, seconds] = /^(?:\+(\d+) )?(\d\d):(\d\d):(\d\d)$/.exec(clock)!
  return Date.UTC(2026, 5, 21 + Number(days), Number(hours), Number(minutes), Number(seconds)) - VIETNAM_MS
}

const AREAS: Record<string, string> = {
  P1: 'Tỉnh Lai Châu',
  C01: 'xã Nà Tăm',
  C02: 'xã Bản Bo',
  C03: 'xã Hua Bum',
  C04: 'xã Pa Ủ',
}
const PROVINCE = areaId('P1')

/** By site: its area, its name, and its devices with kind and name. */
const SITES: Record<string, [area: string, name: string, devices: Record<string, [DeviceKind, string]>]> = {
  S1: [
    'C01',
    'UBND xã Nà Tăm',
    {
      R1: ['router', 'Bộ định tuyến tầng 1'],
      L1: ['speaker', 'Loa Bản Pá Mu'],
      P1: ['pc', 'Văn thư'],
      P2: ['pc', 'Kế toán'],
      P3: ['pc', 'Địa chính'],
      P4: ['pc', 'Tư pháp'],
      P5: ['pc', 'Một cửa'],
    },
  ],
  S2: ['C01', 'Trạm y tế Nà Tăm', { R2: ['router', 'Bộ định tuyến trạm'], L2: ['speaker', 'Loa trạm'] }],
  S3: ['C02', 'UBND xã Bản Bo', { R3: ['router', 'Bộ định tuyến Bản Bo'] }],
}

const device = (id: DeviceId) => {
  for (const [site, [, , devices]] of Object.entries(SITES)) {
    const found = devices[id]
    if (found) return { kind: found[0], name: found[1], site: siteId(site) }
  }
  return undefined
}

/** A commune office of seven devices, a health station beside it, and an office in the next commune. */
export const naTam: Names = {
  device,
  site(id: SiteId) {
    const found = SITES[id]
    return found && { area: areaId(found[0]), name: found[1], devices: Object.keys(found[2]).map(deviceId) }
  },
  area(id) {
    const name = AREAS[id]
    if (name === undefined) return undefined
    return { name, parent: id === PROVINCE ? null : PROVINCE }
  },
}

interface Given extends Omit<Partial<Incident>, 'devices' | 'sites' | 'areas' | 'revisions'> {
  devices?: string[]
  sites?: string[]
  areas?: string[]
  /** Of the opening. */
  why?: Fired[]
  /** Of the event. */
  now?: Fired[]
  listed?: string[]
  revisions?: Incident['revisions']
}

/** An event of the whole office, silent since 14:02, unless told otherwise. */
export function sampleEvent(event: IncidentEvent['event'], clock: string, given: Given = {}): IncidentEvent {
  const { devices, sites = ['S1'], areas = ['C01'], why = [], now = why, listed, ...rest } = given
  const members = (devices ?? ['R1', 'L1', 'P1', 'P2', 'P3', 'P4', 'P5']).map(deviceId)
  const opening = { scope: 'site', cause: 'undetermined', start: [at('14:01:40'), at('14:02:30')] } as const
  const incident: Incident = {
    ...{ id: 'I7', root: null, element: 'S1', state: 'open', severity: 'major' },
    ...{ sites: sites.map(siteId), areas: areas.map(areaId), devices: members, onBattery: [], returned: [] },
    ...{ scope: opening.scope, cause: opening.cause, start: [...opening.start] },
    ...{ end: null, storm: null, priority: 'page', openedAt: at(clock), resolveAt: null },
    ...{ acknowledgedBy: null, acknowledgedAt: null, flapping: false, revisions: [] },
    ...rest,
  }
  const { scope, cause, start } = incident
  if (incident.revisions.length === 0)
    incident.revisions = [{ t: incident.openedAt, scope, cause, start, why }]
  return {
    ...{ t: at(clock), event, priority: incident.priority, incident },
    ...{ devices: listed?.map(deviceId) ?? incident.devices, why: now },
  }
}

/** A notification that differs from the others by its incident and event. */
export function sampleNotification(incident = 'I7', event: IncidentEvent['event'] = 'opened'): Notification {
  return notificationOf(sampleEvent(event, '14:14:00', { id: incident }), naTam)
}
