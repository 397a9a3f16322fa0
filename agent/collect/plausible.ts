import { type MetricName, statesOf } from '#protocol/metrics.ts'
import { METRICS } from '#protocol/metrics-table.ts'
import type { Values } from './collector.ts'

/** What a quantity of a unit can be at all; whatever is outside was never measured. */
const RANGES: Readonly<Record<string, readonly [least: number, most: number]>> = {
  '%': [0, 100],
  /** 8 EiB: a counter of 63 bits. */
  B: [0, 2 ** 63],
  /** Longer than any answer is waited for. */
  ms: [0, 600_000],
  '°C': [-60, 150],
  /** 3GPP TS 36.133 gives RSRP from -156 on; what is received at 0 dBm would be the mast itself. */
  dBm: [-160, 0],
  dB: [-60, 60],
  /** A terabit a second. */
  'kbit/s': [0, 1e9],
  /** 136 years. */
  s: [0, 2 ** 32],
  min: [0, 100_000],
  h: [0, 1e6],
  bulletins: [0, 10_000],
  V: [0, 1000],
  W: [0, 100_000],
}

const unitOf = new Map<string, string>(METRICS.map(({ name, unit }) => [name, unit]))

/** The values that can be, and of each other one a sentence that says what was expected and what came. */
export function plausible(values: Values): { values: Values; problems: string[] } {
  const kept: Values = {}
  const problems: string[] = []
  for (const [name, value] of Object.entries(values)) {
    const problem = problemOf(name, value)
    if (problem) problems.push(problem)
    else kept[name as MetricName] = value
  }
  return { values: kept, problems }
}

function problemOf(name: string, value: unknown): string | null {
  const unit = unitOf.get(name)
  if (unit === undefined) return `${name}: expected a metric of the table, got another`
  const states = statesOf(name).length
  if (states > 0) {
    const known = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < states
    return known ? null : `${name}: expected a state from 0 to ${states - 1}, got ${String(value)}`
  }
  const [least, most] = RANGES[unit] ?? [0, 2 ** 50]
  if (typeof value === 'number' && value >= least && value <= most) return null
  return `${name}: expected ${least} to ${most} ${unit}, got ${String(value)}`
}
