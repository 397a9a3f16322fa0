import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Collector, Values } from '../../../agent/collect/collector.ts'
import { retryAfterMs, Watched } from '../../../agent/collect/watched.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const MINUTE = 60_000

function watch(collector: Omit<Collector, 'name'>) {
  const faults: string[] = []
  const watched = new Watched(
    { name: 'x', ...collector },
    { onFault: (name, reason) => faults.push(`${name}: ${reason}`) },
  )
  /** Reads once a minute, as a sampler does; what each read gave. */
  async function minutes(count: number): Promise<Values[]> {
    const found: Values[] = []
    for (let minute = 0; minute < count; minute++) {
      void watched.read().then((values) => found.push(values))
      await vi.advanceTimersByTimeAsync(MINUTE)
    }
    return found
  }
  return { watched, faults, minutes }
}

test('what changes slowly is looked at seldom and told at each sample until it is too old', async () => {
  let looks = 0
  let works = true
  const { minutes, watched } = watch({
    everySeconds: 900,
    async read() {
      looks++
      if (!works) throw new Error('expected an answer, got none')
      return { battery_percent: 100 - looks }
    },
  })
  const first = await minutes(31)
  expect(looks).toBe(3)
  expect(first.slice(0, 2), 'it works in the background').toEqual([{}, { battery_percent: 99 }])
  expect(first[20]).toEqual({ battery_percent: 98 })
  works = false
  const then = await minutes(20)
  expect(then.at(-1), 'a fault takes what was found away').toEqual({})
  expect(watched.fault).toBe('expected an answer, got none')
})

test('a failure is told once in a row, and asked again with back-off', async () => {
  const asked: number[] = []
  let minute = 0
  let works = false
  const { minutes, faults, watched } = watch({
    async read() {
      asked.push(minute)
      if (works) return { cpu_percent: 1 }
      throw new Error('EIO')
    },
  })
  for (; minute < 40; minute++) await minutes(1)
  expect(asked).toEqual([0, 1, 3, 7, 15, 31])
  expect(faults).toEqual(['x: EIO'])
  works = true
  for (; minute < 70; minute++) await minutes(1)
  expect(watched.fault).toBeNull()
  expect(asked.slice(-3)).toEqual([67, 68, 69])
  works = false
  await minutes(1)
  expect(faults).toHaveLength(2)
  expect(
    retryAfterMs(MINUTE, 20, { retryCapMs: 6 * 3600_000, retryMs: MINUTE, withinMs: 1, abandoned: 1 }),
  ).toBe(6 * 3600_000)
})

test('one that hangs is given up in time, told to end, and not begun for ever', async () => {
  const signals: AbortSignal[] = []
  const { minutes, watched } = watch({
    withinMs: 2000,
    read(signal) {
      signals.push(signal!)
      return new Promise(() => {})
    },
  })
  const begin = performance.now()
  const reading = watched.read()
  await vi.advanceTimersByTimeAsync(2000)
  expect(await reading).toEqual({})
  expect(performance.now() - begin).toBe(2000)
  expect(signals[0]!.aborted).toBe(true)
  expect(watched.fault).toBe('expected an answer within 2000 ms')
  await minutes(600)
  expect(signals).toHaveLength(3)
})

test('what cannot be is left out and named, the rest counts', async () => {
  const { watched, faults } = watch({
    async read() {
      return { cpu_percent: 12, temperature_celsius: 9999, disk_health: 7, rtt_ms: Number.NaN }
    },
  })
  expect(await watched.read()).toEqual({ cpu_percent: 12 })
  expect(faults).toEqual([
    'x: temperature_celsius: expected -60 to 150 °C, got 9999; disk_health: expected a state from 0 to 3, got 7; ' +
      'rtt_ms: expected 0 to 600000 ms, got NaN',
  ])
})

test('a value that cannot be costs none of the others, however long it lasts', async () => {
  let degrees = 9999
  const { watched, faults, minutes } = watch({
    everySeconds: 300,
    read: async () => ({ battery_percent: 50, temperature_celsius: degrees }),
  })
  const found = (await minutes(600)).slice(1)
  expect(found.filter(({ battery_percent }) => battery_percent !== 50)).toEqual([])
  expect(watched.fault).toContain('got 9999')
  expect(faults, 'told once').toHaveLength(1)
  degrees = 40
  await minutes(6)
  expect(watched.fault).toBeNull()
})

test('words that cannot be had are none, and a fault', () => {
  const { watched } = watch({
    read: async () => ({}),
    traits() {
      throw new Error('no words')
    },
  })
  expect(watched.traits()).toEqual({})
  expect(watched.fault).toBe('no words')
})

test('a stop ends what is under way and leaves no timer', async () => {
  let signal: AbortSignal | undefined
  const { watched } = watch({
    everySeconds: 900,
    read(given) {
      signal = given
      return new Promise((resolve) => given?.addEventListener('abort', () => resolve({})))
    },
  })
  await watched.read()
  watched.stop()
  await vi.advanceTimersByTimeAsync(0)
  expect(signal?.aborted).toBe(true)
  expect(vi.getTimerCount()).toBe(0)
})
