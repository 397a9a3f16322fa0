import type { Clock } from '../clock.ts'
import type { Values } from '../collect/collector.ts'

/** In one sample an hour: a bill costs some bytes a day then, and misses an hour of a month at most. */
const TOLD_EVERY_SECONDS = 3600

/** Puts what the month has cost so far into a sample where it is due. */
export function createLineBytes(
  clock: Pick<Clock, 'uptimeSeconds'>,
  spentBytes: () => number,
): (values: Values) => Values {
  let told: { atSeconds: number; bytes: number } | null = null
  return (values) => {
    const [atSeconds, bytes] = [clock.uptimeSeconds(), spentBytes()]
    // Less than before: a new month.
    const due = told === null || atSeconds - told.atSeconds >= TOLD_EVERY_SECONDS || bytes < told.bytes
    if (!due) return values
    told = { atSeconds, bytes }
    return { ...values, line_bytes: bytes }
  }
}
