import type { StatsFs } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { parse, resolve } from 'node:path'
import type { Collector, Values } from './collector.ts'

/** As `df` counts: used of what an ordinary user could use; blocks kept for root belong to neither. */
export function diskPercent({ blocks, bfree, bavail }: Pick<StatsFs, 'blocks' | 'bfree' | 'bavail'>): number {
  const used = blocks - bfree
  return used + bavail === 0 ? 0 : (used / (used + bavail)) * 100
}

const EROFS = 0xe0f5e1e2
/**
 * Of `linux/magic.h` and statfs(2): squashfs, cramfs, romfs, ISO 9660, EROFS; 32-bit machines give the last with its
 * sign drawn out over 64 bits.
 */
const IMAGES = [0x73717368, 0x28cd3d45, 0x7275, 0x9660, EROFS, 2 ** 64 - 2 ** 32 + EROFS]

/** The system of many boards and routers lies in an image that is full as it was built, and never fills. */
function isImage({ type }: Pick<StatsFs, 'type'>): boolean {
  return IMAGES.includes(type)
}

/** The fuller of the system's volume and the one that holds our data: either one full stops the device. */
export function createDiskCollector(
  folder: string,
  look: (place: string) => Promise<Pick<StatsFs, 'type' | 'blocks' | 'bfree' | 'bavail'>> = statfs,
): Collector {
  const places = [parse(resolve(folder)).root, folder]
  return {
    name: 'disk',
    async read(): Promise<Values> {
      const volumes = (await Promise.all(places.map((place) => look(place)))).filter((one) => !isImage(one))
      return volumes.length > 0 ? { disk_percent: Math.max(...volumes.map(diskPercent)) } : {}
    },
  }
}
