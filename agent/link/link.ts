import { connect, type IClientOptions, type MqttClient } from 'mqtt'
import { type Age, encodeDelivery } from '#protocol/delivery.ts'
import type { Base } from '#protocol/report.ts'
import { TOPICS } from '#protocol/topics.ts'
import type { SealedReport } from '../journal/contents.ts'
import type { Log } from '../log.ts'
import { reasonOf } from '../reason.ts'
import { backOff } from './backoff.ts'
import { laterBase, standingOn } from './base.ts'
import type { Exchange } from './exchange.ts'
import { hasRoom } from './window.ts'

export interface LinkLimits {
  /** From the first packet to CONNACK. 30 % loss each way takes under 17 s. */
  connectMs: number
  /** Without any answer while one is due: the largest report, 64 KiB, takes 55 s at 9.6 kbit/s. */
  answerMs: number
  /** How long a goodbye waits for its PUBACK: a system that shuts down gives few seconds. */
  goodbyeMs: number
  /** How long a closing connection may take before it is cut. */
  closeMs: number
}

const LIMITS: LinkLimits = { connectMs: 30_000, answerMs: 90_000, goodbyeMs: 3000, closeMs: 1000 }

/** Where reports wait: the journal. */
export interface Outbox {
  pending(): readonly SealedReport[]
  ack(report: SealedReport): Promise<void>
}

export interface LinkParts {
  /** Asked anew for each connection: its hello tells the present uptime. */
  options(connectMs: number): IClientOptions
  outbox: Outbox
  /** How old a report's first row is at this moment. */
  ageOf(report: SealedReport): Age
  exchange: Exchange
  /** CONNACK came: the centre has read the hello. */
  onConnected(): void
  log: Log
  /** From 0 to 1. */
  random?: () => number
  limits?: Partial<LinkLimits>
}

type LinkState =
  | { kind: 'idle' }
  | { kind: 'connecting'; client: MqttClient }
  | { kind: 'connected'; client: MqttClient; sinceMs: number; inFlight: Set<SealedReport>; base: Base | null }
  /** The goodbye is said: nothing more is sent, and nothing that breaks is rebuilt. */
  | { kind: 'leaving'; client: MqttClient }
  | { kind: 'waiting' }

/**
 * The connection to the centre: kept up, rebuilt when it breaks or falls silent. Pending reports go out over
 * it, and each PUBACK is told to the outbox; whatever was not acknowledged is sent again by the next connection.
 */
export class Link {
  readonly #parts: LinkParts
  readonly #limits: LinkLimits
  readonly #random: () => number
  #state: LinkState = { kind: 'idle' }
  #failures = 0
  /** The one timer: of the watchdog while there is a client, of the next attempt while waiting. */
  #timer: NodeJS.Timeout | undefined

  constructor(parts: LinkParts) {
    this.#parts = parts
    this.#limits = { ...LIMITS, ...parts.limits }
    this.#random = parts.random ?? Math.random
  }

  get connected(): boolean {
    return this.#state.kind === 'connected'
  }

  start(): void {
    if (this.#state.kind === 'idle') this.#connect()
  }

  /** Sends what is pending and not under way, as far as the limits allow. */
  send(): void {
    const state = this.#state
    if (state.kind !== 'connected') return
    for (const report of this.#parts.outbox.pending()) {
      if (state.inFlight.has(report)) continue
      if (!hasRoom(state.inFlight, report.bytes.length)) return
      state.inFlight.add(report)
      this.#publish(state.client, report, state.base)
    }
  }

  /** The last word: no report follows it. Resolves with whether the centre has acknowledged it in time. */
  async sayGoodbye(payload: Uint8Array): Promise<boolean> {
    if (this.#state.kind !== 'connected') return false
    const { client } = this.#state
    this.#state = { kind: 'leaving', client }
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), this.#limits.goodbyeMs)
      client.publish(TOPICS.goodbye, Buffer.from(payload), { qos: 1 }, (error) => {
        clearTimeout(timer)
        resolve(!error)
      })
    })
  }

  /** Leaves with DISCONNECT where there is a connection; afterwards nothing of it is left. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    const state = this.#state
    this.#state = { kind: 'idle' }
    switch (state.kind) {
      case 'idle':
      case 'waiting':
        return
      case 'connecting':
        state.client.end(true)
        return
      case 'connected':
      case 'leaving':
        await this.#disconnect(state.client)
    }
  }

  #connect(): void {
    let client: MqttClient
    try {
      client = connect(this.#parts.options(this.#limits.connectMs))
    } catch (error) {
      // Nothing came about that could call back: a wrong option, or no more file handles.
      this.#wait(0, reasonOf(error))
      return
    }
    this.#state = { kind: 'connecting', client }
    this.#watch(client, this.#limits.connectMs, 'CONNACK')
    client.on('connect', () => this.#onConnect(client))
    client.on('error', (error) => this.#drop(client, reasonOf(error)))
    client.on('close', () => this.#drop(client, 'closed by the other end'))
    client.on('packetsend', (packet) => {
      if (packet.cmd === 'pingreq') this.#onAsked(client, 'ping')
      if (packet.cmd === 'publish') this.#onAsked(client, String(packet.messageId))
    })
    client.on('packetreceive', (packet) => {
      if (packet.cmd === 'pingresp') this.#onAnswered(client, 'ping')
      if (packet.cmd === 'puback') this.#onAnswered(client, String(packet.messageId))
    })
  }

  #onConnect(client: MqttClient): void {
    if (!this.#isCurrent(client)) return
    clearTimeout(this.#timer)
    this.#state = { kind: 'connected', client, sinceMs: performance.now(), inFlight: new Set(), base: null }
    this.#parts.log.info({}, 'connected')
    this.#parts.onConnected()
    this.send()
  }

  #publish(client: MqttClient, report: SealedReport, base: Base | null): void {
    const age = this.#parts.ageOf(report)
    const payload = encodeDelivery({ age, report: standingOn(base, report) })
    client.publish(TOPICS.report, Buffer.from(payload), { qos: 1 }, (error) => {
      // Without PUBACK it stays in the journal, for the next connection.
      if (error) return
      void this.#acknowledged(client, report)
    })
  }

  async #acknowledged(client: MqttClient, report: SealedReport): Promise<void> {
    try {
      await this.#parts.outbox.ack(report)
    } catch (error) {
      this.#parts.log.warn({ seq: report.seq, reason: reasonOf(error) }, 'acknowledgement not recorded')
    }
    if (this.#state.kind !== 'connected' || this.#state.client !== client) return
    this.#state.inFlight.delete(report)
    this.#state.base = laterBase(this.#state.base, report)
    this.send()
  }

  #onAsked(client: MqttClient, id: string): void {
    if (!this.#isCurrent(client)) return
    const { exchange } = this.#parts
    if (exchange.open === 0) this.#watch(client, this.#limits.answerMs, 'PUBACK or PINGRESP')
    exchange.asked(id, performance.now())
  }

  #onAnswered(client: MqttClient, id: string): void {
    if (!this.#isCurrent(client)) return
    const { exchange } = this.#parts
    exchange.answered(id, performance.now())
    clearTimeout(this.#timer)
    if (exchange.open > 0) this.#watch(client, this.#limits.answerMs, 'PUBACK or PINGRESP')
  }

  /** mqtt.js has been seen to hang for ever; a link that is silent too long is thrown away and made anew. */
  #watch(client: MqttClient, limitMs: number, expected: string): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(
      () => this.#drop(client, `expected ${expected} within ${limitMs} ms, got nothing`),
      limitMs,
    )
  }

  #isCurrent(client: MqttClient): boolean {
    return 'client' in this.#state && this.#state.client === client
  }

  #drop(client: MqttClient, reason: string): void {
    if (!this.#isCurrent(client)) return
    const state = this.#state
    if (state.kind === 'leaving') {
      clearTimeout(this.#timer)
      this.#state = { kind: 'idle' }
    } else {
      const connectedMs = state.kind === 'connected' ? performance.now() - state.sinceMs : 0
      this.#wait(connectedMs, reason)
    }
    this.#parts.exchange.broken()
    client.end(true)
  }

  #wait(connectedMs: number, reason: string): void {
    clearTimeout(this.#timer)
    const { waitMs, failures } = backOff({ failures: this.#failures, connectedMs }, this.#random())
    this.#failures = failures
    this.#state = { kind: 'waiting' }
    this.#parts.log.warn({ reason, waitMs }, 'not connected')
    this.#timer = setTimeout(() => this.#connect(), waitMs)
  }

  async #disconnect(client: MqttClient): Promise<void> {
    // mqtt.js would hold DISCONNECT back until every report is acknowledged; the journal has them.
    for (const id of Object.keys(client.outgoing)) client.removeOutgoingMessage(Number(id))
    this.#parts.exchange.broken()
    await new Promise<void>((resolve) => {
      const cut = setTimeout(() => {
        client.stream.destroy()
        resolve()
      }, this.#limits.closeMs)
      client.end(false, () => {
        clearTimeout(cut)
        resolve()
      })
    })
  }
}
