import type { GoodbyeReason } from '#protocol/goodbye.ts'
import type { DeviceKind } from '#protocol/ids.ts'
import { UNSAID_KEEPALIVE_SECONDS } from '#protocol/limits.ts'
import type { Interval } from './interval.ts'
import type { Habit, Observation } from './observation.ts'
import type { SessionRules } from './rules.ts'

/** What is known of a device's connection, and nothing of why. Times are ms since 1970 on the centre's clock. */
export type Session =
  | { state: 'new' }
  | ({ state: 'online'; since: number; heardAt: number } & Habit)
  /** Lost a moment ago; turns offline at `offlineAt`. */
  | { state: 'suspect'; since: number; loss: Interval; offlineAt: number }
  | { state: 'offline'; since: number; loss: Interval }
  | { state: 'goodbye'; since: number; reason: GoodbyeReason }
  /**
   * The centre itself was away, so silence says nothing. If the device does not return it was lost between
   * `earliest` and `latest`, which is null, as is `offlineAt`, until the centre is back.
   */
  | { state: 'stale'; since: number; earliest: number; latest: number | null; offlineAt: number | null }

type Online = Extract<Session, { state: 'online' }>

/** The session after an observation that concerns it: one of its device, or one of the platform or of time. */
export function observeSession(
  session: Session,
  observation: Observation,
  kind: DeviceKind,
  rules: SessionRules,
): Session {
  const { t } = observation
  const current = passTime(session, t)
  switch (observation.type) {
    case 'connected': {
      const since = current.state === 'online' ? current.since : t
      return { state: 'online', since, heardAt: t, ...habitOf(observation) }
    }
    case 'report':
      // A report opens no session: one that is worked off late must not raise the dead.
      return current.state === 'online' ? { ...current, heardAt: t } : current
    case 'pace':
      if (current.state !== 'online') return current
      return { state: 'online', since: current.since, heardAt: t, ...habitOf(observation) }
    case 'goodbye':
      return { state: 'goodbye', since: t, reason: observation.reason }
    case 'lost': {
      const loss = lossInterval(current, t, observation.why)
      if (loss === null) return current
      const extraSeconds = observation.why === 'socket' ? rules.socketExtraSeconds : 0
      const holdDownSeconds = rules.holdDownSeconds[kind] + extraSeconds
      const offlineAt = t + Math.max(holdDownSeconds, patienceSeconds(current)) * 1000
      return { state: 'suspect', since: t, loss, offlineAt }
    }
    case 'platform':
      // Not `current`: nobody was there to see the time pass.
      return observation.event === 'started'
        ? doubt(session, t, t, t + rules.staleGraceSeconds * 1000)
        : doubt(aliveUntil(current, t), t, null, null)
    case 'tick':
      return current
  }
}

function habitOf({ keepaliveSeconds, awaySeconds }: Habit): Habit {
  return awaySeconds ? { keepaliveSeconds, awaySeconds } : { keepaliveSeconds }
}

/** A device that has said that it will be away is late only when it is half as long again. */
const LATE = 1.5

function patienceSeconds(session: Session): number {
  return session.state === 'online' ? LATE * (session.awaySeconds ?? 0) : 0
}

/** The session at `t` if nothing more was observed. */
export function passTime(session: Session, t: number): Session {
  switch (session.state) {
    case 'suspect':
      return session.offlineAt <= t
        ? { state: 'offline', since: session.offlineAt, loss: session.loss }
        : session
    case 'stale': {
      const { earliest, latest, offlineAt } = session
      return offlineAt !== null && offlineAt <= t
        ? { state: 'offline', since: offlineAt, loss: [earliest, latest ?? offlineAt] }
        : session
    }
    case 'new':
    case 'online':
    case 'offline':
    case 'goodbye':
      return session
  }
}

/** When a session reported as lost at `t` was lost; null where there was none to lose. */
function lossInterval(session: Session, t: number, why: 'keepalive' | 'socket'): Interval | null {
  switch (session.state) {
    case 'online':
      return why === 'socket' ? [t, t] : keepaliveLoss(session, t)
    case 'new':
      // The record begins in the middle of a session, whose keepalive is unknown.
      return why === 'socket' ? [t, t] : [t - 1.5 * UNSAID_KEEPALIVE_SECONDS * 1000, t]
    // A socket closes after a goodbye; the centre's own stop closes all; who is lost cannot be lost again.
    case 'suspect':
    case 'offline':
    case 'goodbye':
    case 'stale':
      return null
  }
}

/**
 * The broker gives up 1.5 keepalives after the last packet [MQTT-3.1.2-24]; the next one, due a keepalive
 * after that, did not come.
 */
function keepaliveLoss({ heardAt, keepaliveSeconds }: Online, t: number): Interval {
  const earliest = Math.max(heardAt, t - 1.5 * keepaliveSeconds * 1000)
  return [earliest, Math.max(earliest, t - 0.5 * keepaliveSeconds * 1000)]
}

/** A session that still stands at `t` was alive 1.5 keepalives ago, or the broker would have called it lost. */
function aliveUntil(session: Session, t: number): Session {
  if (session.state !== 'online') return session
  return { ...session, heardAt: Math.max(session.heardAt, t - 1.5 * session.keepaliveSeconds * 1000) }
}

function doubt(session: Session, t: number, latest: number | null, offlineAt: number | null): Session {
  switch (session.state) {
    case 'online':
      return { state: 'stale', since: t, earliest: session.heardAt, latest, offlineAt }
    case 'suspect':
      return { state: 'stale', since: t, earliest: session.loss[0], latest: session.loss[1], offlineAt }
    case 'stale':
      return { ...session, latest: session.latest ?? latest, offlineAt }
    case 'new':
    case 'offline':
    case 'goodbye':
      return session
  }
}
