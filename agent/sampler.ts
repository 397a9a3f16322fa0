import type { Clock } from './clock.ts'
import type { Collector, Values } from './collect/collector.ts'
import type { Log } from './log.ts'
import { reasonOf } from './reason.ts'

/** What was measured at one moment of one boot. */
export interface Sample {
  boot: number
  /** Age of the boot, on its monotonic clock. */
  uptimeSeconds: number
  /** The wall clock, seconds since 1970. */
  clockSeconds: number
  values: Values
}

export interface SamplerParts {
  collectors: readonly Collector[]
  clock: Clock
  boot: number
  /** Asked for each next sample: settings and budget change it. */
  sampleSeconds(): number
  /** Takes the sample; the next one is not taken before it is done. */
  onSample(sample: Sample): Promise<void>
  log: Pick<Log, 'warn'>
  limits?: Partial<SamplerLimits>
}

interface SamplerLimits {
  /** A collector that takes longer is left out of the sample; reading a kernel file takes under 20 ms. */
  collectMs: number
  /** Between the first look and the first sample: the processor's share needs two looks apart. */
  firstLookMs: number
}

const LIMITS: SamplerLimits = { collectMs: 5000, firstLookMs: 1000 }

/** How long until the next whole multiple of `everyMs` after `startedMs`: lateness does not add up. */
export function untilNext(startedMs: number, nowMs: number, everyMs: number): number {
  return everyMs - ((nowMs - startedMs) % everyMs)
}

/** Asks every collector at an even pace, once right after the start. */
export class Sampler {
  readonly #parts: SamplerParts
  readonly #limits: SamplerLimits
  /** Collectors asked and not answered yet: they are not asked again. */
  readonly #busy = new Set<Collector>()
  /** Collectors whose failure was logged. */
  readonly #told = new Set<Collector>()
  #timer: NodeJS.Timeout | null = null
  #wake: (() => void) | null = null
  /** While the next sample is waited for: what its time is counted from. */
  #waitingSinceMs: number | null = null
  #running = false
  /** One more sample was asked for while one was being taken: what it tells may be older than the asking. */
  #again = false
  #handedOn = Promise.resolve()

  constructor(parts: SamplerParts) {
    this.#parts = parts
    this.#limits = { ...LIMITS, ...parts.limits }
  }

  /** Resolves when the first sample is taken and handed on, or at `stop()`. */
  async start(): Promise<void> {
    this.#running = true
    const startedMs = performance.now()
    await this.#collect()
    await this.#pause(this.#limits.firstLookMs)
    await this.#sample()
    this.#schedule(startedMs)
  }

  /** The pace has changed: the next sample comes at the new one. */
  retime(): void {
    if (this.#waitingSinceMs === null) return
    if (this.#timer) clearTimeout(this.#timer)
    this.#schedule(this.#waitingSinceMs)
  }

  /** Something has happened that cannot wait: one sample out of turn; the pace stays as it was. */
  sampleNow(): void {
    if (!this.#running) return
    if (this.#waitingSinceMs === null) {
      this.#again = true
      return
    }
    if (this.#timer) clearTimeout(this.#timer)
    this.#take(this.#waitingSinceMs)
  }

  /** Resolves when the last sample is handed on; a collector that hangs is not waited for. */
  async stop(): Promise<void> {
    this.#running = false
    this.#waitingSinceMs = null
    if (this.#timer) clearTimeout(this.#timer)
    this.#wake?.()
    await this.#handedOn
  }

  async #pause(ms: number): Promise<void> {
    if (!this.#running) return
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      this.#timer = setTimeout(resolve, ms)
    })
  }

  #schedule(startedMs: number): void {
    if (!this.#running) return
    const waitMs = untilNext(startedMs, performance.now(), this.#parts.sampleSeconds() * 1000)
    this.#waitingSinceMs = startedMs
    this.#timer = setTimeout(() => this.#take(startedMs), waitMs)
    if (!this.#again) return
    this.#again = false
    this.sampleNow()
  }

  #take(startedMs: number): void {
    this.#waitingSinceMs = null
    void this.#sample().then(() => this.#schedule(startedMs))
  }

  async #sample(): Promise<void> {
    if (!this.#running) return
    const { clock, boot, onSample, log } = this.#parts
    const values = await this.#collect()
    if (!this.#running) return
    const sample = {
      boot,
      uptimeSeconds: clock.uptimeSeconds(),
      clockSeconds: Math.floor(clock.nowMs() / 1000),
      values,
    }
    this.#handedOn = onSample(sample).catch((error: unknown) => {
      log.warn({ reason: reasonOf(error) }, 'sample not taken in')
    })
    await this.#handedOn
  }

  async #collect(): Promise<Values> {
    const found = await Promise.all(this.#parts.collectors.map((collector) => this.#read(collector)))
    return Object.assign({}, ...found)
  }

  async #read(collector: Collector): Promise<Values> {
    if (this.#busy.has(collector)) return {}
    this.#busy.add(collector)
    // In a function of its own, so that a collector that throws at once rejects like any other.
    const reading = (async () => collector.read())().finally(() => this.#busy.delete(collector))
    let timer: NodeJS.Timeout | undefined
    const { collectMs } = this.#limits
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`expected an answer within ${collectMs} ms`)), collectMs)
    })
    try {
      return await Promise.race([reading, late])
    } catch (error) {
      this.#tellOnce(collector, error)
      return {}
    } finally {
      clearTimeout(timer)
    }
  }

  #tellOnce(collector: Collector, error: unknown): void {
    if (this.#told.has(collector)) return
    this.#told.add(collector)
    this.#parts.log.warn({ collector: collector.name, reason: reasonOf(error) }, 'collector failed')
  }
}
