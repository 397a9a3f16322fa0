import { expect, test } from 'vitest'
import { Turns } from '../../broker/turns.ts'

test('so many are in at one time, and the rest come in their order', () => {
  const turns = new Turns(2)
  const inside: string[] = []
  const leave = Object.fromEntries(
    ['a', 'b', 'c', 'd', 'e'].map((name) => [name, turns.enter(() => inside.push(name))]),
  )
  expect(inside).toEqual(['a', 'b'])
  leave.d!()
  leave.b!()
  leave.b!()
  expect(inside).toEqual(['a', 'b', 'c'])
  expect(turns.waiting).toBe(1)
  leave.a!()
  leave.c!()
  leave.e!()
  expect(inside).toEqual(['a', 'b', 'c', 'e'])
  turns.enter(() => inside.push('f'))
  expect(inside.at(-1)).toBe('f')
})
