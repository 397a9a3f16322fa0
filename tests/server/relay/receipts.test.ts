import { expect, test } from 'vitest'
import { ACKNOWLEDGE_EVERY, ACKNOWLEDGE_MS, Receipts } from '../../../server/relay/receipts.ts'

test('the eighth that is stored is acknowledged, and the first after two hours', () => {
  const receipts = new Receipts()
  for (let count = 1; count < ACKNOWLEDGE_EVERY; count++) receipts.stored(receipts.take(0, false))
  expect(receipts.isDue(0)).toBe(false)
  expect(receipts.isDue(ACKNOWLEDGE_MS)).toBe(true)
  receipts.stored(receipts.take(1, false))
  expect(receipts.isDue(1)).toBe(true)
  expect(receipts.acknowledge(1)).toBe(ACKNOWLEDGE_EVERY)
  expect([receipts.isUseful, receipts.isDue(9 * ACKNOWLEDGE_MS)]).toEqual([false, false])
})

test('nothing behind a message that is not on disk is acknowledged', () => {
  const receipts = new Receipts()
  const [first, second, third] = [1, 2, 3].map(() => receipts.take(0, true))
  receipts.stored(third!)
  receipts.stored(second!)
  expect([receipts.isUseful, receipts.waiting]).toEqual([false, true])
  receipts.stored(first!)
  expect(receipts.isDue(0)).toBe(true)
  expect(receipts.acknowledge(0)).toBe(3)
})
