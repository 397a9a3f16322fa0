import type { Traits } from '#protocol/traits.ts'
import type { Collector } from '../collect/collector.ts'
import { hardwareTraits, interfaceTraits } from './hardware.ts'
import { machineTraits } from './machine.ts'
import { systemTraits } from './system.ts'

/** What a machine is changes when somebody opens it, or updates it. */
const EVERY_SECONDS = 24 * 3600

/** What the machine is, in words, from the kernel's own files: at the start and once a day, without a child process. */
export function createInventoryCollector(root = '/'): Collector {
  let words: Traits = {}
  return {
    name: 'inventory',
    everySeconds: EVERY_SECONDS,
    async read() {
      const parts = await Promise.all(
        [systemTraits, machineTraits, hardwareTraits, interfaceTraits].map((traits) => traits(root)),
      )
      words = Object.assign({ agent: runtime() }, ...parts)
      return {}
    },
    traits: () => words,
  }
}

/** `Node 20.19.2 · linux arm64` */
function runtime(): string {
  return `Node ${process.versions.node} · ${process.platform} ${process.arch}`
}
