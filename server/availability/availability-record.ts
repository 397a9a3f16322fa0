import type { DeviceId } from '#protocol/ids.ts'
import { sumOf } from './device-sum.ts'
import type { Judge } from './judge.ts'

/** One device over one period, as the contract prints it; times in ms since 1970. The seconds part all of the period. */
export interface AvailabilityRecord {
  type: 'availability'
  device: DeviceId
  from: number
  to: number
  /** Without `offPlannedSeconds`. */
  requiredSeconds: number
  /** With or without a line: `connectedSeconds` and `unreachableSeconds` together. */
  upSeconds: number
  connectedSeconds: number
  downFaultSeconds: number
  downPowerSeconds: number
  unreachableSeconds: number
  /** Maintenance that was announced included. */
  offPlannedSeconds: number
  unknownSeconds: number
  failures: number
  repairSeconds: number
}

export function availabilityRecord(
  judge: Judge,
  device: DeviceId,
  from: number,
  to: number,
): AvailabilityRecord {
  const { ms, failures, repairMs } = sumOf(judge.verdicts(device, from, to))
  const offMs = ms['off-planned'] + ms.maintenance
  return {
    type: 'availability',
    device,
    from,
    to,
    requiredSeconds: seconds(to - from - offMs),
    upSeconds: seconds(ms['up-connected'] + ms['up-unreachable']),
    connectedSeconds: seconds(ms['up-connected']),
    downFaultSeconds: seconds(ms['down-fault']),
    downPowerSeconds: seconds(ms['down-power']),
    unreachableSeconds: seconds(ms['up-unreachable']),
    offPlannedSeconds: seconds(offMs),
    unknownSeconds: seconds(ms.unknown),
    failures,
    repairSeconds: seconds(repairMs),
  }
}

/** To the ms, so that the parts still add up. */
function seconds(ms: number): number {
  return Math.round(ms) / 1000
}
