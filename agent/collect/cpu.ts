import { cpus } from 'node:os'
import type { Collector } from './collector.ts'

/** Milliseconds of all cores together since the boot. */
export interface CpuTimes {
  idle: number
  total: number
}

/** The times of the kernel's counters, as `os.cpus()` gives them without a child process. */
export function cpuTimes(cores = cpus()): CpuTimes {
  const sum = { idle: 0, total: 0 }
  for (const { times } of cores) {
    sum.idle += times.idle
    sum.total += times.user + times.nice + times.sys + times.idle + times.irq
  }
  return sum
}

/** Share of the time between two looks in which a core worked, 0 to 100; null when no time passed. */
export function cpuPercent(before: CpuTimes, after: CpuTimes): number | null {
  const total = after.total - before.total
  if (total <= 0) return null
  const busy = total - (after.idle - before.idle)
  return Math.min(100, Math.max(0, (busy / total) * 100))
}

/** Needs two looks: the first read has nothing to say. */
export function createCpuCollector(look: () => CpuTimes = cpuTimes): Collector {
  let before: CpuTimes | null = null
  return {
    name: 'cpu',
    async read() {
      const after = look()
      const percent = before === null ? null : cpuPercent(before, after)
      before = after
      return percent === null ? {} : { cpu_percent: percent }
    },
  }
}
