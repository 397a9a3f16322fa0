import type { Line } from '#protocol/cost.ts'
import { DAY_SECONDS, dayOnLine, type Habit, SLOWEST } from '#protocol/forecast.ts'
import { SILENT_STEP } from '#protocol/pace.ts'

/** The pace that is wanted of a device: its papers' or its centre's. */
export type Wanted = Omit<Habit, 'pings'>

interface Step {
  /** At least so long between two samples. */
  sampleSeconds: number
  /** At least so long between two reports. */
  reportSeconds: number
  /** At least so long of silence before a ping; null: reports alone show that the device lives. */
  pingSeconds: number | null
}

const MINUTE = 60

/** A ping in time keeps an address translator from forgetting the connection, and costs a tenth of a connect. */
const KEEP_OPEN_SECONDS = 7200

/**
 * How far a budget stretches a device, step by step. Beside each what 31 days cost by the model, in kB, where a sample
 * a minute and a report each 15 minutes are wanted: IPv4, no TCP timestamps, CCM_8, one connect a day.
 */
export const STEPS: readonly Step[] = [
  /* 761 */ { sampleSeconds: 0, reportSeconds: 0, pingSeconds: 0 },
  /* 761 */ { sampleSeconds: 0, reportSeconds: 15 * MINUTE, pingSeconds: null },
  /* 511 */ { sampleSeconds: MINUTE, reportSeconds: 30 * MINUTE, pingSeconds: null },
  /* 273 */ { sampleSeconds: 2 * MINUTE, reportSeconds: 60 * MINUTE, pingSeconds: null },
  /* 159 */ { sampleSeconds: 5 * MINUTE, reportSeconds: 180 * MINUTE, pingSeconds: KEEP_OPEN_SECONDS },
  /* 108 */ { sampleSeconds: 15 * MINUTE, reportSeconds: 360 * MINUTE, pingSeconds: KEEP_OPEN_SECONDS },
  /*  55 */ { sampleSeconds: SLOWEST.sampleSeconds, reportSeconds: SLOWEST.reportSeconds, pingSeconds: null },
]

/** Only what changes is told, out of the reserve. */
export const SILENT = SILENT_STEP

/** Until the month is over, whenever that is. */
const SILENT_SECONDS = 31 * DAY_SECONDS
/** A step back must be affordable with a fifth to spare, or it would not last. */
const SPARE = 0.8

/** What a device does at this step of its budget. */
export function habitAt(step: number, wanted: Wanted): Habit {
  const last = STEPS.at(-1)!
  const { sampleSeconds, reportSeconds, pingSeconds } = STEPS[step] ?? {
    ...last,
    reportSeconds: SILENT_SECONDS,
  }
  const report = Math.max(wanted.reportSeconds, reportSeconds)
  return {
    sampleSeconds: Math.max(wanted.sampleSeconds, sampleSeconds),
    reportSeconds: report,
    keepaliveSeconds: Math.max(wanted.keepaliveSeconds, pingSeconds ?? report),
    pings: pingSeconds !== null,
  }
}

export interface Prospect {
  line: Line
  wanted: Wanted
  /** What may still be spent on reports this month. */
  leftBytes: number
  /** Until the month is over. */
  leftSeconds: number
  /** The present step; 0 in a new month. */
  step: number
}

/** The first step at which the rest of the month is affordable. */
export function stepFor({ line, wanted, leftBytes, leftSeconds, step }: Prospect): number {
  // On the last day a plan for hours would change by the hour, and each change is told.
  const days = Math.max(DAY_SECONDS, leftSeconds) / DAY_SECONDS
  for (let at = 0; at < SILENT; at++) {
    const needed = dayOnLine(line, habitAt(at, wanted)) * days
    if (needed <= leftBytes * (at < step ? SPARE : 1)) return at
  }
  return SILENT
}
