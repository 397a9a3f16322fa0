import type { StatsFs } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { parse, resolve } from 'node:path'
import type { Collector } from './collector.ts'

/** As `df` counts: used of what an ordinary user could use; blocks kept for root belong to neither. */
export function diskPercent({ blocks, bfree, bavail }: Pick<StatsFs, 'blocks' | 'bfree' | 'bavail'>): number {
  const used = blocks - bfree
  return used + bavail === 0 ? 0 : (used / (used + bavail)) * 100
}

/** The fuller of the system's volume and the one that holds our data: either one full stops the device. */
export function createDiskCollector(folder: string): Collector {
  const places = [parse(resolve(folder)).root, folder]
  return {
    name: 'disk',
    async read() {
      const volumes = await Promise.all(places.map((place) => statfs(place)))
      return { disk_percent: Math.max(...volumes.map(diskPercent)) }
    },
  }
}
