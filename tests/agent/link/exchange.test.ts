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
  expect(exchange.take(4000), 'the median of three').toEqual({ rtt_ms: 60, loss_percent: 0 })
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
    rtt_ms: 100,
    loss_percent: 50,
  })

  exchange.asked('6', 50_000)
  exchange.broken()
  exchange.asked('6', 52_000)
  exchange.answered('6', 52_010)
  expect(exchange.take(53_000), 'the same packet id on a new connection is a new question').toEqual({
    rtt_ms: 10,
    loss_percent: 50,
  })
  exchange.answered('unasked', 54_000)
  expect(exchange.take(55_000)).toEqual({})
})
