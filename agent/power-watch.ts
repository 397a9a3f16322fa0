import type { Collector } from './collect/collector.ts'

export interface PowerWatchParts {
  power: Collector
  /** Another source than at the last look. */
  onTurn(): void
  limits?: Partial<PowerWatchLimits>
}

export interface PowerWatchLimits {
  /**
   * Between two looks: 120 an hour beside 60 samples, each 0.25 ms of a core that has done other things in between, are
   * 45 ms an hour.
   */
  lookMs: number
  /** After a turn: power that flickers costs a report a minute, 200 bytes, and not six. */
  calmMs: number
}

const LIMITS: PowerWatchLimits = { lookMs: 30_000, calmMs: 60_000 }

/** Looks more often than samples are taken whether mains have gone or come: others' lights are out for the same reason. */
export class PowerWatch {
  readonly #parts: PowerWatchParts
  readonly #limits: PowerWatchLimits
  #known: number | undefined
  #timer: NodeJS.Timeout | null = null
  #running = false

  constructor(parts: PowerWatchParts) {
    this.#parts = parts
    this.#limits = { ...LIMITS, ...parts.limits }
  }

  start(): void {
    this.#running = true
    this.#wait(0)
  }

  stop(): void {
    this.#running = false
    if (this.#timer) clearTimeout(this.#timer)
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => void this.#look(), ms)
  }

  async #look(): Promise<void> {
    // What cannot be read now says nothing about the power.
    const { power_source: source } = await this.#parts.power.read().catch(() => ({ power_source: undefined }))
    if (!this.#running) return
    const turned = this.#known !== undefined && source !== undefined && source !== this.#known
    this.#known = source ?? this.#known
    this.#wait(turned ? this.#limits.calmMs : this.#limits.lookMs)
    if (turned) this.#parts.onTurn()
  }
}
