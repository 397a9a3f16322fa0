import { VERDICT_STATES, type Verdict, type VerdictState } from './verdict.ts'

/** What a device's verdicts over a period come to. */
export interface DeviceSum {
  ms: Record<VerdictState, number>
  provisionalMs: number
  momentary: { count: number; ms: number }
  /** That began in the period. */
  failures: number
  /** Of all failures, the part that lies in the period. */
  repairMs: number
  /** Failures that ended in the period, and how long each took in all. */
  repaired: { count: number; ms: number }
}

export function sumOf(verdicts: readonly Verdict[]): DeviceSum {
  const sum: DeviceSum = {
    ms: Object.fromEntries(VERDICT_STATES.map((state) => [state, 0])) as Record<VerdictState, number>,
    provisionalMs: 0,
    momentary: { count: 0, ms: 0 },
    failures: 0,
    repairMs: 0,
    repaired: { count: 0, ms: 0 },
  }
  let before: Verdict | null = null
  let failingSince: number | null = null
  for (const verdict of verdicts) {
    const { state, from, to, provisional, momentary } = verdict
    sum.ms[state] += to - from
    if (provisional) sum.provisionalMs += to - from
    if (momentary) {
      sum.momentary.ms += to - from
      // One interruption may have parts; it is counted where it begins.
      if (!before?.momentary && beginsHere(verdict)) sum.momentary.count++
    }
    if (isFailure(verdict)) {
      sum.repairMs += to - from
      // Stretches of one failure may differ in what is known of them.
      if (failingSince === null && beginsHere(verdict)) sum.failures++
      failingSince ??= verdict.whole[0]
    } else if (failingSince !== null) {
      sum.repaired.count++
      sum.repaired.ms += from - failingSince
      failingSince = null
    }
    before = verdict
  }
  return sum
}

function beginsHere({ whole, from }: Verdict): boolean {
  return whole[0] === from
}

function isFailure({ state, momentary }: Verdict): boolean {
  return state === 'down-fault' && !momentary
}
