import { type Counts, SESSION_STATES, type SessionState } from '../view.ts'

/** How many devices are in each state. */
export function countStates(devices: Iterable<{ session: SessionState }>): Counts {
  const counts = Object.fromEntries(SESSION_STATES.map((state) => [state, 0])) as Record<SessionState, number>
  for (const device of devices) counts[device.session] += 1
  return counts
}

/** Worst first; what needs no eye comes last. */
export const BY_SEVERITY: readonly SessionState[] = [
  'offline',
  'suspect',
  'stale',
  'online',
  'goodbye',
  'new',
]

export const statesPresent = (counts: Counts): SessionState[] =>
  BY_SEVERITY.filter((state) => counts[state] > 0)
