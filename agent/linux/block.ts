import { join } from 'node:path'
import { namesIn, numberIn, textOf } from './file.ts'

/** A disk as /sys/block shows it. */
export interface Disk {
  /** `sda`, `nvme0n1`, `mmcblk0` */
  name: string
  /** Empty where the driver gives none. */
  model: string
  gigabytes: number
  /** What a virtual machine's stands on nobody inside it knows. */
  kind: 'SSD' | 'HDD' | 'eMMC' | 'SD' | 'virtual'
}

export type DiskHealth = 'good' | 'worn' | 'failing'

/** Not of loops, memory, tapes, floppies, or of what stands on other disks; not an eMMC's boot areas. */
const REAL = /^(sd[a-z]+|hd[a-z]|vd[a-z]+|xvd[a-z]+|nvme\d+n\d+|mmcblk\d+)$/

/** The kernel counts in these whatever the disk does. */
const SECTOR_BYTES = 512
/** The twelve disks of a server. */
const MOST = 16

/** The disks that belong to the machine: a stick or an empty card reader does not. */
export async function disksOf(root: string): Promise<Disk[]> {
  const folder = join(root, 'sys/block')
  const names = (await namesIn(folder)).filter((name) => REAL.test(name)).slice(0, MOST)
  const disks = await Promise.all(names.map((name) => disk(join(folder, name), name)))
  return disks.filter((found) => found !== null)
}

async function disk(folder: string, name: string): Promise<Disk | null> {
  const words = [
    'size',
    'removable',
    'queue/rotational',
    'device/model',
    'device/name',
    'device/type',
  ] as const
  const [size, removable, rotational, model, cardName, type] = await Promise.all(
    words.map((word) => textOf(join(folder, word), 256)),
  )
  const bytes = (numberIn(size!) ?? 0) * SECTOR_BYTES
  if (bytes === 0 || removable === '1') return null
  const spins = rotational === '1' ? 'HDD' : 'SSD'
  const card = type === 'SD' ? 'SD' : 'eMMC'
  const kind = name.startsWith('mmcblk') ? card : /^x?vd/.test(name) ? 'virtual' : spins
  return {
    ...{ name, model: (model || cardName!).replaceAll(/\s+/g, ' ') },
    ...{ gigabytes: Math.round(bytes / 1e9), kind },
  }
}

/**
 * What an eMMC says of its wear: of its cells in tenths of what they bear, eleven is beyond, and of its spare blocks
 * 1 normal, 2 four fifths used, 3 urgent; 0 is not told (JESD84-B51). Null when it tells nothing.
 */
export function emmcHealth(lifeTime: string, preEol: string): DiskHealth | null {
  const wear = Math.max(...lifeTime.split(/\s+/).map((word) => numberIn(word) ?? 0))
  const spare = numberIn(preEol) ?? 0
  if (wear === 0 && spare === 0) return null
  if (wear > 10 || spare === 3) return 'failing'
  return wear >= 9 || spare === 2 ? 'worn' : 'good'
}

/** Of an eMMC without asking anybody. */
export async function emmcHealthOf(root: string, name: string): Promise<DiskHealth | null> {
  const device = join(root, 'sys/block', name, 'device')
  return emmcHealth(await textOf(join(device, 'life_time')), await textOf(join(device, 'pre_eol_info')))
}

/** Whether an array of disks (md) has lost one: the data still stand, the next loss takes them. */
export async function degradedArrays(root: string): Promise<string[]> {
  const folder = join(root, 'sys/block')
  const arrays = (await namesIn(folder)).filter((name) => /^md\d+$/.test(name))
  const missing = await Promise.all(
    arrays.map(async (name) => numberIn(await textOf(join(folder, name, 'md/degraded'))) ?? 0),
  )
  return arrays.filter((_, place) => missing[place]! > 0)
}
