import { beforeEach, expect, test, vi } from 'vitest'
import { patienceMs, quickMs, Route, returnMs } from '../../../agent/relay/route.ts'

beforeEach(() => {
  vi.useFakeTimers()
  return () => vi.useRealTimers()
})

function setUp() {
  const did: string[] = []
  const route = new Route({
    relay: { start: () => did.push('relay'), stop: () => did.push('no relay'), live: false },
    direct: { start: () => did.push('direct'), stop: async () => void did.push('not direct') },
    random: () => 0.5,
    now: () => Date.now(),
  })
  return { did, route, clear: () => did.splice(0) }
}

test('the relay is tried first, and the own line when that comes to nothing in half a minute', () => {
  const { did, route } = setUp()
  route.start()
  vi.advanceTimersByTime(patienceMs(false, 0.5) - 1)
  expect(did).toEqual(['relay'])
  vi.advanceTimersByTime(1)
  expect(did).toEqual(['relay', 'direct', 'no relay'])
  expect(route.way).toBe('direct')
})

test('a relay that is back within its grace costs no connection', () => {
  const { did, route, clear } = setUp()
  route.start()
  route.onWelcome()
  vi.advanceTimersByTime(3_600_000)
  clear()
  route.onLost()
  vi.advanceTimersByTime(5000)
  expect(did).toEqual(['relay'])
  route.onWelcome()
  vi.advanceTimersByTime(3_600_000)
  expect(did).toEqual(['relay'])
})

test('with the relay’s line down its neighbours wait three minutes and more', () => {
  const { did, route, clear } = setUp()
  route.start()
  route.onWelcome()
  clear()
  route.onLine(false)
  vi.advanceTimersByTime(179_000)
  expect(did).toEqual([])
  vi.advanceTimersByTime(31_000)
  expect(did).toEqual(['direct', 'no relay'])
})

test('from its own line it comes back when the relay answers, and asks ever more seldom while it does not', () => {
  const { did, route, clear } = setUp()
  route.start()
  vi.advanceTimersByTime(patienceMs(false, 0.5))
  clear()
  const waits: number[] = []
  for (let attempt = 0; attempt < 8; attempt++) {
    let waitedMs = 0
    while (did.length === 0) {
      vi.advanceTimersByTime(1000)
      waitedMs += 1000
    }
    waits.push(waitedMs)
    clear()
    route.onLost()
  }
  expect(waits).toEqual([...waits].sort((a, b) => a - b))
  expect(waits.at(-1)).toBe(returnMs(99, 0.5))
  vi.advanceTimersByTime(3_600_000)
  clear()
  route.onWelcome()
  expect(did).toEqual(['not direct'])
  expect(route.way).toBe('relay')
})

test('after a stop nothing is tried any more', async () => {
  const { did, route, clear } = setUp()
  route.start()
  await route.stop()
  clear()
  route.onLost()
  vi.advanceTimersByTime(86_400_000)
  expect(did).toEqual([])
})

test('who has no way but the relay asks ever more seldom when that does not take it', () => {
  const did: number[] = []
  const forEver = 2 ** 31 - 1
  const route: Route = new Route({
    relay: {
      start() {
        did.push(Date.now())
        setTimeout(() => route.onLost(), 10)
      },
      stop: () => {},
      live: false,
    },
    direct: { start: () => {}, stop: async () => {} },
    random: () => 0.5,
    limits: { graceMs: forEver, lineDownMs: forEver, spreadMs: 0 },
  })
  route.start()
  vi.advanceTimersByTime(86_400_000)
  expect(did.length).toBeLessThan(80)
  expect(quickMs(1000, 1)).toBe(3_600_000)
})
