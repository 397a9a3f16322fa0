import type { Collector } from './collect/collector.ts'
import { createCpuCollector } from './collect/cpu.ts'
import { createDiskCollector } from './collect/disk.ts'
import { createMemoryCollector } from './collect/memory.ts'
import { createNetworkCollector } from './collect/network.ts'
import { createTemperatureCollector } from './collect/temperature.ts'

/** What an agent measures of the machine that it runs on. @param folder the agent's own, whose disk counts */
export function ownCollectors(folder: string): Collector[] {
  return [
    createCpuCollector(),
    createMemoryCollector(),
    createDiskCollector(folder),
    createNetworkCollector(),
    createTemperatureCollector(),
  ]
}
