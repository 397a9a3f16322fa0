import type { TLSSocket } from 'node:tls'
import type { ConnectPacket, PublishPacket, Subscription } from 'aedes'
import type { DeviceId } from '#protocol/ids.ts'
import { type ConnectDecision, mayConnect, mayPublish, refuseSubscription } from './access.ts'
import type { DeviceFacts } from './device-facts.ts'
import { WireGuard } from './guard.ts'
import type { CountRefusal } from './refusal-counter.ts'
import { type Refusal, Refused } from './refusals.ts'

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

/** One TLS connection of a device that proved its key: from handshake to close. */
export class Connection {
  readonly device: DeviceId
  readonly guard: WireGuard
  readonly #socket: TLSSocket
  readonly #facts: DeviceFacts
  readonly #count: CountRefusal
  readonly #address: string
  #state: State = 'greeting'
  #decision: ConnectDecision | null = null
  #refused = false
  #silent = false

  constructor(device: DeviceId, socket: TLSSocket, facts: DeviceFacts, count: CountRefusal) {
    this.device = device
    this.#socket = socket
    this.#facts = facts
    this.#count = count
    this.#address = socket.remoteAddress ?? 'unknown'
    this.guard = new WireGuard(socket, (refusal) => this.refuse(refusal))
  }

  /** Whether CONNACK was answered and the socket is open. */
  get live(): boolean {
    return this.#state === 'live' || this.#state === 'leaving'
  }

  get closed(): boolean {
    return this.#state === 'closed'
  }

  /** The socket's own close is what ends a connection: aedes' events can be missed. */
  start(onClosed: () => void): void {
    this.#socket.once('close', () => {
      this.#state = 'closed'
      this.#facts.lost(this, this.#silent ? 'keepalive' : 'socket')
      onClosed()
    })
  }

  close(): void {
    this.guard.destroy()
  }

  /** Nothing came for one and a half times the keepalive. */
  fellSilent(): void {
    this.#silent = true
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
    this.guard.admit()
  }

  /** Resolves when PUBACK may be answered: the message is stored. @throws Refused */
  async take(packet: PublishPacket): Promise<void> {
    const decision = mayPublish(packet)
    if (decision.kind === 'refused') throw this.#refusing(decision.refusal)
    if (this.#state === 'leaving') {
      const detail = `PUBLISH to ${packet.topic}: expected a new CONNECT after a goodbye, got more on the old one`
      throw this.#refusing({ code: 'after-goodbye', detail })
    }
    // A copy, since the packet is a view of a buffer that may hold many.
    const payload = Buffer.from(packet.payload)
    try {
      switch (decision.topic) {
        case 'r':
          return await this.#facts.report(payload)
        case 'l':
          return await this.#facts.loss(payload)
        case 'p':
          return await this.#facts.pace(payload)
        case 'g':
          this.#state = 'leaving'
          return await this.#facts.goodbye(this, payload)
      }
    } catch (error) {
      throw this.#notStored(`PUBLISH to ${decision.topic}`, error)
    }
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
