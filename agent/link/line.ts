import { connect as connectTcp, type LookupFunction, type Socket } from 'node:net'
import { connect as connectMqtt, type IClientOptions, type MqttClient, type Packet } from 'mqtt'
import { reasonOf } from '../reason.ts'
import { type Cause, causeOf } from './cause.ts'
import { cutConnection } from './cut.ts'
import type { LineMeter } from './meter.ts'
import { packetBytes } from './packet-bytes.ts'
import { PING } from './watch.ts'

export interface LineLimits {
  /** For TCP: the kernel sends SYN at 0, 1 and 3 s, the next attempt begins at 6 s: no gap over 3 s. */
  dialMs: number
  /**
   * For TLS, and again for CONNACK, while nothing comes: at 50 % loss each way one of the kernels' tries at 1, 3, 7, 15,
   * 31 and 63 s gets through and back with 99 %. Longer ago than that a fresh start is quicker.
   */
  greetMs: number
  /** So long a hesitant attempt holds TCP open without a word; the centre gives a ClientHello 10 s. */
  hesitateMs: number
  /** How long a closing connection may take before it is cut. */
  closeMs: number
}

export const LINE_LIMITS: LineLimits = {
  dialMs: 6000,
  greetMs: 90_000,
  hesitateMs: 8000,
  closeMs: 1000,
}

/** When the kernel repeats a SYN that nobody answers, within `dialMs` (RFC 6298: 1 s, then doubled). */
const SYN_REPEATS_MS = [1000, 3000] as const

/** A centre that closes after so long in the middle of a greeting has waited in vain, too: the line loses too much. */
const LOST_MS = 5000

const CLOSED = 'closed by the other end'

/** `dialling`: no answer to SYN yet; `reached`: TCP is up; `securing`: TLS; `greeting`: CONNECT is sent; `up`: CONNACK came. */
export type Phase = 'dialling' | 'reached' | 'securing' | 'greeting' | 'up' | 'ended'

export interface LineEvents {
  onPhase(line: Line, phase: 'securing' | 'greeting' | 'up'): void
  /** It is gone before it carried anything, and not by `destroy`. */
  onFailed(line: Line, cause: Cause, reason: string): void
}

export interface LineParts extends LineEvents {
  /** Asked when TCP is up: the hello tells the present uptime. */
  options(): IClientOptions
  /** `lookup` where names are remembered. */
  address: { host: string; port: number; lookup?: LookupFunction }
  meter: LineMeter
  limits: LineLimits
  /**
   * It is not known whether anything is wrong. If TCP is answered at once then nothing is wrong with the line, and what
   * is awaited on another connection is given time; else the line was dead, and has just come back.
   */
  hesitant?: boolean
}

/** What goes over a line that is up, and its end, unless that is by `destroy` or `leave`. */
export interface Traffic {
  /** A message left; `question` is what its answer will name, null for one that has none. */
  onSent(question: string | null): void
  /** Something came; `answered` is the question that it answers. */
  onReceived(answered: string | null): void
  onPush(topic: string, payload: Uint8Array): void
  onEnded(cause: Cause, reason: string): void
}

/** One connection to the centre, from its first SYN to its end: TCP, TLS, MQTT. It decides nothing. */
export class Line {
  readonly #parts: LineParts
  readonly startedMs = performance.now()
  readonly #socket: Socket
  #phase: Phase = 'dialling'
  #client: MqttClient | null = null
  #traffic: Traffic | null = null
  readonly #timers: NodeJS.Timeout[] = []
  /** What SYN and its answer took. */
  #roundTripMs = 0
  #enteredMs = performance.now()

  constructor(parts: LineParts) {
    this.#parts = parts
    const { address, limits, meter } = parts
    this.#socket = connectTcp({
      ...address,
      // A chunk of history shall not wait for the ACK of the one before.
      noDelay: true,
      // A name with several addresses: Node would give each a quarter of a second, less than a satellite's round trip.
      autoSelectFamilyAttemptTimeout: limits.dialMs / 2,
    })
    this.#socket.on('error', (error) => this.#failed(error))
    this.#socket.on('close', () => this.#end('centre', CLOSED))
    this.#socket.on('connect', () => this.#reached())
    this.#within(limits.dialMs, 'an answer to SYN')
    meter.attempted()
    for (const ms of SYN_REPEATS_MS) this.#timers.push(setTimeout(() => meter.attempted(true), ms))
  }

  /** The very first SYN was answered, none was repeated: the line is well. */
  get atOnce(): boolean {
    return this.#phase !== 'dialling' && this.#roundTripMs < SYN_REPEATS_MS[0]
  }

  get phase(): Phase {
    return this.#phase
  }

  /** The two ports by which the kernel knows the connection. */
  get ports(): { local: number; remote: number } | null {
    const { localPort, remotePort } = this.#socket
    return localPort && remotePort ? { local: localPort, remote: remotePort } : null
  }

  /** Over the TCP connection, TLS included. */
  get bytesWritten(): number {
    return this.#socket.bytesWritten
  }

  /** Who is told of what goes over it once it is up. */
  carry(traffic: Traffic): void {
    this.#traffic = traffic
  }

  /** `answered` is called with whether PUBACK came; for QoS 0 when it was handed to the kernel. */
  publish(topic: string, payload: Uint8Array, qos: 0 | 1, answered: (ok: boolean) => void): void {
    if (!this.#client || this.#phase !== 'up') answered(false)
    else this.#client.publish(topic, Buffer.from(payload), { qos }, (error) => answered(!error))
  }

  /** What `send` publishes leaves in one TLS record: apart each takes 22 bytes more, and mostly a packet. */
  together(send: () => void): void {
    const stream = this.#client?.stream
    stream?.cork()
    try {
      send()
    } finally {
      // mqtt.js writes in this turn, or in its microtasks.
      setImmediate(() => stream?.uncork())
    }
  }

  ping(): void {
    if (this.#phase === 'up') this.#client?.sendPing()
  }

  /** Cuts it. */
  destroy(): void {
    if (this.#phase === 'ended') return
    this.#ended(false)
    cutConnection(this.#socket, this.#client?.stream ?? this.#socket)
    this.#client?.end(true)
  }

  /** Leaves with DISCONNECT; resolves when it is closed, or cut. */
  async leave(): Promise<void> {
    const client = this.#client
    if (!client || this.#phase !== 'up') return this.destroy()
    this.#ended(true)
    // mqtt.js would hold DISCONNECT back until every report is acknowledged; the journal has them.
    for (const id of Object.keys(client.outgoing)) client.removeOutgoingMessage(Number(id))
    await new Promise<void>((resolve) => {
      const cut = setTimeout(() => {
        client.stream.destroy()
        resolve()
      }, this.#parts.limits.closeMs)
      client.end(false, () => {
        clearTimeout(cut)
        resolve()
      })
    })
  }

  #reached(): void {
    if (this.#phase !== 'dialling') return
    this.#roundTripMs = performance.now() - this.startedMs
    this.#clearTimers()
    this.#phase = 'reached'
    const { hesitant, limits } = this.#parts
    if (hesitant && this.atOnce) this.#timers.push(setTimeout(() => this.#secure(), limits.hesitateMs))
    else this.#secure()
  }

  #secure(): void {
    this.#enter('securing', 'TLS')
    let client: MqttClient
    try {
      client = connectMqtt({ ...this.#parts.options(), socket: this.#socket } as IClientOptions)
    } catch (error) {
      // Nothing came about that could call back: a wrong option.
      this.#failed(error)
      return
    }
    this.#client = client
    client.on('error', (error) => this.#failed(error))
    client.on('close', () => this.#end('centre', CLOSED))
    client.stream.on('secureConnect', () => {
      if (this.#phase === 'securing') this.#enter('greeting', 'CONNACK')
    })
    client.on('connect', () => this.#welcomed(client))
    client.on('packetsend', (packet) => {
      if (packet.cmd === 'connect' || this.#phase === 'ended') return
      const question = questionOf(packet)
      this.#parts.meter.sent(packetBytes(packet), question !== null)
      this.#traffic?.onSent(question)
    })
    client.on('packetreceive', (packet) => {
      if (packet.cmd === 'connack') return
      this.#parts.meter.received(packetBytes(packet))
      this.#traffic?.onReceived(answeredBy(packet))
    })
    client.on('message', (topic, payload) => this.#traffic?.onPush(topic, payload))
  }

  #welcomed(client: MqttClient): void {
    if (this.#phase === 'ended' || this.#phase === 'up') return
    this.#clearTimers()
    this.#phase = 'up'
    const { clientId, username, password } = client.options
    const connect = { cmd: 'connect', clientId, username, password } as Packet
    this.#parts.meter.connected(packetBytes(connect), this.#roundTripMs)
    this.#parts.onPhase(this, 'up')
  }

  #enter(phase: 'securing' | 'greeting', expected: string): void {
    this.#clearTimers()
    this.#phase = phase
    this.#enteredMs = performance.now()
    this.#within(this.#parts.limits.greetMs, expected)
    this.#parts.onPhase(this, phase)
  }

  #within(limitMs: number, expected: string): void {
    const giveUp = () => this.#end('line', `expected ${expected} within ${limitMs} ms, got nothing`)
    this.#timers.push(setTimeout(giveUp, limitMs))
  }

  #failed(error: unknown): void {
    this.#end(causeOf(error), reasonOf(error))
  }

  #end(cause: Cause, reason: string): void {
    if (this.#phase === 'ended') return
    const greeted = this.#phase === 'securing' || this.#phase === 'greeting'
    const late = greeted && performance.now() - this.#enteredMs > LOST_MS
    this.destroy()
    if (this.#traffic) this.#traffic.onEnded(cause, reason)
    else this.#parts.onFailed(this, late && cause === 'centre' ? 'line' : cause, reason)
  }

  #ended(orderly: boolean): void {
    this.#clearTimers()
    if (this.#phase === 'dialling') this.#parts.meter.gaveUp()
    else this.#parts.meter.closed(orderly)
    this.#phase = 'ended'
  }

  #clearTimers(): void {
    for (const timer of this.#timers.splice(0)) clearTimeout(timer)
  }
}

/** What a packet of the device asks; the centre's answer names the same. */
function questionOf(packet: Packet): string | null {
  if (packet.cmd === 'pingreq') return PING
  return packet.cmd === 'publish' && packet.qos > 0 ? String(packet.messageId) : null
}

function answeredBy(packet: Packet): string | null {
  if (packet.cmd === 'pingresp') return PING
  return packet.cmd === 'puback' ? String(packet.messageId) : null
}
