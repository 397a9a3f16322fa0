import { createAntivirusCollector } from './antivirus/antivirus.ts'
import { lookAtLinux } from './antivirus/linux-look.ts'
import type { Boot, RecordedEnd } from './boot.ts'
import type { Clock } from './clock.ts'
import type { Collector } from './collect/collector.ts'
import { createCpuCollector } from './collect/cpu.ts'
import { createDiskCollector } from './collect/disk.ts'
import { createMemoryCollector } from './collect/memory.ts'
import { createNetworkCollector } from './collect/network.ts'
import { createTemperatureCollector } from './collect/temperature.ts'
import { linuxCollectors } from './linux/collectors.ts'
import { lastBootEnd } from './linux/last-boot-end.ts'
import { createModemCollector } from './modem/collector.ts'
import { askAntivirus } from './windows/antivirus.ts'
import { windowsCollectors } from './windows/collectors.ts'
import { lastBootEnd as lastWindowsBootEnd } from './windows/last-boot-end.ts'
import { createWindowsLook } from './windows/look.ts'

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

/** What an agent asks about the device that it speaks for. */
export interface Machine {
  collectors(surroundings: Surroundings): readonly Collector[]
  /** How the boot before this one ended by the system's records, `before` being the boot in which the agent ran last. */
  recordedEnd(before: Pick<Boot, 'kernelId'> | null): Promise<RecordedEnd | null>
  /** A shutdown may leave the kernel and its uptime as they were: the records are asked at each start. */
  wakesWithSameKernel?: boolean
}

/** The machine that the agent runs on. */
export function thisMachine(): Machine {
  switch (process.platform) {
    case 'linux':
      return linuxMachine
    case 'win32':
      return windowsMachine()
    default:
      return { collectors: portableCollectors, recordedEnd: async () => null }
  }
}

/** What Node itself tells of any machine. */
function portableCollectors({ folder }: Surroundings): Collector[] {
  return [
    createCpuCollector(),
    createMemoryCollector(),
    createDiskCollector(folder),
    createNetworkCollector(),
  ]
}

const linuxMachine: Machine = {
  collectors: (surroundings) => [
    ...portableCollectors(surroundings),
    createTemperatureCollector(),
    ...linuxCollectors(),
    createAntivirusCollector({ ...surroundings, facts: lookAtLinux }),
    createModemCollector(),
  ],
  recordedEnd: (before) => lastBootEnd({ previousId: before?.kernelId ?? null }),
}

/** PowerShell takes a minute and a half to start on an old disk after a boot; nobody waits for that to be seen. */
const WINDOWS_RECORDS_MS = 60_000

/** All of it is told by one look, which is taken at most every quarter of an hour. */
function windowsMachine(): Machine {
  const look = createWindowsLook()
  return {
    collectors: (surroundings) => [
      createCpuCollector(),
      createMemoryCollector(),
      createDiskCollector(surroundings.folder),
      ...windowsCollectors(look),
      createAntivirusCollector({ ...surroundings, facts: (signal) => askAntivirus(look, signal) }),
    ],
    wakesWithSameKernel: true,
    recordedEnd: () => lastWindowsBootEnd(look, AbortSignal.timeout(WINDOWS_RECORDS_MS)),
  }
}
