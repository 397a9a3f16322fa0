import type { Sample } from '../../agent/sampler.ts'

/** The `n`-th sample of a boot, one a minute. Its processor share goes over the wire as the integer `n`. */
export function sampleNumber(n: number, boot = 1): Sample {
  return {
    boot,
    uptimeSeconds: 60 * n,
    clockSeconds: 1_800_000_000 + 60 * n,
    values: { cpu_percent: n / 10, rx_bytes: 1024 * n },
  }
}
