import type { AreaId, DeviceId } from '#protocol/ids.ts'
import type { Language } from '../../web/view.ts'
import type { Incident, IncidentEvent, Priority, Why } from '../incidents/incident.ts'
import type { Interval } from '../incidents/interval.ts'
import type { World } from '../incidents/observation.ts'
import { type Message, writeMessage } from './message.ts'

/** A message to people, in the shape in which replay prints it, programs receive it and the outbox keeps it. */
export interface Notification {
  type: 'notification'
  /** The same for the same event of the same past, so that a receiver can drop a repeat. */
  id: string
  /** When it happened, ms since 1970. */
  t: number
  event: IncidentEvent['event']
  priority: Priority
  /** The incident's id. */
  incident: string
  scope: Incident['scope']
  cause: Incident['cause']
  devices: DeviceId[]
  areas: AreaId[]
  storm: string | null
  start: Interval
  end: number | null
  why: Why[]
  text: Record<Language, Message>
}

/** What people are told of an event. */
export function notificationOf(event: IncidentEvent, world: World): Notification {
  const { incident } = event
  return {
    type: 'notification',
    id: notificationId(event),
    t: event.t,
    event: event.event,
    priority: event.priority,
    incident: incident.id,
    scope: incident.scope,
    cause: incident.cause,
    devices: incident.devices,
    areas: incident.areas,
    storm: null,
    start: incident.start,
    end: incident.end,
    why: event.why,
    text: { vi: writeMessage(event, world, 'vi'), en: writeMessage(event, world, 'en') },
  }
}

/** An incident opens and ends once, but can widen more than once. */
function notificationId({ event, incident, t }: IncidentEvent): string {
  return event === 'widened' ? `${incident.id}/widened/${t}` : `${incident.id}/${event}`
}
