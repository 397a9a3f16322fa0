import type { DeviceId } from '#protocol/ids.ts'
import type { RefusedWhy } from '#protocol/neighbours.ts'

export type LogRefusal = (refusal: {
  relay: DeviceId
  alias: number
  /** undefined: the alias has no session. */
  device: DeviceId | undefined
  why: RefusedWhy
}) => void

/** One line a second for each of six reasons is at most 86,400 × 6 × 200 B = 104 MB a day, in the worst of days. */
const LOG_INTERVAL_MS = 1000

/**
 * Logs the first refusal of each reason, then at most one a second with the number it stands for, so that a relay that
 * sends noise does not fill the disk.
 */
export function createRefusalLog(parts: {
  log: { warn(data: object, text: string): void }
  now: () => number
}): LogRefusal {
  const { log, now } = parts
  const byReason = new Map<RefusedWhy, { lastLineMs: number; unlogged: number }>()

  return (refusal) => {
    const seen = byReason.get(refusal.why) ?? { lastLineMs: Number.NEGATIVE_INFINITY, unlogged: 0 }
    byReason.set(refusal.why, seen)
    seen.unlogged++
    if (now() - seen.lastLineMs < LOG_INTERVAL_MS) return
    log.warn({ ...refusal, times: seen.unlogged }, 'neighbour refused')
    seen.lastLineMs = now()
    seen.unlogged = 0
  }
}
