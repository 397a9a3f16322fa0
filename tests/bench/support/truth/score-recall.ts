import type { TrueIncident } from '../../../../deploy/demo/simulator/truth.ts'
import { atLeast, figure, percent, type TruthFigure } from './figures.ts'
import type { Match } from './match.ts'
import { type IncidentLine, isField, type Records } from './records.ts'
import { endedAt, longBlackouts, type TruePast } from './true-past.ts'

/** An open incident holds a device on for ten stable minutes after its return. */
const HELD_MS = 600_000

export interface Recall {
  figures: TruthFigure[]
  missed: TrueIncident[]
  rootsNotNotified: TrueIncident[][]
}

/**
 * An alertable incident is tracked when an incident of the engine that lists one of its long-dark devices was known
 * before that blackout ended and was open in it. A root is notified when a page or ticket that is right for one of
 * its incidents went out before the last of them ended; a digest does not do.
 */
export function scoreRecall(matches: readonly Match[], records: Records, past: TruePast): Recall {
  const tracking = trackedBy(records)
  const missed = past.alertable.filter((incident) => !tracking(incident))
  const notified = new Set<string>()
  for (const { about, notification } of matches)
    for (const incident of about.keys())
      if (notification.t <= Math.max(...past.roots.get(incident.root)!.map(endedAt)))
        notified.add(incident.root)
  const rootsNotNotified = [...past.roots].filter(([root]) => !notified.has(root)).map(([, all]) => [...all])
  const tracked = past.alertable.length - missed.length
  return {
    figures: [
      figure(
        'recall_tracked',
        percent(tracked, past.alertable.length),
        '%',
        past.alertable.length,
        atLeast(99.8, 99),
      ),
      figure(
        'recall_root_notified',
        percent(notified.size, past.roots.size),
        '%',
        past.roots.size,
        atLeast(99, 96),
      ),
    ],
    missed,
    rootsNotNotified,
  }
}

function trackedBy(records: Records): (incident: TrueIncident) => boolean {
  const knownAt = new Map<string, number>()
  const know = (id: string, t: number) =>
    knownAt.set(id, Math.min(knownAt.get(id) ?? Number.POSITIVE_INFINITY, t))
  for (const { incident, t } of records.notifications) know(incident, t)
  for (const { id, revisions } of records.incidents) if (revisions[0]) know(id, revisions[0].t)
  const byDevice = new Map<string, IncidentLine[]>()
  for (const incident of records.incidents)
    if (isField(incident))
      for (const device of incident.devices) {
        const known = byDevice.get(device)
        if (known) known.push(incident)
        else byDevice.set(device, [incident])
      }
  return (incident) =>
    longBlackouts(incident).some(({ device, from, to }) =>
      byDevice.get(device)?.some((line) => {
        const open = line.start[0] <= to && (line.end ?? Number.POSITIVE_INFINITY) + HELD_MS >= from
        return open && (knownAt.get(line.id) ?? Number.POSITIVE_INFINITY) <= to
      }),
    )
}
