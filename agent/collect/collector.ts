import type { MetricName } from '#protocol/metrics.ts'
import type { Traits } from '#protocol/traits.ts'

/** Readings of one moment by metric, in the metric's unit; what could not be measured is absent. */
export type Values = Partial<Record<MetricName, number>>

/** Measures one thing. It may throw or hang: that costs only its own metrics. */
export interface Collector {
  readonly name: string
  /** Between two looks at what changes slowly or is dear to ask; absent: it looks at each sample. */
  readonly everySeconds?: number
  /** How long a look may take; absent: as long as a look at a kernel file may. */
  readonly withinMs?: number
  /** @param signal aborted when the time is over: whoever waits for a child process or a socket ends it */
  read(signal?: AbortSignal): Promise<Values>
  /** Words about the device as of the last look. */
  traits?(): Traits
}
