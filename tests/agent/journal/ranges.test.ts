import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addRange, gapsIn, isCut, isIn, isWithin, type Range } from '../../../agent/journal/ranges.ts'

const range = fc
  .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 8 }))
  .map(([first, more]): Range => ({ first, last: first + more }))
const ranges = fc.array(range, { maxLength: 12 })
const number = fc.integer({ min: 1, max: 70 })

const numbersOf = (all: readonly Range[]): Set<number> =>
  new Set(all.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, at) => first + at)))

test('ranges are the set of their numbers, rising and apart', () => {
  fc.assert(
    fc.property(ranges, range, number, (many, one, at) => {
      const joined = many.reduce<readonly Range[]>(addRange, [])
      const numbers = numbersOf(many)
      expect(numbersOf(joined)).toEqual(numbers)
      joined.forEach(({ first }, place) => {
        if (place > 0) expect(first).toBeGreaterThan(joined[place - 1]!.last + 1)
      })
      expect(isIn(joined, at)).toBe(numbers.has(at))
      const inside = [...numbersOf([one])]
      expect(isWithin(joined, one)).toBe(inside.every((each) => numbers.has(each)))
      expect(numbersOf(gapsIn(joined, one))).toEqual(new Set(inside.filter((each) => !numbers.has(each))))
    }),
  )
})

test('two numbers are cut apart by what lies between them', () => {
  const settled = [{ first: 5, last: 6 }]
  expect([isCut(settled, 3, 4), isCut(settled, 4, 7), isCut(settled, 7, 9)]).toEqual([false, true, false])
})
