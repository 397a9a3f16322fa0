import { join } from 'node:path'
import type { Traits } from '#protocol/traits.ts'
import { textOf } from './file.ts'

/** What makers leave in the fields that they do not fill in. */
const FILLER = new RegExp(
  `^(${[
    'to be filled( by o\\.?e\\.?m\\.?)?|default( string)?|o\\.?e\\.?m\\.?|oem string|empty|blank|sku',
    'none|null|n/?a|unknown|undefined|invalid|not (specified|applicable|available|defined|present)',
    '(system|base board|chassis|product)[ -]?(manufacturer|product( name)?|name|version|serial( number)?|model)?',
    'type[12]productconfigid|filled by oem|no asset tag|serial( number)?|\\$\\(default_string\\)',
    '0?123456789(abc\\w*)?|(?<same>.)\\k<same>*|[-. 0]+',
  ].join('|')})$`,
  'i',
)

/** A word that a maker wrote; empty for one that only fills its field. */
export function told(word: string): string {
  const plain = word.replaceAll(/\s+/g, ' ').trim()
  return FILLER.test(plain) ? '' : plain
}

/**
 * Maker, model, serial number and firmware: of a PC by its firmware's tables (SMBIOS), of a board by its device tree,
 * of a router by what OpenWrt found at its start. The serial number of a PC only root may read.
 */
export async function machineTraits(root: string): Promise<Traits> {
  const [dmi, board] = await Promise.all([dmiTraits(root), boardTraits(root)])
  return { ...board, ...dmi }
}

const DMI = [
  ...(['sys_vendor', 'product_name', 'product_version', 'product_serial'] as const),
  ...(['board_vendor', 'board_name', 'board_serial'] as const),
  ...(['bios_vendor', 'bios_version', 'bios_date'] as const),
] as const

type Dmi = Record<(typeof DMI)[number], string>

async function dmiTraits(root: string): Promise<Traits> {
  const folder = join(root, 'sys/class/dmi/id')
  const words = await Promise.all(DMI.map((name) => textOf(join(folder, name), 256)))
  return dmiWords(Object.fromEntries(DMI.map((name, place) => [name, told(words[place]!)])) as Dmi)
}

/** A machine that was put together has the names of its main board only. */
export function dmiWords(dmi: Dmi): Traits {
  const maker = dmi.sys_vendor || dmi.board_vendor
  // Lenovo gives a number for a name, and the name as its version.
  const lenovo = /^lenovo$/i.test(maker) && /[a-z]{3}/i.test(dmi.product_version)
  const model = lenovo ? `${dmi.product_version} (${dmi.product_name})` : dmi.product_name || dmi.board_name
  const serial = dmi.product_serial || dmi.board_serial
  const firmware = [dmi.bios_vendor, dmi.bios_version].filter(Boolean).join(' ')
  const made = dayOf(dmi.bios_date)
  return {
    ...(maker && { maker }),
    ...(model && { model }),
    ...(serial && { serial }),
    ...(firmware && { firmware }),
    ...(made && { made }),
  }
}

/** `07/18/2019` as 2019-07-18; SMBIOS writes the month first. Empty when it is no day after the first PCs with it. */
export function dayOf(date: string): string {
  const [, month, day, year] = /^(\d\d)\/(\d\d)\/(\d{4})$/.exec(date) ?? []
  if (!year || Number(year) < 1995) return ''
  const written = `${year}-${month}-${day}`
  const at = new Date(`${written}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(written) ? written : ''
}

async function boardTraits(root: string): Promise<Traits> {
  const [model, serial, loader, openwrt, cpuinfo] = await Promise.all(
    [
      'proc/device-tree/model',
      'proc/device-tree/serial-number',
      'proc/device-tree/chosen/u-boot,version',
      'tmp/sysinfo/model',
      'proc/cpuinfo',
    ].map((path) => textOf(join(root, path))),
  )
  // The kernels of the first Raspberry Pis tell the number there.
  const number = told(serial!) || told(/^Serial\s*:\s*(\w+)$/m.exec(cpuinfo!)?.[1] ?? '')
  const name = told(openwrt!) || told(model!)
  return {
    ...(name && { model: name }),
    ...(number && { serial: number }),
    ...(told(loader!) && { firmware: `U-Boot ${told(loader!)}` }),
  }
}
