import { join } from 'node:path'
import { namesIn, numberIn, textOf } from './file.ts'

/** A battery of this machine, as `Documentation/ABI/testing/sysfs-class-power` words it; null: it does not say. */
export interface Battery {
  /** Maker and model. */
  model: string
  status: string
  percent: number | null
  /** Of what it held when new, by its own count. */
  ofNewPercent: number | null
  /** Until empty; only of one that discharges. */
  minutes: number | null
}

const SECONDS_PER_MINUTE = 60
const MINUTES_PER_HOUR = 60
/** More than a week is no battery, but a current that was not measured. */
const MOST_MINUTES = 7 * 24 * MINUTES_PER_HOUR

/** The machine's own: neither a mouse's nor a pen's. */
export async function batteriesOf(root: string): Promise<Battery[]> {
  const folder = join(root, 'sys/class/power_supply')
  const supplies = await Promise.all(
    (await namesIn(folder)).map(async (name) => wordsOf(await textOf(join(folder, name, 'uevent'), 4096))),
  )
  return supplies
    .filter((words) => /^(Battery|UPS)$/.test(words.TYPE ?? '') && words.SCOPE !== 'Device')
    .map(batteryOf)
}

/** One file that has all of a supply: `POWER_SUPPLY_CAPACITY=81`. */
function wordsOf(uevent: string): Record<string, string> {
  return Object.fromEntries(
    [...uevent.matchAll(/^POWER_SUPPLY_(\w+)=(.*)$/gm)].map(([, name, value]) => [name!, value!.trim()]),
  )
}

/** In µWh by µW, or µAh by µA; where the driver counts the time itself, in seconds. */
export function batteryOf(words: Readonly<Record<string, string>>): Battery {
  const number = (name: string): number | null => numberIn(words[name] ?? '')
  const ratio = (part: number | null, whole: number | null): number | null =>
    part !== null && whole !== null && whole > 0 && part >= 0 ? part / whole : null
  const left = number('ENERGY_NOW') ?? number('CHARGE_NOW')
  const full = number('ENERGY_FULL') ?? number('CHARGE_FULL')
  const fullWhenNew = number('ENERGY_FULL_DESIGN') ?? number('CHARGE_FULL_DESIGN')
  // Some drivers tell by its sign which way the current flows.
  const flow = number('ENERGY_NOW') === null ? number('CURRENT_NOW') : number('POWER_NOW')
  const hours = ratio(left, flow === null ? null : Math.abs(flow))
  const seconds = number('TIME_TO_EMPTY_NOW') ?? number('TIME_TO_EMPTY_AVG')
  const minutes = seconds ? seconds / SECONDS_PER_MINUTE : (hours ?? -1) * MINUTES_PER_HOUR
  const share = ratio(left, full)
  const percent = number('CAPACITY') ?? (share === null ? null : share * 100)
  const ofNew = ratio(full, fullWhenNew)
  return {
    model: [words.MANUFACTURER, words.MODEL_NAME].filter(Boolean).join(' '),
    status: words.STATUS ?? '',
    percent: percent === null || percent < 0 ? null : Math.min(100, percent),
    ofNewPercent: ofNew === null ? null : Math.round(Math.min(1, ofNew) * 100),
    minutes:
      words.STATUS === 'Discharging' && minutes >= 0 && minutes <= MOST_MINUTES ? Math.floor(minutes) : null,
  }
}
