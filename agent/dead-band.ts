import type { MetricName } from '#protocol/metrics.ts'
import type { Values } from './collect/collector.ts'

export type Bands = Partial<Record<MetricName, number>>

/**
 * By how much a value may differ from the one that was told, in the metric's unit. What has no band is told as it is:
 * a state of the antivirus and a lost packet say something every time, and what the line cost is a bill.
 */
export const BANDS: Bands = {
  /** A processor wavers by this much while nobody does anything; one that is too slow stands at 80 and more. */
  cpu_percent: 2,
  /** A hundredth of the memory comes and goes with caches; who runs out of it has moved by tens. */
  memory_percent: 1,
  /** 1 GB of a disk of 500: a full disk is told by the same 0.2 later, hours or days before it is full. */
  disk_percent: 0.2,
  /** Jitter of a radio line; a person notices tens of milliseconds, an alarm hundreds. */
  rtt_ms: 5,
  /** Sensors step by one degree; heat that harms lies forty above rest. */
  temperature_celsius: 2,
  /** Less than a page of the web: sums stay right to that, and a minute told as silent had under 8.8 kbit/s. */
  rx_bytes: 65_536,
  tx_bytes: 65_536,
  uplink1_rx_bytes: 65_536,
  uplink1_tx_bytes: 65_536,
  uplink2_rx_bytes: 65_536,
  uplink2_tx_bytes: 65_536,
  /** A battery that runs down loses this in three minutes. */
  battery_percent: 2,
  battery_minutes: 5,
  /** As `disk_percent`. */
  fullest_disk_percent: 0.2,
  /** Days matter, hours do not; and each would be a change of its own. */
  update_age_hours: 24,
  antivirus_age_hours: 6,
  /** Fading moves a signal by 3 dB while nothing happens; the steps between good, fair and poor are ten. */
  rsrp_dbm: 3,
  rssi_dbm: 3,
  rsrq_db: 2,
  sinr_db: 3,
  jitter_ms: 5,
  probe_rtt_ms: 5,
  uplink1_rtt_ms: 5,
  uplink2_rtt_ms: 5,
  supply_volts: 0.5,
  amplifier_watts: 5,
  volume_percent: 2,
}

/** Bytes since the boot: one that has fallen began anew, and that is told at once. */
const COUNTERS: ReadonlySet<string> = new Set<MetricName>([
  'rx_bytes',
  'tx_bytes',
  'uplink1_rx_bytes',
  'uplink1_tx_bytes',
  'uplink2_rx_bytes',
  'uplink2_tx_bytes',
])

/**
 * A filter over the samples of one run of the agent: a value that has moved by less than its band from the last one
 * told is told as that one, so that it costs nothing on the line. A creeping change is told as soon as it adds up to
 * the band: what is told is never further off than that, and a counter is never ahead.
 */
export function createDeadBands(bands: Bands = BANDS): (values: Values) => Values {
  const told = new Map<string, number>()

  function tell(name: string, value: number): number {
    const last = told.get(name)
    const band = bands[name as MetricName] ?? 0
    const began = last === undefined || (COUNTERS.has(name) && value < last)
    if (!began && Math.abs(value - last) < band) return last
    told.set(name, value)
    return value
  }

  return (values) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, tell(name, value)]))
}
