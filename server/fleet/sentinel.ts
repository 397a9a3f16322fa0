import type { DeviceId, DeviceKind } from '#protocol/ids.ts'
import type { Session } from '../incidents/session.ts'

/** A device of a metered line, as the choice of its sentinel sees it. Times are ms since 1970 on the centre's clock. */
export interface Candidate {
  id: DeviceId
  kind: DeviceKind
  state: Session['state']
  /** Since when it is in that state; null for one never heard of. */
  since: number | null
  /** When its connection was lost, the latest ones. */
  lostAt: readonly number[]
  /** It has said that it pings as a sentinel does. */
  pingsFast: boolean
}

/** Who pings fast on one line, so that the others need not. */
export interface Role {
  holder: DeviceId | null
  /** Had the role before and goes on with it until the holder has said that it does, at the latest until then. */
  predecessor: { device: DeviceId; until: number } | null
}

export const NOBODY: Role = { holder: null, predecessor: null }

/** A lost device is often back within the minute; meanwhile another would have been told for nothing. */
const PATIENCE_MS = 60_000

/** So often lost in an hour, a device says more of itself than of the line. */
const FLAPS = 3
export const FLAP_WINDOW_MS = 3_600_000

/** A better one takes the role only when it has stood so long: who comes and goes does not carry it along. */
const STEADY_MS = 600_000

/** A device answers a push within a round trip; one that does not within this is too old to, or its line is gone. */
const HANDOVER_MS = 120_000

/** Always on first; a clerk's computer only where there is nothing else. */
const RANK: Readonly<Record<DeviceKind, number>> = { router: 0, speaker: 1, other: 2, pc: 3 }

/**
 * The role after a look at all devices of a metered line. It stays where it is unless its holder fades, or a better
 * kind has stood for long. Of one device alone nothing is asked: there is nobody whom it could spare a ping.
 */
export function nextRole(role: Role, candidates: readonly Candidate[], now: number): Role {
  if (candidates.length < 2) return NOBODY
  const find = (id: DeviceId | null): Candidate | undefined => candidates.find((one) => one.id === id)
  const holder = choose(find(role.holder), candidates, now)
  const before =
    holder === role.holder
      ? role.predecessor
      : role.holder && { device: role.holder, until: now + HANDOVER_MS }
  return { holder, predecessor: stillNeeded(before, find, find(holder), now) }
}

/** Those that ping fast at this moment: one, and while the role moves also the one before. */
export function fastOnes({ holder, predecessor }: Role): DeviceId[] {
  return [holder, predecessor?.device ?? null].filter((id) => id !== null)
}

function choose(holder: Candidate | undefined, all: readonly Candidate[], now: number): DeviceId | null {
  const online = all.filter(({ state }) => state === 'online')
  const steady = online.filter((one) => !isFlapping(one, now))
  const [best] = (steady.length > 0 ? steady : online).sort(
    (one, other) =>
      RANK[one.kind] - RANK[other.kind] ||
      (one.since ?? 0) - (other.since ?? 0) ||
      (one.id < other.id ? -1 : 1),
  )
  if (!holder) return best?.id ?? null
  if (!best) return holder.id
  const better = RANK[best.kind] < RANK[holder.kind] && now - (best.since ?? now) >= STEADY_MS
  const flapsAlone = isFlapping(holder, now) && steady.length > 0
  return isFading(holder, now) || flapsAlone || better ? best.id : holder.id
}

function isFading({ state, since }: Candidate, now: number): boolean {
  switch (state) {
    case 'online':
      return false
    // The centre was away: nothing is known of anybody.
    case 'stale':
      return false
    case 'suspect':
      return now - (since ?? now) >= PATIENCE_MS
    case 'offline':
    case 'goodbye':
    case 'new':
      return true
  }
}

function isFlapping({ lostAt }: Candidate, now: number): boolean {
  return lostAt.filter((at) => at > now - FLAP_WINDOW_MS).length >= FLAPS
}

function stillNeeded(
  predecessor: Role['predecessor'],
  find: (id: DeviceId) => Candidate | undefined,
  holder: Candidate | undefined,
  now: number,
): Role['predecessor'] {
  if (!predecessor || !holder || predecessor.device === holder.id) return null
  if (holder.pingsFast || now >= predecessor.until) return null
  return find(predecessor.device)?.state === 'online' ? predecessor : null
}
