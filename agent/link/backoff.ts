/** The first wait is up to a second: a line that flickers is back at once. */
const BASE_MS = 1000
/** Five minutes: a device is seen at most this long after its line returns. */
const CAP_MS = 300_000
/** A connection that held a minute was no flicker; the count of failures starts anew. */
const STABLE_MS = 60_000

/** Where the attempts stand: failures in a row so far, and how long the connection that just ended had held. */
export interface Attempts {
  failures: number
  /** 0 when there was no CONNACK. */
  connectedMs: number
}

/**
 * How long to wait before the next attempt: anything from nothing to a bound that doubles with each failure.
 * The whole range ("full jitter") spreads thousands whose line returned at the same second.
 * @param random from 0 to 1
 */
export function backOff(
  { failures, connectedMs }: Attempts,
  random: number,
): { waitMs: number; failures: number } {
  const earlier = connectedMs >= STABLE_MS ? 0 : failures
  return { waitMs: Math.floor(random * Math.min(CAP_MS, BASE_MS * 2 ** earlier)), failures: earlier + 1 }
}
