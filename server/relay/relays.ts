import { randomBytes } from 'node:crypto'
import { WireError } from '#protocol/errors.ts'
import { decodeHello } from '#protocol/hello.ts'
import type { DeviceId } from '#protocol/ids.ts'
import { UNSAID_KEEPALIVE_SECONDS } from '#protocol/limits.ts'
import {
  type DownPart,
  decodeUpBatch,
  encodeDownBatch,
  type RefusedWhy,
  type UpPart,
} from '#protocol/neighbours.ts'
import { keepaliveOf, type Pace } from '#protocol/pace.ts'
import { RANDOM_BYTES } from '#protocol/seal.ts'
import { DOWN_TOPICS, type DownTopic } from '#protocol/topics.ts'
import type { Device } from '../registry/registry.ts'
import { sealKeys } from './cipher.ts'
import { createRefusalLog, type LogRefusal } from './refusal-log.ts'
import { type NeighbourFacts, NeighbourSession } from './session.ts'

export interface RelaysParts {
  /** Who a device is; undefined when there is none. */
  device(id: DeviceId): Pick<Device, 'site' | 'key' | 'prober' | 'keepaliveSeconds'> | undefined
  facts(device: DeviceId): NeighbourFacts
  /** To the relay's own connection; what finds none is lost. */
  push(relay: DeviceId, topic: DownTopic, payload: Uint8Array): void
  /** A device is here through a relay and can be pushed to. `pace` is its hello's, null when unreadable. */
  onLive?(device: DeviceId, pace: Pace | null): void
  onGone?(device: DeviceId): void
  now: () => number
  log: { warn(data: object, text: string): void }
}

/** One that streams has always something on its way to the disk: for longer nobody waits for it. */
const GATHER_MS = 1000

/** One relay while its connection lives. */
interface Relay {
  device: DeviceId
  keepaliveSeconds: number
  /** By alias. */
  sessions: Map<number, NeighbourSession>
  /** What goes to it at the end of this turn. */
  down: DownPart[]
  /** Since when an acknowledgement is due; null: none is. */
  dueSinceMs: number | null
}

/**
 * What relays bring for their neighbours. A relay is believed in three things only: that a device is silent, how long
 * it held a batch, and which alias is whose; the seals are the devices' own.
 */
export class Relays {
  readonly #parts: RelaysParts
  readonly #relays = new Map<DeviceId, Relay>()
  readonly #logRefusal: LogRefusal

  constructor(parts: RelaysParts) {
    this.#parts = parts
    this.#logRefusal = createRefusalLog(parts)
  }

  /** A device connected by itself; whoever came through its earlier connection must come anew. */
  connected(device: DeviceId, pace: Pace | null): void {
    this.disconnected(device, 'socket')
    const keepaliveSeconds = (pace && keepaliveOf(pace)) ?? UNSAID_KEEPALIVE_SECONDS
    this.#relays.set(device, { device, keepaliveSeconds, sessions: new Map(), down: [], dueSinceMs: null })
  }

  /** With a relay its neighbours are lost, unless they come another way; of those that it probed nobody knows. */
  disconnected(device: DeviceId, why: 'keepalive' | 'socket'): void {
    const relay = this.#relays.get(device)
    this.#relays.delete(device)
    for (const session of relay?.sessions.values() ?? []) {
      session.lost(this.#parts.device(session.device)?.prober === device ? 'unwatched' : why)
    }
  }

  /** Whether a device is here through a relay. */
  carries(device: DeviceId): boolean {
    return this.#find(device) !== undefined
  }

  /** Pushes to a device that is here through a relay; false when it is not. */
  push(device: DeviceId, topic: DownTopic, payload: Uint8Array): boolean {
    const found = this.#find(device)
    if (!found) return false
    const { relay, alias, session } = found
    this.#tell(relay, { kind: 'frame', alias, named: true, sealed: session.push(topic, payload) })
    return true
  }

  #find(device: DeviceId): { relay: Relay; alias: number; session: NeighbourSession } | undefined {
    for (const relay of this.#relays.values()) {
      for (const [alias, session] of relay.sessions) {
        if (session.device === device && session.live) return { relay, alias, session }
      }
    }
    return undefined
  }

  /** Takes what was published to `n`. What its seals hold is acknowledged by itself, so nothing is waited for. @throws WireError */
  take(device: DeviceId, payload: Uint8Array): void {
    const relay = this.#relays.get(device)
    if (!relay) return
    const { heldSeconds, parts } = decodeUpBatch(payload)
    for (const part of parts) this.#takePart(relay, part, heldSeconds)
  }

  #takePart(relay: Relay, part: UpPart, heldSeconds: number): void {
    const session = relay.sessions.get(part.alias)
    switch (part.kind) {
      case 'enter':
        session?.lost('socket')
        relay.sessions.delete(part.alias)
        this.#enter(relay, part)
        return
      case 'frame':
        if (session) session.take(part.named, part.sealed, heldSeconds)
        else this.#refuse(relay, part.alias, 'no-session')
        return
      case 'silent':
        session?.lost('keepalive')
        relay.sessions.delete(part.alias)
    }
  }

  #enter(relay: Relay, { alias, device, random }: UpPart & { kind: 'enter' }): void {
    const known = this.#parts.device(device)
    const refusal = this.#refusalOf(relay, device)
    if (!known || refusal) {
      this.#refuse(relay, alias, refusal ?? 'unknown-device', device)
      return
    }
    const ofCentre = randomBytes(RANDOM_BYTES)
    const session = new NeighbourSession({
      device,
      keys: sealKeys(known.key, random, ofCentre),
      facts: this.#parts.facts(device),
      // Of a probed one its prober says at once that it is silent; the keepalive is how long that takes to find out.
      keepaliveSeconds: known.prober === null ? relay.keepaliveSeconds : known.keepaliveSeconds,
      now: this.#parts.now,
      onClosed: (why) => {
        if (relay.sessions.get(alias) !== session) return
        relay.sessions.delete(alias)
        this.#refuse(relay, alias, why, device)
      },
      onLive: (hello) => this.#parts.onLive?.(device, paceOf(hello)),
      onGone: () => this.#parts.onGone?.(device),
      onStored: () => this.#acknowledge(relay),
    })
    relay.sessions.set(alias, session)
    this.#tell(relay, { kind: 'answer', alias, random: ofCentre, proof: session.prove() })
  }

  #refusalOf(relay: Relay, device: DeviceId): RefusedWhy | null {
    const known = this.#parts.device(device)
    if (!known || device === relay.device) return 'unknown-device'
    // Who asks a device is settled when it is enrolled: another would be taken for the device being up.
    if (known.prober !== null && known.prober !== relay.device) return 'other-site'
    return known.site === this.#parts.device(relay.device)?.site ? null : 'other-site'
  }

  /** All that can be acknowledged goes when one is due, in one push: alone each would cost a packet. */
  #acknowledge(relay: Relay): void {
    const sessions = [...relay.sessions]
    const nowMs = this.#parts.now()
    if (!sessions.some(([, { receipts }]) => receipts.isDue(nowMs))) return
    relay.dueSinceMs ??= nowMs
    const gathers = nowMs - relay.dueSinceMs <= GATHER_MS
    if (gathers && sessions.some(([, { receipts }]) => receipts.waiting)) return
    relay.dueSinceMs = null
    for (const [alias, session] of sessions.sort(([a], [b]) => a - b)) {
      if (!session.receipts.isUseful) continue
      this.#tell(relay, { kind: 'frame', alias, ...session.acknowledge() })
    }
  }

  #refuse(relay: Relay, alias: number, why: RefusedWhy, device?: DeviceId): void {
    if (relay.down.some((part) => part.kind === 'refused' && part.alias === alias)) return
    if (why !== 'replaced') this.#logRefusal({ relay: relay.device, alias, device, why })
    this.#tell(relay, { kind: 'refused', alias, why })
  }

  /** Everything of one turn goes in one push. */
  #tell(relay: Relay, part: DownPart): void {
    relay.down.push(part)
    if (relay.down.length > 1) return
    setImmediate(() => {
      const parts = relay.down.splice(0)
      if (this.#relays.get(relay.device) !== relay) return
      this.#parts.push(relay.device, DOWN_TOPICS.neighbours, encodeDownBatch(parts))
    })
  }
}

function paceOf(hello: Uint8Array): Pace | null {
  try {
    return decodeHello(hello).pace
  } catch (error) {
    if (error instanceof WireError) return null
    throw error
  }
}
