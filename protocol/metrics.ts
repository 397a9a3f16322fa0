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
] as const

export type MetricName = (typeof METRICS)[number]['name']
type Metric = (typeof METRICS)[number]

const byNumber = new Map<number, Metric>(METRICS.map((metric) => [metric.number, metric]))
const byName = new Map<string, Metric>(METRICS.map((metric) => [metric.name, metric]))

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
