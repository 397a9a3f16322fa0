import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type PowerSource, stateNumber } from '#protocol/metrics.ts'
import { createUpsLook } from '../linux/ups-look.ts'
import type { Collector } from './collector.ts'
import { KernelFile, kernelText } from './kernel-file.ts'

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

/** A UPS that is asked for over the network, as a supply; null where none is set up. */
export type UpsLook = () => Promise<PowerSupply | null>

interface PowerParts {
  ups?: UpsLook
  now?: () => number
}

/** Between two looks at which supplies there are: mains come and go every minute, batteries are built in. */
const LIST_MS = 1_800_000

/** What does not change about a supply. */
interface Listed extends Pick<PowerSupply, 'type' | 'scope'> {
  folder: string
  online: KernelFile
}

async function list(folder: string): Promise<Listed[]> {
  const names = await readdir(folder).catch((): string[] => [])
  return Promise.all(
    names.map(async (name) => {
      const at = join(folder, name)
      const [type, scope] = await Promise.all([kernelText(join(at, 'type')), kernelText(join(at, 'scope'))])
      return { folder: at, type: type!, scope: scope!, online: new KernelFile(join(at, 'online')) }
    }),
  )
}

const isStore = ({ type }: Pick<PowerSupply, 'type'>): boolean => type === 'Battery' || type === 'UPS'

/**
 * The supplies with what changes about them, as far as it decides: a battery is asked only when no charger gives
 * power, as its chip takes milliseconds to answer. Null when one of them is gone.
 */
async function look(listed: readonly Listed[]): Promise<PowerSupply[] | null> {
  const supplies: PowerSupply[] = []
  let fed = false
  for (const { folder, type, scope, online: file } of listed.filter((one) => !isStore(one))) {
    const online = await file.text()
    if (online === '' && !existsSync(folder)) return null
    supplies.push({ type, scope, online, status: '' })
    fed ||= scope !== 'Device' && online !== '' && online !== '0'
  }
  fed &&= !listed.some(({ type }) => type === 'UPS')
  for (const { folder, type, scope } of listed.filter(isStore)) {
    const status = fed ? '' : await kernelText(join(folder, 'status'))
    if (status === '' && !existsSync(folder)) return null
    supplies.push({ type, scope, online: '', status })
  }
  return supplies
}

/** Linux, and a UPS that Network UPS Tools watch; on a machine with a plain power cord there is nothing to say. */
export function createPowerCollector(
  folder = '/sys/class/power_supply',
  { ups = createUpsLook(), now = () => performance.now() }: PowerParts = {},
): Collector {
  let listed: Listed[] = []
  let listedMs = Number.NEGATIVE_INFINITY
  const relist = async (): Promise<void> => {
    listed = await list(folder)
    listedMs = now()
  }
  return {
    name: 'power',
    async read() {
      if (now() - listedMs >= LIST_MS) await relist()
      let supplies = await look(listed)
      if (!supplies) {
        await relist()
        supplies = await look(listed)
      }
      const watched = await ups()
      const source = powerSourceOf([...(supplies ?? []), ...(watched ? [watched] : [])])
      return source === null ? {} : { power_source: stateNumber('power_source', source) }
    },
  }
}
