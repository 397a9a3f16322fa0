import type { TrueIncident, TrueStorm } from '../../../../deploy/demo/simulator/truth.ts'
import { atMost, figure, type TruthFigure } from './figures.ts'
import type { Match } from './match.ts'
import { isField, isSent, type Records } from './records.ts'
import type { TruePast } from './true-past.ts'

const HOUR_MS = 3_600_000
/** Repairs run on after the wind has gone, and residual tickets go out an hour after the closing. */
const AFTER_STORM_MS = 12 * HOUR_MS
/** Everybody is back, and twelve minutes of doubt are over. */
const AFTER_OUTAGE_MS = HOUR_MS / 2
const FORTY_MINUTES_MS = 2_400_000

/** The messages of the sixty minutes that had most of them, not only of full hours of the clock. */
export function worstHour(matches: readonly Match[]): readonly Match[] {
  let worst: readonly Match[] = []
  let first = 0
  for (const [i, { notification }] of matches.entries()) {
    while (matches[first]!.notification.t <= notification.t - HOUR_MS) first++
    if (i - first + 1 > worst.length) worst = matches.slice(first, i + 1)
  }
  return worst
}

/**
 * Messages about communes that a typhoon damaged, from its beginning to twelve hours after it, for each of them. One
 * that is right about something else, a blocked SIM in the same days, is not the typhoon's; a false one is.
 */
function perCommuneHit(storm: TrueStorm, matches: readonly Match[], past: TruePast): number {
  const hit = new Set(
    past.alertable.filter((incident) => incident.storm === storm.id).map(({ commune }) => commune!),
  )
  const during = matches.filter(({ best, notification: { t, devices } }) => {
    if (best !== null && best.storm !== storm.id) return false
    const about = devices.some((device) => hit.has(past.devices.get(device)!.commune))
    return about && t >= storm.start && t <= storm.end + AFTER_STORM_MS
  })
  return hit.size === 0 ? 0 : during.length / hit.size
}

/** Messages about the field that an outage of the centre made: those of its time that are false. */
function falseAlarmsOf(outage: TrueIncident, matches: readonly Match[]): Match[] {
  return matches.filter(({ verdict, notification: { t } }) => {
    return verdict === 'false' && t >= outage.start && t <= outage.end + AFTER_OUTAGE_MS
  })
}

export function scoreBursts(matches: readonly Match[], records: Records, past: TruePast): TruthFigure[] {
  const typhoons = past.truth.storms.filter(({ kind }) => kind === 'typhoon')
  const each = typhoons.map((storm) => perCommuneHit(storm, matches, past))
  const outages = past.truth.incidents.filter(({ duty }) => duty === 'platform')
  const brokers = outages.filter(({ kind }) => kind === 'broker')
  const lines = outages.filter(({ kind }) => kind === 'broker-line')
  const forty = brokers.filter(({ start, end }) => end - start === FORTY_MINUTES_MS)
  const alarms = (of: readonly TrueIncident[]) =>
    of.reduce((sum, outage) => sum + falseAlarmsOf(outage, matches).length, 0)
  const own = forty.map(
    ({ start, end }) =>
      records.notifications.filter((notification) => {
        const { t } = notification
        return isSent(notification) && !isField(notification) && t >= start && t <= end + AFTER_OUTAGE_MS
      }).length,
  )
  return [
    figure('worst_hour', worstHour(matches).length, '', matches.length, atMost(6, 10)),
    figure('typhoon_per_commune', Math.max(0, ...each), '', typhoons.length, atMost(2, 3)),
    figure('broker_40min_field', alarms(forty), '', forty.length, atMost(0, 0)),
    figure('broker_40min_platform', Math.max(0, ...own), '', forty.length, atMost(1, 1)),
    figure('broker_all_field', alarms(brokers), '', brokers.length, atMost(0, 0)),
    figure('broker_line_field', alarms(lines), '', lines.length, null),
  ]
}
