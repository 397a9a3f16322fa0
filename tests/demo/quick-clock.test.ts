import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { QuickClock } from '../../deploy/demo/quick-clock.ts'

const START = 1_000_000

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A clock whose conductor renews its stride every 30 ms, while `beating`. */
function clockAt(speed: number) {
  const clock = new QuickClock({ virtualMs: START, speed })
  const world = { clock, speed, beating: true }
  const beat = setInterval(() => world.beating && clock.run(world.speed), 30)
  const stop = (): void => {
    clock.stop()
    clearInterval(beat)
  }
  return { clock, world, stop }
}

test('sixty seconds in one, and what waits is woken in order at its moment', async () => {
  const { clock, stop } = clockAt(60)
  const woken: [string, number][] = []
  const wake = (name: string) => (): void => void woken.push([name, Math.round((clock.now() - START) / 1000)])
  clock.after(60_000, wake('minute'))
  clock.after(3_600_000, wake('hour'))
  clock.after(30_000, wake('half'))
  clock.after(45_000, wake('called off'))()
  const callOff = clock.after(50_000, wake('also called off'))
  callOff()
  await vi.advanceTimersByTimeAsync(70_000)
  expect(woken.map(([name]) => name)).toEqual(['called off', 'half', 'minute', 'hour'].slice(1))
  for (const [name, at] of woken) {
    const due = { half: 30, minute: 60, hour: 3600 }[name]!
    expect(at - due, name).toBeGreaterThanOrEqual(0)
    expect(at - due, name).toBeLessThanOrEqual(2)
  }
  stop()
  expect(vi.getTimerCount()).toBe(0)
})

test('time stands still when nobody renews it, and goes on from there', async () => {
  const { clock, world, stop } = clockAt(60)
  await vi.advanceTimersByTimeAsync(1000)
  const before = clock.now()
  expect(before - START).toBeCloseTo(60_000, -3)
  world.beating = false
  await vi.advanceTimersByTimeAsync(60_000)
  expect(clock.now() - before, 'one stride').toBeLessThanOrEqual(60 * 150)
  world.beating = true
  await vi.advanceTimersByTimeAsync(1000)
  expect(clock.now() - before).toBeLessThan(75_000)
  stop()
})

test('another speed holds from its moment on, also for what waits already', async () => {
  const { clock, world, stop } = clockAt(1)
  let woken = 0
  clock.after(120_000, () => (woken = clock.now()))
  await vi.advanceTimersByTimeAsync(3000)
  world.speed = 60
  await vi.advanceTimersByTimeAsync(2100)
  expect(woken - START).toBeGreaterThanOrEqual(120_000)
  stop()
})

test('a clock that follows another never runs back: it waits where it is ahead', async () => {
  const clock = new QuickClock({ virtualMs: START, speed: 60 })
  await vi.advanceTimersByTimeAsync(100)
  const ahead = clock.now()
  expect(ahead).toBe(START + 6000)
  clock.follow({ virtualMs: START + 1000, speed: 60 })
  expect(clock.now()).toBe(ahead)
  await vi.advanceTimersByTimeAsync(100)
  expect(clock.now()).toBe(START + 7000)
  clock.stop()
})
