import type { UpTopic } from '#protocol/topics.ts'
import { DOWN_TOPICS, TOPICS } from '#protocol/topics.ts'
import type { AgentConfig } from '../config.ts'
import type { Log } from '../log.ts'
import { reasonOf } from '../reason.ts'
import { Neighbour, type NeighbourParts } from './neighbour.ts'
import { Relay } from './relay.ts'
import { Route, type RouteLimits } from './route.ts'

/** As much of the link as goes through here. */
interface DirectLink {
  readonly connected: boolean
  start(): void
  stop(): Promise<void>
  send(): void
  say(topic: UpTopic, payload: Uint8Array): Promise<boolean>
  sayGoodbye(payload: Uint8Array): Promise<boolean>
  pass(topic: UpTopic, payload: Uint8Array): boolean
  together(send: () => void): void
}

export interface WayParts {
  config: Pick<AgentConfig, 'device' | 'key' | 'relay' | 'relayPort'>
  link: DirectLink
  neighbour: Omit<NeighbourParts, 'relay' | 'device' | 'key' | 'onLine' | 'onLost' | 'log'>
  log: Log
  routeLimits?: Partial<RouteLimits>
}

/**
 * An agent's way to the centre: its own link, or through a relay with the link in reserve; and, where this agent is a
 * relay itself, the neighbours' way beside its own.
 */
export class Way {
  readonly #link: DirectLink
  readonly #log: Log
  #relay: Relay | null
  #relayPort: number | null = null
  readonly #neighbour: Neighbour | null
  readonly #route: Route | null

  constructor({ config, link, neighbour, log, routeLimits = {} }: WayParts) {
    this.#link = link
    this.#log = log
    this.#relay = config.relayPort === undefined ? null : this.#makeRelay(undefined, config.relayPort)
    this.#neighbour =
      config.relay === undefined
        ? null
        : new Neighbour({
            ...neighbour,
            relay: config.relay,
            device: config.device,
            key: Buffer.from(config.key, 'hex'),
            onWelcome: () => {
              this.#route?.onWelcome()
              return neighbour.onWelcome()
            },
            onLine: (up) => this.#route?.onLine(up),
            onLost: (reason) => {
              log.warn({ reason }, 'not connected through the relay')
              this.#route?.onLost()
            },
            log,
          })
    this.#route = this.#neighbour && new Route({ relay: this.#neighbour, direct: link, limits: routeLimits })
  }

  /** Through the relay: reports go when it asks. */
  get relayed(): boolean {
    return this.#neighbour?.live ?? false
  }

  get connected(): boolean {
    return this.relayed || this.#link.connected
  }

  /** Also without a port for its neighbours an agent serves its own device. */
  async start(): Promise<void> {
    try {
      if (this.#relay) {
        this.#relayPort = await this.#relay.start()
        this.#log.info({ port: this.#relayPort }, 'relay listens for neighbours')
      }
    } catch (error) {
      this.#log.error({ reason: reasonOf(error) }, 'no relay for the neighbours')
    }
    if (this.#route) this.#route.start()
    else this.#link.start()
  }

  /**
   * Where devices that this agent speaks for report to: its relay's port, or one on the loopback that is opened for them.
   * @throws Error when this agent itself goes through another's relay
   */
  async innerPort(): Promise<number> {
    this.#relay?.serveOwn()
    if (this.#relayPort !== null) return this.#relayPort
    if (this.#neighbour) throw new Error('relay: expected none beside probed devices, got one')
    this.#relay = this.#makeRelay('127.0.0.1', 0)
    this.#relay.serveOwn()
    this.#relayPort = await this.#relay.start()
    if (this.#link.connected) this.#relay.lineUp()
    return this.#relayPort
  }

  /** Lets go of the centre without a word, as a device that is gone does; only of one that goes through a relay. */
  async hush(): Promise<void> {
    await this.#route?.stop()
  }

  speak(): void {
    this.#route?.start()
  }

  async stop(): Promise<void> {
    await this.#route?.stop()
    await this.#link.stop()
    await this.#relay?.stop()
  }

  send(): void {
    if (this.relayed) this.#neighbour?.send()
    else this.#link.send()
  }

  /** Sends the present; a relay sends its neighbours' with it. */
  report(): void {
    if (this.#relay && this.#link.connected) void this.#relay.report(() => this.#link.send())
    else this.send()
  }

  async say(topic: UpTopic, payload: Uint8Array): Promise<boolean> {
    if (this.#neighbour && this.relayed) return this.#neighbour.say(topic, payload)
    return this.#link.say(topic, payload)
  }

  async sayGoodbye(payload: Uint8Array): Promise<boolean> {
    if (this.#neighbour && this.relayed) return this.#neighbour.sayGoodbye(payload)
    return this.#link.sayGoodbye(payload)
  }

  /** The link has a new connection: what neighbours had at the centre ended with the one before. */
  onLinkUp(): void {
    this.#relay?.lineDown()
    this.#relay?.lineUp()
  }

  onLinkAway(): void {
    this.#relay?.lineDown()
  }

  /** Whether what the centre pushed over the link was for the neighbours. */
  takePush(topic: string, payload: Uint8Array): boolean {
    if (topic !== DOWN_TOPICS.neighbours) return false
    this.#relay?.take(payload)
    return true
  }

  #makeRelay(host: string | undefined, port: number): Relay {
    const link = this.#link
    return new Relay({
      host,
      port,
      uplink: {
        get connected() {
          return link.connected
        },
        publish: (payload) => link.pass(TOPICS.neighbours, payload),
        together: (send) => link.together(send),
      },
      log: this.#log,
    })
  }
}
