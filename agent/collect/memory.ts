import { readFileSync } from 'node:fs'
import { freemem, totalmem } from 'node:os'
import type { Collector } from './collector.ts'

/**
 * Share of memory that no program could get, 0 to 100. MemAvailable counts caches that the kernel would
 * give back; MemFree alone calls every healthy Linux full. @throws Error when the text is no meminfo
 */
export function memoryPercentOf(meminfo: string): number {
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(meminfo)?.[1])
  const total = kilobytes('MemTotal')
  const available = kilobytes('MemAvailable')
  if (!(total > 0) || !(available >= 0)) {
    throw new Error(
      `meminfo: expected MemTotal and MemAvailable, got ${JSON.stringify(meminfo.slice(0, 80))}`,
    )
  }
  return (1 - available / total) * 100
}

async function memoryPercent(): Promise<number> {
  // The kernel's own counters: nobody is waited for, and four trips to a thread are 50 times as dear.
  if (process.platform === 'linux') return memoryPercentOf(readFileSync('/proc/meminfo', 'utf8'))
  return (1 - freemem() / totalmem()) * 100
}

export function createMemoryCollector(): Collector {
  return { name: 'memory', read: async () => ({ memory_percent: await memoryPercent() }) }
}
