import type { Sealed } from '../outbox.ts'

/** What is to be sent next, and in which lane. */
export interface Next {
  sealed: Sealed
  lane: 'live' | 'history'
}

/**
 * The present first: what is newer than everything that this connection has carried. Then the past, by its age. null
 * when all that waits is under way.
 */
export function nextToSend(
  pending: readonly Sealed[],
  isUnderWay: (sealed: Sealed) => boolean,
  newestSent: Sealed | null,
): Next | null {
  const waiting = pending.filter((sealed) => !isUnderWay(sealed)).sort(byAge)
  const newest = waiting.findLast(({ kind }) => kind === 'report')
  if (newest && (newestSent === null || byAge(newestSent, newest) < 0)) {
    return { sealed: newest, lane: 'live' }
  }
  const oldest = waiting[0]
  return oldest ? { sealed: oldest, lane: 'history' } : null
}

/** Rows of an earlier boot are older, whatever the clocks said. */
export function byAge(a: Sealed, b: Sealed): number {
  return a.boot - b.boot || a.uptimeSeconds - b.uptimeSeconds || a.seq - b.seq
}
