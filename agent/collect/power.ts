import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type PowerSource, stateNumber } from '#protocol/metrics.ts'
import type { Collector } from './collector.ts'

/** One supply as the kernel describes it: words of `Documentation/ABI/testing/sysfs-class-power`. */
export interface PowerSupply {
  /** `Mains`, `USB`, `Battery`, `UPS`, … */
  type: string
  /** `Device`: it feeds a mouse or a pen, not this machine. */
  scope: string
  /** Of a charger: `1` when it gives power. */
  online: string
  /** Of a battery: `Charging`, `Discharging`, `Not charging`, `Full`, `Unknown`. */
  status: string
}

const WORKING_STATUS = ['Charging', 'Full', 'Not charging']

/**
 * What feeds the machine; null on one that has nothing to choose from. A UPS that discharges decides over the charger
 * that hangs behind it. A USB port alone says nothing: on a desktop it is a socket, not a source.
 */
export function powerSourceOf(supplies: readonly PowerSupply[]): PowerSource | null {
  const own = supplies.filter(({ scope }) => scope !== 'Device')
  const ofType = (...types: string[]) => own.filter(({ type }) => types.includes(type))
  const [upses, batteries, mains] = [ofType('UPS'), ofType('Battery'), ofType('Mains')]
  const stores = [...upses, ...batteries]
  if (stores.length === 0 && mains.length === 0) return null
  const chargers = [...mains, ...ofType('USB')].filter(({ online }) => online !== '')
  if (upses.some(({ status }) => status === 'Discharging')) return 'battery'
  if (chargers.some(({ online }) => online !== '0')) return 'mains'
  if (stores.some(({ status }) => status === 'Discharging')) return 'battery'
  if (stores.some(({ status }) => WORKING_STATUS.includes(status))) return 'mains'
  // It runs, no charger feeds it, and no battery says what it does: a board behind a small UPS with one wire for the mains.
  return chargers.length > 0 ? 'battery' : 'unknown'
}

/** A supply that was pulled out between the look at the folder and the look at its files reads as empty. */
async function supply(folder: string): Promise<PowerSupply> {
  const read = (file: string): Promise<string> =>
    readFile(join(folder, file), 'utf8').then(
      (text) => text.trim(),
      () => '',
    )
  const [type, scope, online, status] = await Promise.all([
    read('type'),
    read('scope'),
    read('online'),
    read('status'),
  ])
  return { type, scope, online, status }
}

/** Linux only; elsewhere, and on a machine with a plain power cord, there is nothing to say. */
export function createPowerCollector(folder = '/sys/class/power_supply'): Collector {
  return {
    name: 'power',
    async read() {
      const names = await readdir(folder).catch((): string[] => [])
      const source = powerSourceOf(await Promise.all(names.map((name) => supply(join(folder, name)))))
      return source === null ? {} : { power_source: stateNumber('power_source', source) }
    },
  }
}
