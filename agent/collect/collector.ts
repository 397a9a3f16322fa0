import type { MetricName } from '#protocol/metrics.ts'

/** Readings of one moment by metric, in the metric's unit; what could not be measured is absent. */
export type Values = Partial<Record<MetricName, number>>

/** Measures one thing. It may throw or hang: that costs only its own metrics. */
export interface Collector {
  readonly name: string
  read(): Promise<Values>
}
