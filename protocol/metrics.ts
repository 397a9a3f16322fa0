import { METRICS } from './metrics-table.ts'

export type MetricName = (typeof METRICS)[number]['name']
type Metric = (typeof METRICS)[number]
type StateMetric = Extract<Metric, { states: readonly unknown[] }>

/** A metric whose number stands for one of a few words. */
export type StateMetricName = StateMetric['name']
/** The words of such a metric. */
export type StateOf<Name extends StateMetricName> = Extract<Metric, { name: Name }>['states'][number]['name']

/** The number that a state is sent as. */
export function stateNumber<Name extends StateMetricName>(name: Name, state: StateOf<Name>): number {
  return statesOf(name).findIndex((known) => known.name === state)
}

/** The states of a metric by their number; [] for one that is none, or not known. */
export function statesOf(name: string): readonly { name: string; vi: string; en: string }[] {
  const metric = byName.get(name)
  return metric && 'states' in metric ? metric.states : []
}

/** The word for a number of a state; null for a number that this version does not know. */
export function stateOf<Name extends StateMetricName>(name: Name, number: number): StateOf<Name> | null {
  return (statesOf(name)[number]?.name ?? null) as StateOf<Name> | null
}

export type PowerSource = StateOf<'power_source'>

/** An LTE cell identity (3GPP TS 36.413, 9.2.1.38) is its base station's number, 20 bits, and the cell's, 8 bits. */
const CELLS_PER_STATION = 256
const LTE_CELLS = 2 ** 28

/**
 * Which base station a `cell_id` belongs to: its sectors share mast and mains. Of the longer numbers of 5G nobody
 * outside the network knows where the station ends and the cell begins: there each cell stands for itself.
 */
export function baseStationOf(cellId: number): string {
  return cellId < LTE_CELLS ? String(Math.floor(cellId / CELLS_PER_STATION)) : `nr-${cellId}`
}

const byNumber = new Map<number, Metric>(METRICS.map((metric) => [metric.number, metric]))
const byName = new Map<string, Metric>(METRICS.map((metric) => [metric.name, metric]))

export function numberOf(name: MetricName): number {
  return byName.get(name)!.number
}

/** A number that stands for a word: it has no unit, and a mean or a line through several says nothing. */
export function isState(name: string): boolean {
  return byName.get(name)?.unit === ''
}

/** The nearest integer on the metric's scale; counters of bytes floor, so that a total never runs ahead. */
export function toWire(name: MetricName, value: number): number {
  const metric = byName.get(name)
  if (!metric) throw new RangeError(`metric: expected one of ${[...byName.keys()].join(', ')}, got ${name}`)
  const steps = value / metric.step
  return metric.unit === 'B' ? Math.floor(steps) : Math.round(steps)
}

/**
 * Name and value of a metric as received. A number that this version does not know is carried through:
 * it is named `metric_<number>` and its value is the bare integer.
 */
export function fromWire(number: number, integer: number): { name: string; value: number } {
  const metric = byNumber.get(number)
  if (!metric) return { name: `metric_${number}`, value: integer }
  // Dividing by the reciprocal keeps 0.1 steps exact: 123 / 10 is 12.3, 123 × 0.1 is not.
  const value = metric.step >= 1 ? integer * metric.step : integer / Math.round(1 / metric.step)
  return { name: metric.name, value }
}
