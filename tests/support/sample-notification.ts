import { deviceId, siteId } from '#protocol/ids.ts'
import type { Incident, IncidentEvent } from '../../server/incidents/incident.ts'
import { type Notification, notificationOf } from '../../server/notify/notification.ts'
import { at } from './engine-story.ts'
import { smallWorld } from './small-world.ts'

/** A commune office of seven devices. */
export const naTam = smallWorld({
  S1: {
    name: 'UBND xã Nà Tăm',
    devices: {
      R1: { kind: 'router', name: 'Bộ định tuyến tầng 1' },
      L1: { kind: 'speaker', name: 'Loa Bản Pá Mu' },
      P1: { kind: 'pc', name: 'Văn thư' },
      P2: { kind: 'pc', name: 'Kế toán' },
      P3: { kind: 'pc', name: 'Địa chính' },
      P4: { kind: 'pc', name: 'Tư pháp' },
      P5: { kind: 'pc', name: 'Một cửa' },
    },
  },
})

/** An event of the whole office, silent since 14:02, unless told otherwise. */
export function sampleEvent(
  event: IncidentEvent['event'],
  clock: string,
  {
    devices = ['R1', 'L1', 'P1', 'P2', 'P3', 'P4', 'P5'],
    ...given
  }: Omit<Partial<Incident>, 'devices'> & { devices?: string[] } = {},
): IncidentEvent {
  const incident: Incident = {
    id: 'I7',
    scope: 'site',
    cause: 'undetermined',
    state: 'open',
    site: siteId('S1'),
    areas: [],
    devices: devices.map(deviceId),
    returned: [],
    start: [at('14:01:40'), at('14:02:30')],
    end: null,
    priority: 'page',
    openedAt: at(clock),
    resolveAt: null,
    acknowledgedBy: null,
    acknowledgedAt: null,
    why: [],
    ...given,
  }
  return { t: at(clock), event, priority: incident.priority, incident, why: [] }
}

/** A notification that differs from the others by its incident and event. */
export function sampleNotification(incident = 'I7', event: IncidentEvent['event'] = 'opened'): Notification {
  return notificationOf(sampleEvent(event, '14:14:00', { id: incident }), naTam)
}
