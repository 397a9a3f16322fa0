import type { Clock } from '../clock.ts'
import type { Collector, Values } from '../collect/collector.ts'
import type { Log } from '../log.ts'
import { reasonOf } from '../reason.ts'
import type { DirectionEstimate } from './direction.ts'
import { Busy, type CapacityEstimate, type KnownRates } from './estimate.ts'
import { type CapacityMemory, type DatedEstimate, readMemory, writeMemory } from './memory.ts'
import { allowanceOf, isDue } from './schedule.ts'
import { isQuiet, type Rates, ratesBetween, type TrafficCounters, UNWATCHED, widened } from './traffic.ts'

/** The account of the line, as far as a look needs it. */
export interface ProbeBudget {
  /** null: no cap. */
  readonly capBytes: number | null
  /** Whether it may cost so much; reserved until `probed`. */
  mayProbe(bytes: number): boolean
  probed(bytes: number): void
}

/** One look at the line, of at most so many bytes. @throws Busy, or Error with what is wrong */
export type Look = (
  given: { maxBytes: number; known: KnownRates },
  onSpent: (bytes: number) => void,
  signal: AbortSignal,
) => Promise<CapacityEstimate>

export interface CapacityParts {
  look: Look
  budget(): ProbeBudget
  /** It is another's task, or there is a storm. */
  held(): boolean
  /** The device's own connection to the centre is up; not one through a relay. */
  connected(): boolean
  /** What this machine's interfaces have carried so far; null: nobody can say. */
  traffic: (() => Promise<TrafficCounters>) | null
  clock: Clock
  /** Where the drawn minutes and the last estimate are kept. */
  folder: string
  log: Log
  random?: () => number
}

const LOOK_EVERY_MS = 60_000
/** So long the interfaces are watched before and after: a web page's pictures take less. */
const WATCH_MS = 3000
/** An estimate stands until the next is overdue by half: then nobody knows. */
const STANDS_FOR = 1.5
const DAY_MS = 86_400_000
/**
 * A centre that cannot be asked by UDP is asked twice, then twice after a day, two, four, and each week: 400 bytes a
 * question, as some networks let nothing through but TCP.
 */
const TRIES = 2
const LONGEST_REST_DAYS = 7
const DAY_SECONDS = 86_400
/** Noon comes before the minute of the night before. */
const EARLY_SECONDS = 4 * 3600
/** Whatever the clock says: two thirds of a day. */
const LEAST_SECONDS = 16 * 3600
const MAX_LOOK_MS = 120_000

/** What the line carries, looked at once a day or week in a quiet minute, and told with each sample until the next. */
export class Capacity {
  readonly collector: Collector = { name: 'capacity', read: () => this.#read() }
  readonly #parts: CapacityParts
  readonly #random: () => number
  #memory: CapacityMemory | null = null
  #timer: NodeJS.Timeout | undefined
  readonly #stopped = new AbortController()
  #looking: Promise<void> | null = null
  #keeping: Promise<void> | null = null
  /** By uptime: no look before. */
  #notBeforeSeconds = 0
  #failures = 0
  #fault: string | null = null

  constructor(parts: CapacityParts) {
    this.#parts = parts
    this.#random = parts.random ?? Math.random
  }

  /** Never rejects: without its folder a device draws its minutes at each start. */
  async start(): Promise<void> {
    const { folder, clock } = this.#parts
    this.#memory = await readMemory(folder, clock.nowMs(), this.#random)
    if (this.#stopped.signal.aborted) return
    await this.#keep()
    this.#timer = setInterval(() => this.#tick(), LOOK_EVERY_MS)
    this.#timer.unref()
  }

  /** A look that is under way is ended, and what it has cost is counted. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#stopped.abort()
    await this.#looking
    await this.#keeping
  }

  async #read(): Promise<Values> {
    const everyDays = allowanceOf(this.#parts.budget().capBytes)?.everyDays ?? 1
    const nowMs = this.#parts.clock.nowMs()
    const standing = (estimate: DatedEstimate | null | undefined): DatedEstimate | null => {
      const ageMs = estimate ? nowMs - estimate.atMs : -1
      return estimate && ageMs >= 0 && ageMs <= everyDays * DAY_MS * STANDS_FOR ? estimate : null
    }
    const [down, up] = [standing(this.#memory?.down), standing(this.#memory?.up)]
    if (!down && !up && this.#fault !== null) throw new Error(this.#fault)
    return { ...valuesOf('down', down), ...valuesOf('up', up) }
  }

  #tick(): void {
    const { clock, held, connected, budget } = this.#parts
    if (this.#looking || !this.#memory || held() || !connected()) return
    const uptimeSeconds = clock.uptimeSeconds()
    if (uptimeSeconds < this.#notBeforeSeconds) return
    const { minutes, lastMs, sinceMs } = this.#memory
    const allowance = allowanceOf(budget().capBytes)
    if (!allowance) return
    const moment = { minutes, lastMs, sinceMs, nowMs: clock.nowMs(), uptimeSeconds }
    if (!isDue({ ...moment, everyDays: allowance.everyDays })) return
    this.#looking = this.#lookAt(allowance.bytes).finally(() => {
      this.#looking = null
    })
  }

  async #lookAt(maxBytes: number): Promise<void> {
    const { clock, log } = this.#parts
    const { signal } = this.#stopped
    try {
      const before = await this.#rates()
      const { down, up } = this.#memory!
      const known = { down: down?.kbps ?? null, up: up?.kbps ?? null }
      const { downBytesPerSecond, upBytesPerSecond } = before
      if (!isQuiet(downBytesPerSecond, known.down) || !isQuiet(upBytesPerSecond, known.up)) return
      const found = await this.#paidLook(maxBytes, known)
      if (!found) return
      this.#remember(found, await this.#rates())
      this.#notBeforeSeconds = clock.uptimeSeconds() + LEAST_SECONDS
      this.#failures = 0
      this.#fault = null
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof Busy) {
        this.#notBeforeSeconds = clock.uptimeSeconds() + error.seconds * (1 + this.#random())
        return
      }
      this.#failures++
      this.#fault = reasonOf(error)
      log.warn({ reason: this.#fault }, 'capacity of the line not found')
      if (this.#failures % TRIES !== 0) return
      const restDays = Math.min(LONGEST_REST_DAYS, 2 ** (this.#failures / TRIES - 1))
      this.#notBeforeSeconds = clock.uptimeSeconds() + restDays * DAY_SECONDS - EARLY_SECONDS
    }
  }

  /** null: there is no money for it now. */
  async #paidLook(maxBytes: number, known: KnownRates): Promise<CapacityEstimate | null> {
    const { budget, look } = this.#parts
    if (!budget().mayProbe(maxBytes)) return null
    let spentBytes = 0
    const onSpent = (bytes: number): void => {
      spentBytes = bytes
    }
    const ended = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(MAX_LOOK_MS)])
    try {
      return await look({ maxBytes, known }, onSpent, ended)
    } finally {
      budget().probed(spentBytes)
    }
  }

  /** A look that found nothing takes back nothing. */
  #remember(found: CapacityEstimate, others: Rates): void {
    const memory = this.#memory!
    const atMs = this.#parts.clock.nowMs()
    const down = widened(found.down, others.downBytesPerSecond)
    const up = widened(found.up, others.upBytesPerSecond)
    this.#memory = {
      ...memory,
      lastMs: atMs,
      down: down ? { ...down, atMs } : memory.down,
      up: up ? { ...up, atMs } : memory.up,
    }
    this.#parts.log.info({ down, up, spentBytes: found.spentBytes }, 'capacity of the line')
    this.#keeping = this.#keep()
  }

  /** What this machine does on its line, over a few seconds. @throws Error when it was told to stop meanwhile */
  async #rates(): Promise<Rates> {
    const { traffic } = this.#parts
    if (!traffic) return UNWATCHED
    const [sinceMs, before] = [performance.now(), await traffic()]
    await this.#wait(WATCH_MS)
    return ratesBetween(before, await traffic(), (performance.now() - sinceMs) / 1000)
  }

  /** @throws Error when it was told to stop meanwhile */
  async #wait(ms: number): Promise<void> {
    const { signal } = this.#stopped
    let timer: NodeJS.Timeout | undefined
    let onAbort = (): void => {}
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms)
      onAbort = resolve
      signal.addEventListener('abort', onAbort)
    })
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
    signal.throwIfAborted()
  }

  async #keep(): Promise<void> {
    try {
      await writeMemory(this.#parts.folder, this.#memory!)
    } catch (error) {
      this.#parts.log.warn({ reason: reasonOf(error) }, 'capacity not kept: it holds until the next start')
    }
  }
}

function valuesOf(way: 'down' | 'up', estimate: DirectionEstimate | null): Values {
  if (!estimate) return {}
  const kbps = Math.round(estimate.kbps)
  const percent = Math.ceil(estimate.errorPercent)
  return way === 'down'
    ? { down_kbps: kbps, down_error_percent: percent }
    : { up_kbps: kbps, up_error_percent: percent }
}
