import type { CheckWord } from './line-state.ts'

/** One look through a line: some pings to an address beyond it. */
export interface CheckResult {
  atMs: number
  sent: number
  received: number
  /** Mean of those that were answered; null: none was. */
  rttMs: number | null
}

/** What the looks through one line have shown. */
export interface CheckRecord {
  /** The latest, oldest first. */
  results: readonly CheckResult[]
  /** Looks in a row without any answer. */
  failures: number
  everAnswered: boolean
  /** Suspicions that were none, less the looks since in which nothing looked wrong. */
  vain: number
}

export const NO_CHECKS: CheckRecord = { results: [], failures: 0, everAnswered: false, vain: 0 }

/** What decides when to look through a line again. */
export interface CheckCircumstances {
  /** Somebody pays for each byte. */
  metered: boolean
  /** A storm: nobody probes. */
  held: boolean
  /** What the line carries does not fit what the last look said. */
  suspicious: boolean
  nowMs: number
}

export interface CheckLimits {
  /** 6 looks an hour through two lines: 12 children of 3 ms of processor, 38 ms. Each is 3 × 88 bytes: 38 kB a day and line. */
  everyMs: number
  /** Where bytes are paid for: 24 looks of one ping, 2 kB a day and line. */
  meteredEveryMs: number
  /** Behind a look without an answer, until it is clear: a dead line is told within a minute. */
  againMs: number
  /** Behind any look, if something looks wrong; doubled by each suspicion that was none. */
  suspiciousMs: number
}

export const CHECK_LIMITS: CheckLimits = {
  ...{ everyMs: 600_000, meteredEveryMs: 3600_000 },
  ...{ againMs: 8000, suspiciousMs: 60_000 },
}

/** Of one look: at 30 % loss each way three pings are all lost in one of eight looks, and three looks in one of 400. */
export const PINGS = 3
/** Without an answer a line is silent. */
export const FAILURES_OF_SILENCE = 3
/** 30 pings: a loss of 3 % shows. */
const KEPT_RESULTS = 10
/** 60 s doubled six times is an hour: the slowest pace. */
const MOST_VAIN = 6
/** What was found stands for now until the next look but one is overdue. */
const STANDS_FOR = 2.5

export function afterCheck(record: CheckRecord, result: CheckResult, suspicious: boolean): CheckRecord {
  const answered = result.received > 0
  const failures = answered ? 0 : record.failures + 1
  // A line that comes back begins anew, and the loss of one that is silent is that of its silence.
  const turned = failures === FAILURES_OF_SILENCE || (answered && record.failures >= FAILURES_OF_SILENCE)
  const results = turned ? [result] : [...record.results, result].slice(-KEPT_RESULTS)
  const vain = suspicious ? Math.min(record.vain + 1, MOST_VAIN) : Math.max(0, record.vain - 1)
  return { results, failures, everAnswered: record.everAnswered || answered, vain: answered ? vain : 0 }
}

export function isCheckDue(
  record: CheckRecord,
  { metered, held, suspicious, nowMs }: CheckCircumstances,
  limits = CHECK_LIMITS,
): boolean {
  if (held) return false
  const last = record.results.at(-1)
  if (!last) return true
  const sinceMs = nowMs - last.atMs
  if (isBeingMadeSure(record)) return sinceMs >= limits.againMs
  const paceMs = everyMs(metered, limits)
  return sinceMs >= (suspicious ? Math.min(paceMs, limits.suspiciousMs * 2 ** record.vain) : paceMs)
}

/** The last look had no answer, and it is not clear yet what that means. */
export function isBeingMadeSure({ failures }: CheckRecord): boolean {
  return failures > 0 && failures < FAILURES_OF_SILENCE
}

/** One ping does on a line where each costs; where it was not answered, three. */
export function pingsOf(record: CheckRecord, metered: boolean): number {
  return metered && record.failures === 0 ? 1 : PINGS
}

/** What the latest looks say of the line, as long as they stand for now. */
export function wordOf(
  record: CheckRecord,
  metered: boolean,
  nowMs: number,
  limits = CHECK_LIMITS,
): CheckWord {
  if (!stands(record, metered, nowMs, limits)) return 'unclear'
  if (record.failures >= FAILURES_OF_SILENCE) return 'failed'
  return record.everAnswered ? 'answered' : 'unclear'
}

export interface Measured {
  /** null: the latest look had no answer. */
  rttMs: number | null
  lossPercent: number
}

/** Delay and loss as of the latest looks; nothing when they are too old to stand for now. */
export function measured(
  record: CheckRecord,
  metered: boolean,
  nowMs: number,
  limits = CHECK_LIMITS,
): Measured | null {
  if (!stands(record, metered, nowMs, limits)) return null
  const sum = (of: 'sent' | 'received') => record.results.reduce((total, result) => total + result[of], 0)
  return {
    rttMs: record.results.at(-1)!.rttMs,
    lossPercent: (1 - sum('received') / sum('sent')) * 100,
  }
}

function stands(record: CheckRecord, metered: boolean, nowMs: number, limits: CheckLimits): boolean {
  const last = record.results.at(-1)
  return last !== undefined && nowMs - last.atMs <= everyMs(metered, limits) * STANDS_FOR
}

function everyMs(metered: boolean, limits: CheckLimits): number {
  return metered ? limits.meteredEveryMs : limits.everyMs
}
