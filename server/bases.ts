import { type Base, baseOf, type Context } from '#protocol/base.ts'
import type { DeviceId } from '#protocol/ids.ts'
import type { Report } from '#protocol/report.ts'
import type { Ledger } from './ledger/ledger.ts'

/**
 * A device stands on what it sent last, of its newest reports or of its backlog; what is older is in the ledger.
 * A base of ten metrics takes about 1.5 kB: 2,000 connected devices fill 24 MB.
 */
const KEPT_PER_DEVICE = 8

interface Remembered {
  epoch: number | null
  /** By the number of the report, the newest arrival last. */
  bases: Map<number, Base>
}

/**
 * What reports may stand on: those that came over the same connection, also while they are still on their way to the
 * disk, and those in the ledger.
 */
export interface Bases {
  /** `epoch` is what the hello told, null when it could not be read. */
  connected(device: DeviceId, epoch: number | null): void
  /** Nothing more comes over its connection. */
  gone(device: DeviceId): void
  remember(device: DeviceId, report: Report): void
  contextOf(device: DeviceId): Context
}

export function createBases(ledger: Pick<Ledger, 'report'>): Bases {
  const devices = new Map<DeviceId, Remembered>()

  function recall(device: DeviceId, { epoch, bases }: Remembered, seq: number): Base | null {
    const kept = bases.get(seq)
    if (kept || epoch === null) return kept ?? null
    const stored = ledger.report(device, epoch, seq)
    return stored && baseOf(stored)
  }

  return {
    connected(device, epoch) {
      devices.set(device, { epoch, bases: new Map() })
    },
    gone(device) {
      devices.get(device)?.bases.clear()
    },
    remember(device, report) {
      const remembered = devices.get(device)
      if (!remembered) return
      // After a hello that could not be read, a whole report tells the epoch.
      remembered.epoch ??= report.epoch
      if (remembered.epoch !== report.epoch) return
      const { bases } = remembered
      bases.delete(report.seq)
      bases.set(report.seq, baseOf(report))
      for (const seq of bases.keys()) {
        if (bases.size <= KEPT_PER_DEVICE) break
        bases.delete(seq)
      }
    },
    contextOf(device) {
      const remembered = devices.get(device) ?? { epoch: null, bases: new Map() }
      return { epoch: remembered.epoch, findBase: (seq) => recall(device, remembered, seq) }
    },
  }
}
