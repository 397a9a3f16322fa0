import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Collector } from '../../agent/collect/collector.ts'
import { type Sample, Sampler, untilNext } from '../../agent/sampler.ts'
import { rememberingLog } from '../support/remembering-log.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function sampler(
  collectors: Collector[],
  onSample: (sample: Sample) => Promise<void>,
  sampleSeconds = () => 60,
) {
  const log = rememberingLog()
  const clock = { uptimeSeconds: () => Math.floor(performance.now() / 1000), nowMs: () => 1_800_000_000_500 }
  const made = new Sampler({ collectors, clock, boot: 3, sampleSeconds, onSample, log })
  return { made, log }
}

test('a first sample after a second, then one a minute, however late the one before was', async () => {
  const begin = performance.now()
  const samples: Sample[] = []
  const times: number[] = []
  const { made } = sampler([{ name: 'cpu', read: async () => ({ cpu_percent: 12 }) }], async (sample) => {
    samples.push(sample)
    times.push(performance.now() - begin)
    if (samples.length === 3) await new Promise((resolve) => setTimeout(resolve, 25_000))
  })
  void made.start()
  await vi.advanceTimersByTimeAsync(200_000)
  expect(times).toEqual([1000, 60_000, 120_000, 180_000])
  expect(samples[0]).toEqual({
    boot: 3,
    uptimeSeconds: Math.floor((begin + 1000) / 1000),
    clockSeconds: 1_800_000_000,
    values: { cpu_percent: 12 },
  })
  await made.stop()
  expect(vi.getTimerCount(), 'a stopped sampler leaves no timer').toBe(0)
})

test('a collector that hangs or fails costs only its own metric, and is told of once', async () => {
  const samples: Sample[] = []
  let hung = 0
  const collectors: Collector[] = [
    { name: 'memory', read: async () => ({ memory_percent: 40 }) },
    {
      name: 'disk',
      read: () => {
        throw new Error('EIO')
      },
    },
    {
      name: 'network',
      read: () => {
        hung++
        return new Promise(() => {})
      },
    },
  ]
  const { made, log } = sampler(collectors, async (sample) => {
    samples.push(sample)
  })
  void made.start()
  await vi.advanceTimersByTimeAsync(200_000)
  expect(samples.map(({ values }) => values)).toEqual(Array(4).fill({ memory_percent: 40 }))
  expect(hung, 'asked again, but not each minute').toBe(2)
  expect(log.lines).toEqual(['collector failed', 'collector failed'])
  expect(made.traits()).toEqual({ faults: 'disk: EIO\nnetwork: expected an answer within 5000 ms' })
  await made.stop()
})

test('a stop before the first sample ends the start', async () => {
  const onSample = vi.fn(async () => {})
  const { made } = sampler([], onSample)
  const started = made.start()
  await vi.advanceTimersByTimeAsync(500)
  await made.stop()
  await started
  await vi.advanceTimersByTimeAsync(200_000)
  expect(onSample).not.toHaveBeenCalled()
})

test('lateness does not add up', () => {
  expect(untilNext(5, 5, 60)).toBe(60)
  expect(untilNext(5, 64, 60)).toBe(1)
  expect(untilNext(5, 5 + 60 * 7 + 20, 60)).toBe(40)
})

test('another pace holds from the next sample on, also while a slow one is waited for', async () => {
  let seconds = 60
  const begin = performance.now()
  const times: number[] = []
  const onSample = async () => {
    times.push((performance.now() - begin) / 1000)
  }
  const { made } = sampler([], onSample, () => seconds)
  void made.start()
  await vi.advanceTimersByTimeAsync(130_000)
  seconds = 900
  made.retime()
  await vi.advanceTimersByTimeAsync(910_000)
  seconds = 60
  made.retime()
  await vi.advanceTimersByTimeAsync(100_000)
  expect(times).toEqual([1, 60, 120, 900, 1080, 1140])
  await made.stop()
  made.retime()
  expect(vi.getTimerCount()).toBe(0)
})

test('a sample out of turn is taken at once and leaves the others where they were', async () => {
  const begin = performance.now()
  const times: number[] = []
  const { made } = sampler([], async () => {
    times.push((performance.now() - begin) / 1000)
    if (times.length === 3) await new Promise((resolve) => setTimeout(resolve, 5000))
  })
  made.sampleNow()
  void made.start()
  await vi.advanceTimersByTimeAsync(90_000)
  made.sampleNow()
  await vi.advanceTimersByTimeAsync(2000)
  made.sampleNow()
  made.sampleNow()
  await vi.advanceTimersByTimeAsync(98_000)
  expect(times, 'asked for while one is taken: one more behind it').toEqual([1, 60, 90, 95, 120, 180])
  await made.stop()
  made.sampleNow()
  expect(vi.getTimerCount()).toBe(0)
})
