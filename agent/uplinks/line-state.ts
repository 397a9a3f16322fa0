import type { StateOf } from '#protocol/metrics.ts'

export type LineState = StateOf<'uplink1_state'>

/** What the pings through a line say; `unclear`: none lately, or too few without an answer. */
export type CheckWord = 'answered' | 'failed' | 'unclear'

/** What is known of a line without judging it. */
export interface LineSigns {
  /** Of the interface, by the words of RFC 2863's ifOperStatus; null: there is no such interface. */
  operstate: string | null
  /** A default route leads over it. */
  routed: boolean
  /** The word of the router's own tracker, where one watches this line. */
  tracker: 'up' | 'down' | null
  /** null: nothing beyond this line is pinged. */
  checks: CheckWord | null
  /** More comes in by it than neighbours' chatter. */
  receives: boolean
}

const DOWN_WORDS: readonly string[] = ['down', 'lowerlayerdown', 'notpresent']

/** The interface is there, and nothing says that it has lost its carrier. */
export function isLinked(operstate: string | null): boolean {
  return operstate !== null && !DOWN_WORDS.includes(operstate)
}

/**
 * Whether a line works, as far as anybody has seen. Silence of what is pinged is the line's only if the other line
 * works: else it may as well be that address, or everything.
 */
export function lineState(signs: LineSigns, other: LineSigns | null): LineState {
  const alone = stateAlone(signs)
  const silent = alone === 'unknown' && signs.checks === 'failed' && !signs.receives
  return silent && other !== null && stateAlone(other) === 'up' ? 'down' : alone
}

/** @returns what one line's own signs allow to say */
function stateAlone({ operstate, routed, tracker, checks, receives }: LineSigns): LineState {
  if (!isLinked(operstate)) return 'down'
  if (tracker !== null) return tracker
  if (checks === 'answered') return 'up'
  if (checks === null) return routed ? 'up' : 'unknown'
  return checks === 'unclear' && receives ? 'up' : 'unknown'
}
