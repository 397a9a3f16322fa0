/** What a replay prints, as its contract has it: the scorer knows nothing else of the engine. */
export interface NotificationLine {
  t: number
  type: 'notification'
  incident: string
  event: string
  priority: string
  scope: string
  cause: string
  devices: readonly string[]
  areas: readonly string[]
  storm: string | null
  start: readonly [number, number]
}

export interface IncidentLine {
  type: 'incident'
  id: string
  root: string | null
  scope: string
  cause: string
  start: readonly [number, number]
  end: number | null
  devices: readonly string[]
  storm: string | null
  revisions: readonly { t: number; cause: string; why: readonly string[] }[]
}

export interface AvailabilityLine {
  type: 'availability'
  device: string
  requiredSeconds: number
  upSeconds: number
  downFaultSeconds: number
  downPowerSeconds: number
  offPlannedSeconds: number
  unknownSeconds: number
  failures: number
  repairSeconds: number
}

export interface Records {
  notifications: NotificationLine[]
  incidents: IncidentLine[]
  availability: AvailabilityLine[]
}

export function emptyRecords(): Records {
  return { notifications: [], incidents: [], availability: [] }
}

/** Keeps one record of a replay; what is of no known type is not its output and is an error. */
export function keep(
  records: Records,
  record: NotificationLine | IncidentLine | AvailabilityLine | { type: string },
): void {
  switch (record.type) {
    case 'notification':
      records.notifications.push(record as NotificationLine)
      return
    case 'incident':
      records.incidents.push(record as IncidentLine)
      return
    case 'availability':
      records.availability.push(record as AvailabilityLine)
      return
    default:
      throw new TypeError(
        `replay record: expected notification, incident or availability, got ${JSON.stringify(record.type)}`,
      )
  }
}

/** A message that asks a person to act: it is counted. The end of an incident and the digest are not. */
export function isSent({ event, priority }: NotificationLine): boolean {
  return (priority === 'page' || priority === 'ticket') && event !== 'resolved' && event !== 'digest'
}

/** About the field, not about the centre itself. */
export function isField({ scope, cause }: { scope: string; cause: string }): boolean {
  return scope !== 'platform' && cause !== 'platform'
}
