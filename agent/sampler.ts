import type { Traits } from '#protocol/traits.ts'
import type { Clock } from './clock.ts'
import type { Collector, Values } from './collect/collector.ts'
import { Watched } from './collect/watched.ts'
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
  /** Between the first look and the first sample: the processor's share needs two looks apart. */
  firstLookMs: number
}

const LIMITS: SamplerLimits = { firstLookMs: 1000 }

/** How long until the next whole multiple of `everyMs` after `startedMs`: lateness does not add up. */
export function untilNext(startedMs: number, nowMs: number, everyMs: number): number {
  return everyMs - ((nowMs - startedMs) % everyMs)
}

/** Asks every collector at an even pace, once right after the start. */
export class Sampler {
  readonly #parts: SamplerParts
  readonly #limits: SamplerLimits
  readonly #watched: readonly Watched[]
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
    this.#watched = parts.collectors.map(
      (collector) =>
        new Watched(collector, {
          onFault: (name, reason) => parts.log.warn({ collector: name, reason }, 'collector failed'),
        }),
    )
  }

  /** What the collectors say of the device in words, and which of them cannot measure. */
  traits(): Traits {
    const traits = this.#watched.map((watched) => watched.traits())
    const faults = [...traits.flatMap(({ faults }) => faults ?? []), ...faultsOf(this.#watched)]
    return Object.assign({}, ...traits, faults.length > 0 && { faults: faults.join('\n') })
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
    for (const watched of this.#watched) watched.stop()
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
    return Object.assign({}, ...(await Promise.all(this.#watched.map((watched) => watched.read()))))
  }
}

function faultsOf(watched: readonly Watched[]): string[] {
  return watched.flatMap(({ name, fault }) => (fault === null ? [] : [`${name}: ${fault}`]))
}
