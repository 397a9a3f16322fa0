import type { TrueIncident } from '../../../../deploy/demo/simulator/truth.ts'
import { atMost, figure, percent, type TruthFigure } from './figures.ts'
import type { Match } from './match.ts'
import type { IncidentLine, Records } from './records.ts'
import type { TruePast } from './true-past.ts'

/** History of the last day may not have come yet. */
const SETTLED_MS = 86_400_000
const FEWEST_OF_A_CELL = 3
const FEWEST_COMMUNES_OF_AN_ISP = 3

export interface Verdicts {
  figures: TruthFigure[]
  wrongScope: { match: Match; accepted: string[] }[]
  wrongCause: Match[]
  wrongInTheEnd: { match: Match; line: IncidentLine }[]
}

/**
 * The scopes that are true of an incident as it could be seen at `t`. Its own always is. A lost gateway is the loss
 * of its site. Where at that time it showed on fewer elements than it has (the rest was off, or not there), the
 * smaller scope that holds all that showed is as true.
 */
export function acceptedScopes(incident: TrueIncident, t: number, past: TruePast): string[] {
  const touched = [...incident.blackouts, ...incident.onBattery].filter(
    ({ from, to }) => from <= t && to >= t,
  )
  const shown = [...new Set(touched.map(({ device }) => device))].map((device) => past.devices.get(device)!)
  const sites = new Set(shown.map(({ site }) => site))
  const communes = new Set(shown.map(({ commune }) => commune))
  const scopes: string[] = [incident.scope]
  if (incident.scope === 'device' && past.devices.get(incident.element)?.kind === 'router')
    scopes.push('site')
  if (incident.scope === 'isp' && communes.size < FEWEST_COMMUNES_OF_AN_ISP) scopes.push('area')
  if (incident.scope !== 'device' && sites.size === 1) scopes.push('site')
  if (shown.length === 1 || (incident.scope === 'cell' && shown.length < FEWEST_OF_A_CELL))
    scopes.push('device')
  return scopes
}

/** A corroding antenna is the device's, and what it cuts is the line: both are true of it. */
function isCauseOf({ kind, cause }: TrueIncident, stated: string): boolean {
  return stated === cause || (kind === 'antenna' && stated === 'device')
}

/** Wrong too when less than half of the devices named are the incident's; in a storm the commune is the message. */
function scopeIsRight({ notification, best, about }: Match, accepted: readonly string[]): boolean {
  if (notification.storm !== null && best!.storm !== null && notification.scope === 'area') return true
  return accepted.includes(notification.scope) && about.get(best!)! * 2 >= notification.devices.length
}

/** Scope and cause as told at opening, and the cause that the record ends with once history has spoken. */
export function scoreVerdicts(matches: readonly Match[], records: Records, past: TruePast): Verdicts {
  const opened = matches.filter(({ verdict, notification }) => {
    return verdict === 'right' && notification.event === 'opened'
  })
  const wrongScope = opened.flatMap((match) => {
    const accepted = acceptedScopes(match.best!, match.notification.t, past)
    return scopeIsRight(match, accepted) ? [] : [{ match, accepted }]
  })
  const stated = opened.filter(({ notification }) => notification.cause !== 'undetermined')
  const wrongCause = stated.filter(({ notification, best }) => !isCauseOf(best!, notification.cause))
  const lines = new Map(records.incidents.map((line) => [line.id, line]))
  const settled = opened.flatMap((match) => {
    const line = lines.get(match.notification.incident)
    const over = line?.end !== null && match.best!.end + SETTLED_MS <= past.truth.to
    return line && over ? [{ match, line }] : []
  })
  const wrongInTheEnd = settled.filter(({ match, line }) => !isCauseOf(match.best!, line.cause))
  const undetermined = percent(opened.length - stated.length, opened.length)
  const inTheEnd = settled.filter(({ line }) => line.cause === 'undetermined').length
  const [n, m] = [opened.length, settled.length]
  return {
    figures: [
      figure('wrong_scope', percent(wrongScope.length, n), '%', n, atMost(3, 6)),
      figure('wrong_cause', percent(wrongCause.length, n), '%', n, atMost(4, 8)),
      figure('undetermined', undetermined, '%', n, atMost(12, 22)),
      figure('cause_wrong_after_history', percent(wrongInTheEnd.length, m), '%', m, atMost(2, 6)),
      figure('undetermined_after_history', percent(inTheEnd, m), '%', m, null),
    ],
    wrongScope,
    wrongCause,
    wrongInTheEnd,
  }
}
