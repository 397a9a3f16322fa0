import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MetricName } from '#protocol/metrics.ts'
import { METRICS } from '#protocol/metrics-table.ts'
import type { Values } from '../../agent/collect/collector.ts'
import { BANDS, createDeadBands } from '../../agent/dead-band.ts'
import { idleDay } from '../samples/office-pc.ts'

const names = METRICS.map(({ name }) => name)
const anySamples: fc.Arbitrary<Values[]> = fc.array(
  fc.dictionary(fc.constantFrom(...names), fc.double({ min: -50, max: 5e6, noNaN: true })),
  { maxLength: 60 },
)

function told(samples: readonly Values[], bands = BANDS): Values[] {
  return samples.map(createDeadBands(bands))
}

test('what is told is never off by the band or more, and nothing is added or left out', () => {
  fc.assert(
    fc.property(anySamples, (samples) => {
      told(samples).forEach((values, at) => {
        expect(Object.keys(values)).toEqual(Object.keys(samples[at]!))
        for (const [name, value] of Object.entries(values) as [MetricName, number][]) {
          const off = Math.abs(value - samples[at]![name]!)
          if (off > 0) expect(off, name).toBeLessThan(BANDS[name] ?? 0)
        }
      })
    }),
  )
})

test('a counter that rises is told rising and never ahead of itself', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 200_000 })), (gains) => {
      let total = 1e9
      const samples = gains.map((gain) => {
        total += gain
        return { rx_bytes: total }
      })
      const counted = told(samples).map(({ rx_bytes }) => rx_bytes!)
      counted.forEach((value, at) => {
        expect(value).toBeLessThanOrEqual(samples[at]!.rx_bytes)
        expect(value).toBeGreaterThanOrEqual(counted[at - 1] ?? 0)
      })
    }),
  )
})

test('a change that creeps is told when it adds up, and then held again', () => {
  const disk = [60, 60.1, 60.19, 60.2, 60.3, 60.1, 60].map((disk_percent) => ({ disk_percent }))
  expect(told(disk).map(({ disk_percent }) => disk_percent)).toEqual([60, 60, 60, 60.2, 60.2, 60.2, 60])
})

test('a counter that begins anew, a state and a loss are told at once', () => {
  const samples: Values[] = [
    { rx_bytes: 1000, antivirus_state: 4, loss_percent: 0 },
    { rx_bytes: 10, antivirus_state: 3, loss_percent: 0.5 },
  ]
  expect(told(samples)).toEqual(samples)
})

test('an idle PC says the same thing nearly all day', () => {
  const samples = idleDay(1).map(({ values }) => values)
  const changes = (name: MetricName, day: readonly Values[]) =>
    day.filter((values, at) => at > 0 && values[name] !== day[at - 1]![name]).length
  const day = told(samples)
  for (const name of ['cpu_percent', 'memory_percent', 'tx_bytes', 'temperature_celsius'] as const)
    expect(changes(name, day), name).toBeLessThan(changes(name, samples) / 10)
})
