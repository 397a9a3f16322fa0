import type { EventEmitter } from 'node:events'
import { Aedes, type Client } from 'aedes'
import type { DeviceId } from '#protocol/ids.ts'
import { aedesHooks, refusalOf } from './aedes-hooks.ts'
import { Connection } from './connection.ts'
import { DeviceFacts } from './device-facts.ts'
import type { Inlet } from './inlet.ts'
import { createListener, LISTENER_LIMITS, type ListenerLimits } from './listener.ts'
import { type BrokerLog, createRefusalCounter } from './refusal-counter.ts'
import type { RefusalCode } from './refusals.ts'

export interface BrokerLimits extends ListenerLimits {
  /** From the handshake to CONNECT, which an agent sends in the same segment as the end of its handshake. */
  connectTimeoutMs: number
  /** A device that takes no PUBACK for so long reads nothing; its report comes again. */
  drainTimeoutMs: number
  /** Packets that may wait for CONNACK: an agent sends none, MQTT allows some. */
  maxQueuedPackets: number
}

const BROKER_LIMITS: BrokerLimits = {
  ...LISTENER_LIMITS,
  connectTimeoutMs: 5000,
  drainTimeoutMs: 5000,
  maxQueuedPackets: 42,
}

export interface BrokerParts {
  /** The key of a device, or null when it has none: asked during a handshake, so it must answer at once. */
  keyOf: (identity: DeviceId) => Uint8Array | null
  inlet: Inlet
  log: BrokerLog
  /** Once for each refusal. */
  onRefused: (code: RefusalCode, detail: string) => void
  /** undefined: every address. */
  host: string | undefined
  /** 0: a free one. */
  port: number
  limits?: Partial<BrokerLimits>
}

export interface Broker {
  /** @throws Error when the port cannot be had */
  start(): Promise<{ port: number }>
  /** Closes everything. The inlet is told nothing more, not even that connections ended. */
  stop(): Promise<void>
  /** Closes the connections of a device whose key was revoked. */
  close(device: DeviceId): void
  /** Devices connected now. */
  connections(): number
}

/**
 * MQTT for devices: TLS with a key each, a wire guard, aedes, and access that defaults to no. What a device says
 * goes to the inlet, and is acknowledged when the inlet has it on disk.
 */
export function createBroker(parts: BrokerParts): Broker {
  const limits = { ...BROKER_LIMITS, ...parts.limits }
  const { log, inlet } = parts
  const count = createRefusalCounter({ log, onRefused: parts.onRefused, nowMs: () => performance.now() })
  const open = new Set<Connection>()
  /** By device; no more than there are keys. */
  const factsOf = new Map<DeviceId, DeviceFacts>()
  const connectionOf = new WeakMap<Client, Connection>()
  const aedes = new Aedes({
    connectTimeout: limits.connectTimeoutMs,
    drainTimeout: limits.drainTimeoutMs,
    queueLimit: limits.maxQueuedPackets,
    ...aedesHooks((client) => connectionOf.get(client)),
  })

  const onError = (error: Error): void => log.error({ error: error.message }, 'broker: unexpected error')
  const onClientError = (client: Client, error: Error): void => {
    const refusal = refusalOf(error)
    if (refusal) connectionOf.get(client)?.refuse(refusal)
  }
  aedes.on('clientError', onClientError)
  aedes.on('connectionError', onClientError)
  aedes.on('keepaliveTimeout', (client) => connectionOf.get(client)?.fellSilent())
  // Without a listener an error of aedes' own store would end the process. Its types leave the event out.
  const emitter: EventEmitter = aedes
  emitter.on('error', onError)

  const listener = createListener({
    host: parts.host,
    port: parts.port,
    limits,
    keyOf: parts.keyOf,
    count,
    onError,
    onIdentified: (socket, device) => {
      const connection = new Connection(device, socket, facts(device), count)
      open.add(connection)
      connection.start(() => open.delete(connection))
      connectionOf.set(aedes.handle(connection.guard), connection)
    },
  })

  function facts(device: DeviceId): DeviceFacts {
    const known = factsOf.get(device)
    if (known) return known
    const made = new DeviceFacts(device, inlet, (error) =>
      log.error({ device, error: String(error) }, 'a lost connection could not be stored'),
    )
    factsOf.set(device, made)
    return made
  }

  const closeAedes = (): Promise<void> => new Promise((resolve) => aedes.close(() => resolve()))

  return {
    start: async () => {
      await aedes.listen()
      try {
        return { port: await listener.start() }
      } catch (error) {
        await closeAedes()
        throw error
      }
    },
    stop: async () => {
      for (const told of factsOf.values()) told.stop()
      await listener.stop()
      await closeAedes()
    },
    close: (device) => {
      for (const connection of open) if (connection.device === device) connection.close()
    },
    connections: () => [...open].filter((connection) => connection.live).length,
  }
}
