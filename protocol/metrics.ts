/**
 * The metrics by their permanent number. A number is given once and never to another metric; a retired one
 * stays in the table, marked. `step` is the resolution on the wire: the sent integer is value / step.
 */
export const METRICS = [
  { number: 1, name: 'cpu_percent', step: 0.1, vi: 'Bộ xử lý', en: 'Processor', unit: '%' },
  { number: 2, name: 'memory_percent', step: 0.1, vi: 'Bộ nhớ', en: 'Memory', unit: '%' },
  { number: 3, name: 'disk_percent', step: 0.1, vi: 'Ổ đĩa', en: 'Disk', unit: '%' },
  { number: 4, name: 'rx_bytes', step: 1024, vi: 'Đã nhận', en: 'Received', unit: 'B' },
  { number: 5, name: 'tx_bytes', step: 1024, vi: 'Đã gửi', en: 'Sent', unit: 'B' },
  { number: 6, name: 'rtt_ms', step: 1, vi: 'Độ trễ', en: 'Round trip', unit: 'ms' },
  { number: 7, name: 'loss_percent', step: 1, vi: 'Mất gói', en: 'Loss', unit: '%' },
  { number: 8, name: 'temperature_celsius', step: 0.5, vi: 'Nhiệt độ', en: 'Temperature', unit: '°C' },
  // 0 unknown, 1 none, 2 off, 3 stale, 4 protected.
  { number: 9, name: 'antivirus_state', step: 1, vi: 'Diệt virus', en: 'Antivirus', unit: '' },
  // This month, both ways, by the agent's model of its packets.
  {
    number: 10,
    name: 'line_bytes',
    step: 1024,
    vi: 'Dữ liệu đã dùng trong tháng',
    en: 'Data used this month',
    unit: 'B',
  },
  // 0 unknown, 1 mains, 2 battery.
  { number: 11, name: 'power_source', step: 1, vi: 'Nguồn điện', en: 'Power source', unit: '' },
  // Of the serving cell, as modems tell it: 28 bits of LTE, of which the last 8 are the cell of its base station.
  { number: 12, name: 'cell_id', step: 1, vi: 'Trạm di động', en: 'Base station', unit: '' },
] as const

/** The values of `power_source`; the place in the list is the number on the wire, for ever. */
export const POWER_SOURCES = ['unknown', 'mains', 'battery'] as const
export type PowerSource = (typeof POWER_SOURCES)[number]

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

export type MetricName = (typeof METRICS)[number]['name']
type Metric = (typeof METRICS)[number]

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
