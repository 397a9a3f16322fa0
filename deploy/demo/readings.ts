import type { Values } from '../../agent/collect/collector.ts'

/** What makes one simulated machine another than the next. */
export interface Machine {
  kind: 'pc' | 'router' | 'speaker'
  /** From 0 to 1. */
  character: number
}

const DAY_MS = 86_400_000
const VIETNAM_MS = 7 * 3_600_000

/** From -1 to 1, without a pattern that the eye would see, and the same for the same moment. */
const ripple = (atMs: number, character: number): number =>
  Math.sin(atMs / 173_000 + character * 91) * 0.6 + Math.sin(atMs / 41_000 + character * 17) * 0.4

/** 0 at night, 1 at noon. */
const daylight = (atMs: number): number =>
  Math.max(0, Math.sin((((atMs + VIETNAM_MS) % DAY_MS) / DAY_MS - 0.25) * 2 * Math.PI))

/** What a machine of this kind measures at this moment of a boot that began at `bootedMs`: plausible, and none of it measured. */
export function readingsOf({ kind, character }: Machine, atMs: number, bootedMs: number): Values {
  const busy = daylight(atMs)
  const wave = ripple(atMs, character)
  const ranSeconds = Math.max(0, (atMs - bootedMs) / 1000)
  const bytesPerSecond = { pc: 6000, router: 40_000, speaker: 300 }[kind] * (0.5 + character)
  return {
    cpu_percent: Math.max(
      1,
      { pc: 8 + 22 * busy, router: 6 + 14 * busy, speaker: 4 }[kind] * (1 + 0.5 * wave),
    ),
    memory_percent: { pc: 38 + 18 * busy, router: 31, speaker: 24 }[kind] + 12 * character + 2 * wave,
    disk_percent: 25 + 50 * character,
    rx_bytes: ranSeconds * bytesPerSecond,
    tx_bytes: ranSeconds * bytesPerSecond * 0.2,
    rtt_ms: { pc: 24, router: 18, speaker: 55 }[kind] * (1 + character) + 6 * wave,
    loss_percent: 0,
    temperature_celsius: 41 + 9 * busy + 3 * wave,
  }
}
