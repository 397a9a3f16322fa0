import type { Context } from '#protocol/base.ts'
import { BitReader, BitWriter } from '#protocol/bits.ts'
import { decodeDelivery, encodeDelivery } from '#protocol/delivery.ts'
import { WireError } from '#protocol/errors.ts'
import { decodeGoodbye, encodeGoodbye } from '#protocol/goodbye.ts'
import { decodeHello } from '#protocol/hello.ts'
import { type DeviceId, deviceId } from '#protocol/ids.ts'
import { decodeLoss } from '#protocol/loss.ts'
import { decodePace } from '#protocol/pace.ts'
import { decodeReport, encodeReport, type Report } from '#protocol/report.ts'
import { decodeTraits } from '#protocol/traits.ts'
import type { PlannedCut, Warning } from '../incidents/observation.ts'
import type { Entry, Fact, LossReason } from './entry.ts'
import {
  decodeAcknowledged,
  decodePlanned,
  decodeWarning,
  encodeNotice,
  type PlanNote,
  plainNote,
  type WarningNote,
} from './notice.ts'

/**
 * A fact as a row of the ledger. What came over the wire stays in the bytes in which it came; the numbers of
 * the kinds and of the reasons below are on disk for ever.
 */
export interface Record {
  at: number
  kind: number
  device: string | null
  /** With `seq` the key of a report; null for the other kinds. */
  epoch: number | null
  seq: number | null
  payload: Uint8Array
}

export const KIND = {
  connected: 1,
  lost: 2,
  goodbye: 3,
  report: 4,
  platform: 5,
  loss: 6,
  pace: 7,
  warning: 8,
  planned: 9,
  acknowledged: 10,
  traits: 11,
} as const
/** Those with an epoch and a seq, in which the numbers are given once. */
export const NUMBERED_KINDS: readonly number[] = [KIND.report, KIND.loss]
const LOSS_REASONS: readonly LossReason[] = ['keepalive', 'socket', 'unwatched']
/** Of a cut about which nobody said more. */
const UNSAID: PlanNote = { reason: '', owner: '' }
const PLATFORM_EVENTS = ['started', 'stopping'] as const

/**
 * A report and its record. It is stored whole, so that it can be read when its base has been deleted.
 * @throws WireError when `delivery` is none, `WIRE_BASE` when the report stands on one that is not found
 */
export function reportRecord(
  at: number,
  device: DeviceId,
  delivery: Uint8Array,
  context: Context,
): { record: Record; report: Report } {
  const { age, report: bytes } = decodeDelivery(delivery)
  let whole = true
  const report = decodeReport(bytes, {
    epoch: context.epoch,
    findBase(seq) {
      whole = false
      return context.findBase(seq)
    },
  })
  const payload = whole ? delivery : encodeDelivery({ age, report: encodeReport(report) })
  const { epoch, seq } = report
  return { record: { at, kind: KIND.report, device, epoch, seq, payload }, report }
}

/** @throws WireError when `goodbye` is none */
export function goodbyeRecord(at: number, device: DeviceId, goodbye: Uint8Array): Record {
  return plain(at, KIND.goodbye, device, encodeGoodbye(decodeGoodbye(goodbye)))
}

/** @throws WireError when `payload` is none */
export function lossRecord(at: number, device: DeviceId, payload: Uint8Array): Record {
  const { epoch, seq } = decodeLoss(payload)
  return { at, kind: KIND.loss, device, epoch, seq, payload }
}

/** @throws WireError when `payload` is none */
export function paceRecord(at: number, device: DeviceId, payload: Uint8Array): Record {
  decodePace(payload)
  return plain(at, KIND.pace, device, payload)
}

/** @throws WireError when `payload` is none */
export function traitsRecord(at: number, device: DeviceId, payload: Uint8Array): Record {
  decodeTraits(payload)
  return plain(at, KIND.traits, device, payload)
}

/** The hello is kept as it came: one of a newer agent is for a newer centre to read. */
export function connectedRecord(
  at: number,
  device: DeviceId,
  keepaliveSeconds: number,
  hello: Uint8Array,
): Record {
  const writer = new BitWriter()
  writer.bits(keepaliveSeconds, 16)
  return plain(at, KIND.connected, device, Buffer.concat([writer.finish(), hello]))
}

export function lostRecord(at: number, device: DeviceId, why: LossReason): Record {
  return plain(at, KIND.lost, device, Uint8Array.of(LOSS_REASONS.indexOf(why)))
}

export function platformRecord(at: number, event: (typeof PLATFORM_EVENTS)[number]): Record {
  return plain(at, KIND.platform, null, Uint8Array.of(PLATFORM_EVENTS.indexOf(event)))
}

export function warningRecord(at: number, warning: Warning, note: WarningNote = plainNote(warning)): Record {
  return plain(at, KIND.warning, null, encodeNotice({ warning, note }))
}

export function plannedRecord(at: number, plan: PlannedCut, note: PlanNote = UNSAID): Record {
  return plain(at, KIND.planned, null, encodeNotice({ plan, note }))
}

export function acknowledgedRecord(at: number, incident: string, by: string): Record {
  return plain(at, KIND.acknowledged, null, encodeNotice({ incident, by }))
}

function plain(at: number, kind: number, device: DeviceId | null, payload: Uint8Array): Record {
  return { at, kind, device, epoch: null, seq: null, payload }
}

/** @throws Error naming the offset when the row is none of ours, as after damage to the file */
export function entryOf(offset: number, record: Record): Entry {
  return { offset, at: record.at, ...factOf(offset, record) }
}

function factOf(offset: number, { kind, device, payload }: Record): Fact {
  switch (kind) {
    case KIND.connected:
      return {
        kind: 'connected',
        device: deviceId(device ?? ''),
        keepaliveSeconds: new BitReader(payload).bits(16),
        hello: readableHello(payload.subarray(2)),
      }
    case KIND.lost:
      return { kind: 'lost', device: deviceId(device ?? ''), why: LOSS_REASONS[payload[0] ?? 0]! }
    case KIND.goodbye:
      return { kind: 'goodbye', device: deviceId(device ?? ''), goodbye: decodeGoodbye(payload) }
    case KIND.report: {
      const { age, report } = decodeDelivery(payload)
      return {
        kind: 'report',
        device: deviceId(device ?? ''),
        age,
        report: decodeReport(report),
        bytes: report,
      }
    }
    case KIND.platform:
      return { kind: 'platform', event: PLATFORM_EVENTS[payload[0] ?? 0]! }
    case KIND.loss:
      return { kind: 'loss', device: deviceId(device ?? ''), loss: decodeLoss(payload) }
    case KIND.pace:
      return { kind: 'pace', device: deviceId(device ?? ''), pace: decodePace(payload) }
    case KIND.traits:
      return { kind: 'traits', device: deviceId(device ?? ''), traits: decodeTraits(payload) }
    case KIND.warning:
      return { kind: 'warning', ...decodeWarning(payload) }
    case KIND.planned:
      return { kind: 'planned', ...decodePlanned(payload) }
    case KIND.acknowledged:
      return { kind: 'acknowledged', ...decodeAcknowledged(payload) }
    default:
      throw new Error(`ledger entry ${offset}: expected a kind from 1 to 11, got ${kind}`)
  }
}

function readableHello(bytes: Uint8Array): ReturnType<typeof decodeHello> | null {
  try {
    return decodeHello(bytes)
  } catch (error) {
    if (error instanceof WireError) return null
    throw error
  }
}
