import type { Kind } from '../../../../deploy/demo/simulator/contract-line.ts'
import type { States } from '../../../../deploy/demo/simulator/states.ts'
import { atMost, figure, percent, type TruthFigure } from './figures.ts'
import type { AvailabilityLine, Records } from './records.ts'
import type { TruePast } from './true-past.ts'

export interface DeviceError {
  device: string
  kind: Kind
  /** Percentage points, the engine's less the true one; NaN when it gave no figure. */
  points: number
  truth: States
  line: AvailabilityLine | null
}

/** Up, reachable or not, of the time in which it was required. */
function trueAvailability(states: States): number {
  const up = states.upConnectedSeconds + states.upUnreachableSeconds
  return up / (up + states.downFaultSeconds + states.downPowerSeconds)
}

export function availabilityErrors(records: Records, past: TruePast): DeviceError[] {
  const lines = new Map(records.availability.map((line) => [line.device, line]))
  return past.truth.devices.map(({ device, kind, states }) => {
    const line = lines.get(device) ?? null
    const told = line === null ? Number.NaN : line.upSeconds / line.requiredSeconds
    return { device, kind, points: 100 * (told - trueAvailability(states)), truth: states, line }
  })
}

const AIMS: Record<Kind, ReturnType<typeof atMost> | null> = {
  router: atMost(0.03, 0.15),
  speaker: atMost(0.005, 0.02),
  pc: null,
}

/** Mean absolute error of availability by device, and of the yearly sums of failures and their mean repair time. */
export function scoreAvailability(errors: readonly DeviceError[]): TruthFigure[] {
  return (['router', 'speaker', 'pc'] as const).flatMap((kind) => {
    const of = errors.filter((error) => error.kind === kind)
    const mean = of.reduce((sum, { points }) => sum + Math.abs(points), 0) / of.length
    const sum = (pick: (error: DeviceError) => number) => of.reduce((total, error) => total + pick(error), 0)
    const [told, really] = [sum(({ line }) => line?.failures ?? 0), sum(({ truth }) => truth.failures)]
    const toldMttr = sum(({ line }) => line?.repairSeconds ?? 0) / told
    const trueMttr = sum(({ truth }) => truth.repairSeconds) / really
    const always = kind !== 'pc'
    return [
      figure(`availability_error_${kind}s`, mean, 'pp', of.length, AIMS[kind]),
      figure(
        `failure_count_error_${kind}s`,
        percent(Math.abs(told - really), really),
        '%',
        really,
        always ? atMost(0.5, 2) : null,
      ),
      figure(
        `mttr_error_${kind}s`,
        percent(Math.abs(toldMttr - trueMttr), trueMttr),
        '%',
        really,
        always ? atMost(3, 8) : null,
      ),
    ]
  })
}
