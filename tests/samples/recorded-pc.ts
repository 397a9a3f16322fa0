import { readFileSync } from 'node:fs'
import { fromWire } from '#protocol/metrics.ts'
import { METRICS } from '#protocol/metrics-table.ts'
import type { Sample } from '../../agent/sampler.ts'

/**
 * What `record-pc.ts` writes, by the name of a metric and `uptime_seconds`: integers on the metric's scale, the first
 * one and then what each differs from the one before, so that it is short.
 */
export type Recording = Record<string, string>

export function differencesOf(integers: readonly number[]): string {
  return integers.map((integer, at) => integer - (integers[at - 1] ?? 0)).join(' ')
}

function integersOf(differences: string): number[] {
  let integer = 0
  return differences.split(' ').map((difference) => {
    integer += Number(difference)
    return integer
  })
}

const FIRST_CLOCK_SECONDS = 1_781_456_400

/** Forty minutes of a machine at work, each second standing in for a minute. */
export function recordedPc(): Sample[] {
  const file = new URL('./recorded-pc.json', import.meta.url)
  const recording = JSON.parse(readFileSync(file, 'utf8')) as Recording
  const metrics = METRICS.flatMap(({ number, name }) =>
    recording[name] === undefined || name === 'uptime_seconds'
      ? []
      : [{ number, name, integers: integersOf(recording[name]) }],
  )
  return integersOf(recording.uptime_seconds!).map((uptimeSeconds, row) => ({
    boot: 1,
    uptimeSeconds,
    clockSeconds: FIRST_CLOCK_SECONDS + uptimeSeconds,
    values: Object.fromEntries(
      metrics.map(({ number, name, integers }) => [name, fromWire(number, integers[row]!).value]),
    ),
  }))
}
