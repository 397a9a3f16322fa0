import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { isIPv4, isIPv6 } from 'node:net'
import type { DeviceId } from '#protocol/ids.ts'
import {
  encodeTrain,
  type ToTrainAgent,
  type ToTrainCentre,
  TRAIN_NONCE_BYTES,
  untagged,
} from '#protocol/train.ts'
import { type Clock, SYSTEM_CLOCK } from '../../broker/clock.ts'
import { Cookies } from './cookies.ts'
import { Hourly } from './hourly.ts'
import { CAPACITY_LIMITS, type CapacityLimits, type TrainRefusal } from './limits.ts'
import { readTrainMessage } from './read.ts'
import { CapacitySession } from './session.ts'
import { checked, type TrainKeys, trainKeys, withTag } from './tags.ts'

export interface ResponderParts {
  /** The key of a device by the identity that it gives, which may be anything. */
  keyOf(identity: string): Uint8Array | null
  /** undefined: every address. */
  host: string | undefined
  /** That of the agents' TCP; 0: a free one. */
  port: number
  clock?: Clock
  limits?: Partial<CapacityLimits>
  log: { warn(data: object, text: string): void }
  /** Something was dropped. */
  onRefused?(why: TrainRefusal): void
}

/** Behind the version. */
const KIND_AT = 1
const NONCE_AT = 2
const CAR = encodeTrain({
  kind: 'car',
  nonce: new Uint8Array(TRAIN_NONCE_BYTES),
  train: 0,
  index: 0,
  bytes: 0,
})
type Stranger = ToTrainCentre & { kind: 'ask' | 'begin' }

/** RFC 791, RFC 8200, RFC 768. */
const IPV4_HEADERS = 28
const IPV6_HEADERS = 48
/** A whole train of each session waits for the process when it is busy: 2 kB of the kernel's for a packet. */
const BUFFER_BYTES = 1_048_576
/** Told to whom there is no room for: about as long as the estimates before it take. */
const FULL_SECONDS = 120

/**
 * The centre's side of capacity estimates: a UDP socket that says nothing to whoever has no device's key, sends trains
 * only to an address that has shown that it hears the centre, and never more than was asked for and is allowed.
 */
export class CapacityResponder {
  readonly #parts: ResponderParts
  readonly #clock: Clock
  readonly #limits: CapacityLimits
  readonly #cookies: Cookies
  readonly #challenges: Hourly
  readonly #estimates: Hourly
  /** By address and port. */
  readonly #sessions = new Map<string, CapacitySession>()
  /** Nonces that began a session while their cookie held, with what forgets them. */
  readonly #used = new Map<string, () => void>()
  #socket: Socket | null = null
  #second = { startMs: 0, strangers: 0 }

  constructor(parts: ResponderParts) {
    this.#parts = parts
    this.#clock = parts.clock ?? SYSTEM_CLOCK
    this.#limits = { ...CAPACITY_LIMITS, ...parts.limits }
    const nowMs = (): number => this.#clock.nowMs()
    this.#cookies = new Cookies(nowMs, this.#limits.cookieMs)
    this.#challenges = new Hourly(this.#limits.challengesPerHour, nowMs)
    this.#estimates = new Hourly(this.#limits.estimatesPerHour, nowMs)
  }

  /** Estimates under way. */
  get open(): number {
    return this.#sessions.size
  }

  /** Resolves with the port. @throws the system's error when it cannot be had */
  async start(): Promise<number> {
    const { host, port } = this.#parts
    try {
      return await this.#listen(host === undefined || isIPv6(host) ? 'udp6' : 'udp4', host, port)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      // A machine that has IPv6 switched off.
      if (host !== undefined || (code !== 'EAFNOSUPPORT' && code !== 'EADDRNOTAVAIL')) throw error
      return this.#listen('udp4', host, port)
    }
  }

  async stop(): Promise<void> {
    for (const place of [...this.#sessions.keys()]) this.#close(place)
    for (const callOff of this.#used.values()) callOff()
    this.#used.clear()
    const socket = this.#socket
    this.#socket = null
    if (socket) await new Promise<void>((resolve) => socket.close(() => resolve()))
  }

  #listen(type: 'udp4' | 'udp6', address: string | undefined, port: number): Promise<number> {
    const socket = createSocket({ type, recvBufferSize: BUFFER_BYTES })
    return new Promise((resolve, reject) => {
      socket.once('error', (error) => {
        socket.close()
        reject(error)
      })
      socket.bind({ port, ...(address !== undefined && { address }) }, () => {
        socket.removeAllListeners('error')
        socket.on('error', ({ message }) => this.#parts.log.warn({ reason: message }, 'capacity: socket'))
        socket.on('message', (datagram, from) => this.#onMessage(datagram, from))
        this.#socket = socket
        resolve(socket.address().port)
      })
    })
  }

  /** Whatever is sent from anywhere: nothing of it may end the process. */
  #onMessage(datagram: Uint8Array, from: RemoteInfo): void {
    const atUs = Math.round(Number(process.hrtime.bigint()) / 1000)
    try {
      const why = this.#take(datagram, from, atUs)
      if (why) this.#parts.onRefused?.(why)
    } catch (error) {
      this.#parts.log.warn({ reason: String(error) }, 'capacity: a datagram was not taken')
    }
  }

  /** @returns why it was dropped; null: it was not */
  #take(datagram: Uint8Array, from: RemoteInfo, atUs: number): TrainRefusal | null {
    const session = this.#sessions.get(placeOf(from))
    if (session && isCar(datagram) && session.isOf(nonceOf(datagram))) {
      session.renew()
      return session.takeCar(datagram, atUs)
    }
    const parts = untagged(datagram)
    const message = parts && readTrainMessage(parts.body)
    if (!message) return 'malformed'
    if (message.kind === 'ask' || message.kind === 'begin') return this.#takeStranger(message, datagram, from)
    if (!session?.isOf(message.nonce)) return 'no-session'
    if (!session.proves(datagram)) return 'bad-tag'
    session.renew()
    switch (message.kind) {
      case 'order':
        return session.order(message)
      case 'tell':
        return session.tell(message.train)
      case 'end':
        this.#close(placeOf(from))
        return null
      default:
        return 'malformed'
    }
  }

  #takeStranger(message: Stranger, datagram: Uint8Array, from: RemoteInfo): TrainRefusal | null {
    if (this.#isFlooded()) return 'flood'
    const { device, nonce } = message
    const psk = this.#parts.keyOf(device)
    if (!psk) return 'unknown-device'
    const keys = trainKeys(psk)
    if (!checked(keys.up, datagram)) return 'bad-tag'
    const holder = { device, nonce, address: from.address, port: from.port }
    const answer = (reply: ToTrainAgent): null => {
      this.#send(withTag(keys.down, encodeTrain(reply)), from)
      return null
    }
    if (message.kind === 'ask') {
      if (this.#challenges.waitMs(device) > 0) return 'too-many-asks'
      this.#challenges.count(device)
      return answer({ kind: 'challenge', nonce, cookie: this.#cookies.make(holder) })
    }
    if (!this.#cookies.holds(message.cookie, holder)) return 'bad-cookie'
    // It is in: the answer was lost.
    if (this.#sessions.get(placeOf(from))?.isOf(nonce)) return answer({ kind: 'ready', nonce })
    const used = Buffer.from(nonce).toString('hex')
    if (this.#used.has(used)) return 'replayed'
    const waitMs = this.#estimates.waitMs(device)
    if (waitMs > 0) return answer({ kind: 'busy', nonce, seconds: Math.ceil(waitMs / 1000) })
    // One at a time: a device that begins anew has given up the one before.
    for (const [place, session] of this.#sessions) if (session.device === device) this.#close(place)
    if (this.#sessions.size >= this.#limits.sessions) {
      return answer({ kind: 'busy', nonce, seconds: FULL_SECONDS })
    }
    this.#estimates.count(device)
    this.#used.set(
      used,
      this.#clock.after(this.#limits.cookieMs, () => this.#used.delete(used)),
    )
    this.#sessions.set(placeOf(from), this.#session(device, nonce, keys, from))
    return answer({ kind: 'ready', nonce })
  }

  #session(device: DeviceId, nonce: Uint8Array, keys: TrainKeys, from: RemoteInfo): CapacitySession {
    return new CapacitySession({
      ...{ device, nonce, keys, clock: this.#clock, limits: this.#limits },
      headerBytes: isIPv4(from.address.replace(/^::ffff:/, '')) ? IPV4_HEADERS : IPV6_HEADERS,
      send: (datagram) => this.#send(datagram, from),
      onOver: () => this.#close(placeOf(from)),
    })
  }

  #close(place: string): void {
    this.#sessions.get(place)?.end()
    this.#sessions.delete(place)
  }

  #isFlooded(): boolean {
    const nowMs = this.#clock.nowMs()
    if (nowMs - this.#second.startMs >= 1000) this.#second = { startMs: nowMs, strangers: 0 }
    return ++this.#second.strangers > this.#limits.strangersPerSecond
  }

  #send(datagram: Uint8Array, { port, address }: RemoteInfo): void {
    // What the kernel does not take is lost, like anything else on a line.
    this.#socket?.send(datagram, port, address, () => {})
  }
}

function placeOf({ address, port }: RemoteInfo): string {
  return `${address} ${port}`
}

function isCar(datagram: Uint8Array): boolean {
  return datagram[KIND_AT] === CAR[KIND_AT]
}

function nonceOf(datagram: Uint8Array): Uint8Array {
  return datagram.subarray(NONCE_AT, NONCE_AT + TRAIN_NONCE_BYTES)
}
