import type { DeviceId } from '#protocol/ids.ts'
import type { AvailabilityRecord } from '../availability/availability-record.ts'
import {
  CAUSES,
  type Cause,
  type Incident,
  type IncidentEvent,
  PRIORITIES,
  type Priority,
  SCOPES,
  type Scope,
} from '../incidents/incident.ts'

/** An incident that somebody was told of by a page or a ticket, and the first time that they were. */
export interface ToldIncident {
  incident: Incident
  t: number
  priority: Priority
}

/** One run in figures, to be laid beside another of the same past. */
export interface Tally {
  /** Without those that say that it is over. */
  notifications: Record<Priority, number>
  resolved: number
  /** Keyed by `2026-06`, on the clock of the calendar. */
  months: Record<string, Record<Priority, number>>
  /**
   * From the earliest moment at which it can have begun to the first page or ticket, by which of them came first; null:
   * there was none.
   */
  medianSeconds: Record<'page' | 'ticket', number | null>
  scopes: Record<Scope, number>
  causes: Record<Cause, number>
  /** Of all devices together. */
  hours: Record<'fault' | 'power' | 'unreachable' | 'unknown', number>
  told: ToldIncident[]
}

/** Gathers a run's figures while it goes on. */
export interface TallyKeeper {
  note(event: IncidentEvent): void
  finish(incidents: readonly Incident[], availability: Iterable<AvailabilityRecord>): Tally
}

/** `utcOffsetMinutes` is asked at each event: a file tells its calendar as it is read. */
export function keepTally(utcOffsetMinutes: () => number): TallyKeeper {
  const notifications = noneOf(PRIORITIES)
  const months: Record<string, Record<Priority, number>> = {}
  const firstTold = new Map<string, { t: number; priority: Priority }>()
  let resolved = 0
  return {
    note({ t, event, priority, incident }) {
      if (event === 'resolved') {
        resolved++
        return
      }
      notifications[priority]++
      const month = new Date(t + utcOffsetMinutes() * 60_000).toISOString().slice(0, 7)
      months[month] ??= noneOf(PRIORITIES)
      months[month][priority]++
      if (priority !== 'digest' && !firstTold.has(incident.id)) firstTold.set(incident.id, { t, priority })
    },
    finish(incidents, availability) {
      const told = incidents.flatMap((incident): ToldIncident[] => {
        const first = firstTold.get(incident.id)
        return first ? [{ incident, ...first }] : []
      })
      const [scopes, causes] = [noneOf(SCOPES), noneOf(CAUSES)]
      for (const { scope, cause } of incidents) {
        scopes[scope]++
        causes[cause]++
      }
      return {
        ...{ notifications, resolved, months, scopes, causes, told },
        medianSeconds: { page: medianOf(told, 'page'), ticket: medianOf(told, 'ticket') },
        hours: hoursOf(availability),
      }
    },
  }
}

function noneOf<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>
}

function medianOf(told: readonly ToldIncident[], first: Priority): number | null {
  const sorted = told
    .filter(({ priority }) => priority === first)
    .map(({ t, incident }) => (t - incident.start[0]) / 1000)
    .sort((one, other) => one - other)
  if (sorted.length === 0) return null
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

function hoursOf(availability: Iterable<AvailabilityRecord>): Tally['hours'] {
  const seconds = noneOf(['fault', 'power', 'unreachable', 'unknown'])
  for (const record of availability) {
    seconds.fault += record.downFaultSeconds
    seconds.power += record.downPowerSeconds
    seconds.unreachable += record.unreachableSeconds
    seconds.unknown += record.unknownSeconds
  }
  return Object.fromEntries(
    Object.entries(seconds).map(([name, sum]) => [name, Math.round(sum / 360) / 10]),
  ) as Tally['hours']
}

/**
 * Those of `some` that have no counterpart among `others`. Two runs number their incidents each for itself, and group
 * them otherwise: an incident has a counterpart when one shares a device with it at a time that they share.
 */
export function onlyAmong(some: readonly ToldIncident[], others: readonly ToldIncident[]): ToldIncident[] {
  const byDevice = new Map<DeviceId, Incident[]>()
  for (const { incident } of others) {
    for (const device of incident.devices) {
      const known = byDevice.get(device)
      if (known) known.push(incident)
      else byDevice.set(device, [incident])
    }
  }
  return some.filter(
    ({ incident }) =>
      !incident.devices.some((device) => byDevice.get(device)?.some((other) => overlap(incident, other))) &&
      // An incident of the centre itself has no devices.
      !(incident.scope === 'platform' && others.some((other) => overlapsPlatform(incident, other.incident))),
  )
}

function overlap(one: Incident, other: Incident): boolean {
  return (
    one.start[0] <= (other.end ?? Number.POSITIVE_INFINITY) &&
    other.start[0] <= (one.end ?? Number.POSITIVE_INFINITY)
  )
}

const overlapsPlatform = (one: Incident, other: Incident): boolean =>
  other.scope === 'platform' && overlap(one, other)
