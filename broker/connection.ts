import { setImmediate as nextTurn } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import type { ConnectPacket, PublishPacket, Subscription } from 'aedes'
import { WireError } from '#protocol/errors.ts'
import type { DeviceId } from '#protocol/ids.ts'
import { MAX_REPORT_BYTES } from '#protocol/limits.ts'
import { decodePace, keepaliveOf, type Pace } from '#protocol/pace.ts'
import type { DownTopic, UpTopic } from '#protocol/topics.ts'
import { type ConnectDecision, mayConnect, mayPublish, refuseSubscription } from './access.ts'
import { Arrival } from './arrival.ts'
import type { Clock } from './clock.ts'
import type { DeviceFacts } from './device-facts.ts'
import { WireGuard } from './guard.ts'
import { Hold } from './hold.ts'
import { Keepalive } from './keepalive.ts'
import { encodePublish } from './packet.ts'
import type { CountRefusal } from './refusal-counter.ts'
import { type Refusal, Refused } from './refusals.ts'
import type { RightOfWay } from './right-of-way.ts'

/** A CONNECT that is not taken, with the CONNACK code that says so (MQTT 3.1.1, table 3.1). */
export class ConnectRefused extends Error {
  readonly returnCode: 2 | 3 | 5

  constructor(returnCode: 2 | 3 | 5, detail: string) {
    super(detail)
    this.name = 'ConnectRefused'
    this.returnCode = returnCode
  }
}

const SERVER_UNAVAILABLE = 3

/** `greeting` until CONNACK is due, `live`, `leaving` once the device said goodbye. */
type State = 'greeting' | 'live' | 'leaving' | 'closed'

/**
 * What may wait for the disk before the device is read no further: one report of the largest size, or 128 small
 * messages. 2,000 devices that return while the disk stands still hold 130 MB; agents send less, 16 KiB at a time.
 */
const MAX_WAITING_BYTES = MAX_REPORT_BYTES

/** A message that waits takes this much besides its payload: packet, promises, the row for the ledger. */
const MESSAGE_OVERHEAD_BYTES = 512

export interface ConnectionParts {
  device: DeviceId
  socket: TLSSocket
  /** Bytes that came over the line so far, below TLS. */
  bytesHeard: () => number
  facts: DeviceFacts
  count: CountRefusal
  clock: Clock
  way: RightOfWay
  /** Gives up the right of way that the handshake brought. */
  there: () => void
  maxKeptPackets: number
}

/** One TLS connection of a device that proved its key: from handshake to close. */
export class Connection {
  readonly device: DeviceId
  readonly guard: WireGuard
  readonly #socket: TLSSocket
  readonly #facts: DeviceFacts
  readonly #count: CountRefusal
  readonly #address: string
  readonly #keepalive: Keepalive
  #state: State = 'greeting'
  #decision: ConnectDecision | null = null
  #refused = false
  #silent = false
  /** CONNACK is written: the device may be told something. */
  #answered = false
  /** All that came so far is on disk. */
  #stored: Promise<unknown> = Promise.resolve()
  #waitingBytes = 0
  readonly #hold: Hold
  readonly #arrival: Arrival

  constructor(parts: ConnectionParts) {
    const { device, socket, bytesHeard, facts, count, clock, way, there, maxKeptPackets } = parts
    this.device = device
    this.#socket = socket
    this.#facts = facts
    this.#count = count
    this.#address = socket.remoteAddress ?? 'unknown'
    this.guard = new WireGuard(socket, {
      maxKeptPackets,
      onHeard: () => this.#keepalive.heard(),
      onRefused: (refusal) => this.refuse(refusal),
    })
    this.#keepalive = new Keepalive({ clock, bytesHeard, onSilent: () => this.#fellSilent() })
    this.#hold = new Hold((held) => this.#readOn(!held))
    const onWait = (waits: boolean): void => this.#hold.set('right-of-way', waits)
    this.#arrival = new Arrival({ clock, way, there, onWait })
  }

  /** Whether CONNACK was answered and the socket is open. */
  get live(): boolean {
    return this.#state === 'live' || this.#state === 'leaving'
  }

  get closed(): boolean {
    return this.#state === 'closed'
  }

  /** The socket's own close is what ends a connection: aedes' events can be missed. */
  start(onClosed: (why: 'keepalive' | 'socket') => void): void {
    this.#socket.once('close', () => {
      this.#state = 'closed'
      this.#keepalive.stop()
      this.#arrival.closed()
      const why = this.#silent ? 'keepalive' : 'socket'
      this.#facts.lost(this, why)
      onClosed(why)
    })
  }

  close(): void {
    this.guard.destroy()
  }

  /** What the device follows, by its hello; null when that could not be read. */
  get pace(): Pace | null {
    return this.#decision?.kind === 'welcome' ? this.#decision.pace : null
  }

  /** The first refusal of a connection is counted; what aedes says while closing it is no second one. */
  refuse(refusal: Refusal): void {
    if (this.#refused || this.closed) return
    this.#refused = true
    this.#note(refusal)
  }

  /** Judges a CONNECT and makes it what every session here is: under the key's identity, and clean. */
  hear(packet: ConnectPacket): void {
    this.#decision = mayConnect(this.device, packet)
    if (this.#decision.kind === 'refused') this.refuse(this.#decision.refusal)
    packet.clientId = this.device
    packet.clean = true
    // The keepalive is watched here: aedes' own could not change while the device is connected.
    packet.keepalive = 0
    delete packet.will
  }

  /** Resolves when CONNACK may be answered: the session is stored. @throws ConnectRefused */
  async welcome(): Promise<void> {
    const decision = this.#decision
    if (decision === null) throw new Error('welcome: expected a CONNECT before, got none')
    if (decision.kind === 'refused') throw new ConnectRefused(decision.returnCode, decision.refusal.detail)
    try {
      const { hello, keepaliveSeconds } = decision
      await this.#facts.connected(this, { hello, keepaliveSeconds })
    } catch (error) {
      throw new ConnectRefused(SERVER_UNAVAILABLE, this.#notStored('CONNECT', error).message)
    }
    if (this.closed) return
    this.#state = 'live'
    this.#keepalive.set(decision.keepaliveSeconds)
    this.guard.admit()
  }

  /** CONNACK is written: what the device has said behind CONNECT goes its way. */
  answered(): void {
    this.#answered = true
    this.guard.open()
    this.#arrival.answered()
  }

  /**
   * Writes a PUBLISH of QoS 0, for which the device needs no subscription, past aedes, which so never forwards
   * anything to anybody. False when the device is not there to be told, or takes nothing more for now.
   */
  push(topic: DownTopic, payload: Uint8Array): boolean {
    if (!this.#answered || this.#state !== 'live' || this.guard.writableNeedDrain) return false
    this.guard.write(encodePublish(topic, payload))
    return true
  }

  /**
   * Resolves when PUBACK may be answered: this message and all before it on this connection are stored. One of
   * QoS 0 waits for itself only. When one is not stored none behind it is acknowledged, and the connection closes.
   * Called in the order of arrival, it tells the inlet in that order. @throws Refused
   */
  async take(packet: PublishPacket): Promise<void> {
    const decision = mayPublish(packet)
    if (decision.kind === 'refused') throw this.#refusing(decision.refusal)
    if (this.#state === 'leaving') {
      const detail = `PUBLISH to ${packet.topic}: expected a new CONNECT after a goodbye, got more on the old one`
      throw this.#refusing({ code: 'after-goodbye', detail })
    }
    // A copy, since the packet is a view of a buffer that may hold many.
    const payload = Buffer.from(packet.payload)
    const earlier = this.#stored
    const stored = this.#tell(decision.topic, payload)
    const all = Promise.all([earlier, stored]).then(() => {})
    this.#stored = all
    // Whoever waits hears of it; of QoS 0 nobody may.
    all.catch(() => {})
    this.#waits(payload.length + MESSAGE_OVERHEAD_BYTES)
    try {
      await (packet.qos === 0 ? stored : all)
      this.#arrival.stored()
    } catch (error) {
      // What came before is acknowledged first, or the next connection would bring the same again, for ever.
      await earlier.catch(() => {})
      await nextTurn()
      throw this.#notStored(`PUBLISH to ${decision.topic}`, error)
    } finally {
      this.#waits(-payload.length - MESSAGE_OVERHEAD_BYTES)
    }
  }

  #tell(topic: UpTopic, payload: Uint8Array): Promise<void> {
    switch (topic) {
      case 'r':
        return this.#facts.report(payload)
      case 'l':
        return this.#facts.loss(payload)
      case 'p':
        this.#follow(payload)
        return this.#facts.pace(payload)
      case 'g':
        this.#state = 'leaving'
        return this.#facts.goodbye(this, payload)
      case 't':
        return this.#facts.traits(payload)
      case 'n':
        return this.#facts.neighbours(payload)
    }
  }

  /** A pace that cannot be read changes nothing here: the server keeps it. */
  #follow(payload: Uint8Array): void {
    try {
      const keepaliveSeconds = keepaliveOf(decodePace(payload))
      if (keepaliveSeconds !== null) this.#keepalive.set(keepaliveSeconds)
    } catch (error) {
      if (!(error instanceof WireError)) throw error
    }
  }

  /** Counts what waits for the disk, and stops reading the device when that is too much. */
  #waits(bytes: number): void {
    this.#waitingBytes += bytes
    this.#hold.set('disk', this.#waitingBytes >= MAX_WAITING_BYTES)
  }

  #readOn(reads: boolean): void {
    if (this.closed) return
    this.#keepalive.rest(!reads)
    if (reads) this.guard.open()
    else this.guard.hold()
  }

  /** Nothing came for one and a half times the keepalive. */
  #fellSilent(): void {
    this.#silent = true
    this.close()
  }

  /** A filter that is not allowed is answered with SUBACK 128 and costs nothing else. */
  refuseSubscription(subscription: Subscription): void {
    this.#note(refuseSubscription(subscription))
  }

  #notStored(what: string, error: unknown): Refused {
    const reason = error instanceof Error ? error.message : String(error)
    return this.#refusing({ code: 'not-stored', detail: `${what}: expected it on disk, got "${reason}"` })
  }

  #refusing(refusal: Refusal): Refused {
    this.refuse(refusal)
    return new Refused(refusal.code, refusal.detail)
  }

  #note(refusal: Refusal): void {
    this.#count(refusal, { address: this.#address, device: this.device })
  }
}
