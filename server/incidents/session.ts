import type { GoodbyeReason } from '#protocol/goodbye.ts'
import { UNSAID_KEEPALIVE_SECONDS } from '#protocol/limits.ts'
import type { Interval } from './interval.ts'
import type { Habit, Observation } from './observation.ts'

/** What is known of a device's connection, and nothing of why. Times are ms since 1970 on the centre's clock. */
export type Session =
  | { state: 'new' }
  | ({ state: 'online'; since: number; heardAt: number } & Habit)
  /** Lost a moment ago; turns offline at `offlineAt`. */
  | { state: 'suspect'; since: number; loss: Interval; offlineAt: number }
  /** `restarting`: it had said that it would be back at once. */
  | { state: 'offline'; since: number; loss: Interval; restarting?: true }
  /** One that should be back at once counts as offline at `offlineAt`; null: it may stay away. */
  | { state: 'goodbye'; since: number; reason: GoodbyeReason; offlineAt: number | null }
  /**
   * The centre itself was away, so silence says nothing. If the device does not return it was lost between
   * `earliest` and `latest`, which is null, as is `offlineAt`, until the centre is back.
   */
  | {
      state: 'stale'
      since: number
      earliest: number
      latest: number | null
      offlineAt: number | null
      /** The connection may have lasted: a word of the device shows that it has. Absent: it cannot have. */
      habit?: Habit
    }

type Online = Extract<Session, { state: 'online' }>

/** How long silence is borne, in seconds, from what is known of the device. */
export interface Patience {
  /** After it was lost. */
  holdDownSeconds: number
  /** After it said that it restarts; null: for ever. */
  restartSeconds: number | null
  /** After the centre was away. */
  staleGraceSeconds: number
}

/** The session after an observation that concerns it: one of its device, or one of the platform or of time. */
export function observeSession(session: Session, observation: Observation, patience: Patience): Session {
  const { t } = observation
  const current = passTime(session, t)
  switch (observation.type) {
    case 'connected': {
      const since = current.state === 'online' ? current.since : t
      return { state: 'online', since, heardAt: t, ...habitOf(observation) }
    }
    case 'report':
    case 'power':
    case 'cell':
      // These open no session: one that is worked off late must not raise the dead.
      if (current.state === 'online') return { ...current, heardAt: t }
      if (current.state === 'stale' && current.offlineAt !== null && current.habit)
        return { state: 'online', since: current.since, heardAt: t, ...current.habit }
      return current
    case 'pace':
      if (current.state !== 'online') return current
      return { state: 'online', since: current.since, heardAt: t, ...habitOf(observation) }
    case 'goodbye': {
      const { reason } = observation
      const { restartSeconds } = patience
      const offlineAt = reason === 'restart' && restartSeconds !== null ? t + restartSeconds * 1000 : null
      return { state: 'goodbye', since: t, reason, offlineAt }
    }
    case 'lost': {
      const loss = lossInterval(current, t, observation.why)
      if (loss === null) return current
      const seconds = Math.max(patience.holdDownSeconds, awayFor(current))
      return { state: 'suspect', since: t, loss, offlineAt: t + seconds * 1000 }
    }
    case 'platform':
      return observePlatform(session, observation, patience)
    case 'warning':
    case 'planned':
    case 'acknowledged':
    case 'tick':
      return current
  }
}

function observePlatform(
  session: Session,
  { t, event }: Extract<Observation, { type: 'platform' }>,
  patience: Patience,
): Session {
  const graceEndsAt = t + patience.staleGraceSeconds * 1000
  switch (event) {
    case 'started':
      // As it was left: nobody was there to see the time pass.
      return forgetConnection(doubt(session, t, t, graceEndsAt))
    case 'healthy':
      return relieve(passTime(session, t), t, graceEndsAt)
    case 'stopping':
    case 'unhealthy':
      return doubt(heardUntil(passTime(session, t), t), t, null, null)
  }
}

function habitOf({ keepaliveSeconds, awaySeconds }: Habit): Habit {
  return awaySeconds ? { keepaliveSeconds, awaySeconds } : { keepaliveSeconds }
}

/** A device that has said that it will be away is late only when it is half as long again. */
const LATE = 1.5

function awayFor(session: Session): number {
  return session.state === 'online' ? LATE * (session.awaySeconds ?? 0) : 0
}

/** The session at `t` if nothing more was observed. */
export function passTime(session: Session, t: number): Session {
  switch (session.state) {
    case 'suspect':
      return session.offlineAt <= t
        ? { state: 'offline', since: session.offlineAt, loss: session.loss }
        : session
    case 'goodbye': {
      const { since, offlineAt } = session
      return offlineAt !== null && offlineAt <= t
        ? { state: 'offline', since: offlineAt, loss: [since, since], restarting: true }
        : session
    }
    case 'stale': {
      const { earliest, latest, offlineAt } = session
      return offlineAt !== null && offlineAt <= t
        ? { state: 'offline', since: offlineAt, loss: [earliest, Math.max(earliest, latest ?? offlineAt)] }
        : session
    }
    case 'new':
    case 'online':
    case 'offline':
      return session
  }
}

/** When a session that may end by itself does. */
export function turnsAt(session: Session): number | null {
  return 'offlineAt' in session ? session.offlineAt : null
}

/** When the device was lost; null for one that is not. */
export function lossOf(session: Session): Interval | null {
  return session.state === 'suspect' || session.state === 'offline' ? session.loss : null
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

/** Uncertainty below this is not worth telling. */
const EXACT_MS = 120_000

/** A session that still stands at `t` was alive 1.5 keepalives ago, or the broker would have called it lost. */
function heardUntil(session: Session, t: number): Session {
  if (session.state !== 'online') return session
  const unheardMs = 1.5 * session.keepaliveSeconds * 1000
  return { ...session, heardAt: unheardMs <= EXACT_MS ? t : Math.max(session.heardAt, t - unheardMs) }
}

function doubt(session: Session, t: number, latest: number | null, offlineAt: number | null): Session {
  switch (session.state) {
    case 'online':
      return {
        ...{ state: 'stale', since: t, earliest: session.heardAt, latest, offlineAt },
        habit: habitOf(session),
      }
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

/** The centre hears again: who was online through it still is as far as is known, and is waited for. */
function relieve(session: Session, t: number, offlineAt: number): Session {
  return session.state === 'stale' ? { ...session, latest: session.latest ?? t, offlineAt } : session
}

/** No connection outlives the centre's own end. */
function forgetConnection(session: Session): Session {
  if (session.state !== 'stale') return session
  const { habit, ...rest } = session
  return rest
}
