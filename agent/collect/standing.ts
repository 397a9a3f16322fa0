import { METRICS } from '#protocol/metrics-table.ts'
import type { Values } from './collector.ts'

const COUNTERS = new Set<string>(METRICS.filter(({ unit }) => unit === 'B').map(({ name }) => name))

/**
 * What of a look still stands for now at a later sample. A counter does not: told again it would say that nothing had
 * gone over the line since, and at the next look that all of it had in a minute.
 */
export function standing(found: Values): Values {
  return Object.fromEntries(Object.entries(found).filter(([name]) => !COUNTERS.has(name)))
}
