import type { PowerSource } from '#protocol/metrics.ts'
import { booleanOf, numberOf, type Row, textOf } from './fields.ts'

/** What feeds a machine with a battery or a UPS, and how long that lasts. */
export interface Battery {
  source: PowerSource
  percent: number | null
  /** Only on battery, and only as far as it knows. */
  minutes: number | null
  text: string
}

/** `BatteryStatus` of Win32_Battery: discharging, low, critical; the others have mains. */
const ON_BATTERY: readonly number[] = [1, 4, 5]
const ON_MAINS: readonly number[] = [2, 3, 6, 7, 8, 9, 11]

/** A gauge that has not learned its battery goes a little beyond; far beyond it is none. */
const MOST_PERCENT = 110

/** Three days: what says more (71,582,788 is "I do not know") says nothing. */
const MOST_MINUTES = 4320

/** `Chemistry` of Win32_Battery. */
const CHEMISTRY: Readonly<Record<number, string>> = {
  3: 'lead acid',
  4: 'NiCd',
  5: 'NiMH',
  6: 'lithium-ion',
  8: 'lithium polymer',
}

/**
 * Null on a machine without a battery. Of several: the mean of what they hold, and the longest of what they last.
 * @param batteries of Win32_Battery, in which a UPS on USB is too
 * @param charging of root/wmi BatteryStatus, which knows of the charger; empty where it cannot be read
 */
export function batteryOf(batteries: readonly Row[], charging: readonly Row[]): Battery | null {
  if (batteries.length === 0) return null
  const percents = batteries
    .map((row) => numberOf(row, 'EstimatedChargeRemaining'))
    .filter((value): value is number => value !== null && value >= 0 && value <= MOST_PERCENT)
  const source = sourceOf(batteries, charging)
  const minutes = batteries
    .map((row) => numberOf(row, 'EstimatedRunTime'))
    .filter((value): value is number => value !== null && value > 0 && value <= MOST_MINUTES)
  return {
    source,
    percent:
      percents.length === 0
        ? null
        : Math.min(100, Math.round(percents.reduce((sum, value) => sum + value, 0) / percents.length)),
    minutes: source === 'battery' && minutes.length > 0 ? Math.round(Math.max(...minutes)) : null,
    text: batteries.map(nameOf).join('\n'),
  }
}

/** The charger's word counts before the gauge's. */
function sourceOf(batteries: readonly Row[], charging: readonly Row[]): PowerSource {
  const online = charging.map((row) => booleanOf(row, 'PowerOnline')).filter((value) => value !== null)
  if (online.includes(true)) return 'mains'
  if (online.length > 0) return 'battery'
  const statuses = batteries.map((row) => numberOf(row, 'BatteryStatus') ?? 0)
  if (statuses.some((status) => ON_BATTERY.includes(status))) return 'battery'
  return statuses.some((status) => ON_MAINS.includes(status)) ? 'mains' : 'unknown'
}

function nameOf(row: Row): string {
  const chemistry = CHEMISTRY[numberOf(row, 'Chemistry') ?? 0]
  const name = textOf(row, 'Name') ?? '?'
  return chemistry ? `${name} · ${chemistry}` : name
}
