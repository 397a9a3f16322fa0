import { expect, test } from 'vitest'
import { Arrival } from '../../broker/arrival.ts'
import { Hold } from '../../broker/hold.ts'
import { RightOfWay } from '../../broker/right-of-way.ts'
import { ManualClock } from '../support/manual-clock.ts'

/** So many devices on their way in besides the one under test. */
function arriving(count: number) {
  const clock = new ManualClock()
  const way = new RightOfWay()
  const others = Array.from({ length: count }, () => way.arrive())
  const waits: boolean[] = []
  const arrival = new Arrival({ clock, way, there: way.arrive(), onWait: (one) => waits.push(one) })
  return { clock, way, others, waits, arrival }
}

test('on an ordinary day nobody waits', () => {
  const { clock, waits, arrival } = arriving(31)
  arrival.answered()
  arrival.stored()
  expect(waits).toEqual([])
  expect(clock.timers).toBe(0)
})

test('when many come, history waits until only a few are on their way in', () => {
  const { clock, others, waits, arrival } = arriving(40)
  arrival.answered()
  arrival.stored()
  arrival.stored()
  expect(waits).toEqual([true])
  for (const there of others.slice(0, 8)) there()
  expect(waits).toEqual([true])
  others[8]!()
  expect(waits).toEqual([true, false])
  expect(clock.timers).toBe(0)
  arrival.stored()
  expect(waits).toEqual([true, false])
})

test('no history waits longer than ten seconds, and none of a connection that is over', () => {
  const long = arriving(40)
  long.arrival.stored()
  long.clock.advance(9999)
  expect(long.waits).toEqual([true])
  long.clock.advance(1)
  expect(long.waits).toEqual([true, false])
  for (const there of long.others) there()
  expect(long.waits).toEqual([true, false])

  const over = arriving(40)
  over.arrival.stored()
  over.arrival.closed()
  for (const there of over.others) there()
  over.clock.advance(60_000)
  expect(over.waits).toEqual([true])
  expect(over.clock.timers).toBe(0)
})

test('who is in and says nothing gives the right of way up', () => {
  const { clock, way, arrival } = arriving(31)
  expect(way.busy).toBe(true)
  arrival.answered()
  clock.advance(7000)
  expect(way.busy).toBe(false)
  arrival.closed()
  expect(way.busy).toBe(false)
})

test('who has been there for longer gives way to nobody, whenever it says its first word', () => {
  const { clock, waits, arrival } = arriving(40)
  arrival.answered()
  clock.advance(7000)
  arrival.stored()
  expect(waits).toEqual([])
})

test('a hold lasts as long as any reason for it', () => {
  const changes: boolean[] = []
  const hold = new Hold((held) => changes.push(held))
  hold.set('disk', false)
  hold.set('disk', true)
  hold.set('right-of-way', true)
  hold.set('disk', false)
  expect(changes).toEqual([true])
  hold.set('right-of-way', false)
  hold.set('right-of-way', false)
  expect(changes).toEqual([true, false])
})
