import type { Stretch } from './absence.ts'
import type { Life } from './lives.ts'
import { outageOf } from './membership.ts'
import { RECORD_MS } from './record-pace.ts'
import { likelyLoss, type Session } from './sessions.ts'
import type { Timeline } from './timeline.ts'
import type { VerdictState } from './verdict.ts'

/** What was while a boot lived: connected or not, and asleep in between. In order, without gaps. */
export function presence(timeline: Timeline, life: Life, graceMs: number): Stretch[] {
  const stretches: Stretch[] = []
  let at = life.from
  const add = (state: VerdictState, until: number) => {
    const to = Math.min(until, life.to)
    if (to <= at) return
    const outage = state === 'up-unreachable' ? outageOf(timeline.outages, at, to) : null
    stretches.push({
      state,
      from: at,
      to,
      provisional: false,
      unanchored: life.unanchored,
      incident: outage?.incident ?? null,
      storm: outage?.storm ?? null,
      restart: false,
    })
    at = to
  }
  life.sessions.forEach((session, index) => {
    add('up-unreachable', session.from)
    const next = life.sessions[index + 1]
    add('up-connected', lostAt(timeline, session, life, next))
    if (session.end.by === 'platform' && next && next.from <= session.end.back + graceMs) {
      // The centre was away, not the device.
      add('up-connected', next.from)
    } else if (
      session.end.by === 'goodbye' &&
      (session.end.reason === 'sleep' || session.end.reason === 'shutdown')
    ) {
      add('off-planned', wokeAt(session, life, next))
    }
  })
  add('up-unreachable', life.to)
  return stretches
}

/**
 * When a session was lost: at its boot's death if that fell between, else in the middle of when it can have been. All that
 * were lost with it narrow that down.
 */
function lostAt({ outages }: Timeline, session: Session, life: Life, next: Session | undefined): number {
  const { loss, end } = session
  if (!next && life.to <= loss[1]) return life.to
  if (end.by === 'platform') return likelyLoss(session)
  const shared = outages.find(({ start }) => start[0] <= loss[1] && start[1] >= loss[0])?.start ?? loss
  return Math.round((Math.max(loss[0], shared[0]) + Math.min(loss[1], shared[1])) / 2)
}

/** The first sign of life after it went to sleep. */
function wokeAt(session: Session, life: Life, next: Session | undefined): number {
  const sleptAt = session.loss[1]
  const alive = life.spans.find(([from]) => from > sleptAt + RECORD_MS)?.[0] ?? Number.POSITIVE_INFINITY
  return Math.min(alive, next?.from ?? life.to)
}
