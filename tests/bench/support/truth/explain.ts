import type { TrueIncident } from '../../../../deploy/demo/simulator/truth.ts'
import type { Match } from './match.ts'
import type { NotificationLine, Records } from './records.ts'
import type { DeviceError } from './score-availability.ts'
import { worstHour } from './score-bursts.ts'
import type { Detection } from './score-detection.ts'
import type { Recall } from './score-recall.ts'
import type { Verdicts } from './score-verdicts.ts'
import { beganAt, longBlackouts, type TruePast } from './true-past.ts'

/** One thing that went wrong, for the one who has to find out why. */
export interface Explanation {
  what: string
  [fact: string]: unknown
}

interface Findings {
  past: TruePast
  matches: readonly Match[]
  recall: Recall
  found: readonly Detection[]
  verdicts: Verdicts
  errors: readonly DeviceError[]
  records: Records
}

const NEAR_MS = 2 * 3_600_000
const SLOW_MINUTES = { wired: 5, cell: 15, habit: Number.POSITIVE_INFINITY, storm: 120 }
const WORST_DEVICES = 15

const clock = (t: number) => new Date(t).toISOString().slice(0, 19)

function said({ t, incident, event, scope, cause, devices, storm, start }: NotificationLine) {
  return {
    ...{ t: clock(t), ms: t, incident, event, scope, cause, storm, start: start.map(clock) },
    devices: devices.length > 12 ? [...devices.slice(0, 12), `… ${devices.length}`] : devices,
  }
}

function really(incident: TrueIncident) {
  const { id, kind, cause, scope, element, storm, root, duty, start, end } = incident
  const minutes = Math.round((end - start) / 60_000)
  return { id, kind, cause, scope, element, storm, root, duty, start: clock(start), minutes }
}

/** What the truth has for the devices of a message within two hours. */
function around({ t, devices }: NotificationLine, past: TruePast) {
  return devices.slice(0, 6).map((device) => ({
    device,
    touched: past
      .touches(device)
      .filter(({ from, to }) => from <= t + NEAR_MS && to >= t - NEAR_MS)
      .map(({ from, to, how, incident }) => {
        return `${how} ${clock(from)}..${clock(to)} ${incident.kind} ${incident.id} ${incident.duty}`
      }),
  }))
}

/** What the engine said of the devices of an incident in its time. */
function heard(incident: TrueIncident, records: Records) {
  const devices = new Set(longBlackouts(incident).map(({ device }) => device))
  return records.notifications
    .filter(({ t, devices: named }) => {
      return (
        t >= incident.start - NEAR_MS && t <= incident.end + NEAR_MS && named.some((one) => devices.has(one))
      )
    })
    .slice(0, 5)
    .map(said)
}

function blackedOut(incident: TrueIncident) {
  return longBlackouts(incident)
    .slice(0, 6)
    .map(({ device, from, to }) => `${device} ${clock(from)}..${clock(to)}`)
}

function errorOf({ device, kind, points, truth, line }: DeviceError): Explanation {
  return { what: 'availability', kind, device, points, truth, line }
}

export function explain({
  past,
  matches,
  recall,
  found,
  verdicts,
  errors,
  records,
}: Findings): Explanation[] {
  const missed = (incident: TrueIncident) => ({
    ...really(incident),
    began: beganAt(incident),
    blackouts: blackedOut(incident),
    heard: heard(incident, records),
  })
  const worst = (kind: string) =>
    errors
      .filter((error) => error.kind === kind)
      .sort((a, b) => Math.abs(b.points) - Math.abs(a.points))
      .slice(0, WORST_DEVICES)
  return [
    ...matches
      .filter(({ verdict }) => verdict === 'false')
      .map(({ notification }) => ({
        what: 'false notification',
        ...said(notification),
        truth: around(notification, past),
      })),
    ...duplicates(matches),
    ...worstHour(matches).map(({ verdict, best, notification }) => {
      return { what: 'worst hour', verdict, ...said(notification), truth: best && really(best) }
    }),
    ...recall.missed.map((incident) => ({ what: 'missed incident', ...missed(incident) })),
    ...recall.rootsNotNotified.map((all) => ({ what: 'root not notified', ...missed(all[0]!) })),
    ...found
      .filter(({ minutes, speed }) => minutes > SLOW_MINUTES[speed])
      .map(({ incident, minutes, speed }) => ({
        what: 'slow',
        speed,
        took: Math.round(minutes),
        ...missed(incident),
      })),
    ...verdicts.wrongScope.map(({ match: { notification, best, about }, accepted }) => {
      const share = `${about.get(best!)}/${notification.devices.length}`
      return { what: 'wrong scope', ...said(notification), accepted, share, truth: really(best!) }
    }),
    ...verdicts.wrongCause.map(({ notification, best }) => {
      return { what: 'wrong cause', ...said(notification), truth: really(best!) }
    }),
    ...verdicts.wrongInTheEnd.map(({ match, line }) => ({
      what: 'cause wrong after history',
      incident: line.id,
      cause: line.cause,
      revisions: line.revisions,
      told: said(match.notification),
      truth: really(match.best!),
      blackouts: blackedOut(match.best!),
    })),
    ...(['router', 'speaker', 'pc'] as const).flatMap((kind) => worst(kind).map(errorOf)),
    ...errors
      .filter(({ kind, line, truth }) => kind !== 'pc' && line !== null && line.failures !== truth.failures)
      .map((error) => ({ ...errorOf(error), what: 'failure count' })),
  ]
}

/** Messages that say again what one before said of the same root. */
function duplicates(matches: readonly Match[]): Explanation[] {
  const told = new Map<string, Match>()
  return matches.flatMap((match) => {
    const { best, notification } = match
    if (best === null) return []
    const before = told.get(best.root)
    told.set(best.root, match)
    if (before === undefined) return []
    const earlier = said(before.notification)
    return [{ what: 'told again', root: best.root, ...said(notification), earlier, truth: really(best) }]
  })
}
