import type { MetricName } from '#protocol/metrics.ts'
import type { Sample } from '../../../agent/sampler.ts'

/** Numbers that look random and are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** 2026-06-15 at midnight in Vietnam. */
const MIDNIGHT_SECONDS = 1_781_456_400

/**
 * A working day of an office PC, a sample a minute: work in the office hours, browsing in bursts, a line whose
 * round trip is known at each report only. A model, not a recording: its transport costs are real, its payload a guess.
 */
export function officeDay(seed: number, samples = 1440): Sample[] {
  const random = seeded(seed)
  const walk = { memory: 48, rx: 9e8, tx: 2e8, disk: 61.3, temperature: 44 }
  return Array.from({ length: samples }, (_, minute) => {
    const hour = (minute / 60) % 24
    const working = (hour > 7.5 && hour < 11.5) || (hour > 13.5 && hour < 17)
    const burst = working && random() < 0.3
    const cpu = burst ? 20 + 60 * random() : (working ? 4 : 1) + 4 * random()
    walk.memory = Math.min(92, Math.max(30, walk.memory + (random() - 0.5) * (working ? 2 : 0.2)))
    walk.rx += burst ? 3e6 * random() ** 3 : 8000 * random()
    walk.tx += burst ? 4e5 * random() ** 3 : 5000 * random()
    walk.disk += working && random() < 0.05 ? 0.1 : 0
    walk.temperature += (40 + cpu / 4 - walk.temperature) * 0.1
    const values: Partial<Record<MetricName, number>> = {
      cpu_percent: cpu,
      memory_percent: walk.memory,
      disk_percent: walk.disk,
      rx_bytes: walk.rx,
      tx_bytes: walk.tx,
      temperature_celsius: walk.temperature,
    }
    if (minute % 15 === 0) {
      values.rtt_ms = 35 + 30 * random() ** 4
      values.loss_percent = 0
    }
    return {
      boot: 7,
      uptimeSeconds: 36_000 + minute * 60,
      clockSeconds: MIDNIGHT_SECONDS + minute * 60,
      values,
    }
  })
}
