import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Exchange } from '../../../agent/link/exchange.ts'

test('an afternoon of exchanges, told by virtual time', () => {
  const exchange = new Exchange()
  expect(exchange.take(0), 'nothing exchanged, nothing said').toEqual({})

  exchange.asked('1', 1000)
  exchange.answered('1', 1040)
  exchange.asked('2', 2000)
  exchange.answered('2', 2200)
  exchange.asked('ping', 3000)
  exchange.answered('ping', 3060)
  expect(exchange.take(4000), 'the median of three; 160 ms, then a sixteenth of 140 ms').toEqual({
    ...{ rtt_ms: 60, loss_percent: 0 },
    jitter_ms: 160 + (140 - 160) / 16,
  })
  expect(exchange.take(5000), 'each is told once').toEqual({})

  exchange.asked('3', 10_000)
  expect(exchange.take(20_000), 'ten seconds are not over').toEqual({})
  expect(exchange.take(20_001), 'now it is lost').toEqual({ loss_percent: 100 })
  exchange.answered('3', 25_000)
  expect(exchange.take(26_000), 'a late answer changes nothing').toEqual({})

  exchange.asked('4', 30_000)
  exchange.asked('5', 30_000)
  exchange.answered('5', 30_100)
  exchange.answered('4', 45_000)
  expect(exchange.take(45_000), 'answered late is lost, though nobody looked in time').toEqual({
    ...{ rtt_ms: 100, loss_percent: 50 },
    jitter_ms: 158.75 + (40 - 158.75) / 16,
  })

  exchange.asked('6', 50_000)
  exchange.broken()
  exchange.asked('6', 52_000)
  exchange.answered('6', 52_010)
  expect(
    exchange.take(53_000),
    'a packet id comes again on a new connection; one answer has no jitter',
  ).toEqual({
    rtt_ms: 10,
    loss_percent: 50,
  })
  exchange.answered('unasked', 54_000)
  expect(exchange.take(55_000)).toEqual({})
})

test('jitter: an even line has none, however slow; an uneven one comes to what its answers differ by', () => {
  const jitterOf = (roundTrips: number[]) => {
    const exchange = new Exchange()
    let nowMs = 0
    for (const roundTripMs of roundTrips) {
      exchange.asked('ping', nowMs)
      nowMs += roundTripMs
      exchange.answered('ping', nowMs)
    }
    return exchange.take(nowMs).jitter_ms
  }
  expect(jitterOf([900])).toBeUndefined()
  expect(jitterOf(Array(50).fill(900))).toBe(0)
  expect(jitterOf([40, 80])).toBe(40)
  expect(jitterOf(Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? 40 : 70)))).toBeCloseTo(30)
  const fading = jitterOf([40, 840, ...Array(64).fill(840)])
  expect(fading, 'one step in the line is forgotten after some answers').toBeLessThan(800 * 0.02)
})

test('jitter lies between 0 and the longest wait for an answer, whatever happens', () => {
  const event = fc.oneof(
    fc.record({ kind: fc.constant('asked'), id: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ kind: fc.constant('answered'), id: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ kind: fc.constantFrom('broken', 'take'), id: fc.constant(0) }),
  )
  const story = fc.array(fc.tuple(event, fc.integer({ min: 0, max: 20_000 })), { maxLength: 60 })
  fc.assert(
    fc.property(story, (events) => {
      const exchange = new Exchange()
      let nowMs = 0
      for (const [{ kind, id }, passedMs] of events) {
        nowMs += passedMs
        if (kind === 'asked') exchange.asked(String(id), nowMs)
        else if (kind === 'answered') exchange.answered(String(id), nowMs)
        else if (kind === 'broken') exchange.broken()
        else {
          const { rtt_ms: rtt, jitter_ms: jitter } = exchange.take(nowMs)
          if (jitter === undefined) continue
          expect(rtt, 'told with the round trips that it came from').toBeDefined()
          expect(jitter).toBeGreaterThanOrEqual(0)
          expect(jitter).toBeLessThanOrEqual(10_000)
        }
      }
    }),
  )
})
