import { type Broker, type BrokerParts, createBroker } from '../../broker/broker.ts'
import { deviceId } from '../../protocol/ids.ts'
import { HeldInlet } from './held-inlet.ts'
import type { PskCredentials } from './raw-device.ts'

export interface RunningBroker {
  broker: Broker
  inlet: HeldInlet
  port: number
  /** The codes of all refusals so far. */
  refused: string[]
  /** The sentences beside them. */
  details: string[]
  /** The fields of all warnings and errors. */
  logged: Record<string, unknown>[]
  /** By device; take one out and its key is revoked. */
  keys: Map<string, Uint8Array>
  /** Credentials of a device, which gets a key when it has none. */
  credentials(device: string): PskCredentials
}

/** The real broker on a free port, with an inlet in memory. */
export async function runBroker(parts: Partial<BrokerParts> = {}): Promise<RunningBroker> {
  const inlet = new HeldInlet()
  const keys = new Map<string, Uint8Array>()
  const refused: string[] = []
  const details: string[] = []
  const logged: Record<string, unknown>[] = []
  const broker = createBroker({
    keyOf: (identity) => keys.get(identity) ?? null,
    inlet,
    log: { warn: (fields) => logged.push(fields), error: (fields) => logged.push(fields) },
    onRefused: (code, detail) => {
      refused.push(code)
      details.push(detail)
    },
    host: '127.0.0.1',
    port: 0,
    ...parts,
  })
  const { port } = await broker.start()
  const credentials = (device: string): PskCredentials => {
    const key = keys.get(device) ?? Buffer.alloc(32, `key of ${device}`)
    keys.set(deviceId(device), key)
    return { port, device, key }
  }
  return { broker, inlet, port, refused, details, logged, keys, credentials }
}
