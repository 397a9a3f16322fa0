import type { AreaId, DeviceId } from '#protocol/ids.ts'
import type { AvailabilityRecord } from '../availability/availability-record.ts'
import type { Cause, Incident, IncidentEvent, Priority, Scope } from '../incidents/incident.ts'
import type { Interval } from '../incidents/interval.ts'
import type { Rule } from '../incidents/why.ts'

/** What replay prints, a JSON object a line. The form is fixed: others read it. */
export type ReplayRecord = NotificationRecord | IncidentRecord | AvailabilityRecord

export interface NotificationRecord {
  t: number
  type: 'notification'
  incident: string
  event: IncidentEvent['event']
  priority: Priority
  scope: Scope
  cause: Cause
  devices: readonly DeviceId[]
  areas: readonly AreaId[]
  storm: string | null
  start: Interval
}

export interface IncidentRecord {
  type: 'incident'
  id: string
  root: string | null
  scope: Scope
  cause: Cause
  start: Interval
  end: number | null
  devices: readonly DeviceId[]
  storm: string | null
  revisions: { t: number; cause: Cause; why: Rule[] }[]
}

export function notificationRecord({
  t,
  event,
  priority,
  incident,
  devices,
}: IncidentEvent): NotificationRecord {
  const { id, scope, cause, areas, storm, start } = incident
  return {
    ...{ t, type: 'notification', incident: id, event, priority, scope, cause },
    ...{ devices, areas, storm, start },
  }
}

export function incidentRecord(incident: Incident): IncidentRecord {
  const { id, root, scope, cause, start, end, devices, storm, revisions } = incident
  return {
    ...{ type: 'incident', id, root, scope, cause, start, end, devices, storm },
    revisions: revisions.map(({ t, cause, why }) => ({ t, cause, why: why.map(({ rule }) => rule) })),
  }
}
