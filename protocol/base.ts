import { zigzag } from './bits.ts'
import { believable } from './clock-hint.ts'
import { type Outlook, outlookOf } from './outlook.ts'
import type { Report } from './report.ts'

/**
 * What is left of an earlier report of the same epoch and boot when a later one is written as the difference to it:
 * a few numbers, however long the report was. Both ends make it from the same report; how they do is a part of the wire.
 */
export interface Base {
  epoch: number
  seq: number
  boot: number
  rows: number
  /** Both clocks at the last row. */
  uptimeSeconds: number
  clockSeconds: number | null
  /** Of the seconds from row to row. */
  steps: Outlook
  /** By metric number, rising; a metric without a value has none. */
  outlooks: ReadonlyMap<number, Outlook>
  /** Goes along with the report that stands on it, so that an end with another base notices. */
  check: number
}

/** What the bytes of a standing report leave out, and where its reader has it from. */
export interface Context {
  /** The epoch that the connection's hello told, or null when it told none. */
  epoch: number | null
  /** What is left of the report of that epoch with this number, or null when it is not here. */
  findBase(seq: number): Base | null
}

/** What is expected of steps where there was none: a row each minute. */
export const A_MINUTE = outlookOf([60])

export function baseOf(report: Report): Base {
  const { epoch, seq, boot, offsetsSeconds } = report
  const lastOffset = offsetsSeconds.at(-1) ?? 0
  const uptimeSeconds = report.uptimeSeconds + lastOffset
  const hint = believable(report.clockSeconds)
  const clockSeconds = hint === null ? null : hint + lastOffset
  const steps = offsetsSeconds.length > 1 ? outlookOf(stepsOf(offsetsSeconds)) : A_MINUTE
  const outlooks = new Map<number, Outlook>()
  for (const { metric, values } of report.columns) {
    const measured = values.filter((value) => value !== null)
    if (measured.length > 0) outlooks.set(metric, outlookOf(measured))
  }
  const check = checkOf(epoch, seq, uptimeSeconds, outlooks)
  return {
    epoch,
    seq,
    boot,
    rows: offsetsSeconds.length,
    uptimeSeconds,
    clockSeconds,
    steps,
    outlooks,
    check,
  }
}

/** The largest prime that a byte holds. */
const CHECK_MODULUS = 251

/** Of what two different reports can hardly have in common. */
function checkOf(epoch: number, seq: number, uptimeSeconds: number, outlooks: Base['outlooks']): number {
  const lasts = [...outlooks.values()].map(({ last }) => last)
  return [epoch, seq, uptimeSeconds, ...lasts].reduce(
    (check, number) => (check * 31 + (zigzag(number) % CHECK_MODULUS)) % CHECK_MODULUS,
    0,
  )
}

/** Whether `report` may be written as the difference to `base`. */
export function canStandOn(
  base: Base,
  report: Pick<Report, 'epoch' | 'seq' | 'boot' | 'uptimeSeconds'>,
): boolean {
  const later = report.seq > base.seq && report.uptimeSeconds >= base.uptimeSeconds
  return report.epoch === base.epoch && report.boot === base.boot && later
}

/** Seconds from each row to the next. */
export function stepsOf(offsetsSeconds: readonly number[]): number[] {
  return offsetsSeconds.slice(1).map((offset, at) => offset - offsetsSeconds[at]!)
}

/** What the wall clock says at an uptime if it has run on evenly; null when the base had none. */
export function clockAt({ clockSeconds, uptimeSeconds }: Base, laterSeconds: number): number | null {
  return clockSeconds === null ? null : clockSeconds + laterSeconds - uptimeSeconds
}
