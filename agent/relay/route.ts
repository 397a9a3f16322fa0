export interface RouteLimits {
  /** A cable that is moved, a relay that restarts: so long it is tried again before the line is paid for. */
  graceMs: number
  /** A site's neighbours shall not all connect in one second: 1.1 kB each. */
  spreadMs: number
  /** With its line down the relay's neighbours wait longer: most often the line is the site's only one. */
  lineDownMs: number
  /** Between two attempts before the grace is over; behind `quickTries` of them failures double it. */
  quickRetryMs: number
  quickTries: number
  /** From the own connection back: each attempt at a relay that fails costs the site 150 bytes. Failures double it. */
  returnMs: number
  returnCapMs: number
  /** A relay that held so long was none that comes and goes; the count of failures starts anew. */
  stableMs: number
}

export const ROUTE_LIMITS: RouteLimits = {
  graceMs: 10_000,
  spreadMs: 30_000,
  lineDownMs: 180_000,
  quickRetryMs: 3000,
  quickTries: 20,
  returnMs: 60_000,
  returnCapMs: 3_600_000,
  stableMs: 600_000,
}

/** How long until a device whose relay is silent connects by itself. @param random from 0 to 1 */
export function patienceMs(lineDown: boolean, random: number, limits = ROUTE_LIMITS): number {
  return (lineDown ? limits.lineDownMs : limits.graceMs) + random * limits.spreadMs
}

/** How long until the relay is tried again: half of it is jitter. @param random from 0 to 1 */
export function returnMs(failures: number, random: number, limits = ROUTE_LIMITS): number {
  return Math.min(limits.returnCapMs, limits.returnMs * 2 ** failures) * (0.5 + random / 2)
}

/**
 * How long until the relay is tried again by who has no other way yet. One that the centre has forgotten would else
 * spend 7 MB of the site's line in a day, who has no line of its own to go to. @param random from 0 to 1
 */
export function quickMs(failures: number, random: number, limits = ROUTE_LIMITS): number {
  const slower = 2 ** Math.max(0, failures - limits.quickTries)
  return Math.min(limits.returnCapMs, limits.quickRetryMs * slower) * (0.5 + random / 2)
}

export interface RouteParts {
  relay: { start(): void; stop(): void; readonly live: boolean }
  direct: { start(): void; stop(): Promise<void> }
  random?: () => number
  now?: () => number
  limits?: Partial<RouteLimits>
}

/** `relay`: through it, or trying to; `direct`: over the device's own connection, with a try at the relay now and then. */
type Way = 'none' | 'relay' | 'direct'

/**
 * Chooses the way to the centre: the relay first, the device's own connection when there is no relay to be had, and
 * back. Both ways serve the same journal, and reports that go both ways are known to the centre by their numbers.
 */
export class Route {
  readonly #parts: RouteParts
  readonly #limits: RouteLimits
  readonly #random: () => number
  readonly #now: () => number
  #way: Way = 'none'
  #failures = 0
  #welcomeMs: number | null = null
  #patience: NodeJS.Timeout | undefined
  #retry: NodeJS.Timeout | undefined

  constructor(parts: RouteParts) {
    this.#parts = parts
    this.#limits = { ...ROUTE_LIMITS, ...parts.limits }
    this.#random = parts.random ?? Math.random
    this.#now = parts.now ?? (() => performance.now())
  }

  get way(): Way {
    return this.#way
  }

  start(): void {
    this.#way = 'relay'
    this.#wait(false)
    this.#parts.relay.start()
  }

  async stop(): Promise<void> {
    const was = this.#way
    this.#way = 'none'
    this.#clear()
    this.#parts.relay.stop()
    if (was === 'direct') await this.#parts.direct.stop()
  }

  /** The centre knows the device through the relay: its own connection is not needed any more. */
  onWelcome(): void {
    this.#clear()
    this.#welcomeMs = this.#now()
    if (this.#way !== 'direct') return
    this.#way = 'relay'
    void this.#parts.direct.stop()
  }

  /** The relay's own line went or came. */
  onLine(up: boolean): void {
    if (this.#way !== 'relay') {
      // The relay is no better off than this device: it is left alone until the next try.
      if (!up && this.#way === 'direct') this.#giveUp()
      return
    }
    if (up && this.#patience === undefined) this.#wait(false)
    if (!up) this.#wait(true)
  }

  /** There is no way through the relay. */
  onLost(): void {
    if (this.#way === 'none') return
    const heldMs = this.#welcomeMs === null ? 0 : this.#now() - this.#welcomeMs
    this.#welcomeMs = null
    this.#failures = heldMs >= this.#limits.stableMs ? 0 : this.#failures + 1
    if (this.#way === 'direct') {
      this.#retryIn(returnMs(this.#failures, this.#random(), this.#limits))
      return
    }
    if (this.#patience === undefined) this.#wait(false)
    this.#retryIn(quickMs(this.#failures, this.#random(), this.#limits))
  }

  #giveUp(): void {
    this.#parts.relay.stop()
    this.onLost()
  }

  #wait(lineDown: boolean): void {
    clearTimeout(this.#patience)
    this.#patience = setTimeout(() => this.#goDirect(), patienceMs(lineDown, this.#random(), this.#limits))
  }

  #goDirect(): void {
    this.#patience = undefined
    if (this.#way !== 'relay') return
    this.#way = 'direct'
    this.#parts.direct.start()
    // What is still on its way through the relay is given up, so that one way at a time is tried.
    this.#parts.relay.stop()
    this.#retryIn(returnMs(this.#failures, this.#random(), this.#limits))
  }

  #retryIn(ms: number): void {
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => this.#parts.relay.start(), ms)
  }

  #clear(): void {
    clearTimeout(this.#patience)
    clearTimeout(this.#retry)
    this.#patience = undefined
  }
}
