import { join } from 'node:path'
import { stateNumber } from '#protocol/metrics.ts'
import type { Collector } from '../collect/collector.ts'
import { type Disk, type DiskHealth, degradedArrays, disksOf, emmcHealthOf } from './block.ts'
import { firstThere } from './file.ts'
import { askSmart, smartHealth } from './smart.ts'

/** Once a day: a child process for each disk, and disks wear out in years. */
const EVERY_SECONDS = 24 * 3600
/** Sixteen disks of which each takes as long as it may would be 240 s; they are asked one after another. */
const WITHIN_MS = 250_000

const PROGRAMS = ['/usr/sbin/smartctl', '/sbin/smartctl', '/usr/bin/smartctl', '/usr/local/sbin/smartctl']
const ORDER: readonly DiskHealth[] = ['good', 'worn', 'failing']

export interface DiskHealthParts {
  root?: string
  /** Where smartctl may lie; it is started only where it does. */
  programs?: readonly string[]
}

/** The worst of all disks as they judge themselves, and of arrays; nothing where no disk says. Words: the disks. */
export function createDiskHealthCollector({
  root = '/',
  programs = PROGRAMS,
}: DiskHealthParts = {}): Collector {
  let known = new Map<string, DiskHealth>()
  let words = ''
  return {
    name: 'disk health',
    everySeconds: EVERY_SECONDS,
    withinMs: WITHIN_MS,
    async read(signal) {
      const disks = await disksOf(root)
      const program = await firstThere(programs)
      const found = new Map<string, DiskHealth>()
      for (const { name, kind } of disks) {
        const health =
          kind === 'eMMC' || kind === 'SD'
            ? await emmcHealthOf(root, name)
            : program && smartHealth(await askSmart(program, join('/dev', name), signal))
        // One that sleeps is as it was.
        const stands = health ?? known.get(name)
        if (stands) found.set(name, stands)
      }
      const arrays = await degradedArrays(root)
      known = found
      words = [
        ...disks.map((disk) => wordsOf(disk, found.get(disk.name))),
        ...arrays.map((name) => `${name} · failing`),
      ].join('\n')
      const all = [...found.values(), ...arrays.map((): DiskHealth => 'failing')]
      const worst = ORDER.findLast((health) => all.includes(health))
      return worst ? { disk_health: stateNumber('disk_health', worst) } : {}
    },
    traits: () => (words === '' ? {} : { disks: words }),
  }
}

/** `Samsung SSD 980 500GB · 500 GB · SSD · good` */
function wordsOf({ name, model, gigabytes, kind }: Disk, health: DiskHealth | undefined): string {
  return [model || name, `${gigabytes} GB`, kind, ...(health ? [health] : [])].join(' · ')
}
