import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Values } from '../../agent/collect/collector.ts'
import { PowerWatch } from '../../agent/power-watch.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function watch(read: () => Promise<Values>) {
  const began = performance.now()
  const turns: number[] = []
  const looks = vi.fn(read)
  const made = new PowerWatch({
    power: { name: 'power', read: looks },
    onTurn: () => turns.push((performance.now() - began) / 1000),
  })
  return { made, turns, looks }
}

test('a turn is seen within half a minute; the first look is none', async () => {
  let source = 1
  const { made, turns, looks } = watch(async () => ({ power_source: source }))
  made.start()
  await vi.advanceTimersByTimeAsync(95_000)
  expect(turns).toEqual([])
  expect(looks).toHaveBeenCalledTimes(4)
  source = 2
  await vi.advanceTimersByTimeAsync(30_000)
  expect(turns).toEqual([120])
  made.stop()
  expect(vi.getTimerCount()).toBe(0)
})

test('power that flickers with every look is told once a minute', async () => {
  let source = 1
  const { made, turns } = watch(async () => {
    source = 3 - source
    return { power_source: source }
  })
  made.start()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(turns).toEqual([30, 90, 150, 210, 270, 330, 390, 450, 510, 570])
  made.stop()
})

test('a look that fails or finds nothing is no turn, and what it was before is remembered', async () => {
  const found: (() => Values)[] = [
    () => ({ power_source: 1 }),
    () => {
      throw new Error('EIO')
    },
    () => ({}),
    () => ({ power_source: 1 }),
    () => ({}),
    () => ({ power_source: 2 }),
  ]
  const { made, turns } = watch(async () => (found.shift() ?? (() => ({})))())
  made.start()
  await vi.advanceTimersByTimeAsync(180_000)
  expect(turns).toEqual([150])
  made.stop()
})

test('a stop while a look is under way leaves nothing', async () => {
  let answer: (values: Values) => void = () => {}
  const { made, turns } = watch(() => new Promise((resolve) => (answer = resolve)))
  made.start()
  await vi.advanceTimersByTimeAsync(1)
  made.stop()
  answer({ power_source: 2 })
  await vi.advanceTimersByTimeAsync(100_000)
  expect(turns).toEqual([])
  expect(vi.getTimerCount()).toBe(0)
})
