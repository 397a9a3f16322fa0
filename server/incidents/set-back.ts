import type { DeviceId } from '#protocol/ids.ts'
import type { Incident } from './incident.ts'
import type { Interval } from './interval.ts'
import type { Rules } from './rules.ts'
import type { Session } from './session.ts'
import { type DeviceState, type EngineState, remakeTimers } from './state.ts'

/**
 * Observations that are out of order have waited for one another on their way to the disk: seconds, where it is
 * slow. A minute is beyond that, and less than any hold-down.
 */
export const CLOCK_TOLERANCE_MS = 60_000

/** Whether an observation at `t` can only mean that the centre's clock was set back. */
export function isSetBack(state: EngineState, t: number): boolean {
  return t < state.now - CLOCK_TOLERANCE_MS
}

/**
 * Goes on from `t`, the clock having been set back to it: what seems to lie in the future has happened just now,
 * and a wait that began there begins again. So a message may come later by one hold-down, but none comes early,
 * and none is held until the clock is there again.
 */
export function setBack(state: EngineState, rules: Rules, t: number): void {
  state.now = t
  for (const [id, device] of Object.entries(state.devices) as [DeviceId, DeviceState][]) {
    state.devices[id] = { ...device, session: sessionFrom(device.session, rules, t) }
  }
  for (const incident of Object.values(state.incidents)) {
    state.incidents[incident.id] = incidentFrom(incident, rules, t)
  }
  remakeTimers(state)
}

function sessionFrom(session: Session, rules: Rules, t: number): Session {
  switch (session.state) {
    case 'new':
      return session
    case 'online':
      return { ...session, since: Math.min(session.since, t), heardAt: Math.min(session.heardAt, t) }
    case 'goodbye':
      return { ...session, since: Math.min(session.since, t) }
    case 'offline':
      return { ...session, since: Math.min(session.since, t), loss: intervalFrom(session.loss, t) }
    case 'suspect': {
      const { since, loss, offlineAt } = session
      return {
        state: 'suspect',
        since: Math.min(since, t),
        loss: intervalFrom(loss, t),
        offlineAt: Math.min(offlineAt, t + offlineAt - since),
      }
    }
    case 'stale': {
      const { since, earliest, latest, offlineAt } = session
      return {
        state: 'stale',
        since: Math.min(since, t),
        earliest: Math.min(earliest, t),
        latest: atMost(latest, t),
        offlineAt: atMost(offlineAt, t + rules.staleGraceSeconds * 1000),
      }
    }
  }
}

function incidentFrom(incident: Incident, rules: Rules, t: number): Incident {
  return {
    ...incident,
    returned: incident.returned.map((each) => ({ ...each, at: Math.min(each.at, t) })),
    start: intervalFrom(incident.start, t),
    end: atMost(incident.end, t),
    openedAt: Math.min(incident.openedAt, t),
    // It may wait for the recovery or, after a start of the centre, for the grace.
    resolveAt: atMost(
      incident.resolveAt,
      t + Math.max(rules.recoverySeconds, rules.staleGraceSeconds) * 1000,
    ),
    acknowledgedAt: atMost(incident.acknowledgedAt, t),
  }
}

const intervalFrom = ([earliest, latest]: Interval, t: number): Interval => [
  Math.min(earliest, t),
  Math.min(latest, t),
]

const atMost = (ms: number | null, limit: number): number | null => (ms === null ? null : Math.min(ms, limit))
