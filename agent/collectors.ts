import type { Clock } from './clock.ts'
import type { Collector } from './collect/collector.ts'
import { createCpuCollector } from './collect/cpu.ts'
import { createDiskCollector } from './collect/disk.ts'
import { createMemoryCollector } from './collect/memory.ts'
import { createNetworkCollector } from './collect/network.ts'
import { createTemperatureCollector } from './collect/temperature.ts'
import { createModemCollector } from './modem/collector.ts'

/** What a collector may need to know of its agent. */
export interface Surroundings {
  /** The agent's own, whose disk counts. */
  folder: string
  clock: Clock
  /** Whether the centre is heard. */
  lineUp(): boolean
  /** Somebody pays for each byte of the line. */
  metered(): boolean
  /** A storm: what is not sight waits. */
  held(): boolean
}

/** What an agent measures of the machine that it runs on. */
export function ownCollectors({ folder }: Surroundings): Collector[] {
  return [
    createCpuCollector(),
    createMemoryCollector(),
    createDiskCollector(folder),
    createNetworkCollector(),
    createTemperatureCollector(),
    createModemCollector(),
  ]
}
