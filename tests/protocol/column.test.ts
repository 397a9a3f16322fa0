import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BitReader, BitWriter } from '#protocol/bits.ts'
import { readColumn, writeColumn } from '#protocol/column.ts'
import { readGaps, writeGaps } from '#protocol/gaps.ts'
import { type Outlook, outlookOf } from '#protocol/outlook.ts'

function written(values: readonly number[], base: Outlook | null): Uint8Array {
  const writer = new BitWriter()
  writeColumn(writer, values, base)
  return writer.finish()
}

function readBack(values: readonly number[], base: Outlook | null): number[] {
  return readColumn(new BitReader(written(values, base)), values.length, base)
}

const LARGEST = 2 ** 50
const value = fc.oneof(
  fc.integer({ min: -2000, max: 2000 }),
  fc.integer({ min: -LARGEST, max: LARGEST }),
  fc.constantFrom(LARGEST, -LARGEST, 0),
)
const values = fc.array(value, { minLength: 1, maxLength: 40 })

test('any values come back, on any base and without', () => {
  fc.assert(
    fc.property(values, fc.option(values), (column, before) => {
      expect(readBack(column, before && outlookOf(before))).toEqual(column)
    }),
    { numRuns: 1000 },
  )
})

test.each<[string, number[], number[], number]>([
  ['what stands still', [61, 61, 61], Array(15).fill(61), 1],
  ['what swings around its level', [40, 55, 45, 50, 48], [44, 52, 47, 49], 3],
  ['a counter at an even pace', [1000, 2000, 3000, 4000], [5000, 6001, 7000], 2],
  ['a counter in bursts', [100, 101, 105, 106], [107, 108, 9000, 9003], 6],
])('%s takes few bytes', (_case, before, column, bytes) => {
  expect(written(column, outlookOf(before)).length).toBeLessThanOrEqual(bytes)
})

test.each<[number[], Outlook]>([
  [[7], { last: 7, level: 7, pace: 0, digits: 2 }],
  [[7, 7], { last: 7, level: 7, pace: 0, digits: 0 }],
  [[10, 30, 20], { last: 20, level: 20, pace: 20, digits: 5 }],
  [[10, 30, 20, 25], { last: 25, level: 25, pace: 5, digits: 4 }],
  [[1e9, ...Array.from({ length: 16 }, (_, at) => at * 3)], { last: 45, level: 24, pace: 3, digits: 0 }],
])('the outlook of %j', (line, outlook) => {
  expect(outlookOf(line)).toEqual(outlook)
})

test.each([
  ['a parameter below 0', '000 1111000', 'parameter: expected 0 to 50, got -1'],
  [
    'a parameter that no value needs',
    `000 ${'1'.repeat(20)}0${'0'.repeat(18)}`,
    'parameter: expected 0 to 50',
  ],
  ['a residual in a bucket that is none', `000 0 ${'1'.repeat(60)}`, 'residual: expected at most 53 ones'],
  [
    'values that leave the exact integers',
    `000 0 ${`${'1'.repeat(53)}0${'1'.repeat(53)}`.repeat(3)}`,
    'value 0: expected less than 2^53',
  ],
])('%s is refused by name', (_case, digits, reason) => {
  const bits = digits.replaceAll(' ', '').padEnd(500, '0')
  const bytes = Uint8Array.from(bits.match(/.{8}/g)!, (byte) => Number.parseInt(byte, 2))
  expect(() => readColumn(new BitReader(bytes), 15, outlookOf([0]))).toThrow(reason)
})

const presence = fc.array(fc.boolean(), { minLength: 1, maxLength: 60 })

test('which rows were measured comes back', () => {
  fc.assert(
    fc.property(presence, (measured) => {
      const writer = new BitWriter()
      writeGaps(
        writer,
        measured.map((there) => (there ? 1 : null)),
      )
      expect(readGaps(new BitReader(writer.finish()), measured.length)).toEqual(measured)
    }),
  )
})

test('runs of more rows than there are, are refused', () => {
  const writer = new BitWriter()
  writeGaps(writer, [1, 1, 1, null])
  expect(() => readGaps(new BitReader(writer.finish()), 2)).toThrow(
    'runs of rows: expected 2 rows in all, got 3',
  )
})
