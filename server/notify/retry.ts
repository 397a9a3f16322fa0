const FIRST_MS = 5000
const LAST_MS = 10 * 60_000

/** What could not be told for a day is told by the pages; to call somebody for it then would mislead. */
export const GIVE_UP_MS = 24 * 3600_000

/**
 * How long to wait after so many attempts have failed: 5 s, doubled each time, up to 10 min. Up to half of it
 * is taken off at random, but never below the first, so that many do not come back at once.
 * @param random from 0 to below 1
 */
export function retryDelayMs(attempts: number, random: number): number {
  const fullMs = Math.min(LAST_MS, FIRST_MS * 2 ** (attempts - 1))
  return Math.max(FIRST_MS, fullMs * (1 - random / 2))
}
