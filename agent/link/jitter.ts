/** RFC 3550 section 6.4.1: a sixteenth of each new difference. */
const GAIN = 1 / 16

/** How unevenly answers come. */
export interface Jitter {
  /** Of the answer before. */
  roundTripMs: number
  /** null until there is a second answer to differ from the first. */
  jitterMs: number | null
}

/**
 * After one more answer. RFC 3550 takes one-way transit times, for which both ends need a clock; here the difference is
 * that of two round trips in a row, so it holds the unevenness of both ways. It begins with the first difference and not
 * with 0: at an answer each quarter of an hour it would take half a day to come up from there.
 */
export function afterAnswer(known: Jitter | null, roundTripMs: number): Jitter {
  if (known === null) return { roundTripMs, jitterMs: null }
  const difference = Math.abs(roundTripMs - known.roundTripMs)
  const jitterMs =
    known.jitterMs === null ? difference : known.jitterMs + GAIN * (difference - known.jitterMs)
  return { roundTripMs, jitterMs }
}
