import type { Collector } from '../collect/collector.ts'
import { createBatteryCollector } from './battery-collector.ts'
import { createDiskHealthCollector } from './disk-health.ts'
import { createFullestDiskCollector } from './fullest-disk.ts'
import { createInventoryCollector } from './inventory.ts'
import { createRebootCollector } from './reboot.ts'
import { createUpdatesCollector } from './updates.ts'

/** What a machine with Linux tells beyond what every machine does: PCs, boards, routers. */
export function linuxCollectors(): Collector[] {
  return [
    createFullestDiskCollector(),
    createDiskHealthCollector(),
    createBatteryCollector(),
    createRebootCollector(),
    createUpdatesCollector(),
    createInventoryCollector(),
  ]
}
