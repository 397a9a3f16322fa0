import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BitReader, BitWriter } from '#protocol/bits.ts'
import { readResidual, residualLength, writeResidual } from '#protocol/residual.ts'

function written(value: number, parameter: number): string {
  const writer = new BitWriter()
  writeResidual(writer, value, parameter)
  const bits = [...writer.finish()].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return bits.slice(0, residualLength(value, parameter))
}

test.each([
  [0, 0, '0'],
  [1, 0, '10'],
  [2, 0, '110'],
  [3, 0, '11100'],
  [4, 0, '11101'],
  [5, 0, '1111000'],
  [8, 0, '1111011'],
  [9, 0, '111110000'],
  [0, 2, '000'],
  [7, 2, '1011'],
  [11, 2, '11011'],
  [12, 2, '1110000'],
  [19, 2, '1110111'],
  [20, 2, '111100000'],
])('%i with k = %i is %s', (value, parameter, bits) => {
  expect(written(value, parameter)).toBe(bits)
})

test('every whole number up to 2^53 comes back, with every parameter', () => {
  fc.assert(
    fc.property(fc.nat({ max: 50 }), fc.maxSafeNat(), fc.nat({ max: 53 }), (parameter, number, less) => {
      const value = Math.floor(number / 2 ** less)
      const writer = new BitWriter()
      writeResidual(writer, value, parameter)
      expect(readResidual(new BitReader(writer.finish()), parameter, 'value')).toBe(value)
    }),
    { numRuns: 2000 },
  )
})
