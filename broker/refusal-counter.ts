import type { Refusal, RefusalCode } from './refusals.ts'

/** As much of a logger as the broker needs; pino is one. */
export interface BrokerLog {
  warn(fields: Record<string, unknown>, sentence: string): void
  error(fields: Record<string, unknown>, sentence: string): void
}

/** Who was refused: the remote address, and the device when its key has proved it. */
export interface Refusee {
  address: string
  device?: string
}

export type CountRefusal = (refusal: Refusal, from: Refusee) => void

/** One line a second for each code is at most 86,400 × 23 codes × 200 B = 400 MB a day, in the worst of days. */
const LOG_INTERVAL_MS = 1000

/**
 * Counts every refusal and logs the first of each code, then at most one a second with the number it stands for,
 * so that a scan of the port does not fill the disk.
 */
export function createRefusalCounter(parts: {
  log: BrokerLog
  onRefused: (code: RefusalCode, detail: string) => void
  nowMs: () => number
}): CountRefusal {
  const { log, onRefused, nowMs } = parts
  const byCode = new Map<RefusalCode, { lastLineMs: number; unlogged: number }>()

  return ({ code, detail }, from) => {
    onRefused(code, detail)
    const seen = byCode.get(code) ?? { lastLineMs: Number.NEGATIVE_INFINITY, unlogged: 0 }
    byCode.set(code, seen)
    seen.unlogged++
    if (nowMs() - seen.lastLineMs < LOG_INTERVAL_MS) return
    log.warn({ code, ...from, times: seen.unlogged }, `refused: ${detail}`)
    seen.lastLineMs = nowMs()
    seen.unlogged = 0
  }
}
