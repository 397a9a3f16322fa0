import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PATIENCE } from '../../../agent/link/doubt.ts'
import { PING, WATCH_LIMITS, Watch } from '../../../agent/link/watch.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A watch whose kernel is played; `said` is what it told, with the second of it. */
function world({ kernel = true } = {}) {
  const line = { written: 0, unacknowledged: 0 as number | null }
  const said: string[] = []
  const startedMs = performance.now()
  const second = () => Math.round((performance.now() - startedMs) / 1000)
  const watch = new Watch({
    unacknowledged: kernel ? async () => line.unacknowledged : null,
    written: () => line.written,
    patience: () => PATIENCE,
    onDoubt: (_, guess) => said.push(`${guess ? 'guess' : 'doubt'} at ${second()}`),
    onAssured: (silenceMs) => said.push(`assured at ${second()} after ${Math.round(silenceMs / 1000)}`),
    limits: WATCH_LIMITS,
  })
  return {
    ...{ line, watch },
    pass: (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000),
    said: () => said.splice(0),
  }
}

test('a message without an answer: the kernel says that it arrived', async () => {
  const { line, watch, pass, said } = world()
  await pass(900)
  Object.assign(line, { written: 150, unacknowledged: 150 })
  watch.told()
  await pass(2)
  line.unacknowledged = 0
  await pass(2)
  expect(said()).toEqual(['assured at 903 after 900'])
  await pass(3600)
  expect(said(), 'then nobody looks any more').toEqual([])
})

test('bytes that nobody acknowledges are in doubt after five seconds', async () => {
  const { line, watch, pass, said } = world()
  Object.assign(line, { written: 150, unacknowledged: 150 })
  watch.told()
  await pass(5)
  expect(said()).toEqual([])
  await pass(1)
  expect(said()).toEqual(['doubt at 6'])
  line.unacknowledged = 0
  await pass(1)
  expect(said()).toEqual(['assured at 7 after 0'])
})

test('a long message over a slow line is no doubt while it moves', async () => {
  const { line, watch, pass, said } = world()
  Object.assign(line, { written: 60_000, unacknowledged: 60_000 })
  watch.asked('1')
  for (let second = 1; second <= 60; second++) {
    line.unacknowledged = 60_000 - 1000 * second
    await pass(1)
  }
  expect(said()).toEqual([])
  watch.heard('1')
  expect(said()).toEqual(['assured at 60 after 0'])
})

test('a centre that is slow, its line being well, is given fifteen seconds', async () => {
  const { watch, pass, said } = world()
  watch.asked('1')
  await pass(15)
  expect(said()).toEqual([])
  await pass(1)
  expect(said()).toEqual(['doubt at 16'])
})

test('where no kernel tells, answers are all there is', async () => {
  const { watch, pass, said } = world({ kernel: false })
  expect(watch.blind).toBe(true)
  watch.asked(PING)
  await pass(6)
  expect(said(), 'the line may be dead, or the centre slow').toEqual(['guess at 6'])
  await pass(10)
  expect(said().at(-1)).toBe('doubt at 16')
  watch.heard(PING)
  expect(said()).toEqual(['assured at 16 after 0'])
})

test('a kernel that does not know the connection is not believed in again', async () => {
  const { line, watch, pass, said } = world()
  line.unacknowledged = null
  watch.told()
  await pass(4)
  expect(watch.blind).toBe(true)
  expect(said()).toEqual(['assured at 3 after 0'])
})

test('an answer counts for what was asked before it; a ping for no report', async () => {
  const { watch, pass, said } = world()
  watch.asked('1')
  watch.told()
  await pass(1)
  watch.asked(PING)
  watch.heard(PING)
  expect(watch.awaitedMs, 'the report still waits').toBe(1000)
  await pass(1)
  watch.asked('2')
  watch.heard('2')
  expect(watch.awaitedMs).toBe(0)
  expect(said()).toEqual(['assured at 2 after 0'])
})
