import { WireError } from '#protocol/errors.ts'
import { decodeHello } from '#protocol/hello.ts'
import type { DeviceId } from '#protocol/ids.ts'
import { TOPICS } from '#protocol/topics.ts'
import type { Inlet } from '../broker/inlet.ts'
import { createBases } from './bases.ts'
import type { LossReason } from './ledger/entry.ts'
import type { Ledger } from './ledger/ledger.ts'
import {
  connectedRecord,
  goodbyeRecord,
  lossRecord,
  lostRecord,
  paceRecord,
  type Record,
  reportRecord,
  traitsRecord,
} from './ledger/record.ts'

/** A fact about a connection is told to nobody again, so it is tried until the disk takes it. */
const RETRY_MS = 1000

interface Log {
  warn(data: object, text: string): void
}

/** What became of a message. */
type Taken = 'stored' | 'duplicate' | 'quarantined'

export interface IntakeParts {
  ledger: Pick<Ledger, 'append' | 'quarantine' | 'report'>
  now: () => number
  log: Log
  /** Told once for each message. */
  onTaken: (what: Taken) => void
  /** Takes what a relay brings. @throws WireError */
  onNeighbours: (relay: DeviceId, payload: Uint8Array) => void
}

/**
 * From the broker into the ledger. A message that cannot be read is acknowledged and kept in quarantine:
 * refusing it would make the device send it again for ever, and dropping it would lose what a newer agent says.
 */
export function createIntake({ ledger, now, log, onTaken, onNeighbours }: IntakeParts): Inlet {
  const bases = createBases(ledger)

  async function take(
    device: DeviceId,
    topic: string,
    payload: Uint8Array,
    record: () => Record,
  ): Promise<Taken> {
    let made: Record
    try {
      made = record()
    } catch (error) {
      // Without its base it is not acknowledged: after the next connect the device sends it whole.
      if (!(error instanceof WireError) || error.code === 'WIRE_BASE') throw error
      await keep(device, topic, payload, error)
      return 'quarantined'
    }
    const taken = (await ledger.append(made)) === null ? 'duplicate' : 'stored'
    onTaken(taken)
    return taken
  }

  async function keep(device: DeviceId, topic: string, payload: Uint8Array, error: WireError): Promise<void> {
    const { code, message: reason } = error
    await ledger.quarantine({ at: now(), device, topic, code, reason, payload })
    log.warn({ device, topic, code, reason, bytes: payload.length }, 'message kept in quarantine')
    onTaken('quarantined')
  }

  /** Welcome also without: the ledger keeps a newer agent's hello as it came, and its reports may well be readable. */
  function epochOf(device: DeviceId, hello: Uint8Array): number | null {
    try {
      return decodeHello(hello).epoch
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      log.warn({ device, code: error.code, reason: error.message }, 'hello that cannot be read')
      return null
    }
  }

  async function insist(record: Record): Promise<void> {
    for (;;) {
      try {
        await ledger.append(record)
        return
      } catch (error) {
        log.warn(
          { device: record.device, error: (error as Error).message },
          'connection fact waits for the disk',
        )
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref())
      }
    }
  }

  return {
    connected: async (device, { hello, keepaliveSeconds }) => {
      bases.connected(device, epochOf(device, hello))
      await ledger.append(connectedRecord(now(), device, keepaliveSeconds, hello))
    },
    lost: (device: DeviceId, why: LossReason) => {
      bases.gone(device)
      return insist(lostRecord(now(), device, why))
    },
    goodbye: async (device, payload) => {
      bases.gone(device)
      const record = () => goodbyeRecord(now(), device, payload)
      const taken = await take(device, TOPICS.goodbye, payload, record)
      // The broker tells no loss behind a goodbye, and the engine would have it online for ever.
      if (taken === 'quarantined') await insist(lostRecord(now(), device, 'socket'))
    },
    loss: async (device, payload) => {
      await take(device, TOPICS.loss, payload, () => lossRecord(now(), device, payload))
    },
    pace: async (device, payload) => {
      await take(device, TOPICS.pace, payload, () => paceRecord(now(), device, payload))
    },
    traits: async (device, payload) => {
      await take(device, TOPICS.traits, payload, () => traitsRecord(now(), device, payload))
    },
    neighbours: async (relay, payload) => {
      try {
        onNeighbours(relay, payload)
      } catch (error) {
        if (!(error instanceof WireError)) throw error
        await keep(relay, TOPICS.neighbours, payload, error)
      }
    },
    report: async (device, payload) => {
      await take(device, TOPICS.report, payload, () => {
        const { record, report } = reportRecord(now(), device, payload, bases.contextOf(device))
        bases.remember(device, report)
        return record
      })
    },
  }
}
