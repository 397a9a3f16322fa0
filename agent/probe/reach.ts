/**
 * Whether a probed device is there. `doubtful`: it does not answer, and neither does anything else that would show that
 * the fault is its own.
 */
export interface Reach {
  state: 'unknown' | 'there' | 'doubtful' | 'away'
  /** Looks in a row that nothing answered. */
  failures: number
}

export const UNKNOWN: Reach = { state: 'unknown', failures: 0 }

/** One lost packet is none; three looks in vain within a minute and a half are. */
export const FAILURES_UNTIL_AWAY = 3

/** Behind a look in vain the next comes this much sooner, so that the third does not take three intervals. */
const SOONER = 3
/** A device that restarts answers after a minute: asking it twenty times meanwhile tells nothing more. */
const SOONEST_SECONDS = 10

/**
 * The reach after a look.
 * @param answered whether the device did
 * @param lineAnswers whether the prober itself is heard, asked only where `asksLine` says so; null: not asked
 */
export function reachAfter(reach: Reach, answered: boolean, lineAnswers: boolean | null): Reach {
  if (answered) return { state: 'there', failures: 0 }
  const failures = reach.failures + 1
  if (reach.state === 'away' || failures < FAILURES_UNTIL_AWAY) return { ...reach, failures }
  return { state: lineAnswers ? 'away' : 'doubtful', failures }
}

/** A look in vain that would make the device count as away: first it is asked whether the fault is the prober's own. */
export function asksLine(reach: Reach): boolean {
  return reach.state !== 'away' && reach.failures + 1 >= FAILURES_UNTIL_AWAY
}

/** Until the next look. */
export function nextLookSeconds(reach: Reach, everySeconds: number): number {
  const waits = reach.failures === 0 || reach.failures >= FAILURES_UNTIL_AWAY
  return waits ? everySeconds : Math.min(everySeconds, Math.max(SOONEST_SECONDS, everySeconds / SOONER))
}
