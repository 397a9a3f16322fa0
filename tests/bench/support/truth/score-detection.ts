import { UTC_OFFSET_MINUTES } from '../../../../deploy/demo/simulator/local-time.ts'
import type { TrueIncident } from '../../../../deploy/demo/simulator/truth.ts'
import { atMost, figure, quantile, type TruthFigure } from './figures.ts'
import type { Match } from './match.ts'
import type { NotificationLine } from './records.ts'
import { beganAt, longBlackouts, type TruePast } from './true-past.ts'

export interface Detection {
  incident: TrueIncident
  minutes: number
  speed: 'wired' | 'cell' | 'habit' | 'storm'
}

/** An office with a caretaker who cuts the mains is open from a while after the return to the earliest leaving. */
const OPEN_MINUTES = [8.25 * 60, 17 * 60] as const
const DAY_MINUTES = 1440
/** A plan may overrun by 30 minutes, and the message comes 15 later: before that there is nothing to detect. */
const OVERRUN_ALLOWED_MINUTES = 45
const MS_PER_MINUTE = 60_000

/**
 * `wired`: an incident that took a router or PC on a wired line away (site, power, area, operator). `cell`: all else,
 * seen only by devices with a SIM. `habit`: it met only sites whose mains a caretaker cuts, outside their open hours:
 * nobody can tell it from the habit, so the goals leave it out. `storm`: made by a storm or told of in storm mode,
 * where grouping and not speed is what is asked for; printed beside the goals.
 */
function speedOf(incident: TrueIncident, toldOf: NotificationLine, past: TruePast): Detection['speed'] {
  if (incident.storm !== null || toldOf.storm !== null) return 'storm'
  const devices = longBlackouts(incident).map(({ device }) => past.devices.get(device)!)
  const local = new Date(beganAt(incident) + UTC_OFFSET_MINUTES * MS_PER_MINUTE)
  const minute = (local.getTime() / MS_PER_MINUTE) % DAY_MINUTES
  const weekend = local.getUTCDay() === 0 || local.getUTCDay() === 6
  const closed = weekend || minute < OPEN_MINUTES[0] || minute > OPEN_MINUTES[1]
  if (closed && devices.every(({ nightCut, kind }) => nightCut && kind !== 'speaker')) return 'habit'
  return devices.some(({ wired }) => wired) ? 'wired' : 'cell'
}

/** From the true beginning to the first page or ticket about it; an incident without one of its own is not timed. */
export function detections(matches: readonly Match[], past: TruePast): Detection[] {
  const first = new Map<TrueIncident, NotificationLine>()
  for (const { about, notification } of matches)
    for (const incident of about.keys())
      if (notification.t < (first.get(incident)?.t ?? Number.POSITIVE_INFINITY))
        first.set(incident, notification)
  return [...first].map(([incident, notification]) => {
    const allowed = incident.kind === 'overrun' ? OVERRUN_ALLOWED_MINUTES : 0
    const minutes = Math.max(0, (notification.t - beganAt(incident)) / MS_PER_MINUTE - allowed)
    return { incident, minutes, speed: speedOf(incident, notification, past) }
  })
}

export function scoreDetection(found: readonly Detection[]): TruthFigure[] {
  const minutes = (speed: Detection['speed']) =>
    found.filter((one) => one.speed === speed).map((one) => one.minutes)
  const [wired, cell, storm] = [minutes('wired'), minutes('cell'), minutes('storm')]
  return [
    figure('detect_wired_median', quantile(wired, 0.5), 'min', wired.length, atMost(3, 4)),
    figure('detect_wired_p95', quantile(wired, 0.95), 'min', wired.length, atMost(5, 12)),
    figure('detect_cell_median', quantile(cell, 0.5), 'min', cell.length, atMost(8, 12)),
    figure('detect_cell_p95', quantile(cell, 0.95), 'min', cell.length, atMost(15, 25)),
    figure('detect_storm_median', quantile(storm, 0.5), 'min', storm.length, null),
  ]
}
