import type { AreaId, DeviceId } from '#protocol/ids.ts'
import type { Language } from '../../web/view.ts'
import type { Incident, IncidentEvent, Priority } from '../incidents/incident.ts'
import type { Interval } from '../incidents/interval.ts'
import type { Fired } from '../incidents/why.ts'
import { type Message, writeMessage } from './message.ts'
import type { Names } from './names.ts'

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
  severity: Incident['severity']
  /** Of a digest those that are listed, of the others all members. */
  devices: DeviceId[]
  areas: AreaId[]
  storm: string | null
  start: Interval
  end: number | null
  why: Fired[]
  text: Record<Language, Message>
}

/** What people are told of an event. */
export function notificationOf(event: IncidentEvent, names: Names): Notification {
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
    severity: incident.severity,
    devices: event.devices,
    areas: incident.areas,
    storm: incident.storm,
    start: incident.start,
    end: incident.end,
    why: event.why,
    text: {
      vi: writeMessage(event, names, 'vi'),
      en: writeMessage(event, names, 'en'),
    },
  }
}

/** An incident opens and ends once, and ends once more each time that it was opened again; the others come at any time. */
function notificationId({ event, incident, t }: IncidentEvent): string {
  if (event !== 'opened' && event !== 'resolved') return `${incident.id}/${event}/${t}`
  const reopened = incident.revisions.findLast(({ why }) => why.some(({ rule }) => rule === 'reopened'))
  return reopened ? `${incident.id}/${event}/${reopened.t}` : `${incident.id}/${event}`
}
