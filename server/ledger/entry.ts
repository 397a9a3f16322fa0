import type { Delivery } from '#protocol/delivery.ts'
import type { Goodbye } from '#protocol/goodbye.ts'
import type { Hello } from '#protocol/hello.ts'
import type { DeviceId } from '#protocol/ids.ts'
import type { RowsLoss } from '#protocol/loss.ts'
import type { Pace } from '#protocol/pace.ts'
import type { Report } from '#protocol/report.ts'
import type { NumberedTraits } from '#protocol/traits.ts'
import type { LossReason } from '../../broker/inlet.ts'
import type { PlannedCut, Warning } from '../incidents/observation.ts'
import type { PlanNote, WarningNote } from './notice.ts'

export type { LossReason }

/** One thing that arrived, as the ledger keeps it. `at` is the centre's clock at arrival, ms since 1970. */
export type Entry = { offset: number; at: number } & Fact

export type Fact =
  /** `hello` is null when a newer agent says it in a version that this centre cannot read. */
  | { kind: 'connected'; device: DeviceId; keepaliveSeconds: number; hello: Hello | null }
  | { kind: 'lost'; device: DeviceId; why: LossReason }
  | { kind: 'goodbye'; device: DeviceId; goodbye: Goodbye }
  | { kind: 'report'; device: DeviceId; age: Delivery['age']; report: Report; bytes: Uint8Array }
  /** Rows that the device declares lost: they will never come. */
  | { kind: 'loss'; device: DeviceId; loss: RowsLoss }
  | { kind: 'pace'; device: DeviceId; pace: Pace }
  /** Words about the device that are new or have changed. */
  | { kind: 'traits'; device: DeviceId; traits: NumberedTraits }
  /** The centre's own life: after `started` no session from before can be trusted. */
  | { kind: 'platform'; event: 'started' | 'stopping' }
  /** Of the weather service, or switched by a person. */
  | { kind: 'warning'; warning: Warning; note: WarningNote }
  /** A cut or maintenance that was entered, changed or called off. */
  | { kind: 'planned'; plan: PlannedCut; note: PlanNote }
  /** Somebody takes an incident on. */
  | { kind: 'acknowledged'; incident: string; by: string }

/** A message that could not be read, as it came, and why. `at` is the centre's clock at arrival, ms since 1970. */
export interface Quarantined {
  at: number
  device: string
  topic: string
  code: string
  reason: string
  payload: Uint8Array
}
