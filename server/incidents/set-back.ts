import type { EngineState } from './state.ts'
import type { Timer } from './timers.ts'

/**
 * Observations that are out of order have waited for one another on their way to the disk: seconds, where it is
 * slow. A minute is beyond that, and less than any hold-down.
 */
export const CLOCK_TOLERANCE_MS = 60_000

/** Whether an observation at `t` can only mean that the centre's clock was set back. */
export function isSetBack(state: EngineState, t: number): boolean {
  return t < state.now - CLOCK_TOLERANCE_MS
}

/** Numbers below are counts and durations, those above are times: 9 September 2001, ms since 1970. */
const FIRST_TIME_MS = 1e12

/**
 * Goes on from `t`, the clock having been set back to it: all that the engine has seen moves with it, so that whatever
 * waits goes on waiting as long as it would have. What was announced for a time of day stays where it is.
 */
export function setBack(state: EngineState, t: number): void {
  const byMs = t - state.now
  state.now = t
  const moved = new Set<object>()
  for (const part of ['devices', 'sites', 'incidents', 'cases', 'openings', 'platform'] as const) {
    moveTimes(state[part], byMs, moved)
  }
  for (const timer of state.timers.heap) if (!isByTheClock(timer)) timer.at += byMs
  // In order is a heap too.
  state.timers.heap.sort((one, other) => one.at - other.at || one.seq - other.seq)
}

function isByTheClock({ kind }: Timer): boolean {
  return kind === 'plan' || kind.startsWith('storm-')
}

/** Each object once: a state that was never stored may hold one in two places. */
function moveTimes(value: object, byMs: number, moved: Set<object>): void {
  if (moved.has(value)) return
  moved.add(value)
  for (const [key, held] of Object.entries(value) as [keyof typeof value, unknown][]) {
    if (typeof held === 'number' && held >= FIRST_TIME_MS) Object.assign(value, { [key]: held + byMs })
    else if (typeof held === 'object' && held !== null) moveTimes(held, byMs, moved)
  }
}
