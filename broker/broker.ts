import type { EventEmitter } from 'node:events'
import { Aedes, type Client } from 'aedes'
import type { DeviceId } from '#protocol/ids.ts'
import type { Pace } from '#protocol/pace.ts'
import type { DownTopic } from '#protocol/topics.ts'
import { aedesHooks, refusalOf } from './aedes-hooks.ts'
import { type Clock, SYSTEM_CLOCK } from './clock.ts'
import { Connection } from './connection.ts'
import { DeviceFacts } from './device-facts.ts'
import type { Inlet } from './inlet.ts'
import { createListener, LISTENER_LIMITS, type ListenerLimits } from './listener.ts'
import { type BrokerLog, createRefusalCounter } from './refusal-counter.ts'
import type { RefusalCode } from './refusals.ts'
import { RightOfWay } from './right-of-way.ts'

export interface BrokerLimits extends ListenerLimits {
  /** From the handshake to CONNECT, which an agent sends in the same segment as the end of its handshake. */
  connectTimeoutMs: number
  /** A device that takes no PUBACK for so long reads nothing; its report comes again. */
  drainTimeoutMs: number
  /** Packets that may wait for CONNACK: an agent sends none, MQTT allows some. */
  maxKeptPackets: number
}

const BROKER_LIMITS: BrokerLimits = {
  ...LISTENER_LIMITS,
  connectTimeoutMs: 5000,
  drainTimeoutMs: 5000,
  maxKeptPackets: 42,
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
  /** CONNACK was written: from here on the device can be pushed to. `pace` is its hello's, null when unreadable. */
  onLive?: (device: DeviceId, pace: Pace | null) => void
  /** The connection that was told with `onLive` is over, or about to be replaced by a newer one. */
  onGone?: (device: DeviceId, why: 'keepalive' | 'socket') => void
  limits?: Partial<BrokerLimits>
  clock?: Clock
}

export interface Broker {
  /** @throws Error when the port cannot be had */
  start(): Promise<{ port: number }>
  /** Closes everything. The inlet is told nothing more, not even that connections ended. */
  stop(): Promise<void>
  /** Closes the connections of a device whose key was revoked. */
  close(device: DeviceId): void
  /** Tells a device something, QoS 0 and without a subscription. False when it is not there to be told. */
  push(device: DeviceId, topic: DownTopic, payload: Uint8Array): boolean
  /** Where facts of a device go, whichever way they come: their order is one. */
  facts(device: DeviceId): DeviceFacts
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
  const clock = parts.clock ?? SYSTEM_CLOCK
  const way = new RightOfWay()
  const open = new Set<Connection>()
  /** The connection of each device whose CONNACK is written. */
  const live = new Map<DeviceId, Connection>()
  /** By device; no more than there are keys. */
  const factsOf = new Map<DeviceId, DeviceFacts>()
  const connectionOf = new WeakMap<Client, Connection>()
  const aedes = new Aedes({
    connectTimeout: limits.connectTimeoutMs,
    drainTimeout: limits.drainTimeoutMs,
    ...aedesHooks((client) => connectionOf.get(client)),
  })

  const onError = (error: Error): void => log.error({ error: error.message }, 'broker: unexpected error')
  const onClientError = (client: Client, error: Error): void => {
    const refusal = refusalOf(error)
    if (refusal) connectionOf.get(client)?.refuse(refusal)
  }
  aedes.on('clientError', onClientError)
  aedes.on('connectionError', onClientError)
  aedes.on('clientReady', (client) => {
    const connection = connectionOf.get(client)
    if (!connection || connection.closed) return
    connection.answered()
    live.set(connection.device, connection)
    parts.onLive?.(connection.device, connection.pace)
  })
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
    way,
    onIdentified: (socket, device, bytesHeard, there) => {
      const { maxKeptPackets } = limits
      const known = facts(device)
      const connection = new Connection({
        device,
        socket,
        bytesHeard,
        facts: known,
        count,
        clock,
        way,
        there,
        maxKeptPackets,
      })
      open.add(connection)
      connection.start((why) => {
        open.delete(connection)
        if (live.get(device) !== connection) return
        live.delete(device)
        parts.onGone?.(device, why)
      })
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
    push: (device, topic, payload) => live.get(device)?.push(topic, payload) ?? false,
    facts,
    connections: () => [...open].filter((connection) => connection.live).length,
  }
}
