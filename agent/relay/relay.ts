import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { DeviceId } from '#protocol/ids.ts'
import {
  type DownPart,
  decodeDownBatch,
  encodeUpBatch,
  MAX_ALIAS,
  MAX_HELD_SECONDS,
  type UpPart,
} from '#protocol/neighbours.ts'
import type { Log } from '../log.ts'
import { reasonOf } from '../reason.ts'
import { Handshakes } from './handshakes.ts'
import type { ToRelay } from './lan.ts'
import { Member } from './member.ts'

export interface RelayLimits {
  /** A neighbour says that it lives each 15 s: three of them missed. */
  silentMs: number
  /** How long what comes of its own accord is gathered before it is sent. */
  gatherMs: number
  /** How long neighbours may take to answer `collect`: they write to a disk before they do. */
  collectMs: number
  /** After the budget said no. */
  restMs: number
  /** A neighbour that is back within this was never away: a switch that restarts, a cable that is moved. */
  graceMs: number
  /** Neighbours and strangers together; a home router's table of a site has fewer. */
  maxConnections: number
  /** A device needs one; who only holds places gets few of them. */
  maxStrangersPerAddress: number
}

const LIMITS: RelayLimits = {
  silentMs: 45_000,
  gatherMs: 2000,
  collectMs: 2000,
  restMs: 300_000,
  graceMs: 10_000,
  maxConnections: 2 * MAX_ALIAS,
  maxStrangersPerAddress: 4,
}

/** Sent as soon as this much is held: the largest report, or 400 usual ones, and half a minute at 9.6 kbit/s. */
const MAX_HELD_BYTES = 32_768

/** The budget may say no while it writes to the disk: a batch is offered so often before it is given up. */
const OFFERS = 3

/** What is offered again grows to this at most: it must fit a packet of the broker. */
const MAX_REFUSED_BYTES = 49_152

/** The relay's own way to the centre. */
export interface Uplink {
  readonly connected: boolean
  /** To topic `n`, QoS 0: what is lost comes again, since the centre acknowledges inside the seals. False when it may not. */
  publish(payload: Uint8Array): boolean
  /** What is sent inside goes as one: in one TLS record where it can. */
  together(send: () => void): void
}

export interface RelayParts {
  /** undefined: every address. */
  host: string | undefined
  /** 0: a free one. */
  port: number
  uplink: Uplink
  log: Log
  now?: () => number
  limits?: Partial<RelayLimits>
}

/**
 * Speaks for the neighbours on its LAN: takes what they have sealed for the centre, sends it beside its own reports,
 * hands back what the centre sealed for them. It can read none of it.
 */
export class Relay {
  readonly #parts: RelayParts
  readonly #limits: RelayLimits
  readonly #now: () => number
  readonly #handshakes: Handshakes
  readonly #members = new Set<Member>()
  readonly #byAlias = new Map<number, Member>()
  /** Aliases whose member is gone and that the centre has not been told of yet. */
  readonly #leaving = new Map<number, NodeJS.Timeout>()
  #server: Server | null = null
  #servesOwn = false
  #held: UpPart[] = []
  #heldBytes = 0
  #heldSinceMs: number | null = null
  #timer: NodeJS.Timeout | undefined
  /** How often the budget said no to what is held. */
  #refusals = 0
  #resting: NodeJS.Timeout | undefined
  /** The collection under way: who has not answered yet. */
  #collecting: { awaited: Set<Member>; end: () => void } | null = null

  constructor(parts: RelayParts) {
    this.#parts = parts
    this.#limits = { ...LIMITS, ...parts.limits }
    this.#now = parts.now ?? (() => performance.now())
    this.#handshakes = new Handshakes(this.#now())
  }

  /** Resolves with the port. @throws Error when it cannot be had */
  async start(): Promise<number> {
    const { host, port, log } = this.#parts
    const server = createServer((socket) => this.#greet(socket))
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) =>
        reject(new Error(`relayPort ${port}: expected to be free, got ${error.code}`, { cause: error })),
      )
      server.listen({ host, port }, resolve)
    })
    server.removeAllListeners('error')
    server.on('error', (error) => log.error({ reason: reasonOf(error) }, 'relay: unexpected error'))
    this.#server = server
    return (server.address() as AddressInfo).port
  }

  async stop(): Promise<void> {
    const server = this.#server
    this.#server = null
    this.#forget()
    for (const member of this.#members) member.close()
    if (server) await new Promise((resolve) => server.close(resolve))
  }

  /** Devices that this machine speaks for come too, all from its own address: while the line is down all are strangers. */
  serveOwn(): void {
    this.#servesOwn = true
  }

  /** The relay's own connection stands: neighbours may enter. */
  lineUp(): void {
    for (const member of this.#members) member.tell({ kind: 'line', up: true })
  }

  /** It broke: the centre has ended every session with it. */
  lineDown(): void {
    this.#forget()
    for (const member of this.#members) {
      member.alias = null
      member.become('stranger')
      member.tell({ kind: 'line', up: false })
    }
  }

  /** Asks the neighbours for what they have, then sends it with what `sendOwn` sends: the site's report in one packet. */
  async report(sendOwn: () => void): Promise<void> {
    await this.#collect()
    this.#parts.uplink.together(() => {
      sendOwn()
      this.#flush()
    })
  }

  /** Takes what the centre pushed to topic `n`. */
  take(payload: Uint8Array): void {
    let parts: DownPart[]
    try {
      parts = decodeDownBatch(payload)
    } catch (error) {
      this.#parts.log.warn({ reason: reasonOf(error) }, 'relay: the centre is not understood')
      return
    }
    for (const part of parts) this.#hand(part)
  }

  #hand(part: DownPart): void {
    const member = this.#byAlias.get(part.alias)
    if (!member) return
    switch (part.kind) {
      case 'answer':
        if (member.state !== 'entering') return
        member.become('answered')
        member.tell({ kind: 'answer', random: part.random, proof: part.proof })
        return
      case 'refused':
        this.#release(member)
        member.tell({ kind: 'refused', why: part.why })
        return
      case 'frame':
        if (member.state === 'answered' || member.state === 'greeted') {
          member.become('accepted')
          this.#handshakes.succeeded()
        }
        member.tell({ kind: 'frame', named: part.named, sealed: part.sealed })
    }
  }

  #greet(socket: Socket): void {
    const { maxConnections, maxStrangersPerAddress } = this.#limits
    const strangers = [...this.#members].filter(
      ({ state, address }) => state === 'stranger' && address === socket.remoteAddress,
    )
    const trusted = this.#servesOwn && isLoopback(socket.remoteAddress)
    const crowded = strangers.length >= maxStrangersPerAddress && !trusted
    if (this.#members.size >= maxConnections || crowded) {
      socket.destroy()
      return
    }
    const member: Member = new Member(socket, {
      silentMs: this.#limits.silentMs,
      onMessage: (message) => this.#hear(member, message),
      onClosed: (reason) => this.#closed(member, reason),
    })
    this.#members.add(member)
    member.tell({ kind: 'line', up: this.#parts.uplink.connected })
  }

  #hear(member: Member, message: ToRelay): void {
    switch (message.kind) {
      case 'alive':
        member.tell({ kind: 'alive' })
        return
      case 'done':
        this.#answered(member)
        return
      case 'enter':
        this.#enter(member, message.device, message.random)
        return
      case 'frame': {
        // Else it was sent before its sender heard that the session is over, or by who need not prove a key to say it.
        if (member.alias === null || (member.state !== 'answered' && member.state !== 'accepted')) return
        if (member.state === 'answered') member.become('greeted')
        const { named, sealed } = message
        this.#hold({ kind: 'frame', alias: member.alias, named, sealed }, sealed.length)
      }
    }
  }

  #enter(member: Member, device: DeviceId, random: Uint8Array): void {
    const alias = member.alias ?? this.#freeAlias()
    if (!this.#parts.uplink.connected) {
      member.tell({ kind: 'line', up: false })
      return
    }
    if (alias === null || !this.#handshakes.begin(this.#now())) {
      member.tell({ kind: 'refused', why: 'busy' })
      return
    }
    member.device = device
    member.alias = alias
    member.become('entering')
    this.#byAlias.set(alias, member)
    this.#hold({ kind: 'enter', alias, device, random }, device.length + random.length)
  }

  #freeAlias(): number | null {
    for (let alias = 1; alias <= MAX_ALIAS; alias++) {
      if (!this.#byAlias.has(alias) && !this.#leaving.has(alias)) return alias
    }
    return null
  }

  #closed(member: Member, reason: string): void {
    this.#members.delete(member)
    this.#answered(member)
    const { alias, device, state } = member
    if (alias === null || this.#byAlias.get(alias) !== member) return
    this.#byAlias.delete(alias)
    if (state === 'stranger') return
    this.#parts.log.info({ device, reason }, 'neighbour gone')
    const tell = (): void => {
      this.#leaving.delete(alias)
      this.#hold({ kind: 'silent', alias }, 0)
    }
    this.#leaving.set(alias, setTimeout(tell, this.#limits.graceMs))
  }

  /** The session is over; the connection stays, and the device may enter again. */
  #release(member: Member): void {
    if (member.alias !== null) this.#byAlias.delete(member.alias)
    member.alias = null
    member.become('stranger')
  }

  /** Asks everybody; resolves when all have answered, or it takes too long. */
  async #collect(): Promise<void> {
    const awaited = new Set([...this.#members].filter(({ state }) => state === 'accepted'))
    if (awaited.size === 0 || this.#collecting) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#limits.collectMs)
      this.#collecting = {
        awaited,
        end: () => {
          clearTimeout(timer)
          resolve()
        },
      }
      for (const member of awaited) member.tell({ kind: 'collect' })
    })
    this.#collecting = null
  }

  #answered(member: Member): void {
    const collecting = this.#collecting
    if (collecting?.awaited.delete(member) && collecting.awaited.size === 0) collecting.end()
  }

  #hold(part: UpPart, bytes: number): void {
    if (!this.#parts.uplink.connected) return
    this.#held.push(part)
    this.#heldBytes += bytes
    this.#heldSinceMs ??= this.#now()
    if (this.#refusals > 0) {
      // It is offered again, and only so often; the disk needs a moment.
      if (this.#heldBytes > MAX_REFUSED_BYTES) this.#rest()
    } else if (this.#heldBytes >= MAX_HELD_BYTES) this.#flush()
    else this.#timer ??= setTimeout(() => this.#flush(), this.#limits.gatherMs)
  }

  #flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#held.length === 0 || !this.#parts.uplink.connected) {
      this.#drop()
      return
    }
    const heldMs = this.#now() - (this.#heldSinceMs ?? this.#now())
    // By alias, in the order in which each neighbour spoke: a part behind the one before needs no alias.
    const parts = this.#held.toSorted((a, b) => a.alias - b.alias)
    const heldSeconds = Math.min(MAX_HELD_SECONDS, Math.round(heldMs / 1000))
    if (this.#parts.uplink.publish(encodeUpBatch({ heldSeconds, parts }))) this.#drop()
    else if (++this.#refusals === OFFERS) this.#rest()
    else this.#timer = setTimeout(() => this.#flush(), this.#limits.gatherMs)
  }

  #drop(): void {
    this.#held = []
    this.#heldBytes = 0
    this.#heldSinceMs = null
    this.#refusals = 0
  }

  /** The budget says no: for the neighbours the line is down, until it is asked again. */
  #rest(): void {
    this.lineDown()
    this.#resting = setTimeout(() => {
      if (this.#parts.uplink.connected) this.lineUp()
    }, this.#limits.restMs)
  }

  /** Nothing that was held or promised is worth anything after the connection it was for. */
  #forget(): void {
    clearTimeout(this.#resting)
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#drop()
    for (const timer of this.#leaving.values()) clearTimeout(timer)
    this.#leaving.clear()
    this.#byAlias.clear()
    this.#collecting?.end()
  }
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:::ffff:)?127\.|^::1$/.test(address)
}
