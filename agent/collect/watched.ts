import type { Traits } from '#protocol/traits.ts'
import { reasonOf } from '../reason.ts'
import type { Collector, Values } from './collector.ts'
import { plausible } from './plausible.ts'
import { standing } from './standing.ts'

export interface WatchLimits {
  /** Of a collector that says no limit of its own; reading a kernel file takes under 20 ms. */
  withinMs: number
  /** Behind a first failure of one that looks at each sample; doubled by each further one. */
  retryMs: number
  /** The longest wait: what is repaired in the morning is measured by noon. */
  retryCapMs: number
  /** Looks that never came to an end: beyond these no other is begun, as each may hold memory or a file. */
  abandoned: number
}

const LIMITS: WatchLimits = { withinMs: 5000, retryMs: 60_000, retryCapMs: 6 * 3600_000, abandoned: 3 }

/** What was found stands for now as long as the next look is not half an interval overdue. */
const STANDS_FOR = 1.5

/** How long until a collector that failed is asked again. @param failures in a row, from 1 */
export function retryAfterMs(everyMs: number, failures: number, limits: WatchLimits): number {
  return Math.min(limits.retryCapMs, Math.max(everyMs, limits.retryMs) * 2 ** (failures - 1))
}

/**
 * A collector that costs its readers neither time nor trouble: a late, failing or hanging one gives no values, what
 * cannot be is left out, its fault is kept in words, and it is asked again with back-off. One that looks seldom works in the background, and what
 * it found is told at each sample until it is too old to stand for now.
 */
export class Watched {
  readonly #collector: Collector
  readonly #limits: WatchLimits
  readonly #now: () => number
  readonly #onFault: (name: string, reason: string) => void
  #found: Values = {}
  #foundAtMs = Number.NEGATIVE_INFINITY
  #dueMs = Number.NEGATIVE_INFINITY
  #failures = 0
  #fault: string | null = null
  #looking: AbortController | null = null
  #abandoned = 0

  constructor(
    collector: Collector,
    parts: {
      now?: () => number
      limits?: Partial<WatchLimits>
      /** Called once for each row of failures. */
      onFault(name: string, reason: string): void
    },
  ) {
    this.#collector = collector
    this.#limits = { ...LIMITS, ...parts.limits }
    this.#now = parts.now ?? (() => performance.now())
    this.#onFault = parts.onFault
  }

  get name(): string {
    return this.#collector.name
  }

  /** Why it measures nothing; null: it does. */
  get fault(): string | null {
    return this.#fault
  }

  /** Never throws: of a collector whose words cannot be had there are none. */
  traits(): Traits {
    try {
      return this.#collector.traits?.() ?? {}
    } catch (error) {
      this.#failed(error)
      return {}
    }
  }

  /** Never rejects, and takes no longer than the collector may. */
  async read(): Promise<Values> {
    const slow = this.#everyMs > 0
    const due = this.#now() >= this.#dueMs && !this.#looking && this.#abandoned < this.#limits.abandoned
    const look = due ? this.#look() : null
    if (!slow) return (await look) ?? {}
    const standsMs = this.#everyMs * STANDS_FOR + this.#withinMs
    if (this.#now() - this.#foundAtMs > standsMs) return {}
    const found = this.#found
    this.#found = standing(found)
    return found
  }

  /** A look that is under way is told to end. */
  stop(): void {
    this.#dueMs = Number.POSITIVE_INFINITY
    this.#looking?.abort()
  }

  get #everyMs(): number {
    return (this.#collector.everySeconds ?? 0) * 1000
  }

  get #withinMs(): number {
    return this.#collector.withinMs ?? this.#limits.withinMs
  }

  async #look(): Promise<Values> {
    const looking = new AbortController()
    this.#looking = looking
    this.#dueMs = this.#now() + this.#everyMs
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      const reason = `expected an answer within ${this.#withinMs} ms`
      timer = setTimeout(() => reject(new Error(reason)), this.#withinMs)
    })
    // In a function of its own, so that a collector that throws at once rejects like any other.
    const reading = (async () => this.#collector.read(looking.signal))()
    this.#abandoned++
    const over = (): void => void this.#abandoned--
    reading.then(over, over)
    try {
      const { values, problems } = plausible(await Promise.race([reading, late]))
      // It has answered: one value that cannot be must not cost the others, so that it is asked at its usual pace.
      this.#failures = 0
      this.#blame(problems.length > 0 ? problems.join('; ') : null)
      this.#found = values
      this.#foundAtMs = this.#now()
      return values
    } catch (error) {
      this.#failed(error)
      return {}
    } finally {
      clearTimeout(timer)
      looking.abort()
      this.#looking = null
    }
  }

  #failed(error: unknown): void {
    this.#failures++
    this.#found = {}
    this.#dueMs = this.#now() + retryAfterMs(this.#everyMs, this.#failures, this.#limits)
    this.#blame(reasonOf(error))
  }

  #blame(fault: string | null): void {
    const first = this.#fault === null
    this.#fault = fault
    if (first && fault !== null) this.#onFault(this.name, fault)
  }
}
