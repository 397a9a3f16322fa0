/** Downtime of all devices together on one day of the calendar. */
export interface DayOfDowntime {
  /** `2026-06-21` */
  day: string
  downMs: number
}

export interface MajorDays {
  /** A day with more is a major one; null: too few days to say. */
  thresholdMs: number | null
  days: string[]
}

/** Below this the spread of the logarithms means nothing. */
const ENOUGH_DAYS = 30

/**
 * Days that were so bad that they are reported apart: the 2.5-beta method of IEEE 1366. The logarithms of the daily
 * downtime of up to five years, without the days that had none, are taken for normal with mean alpha and deviation
 * beta; the threshold is exp(alpha + 2.5 beta).
 */
export function majorEventDays(days: readonly DayOfDowntime[]): MajorDays {
  const logs = days.filter(({ downMs }) => downMs > 0).map(({ downMs }) => Math.log(downMs))
  if (logs.length < ENOUGH_DAYS) return { thresholdMs: null, days: [] }
  const alpha = mean(logs)
  const beta = Math.sqrt(logs.reduce((sum, log) => sum + (log - alpha) ** 2, 0) / (logs.length - 1))
  const thresholdMs = Math.exp(alpha + 2.5 * beta)
  return { thresholdMs, days: days.filter(({ downMs }) => downMs > thresholdMs).map(({ day }) => day) }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
