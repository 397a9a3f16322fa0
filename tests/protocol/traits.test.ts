import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WireError } from '#protocol/errors.ts'
import {
  changedTraits,
  clipTrait,
  decodeTraits,
  encodeTraits,
  MAX_TRAIT_BYTES,
  mergeTraits,
  type Traits,
} from '#protocol/traits.ts'
import { TRAITS } from '#protocol/traits-table.ts'

const names = TRAITS.map(({ name }) => name)
const anyTraits: fc.Arbitrary<Traits> = fc.dictionary(
  fc.constantFrom(...names),
  fc.string({ unit: 'binary', maxLength: 2000 }),
)

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

test('numbers and names are given once', () => {
  expect(new Set(TRAITS.map(({ number }) => number)).size).toBe(TRAITS.length)
  expect(new Set(names).size).toBe(TRAITS.length)
})

test('the bytes of the specification', () => {
  const bytes = encodeTraits(
    new Map([
      [6, ''],
      [5, 'OptiPlex'],
    ]),
  )
  expect(hex(bytes)).toBe('0105084f707469506c65780600')
})

test('whatever a device says comes through: both ends know the same after each message', () => {
  fc.assert(
    fc.property(fc.array(anyTraits, { maxLength: 5 }), (times) => {
      let told: Traits = {}
      let known: Record<string, string> = {}
      for (const traits of times) {
        const news = decodeTraits(encodeTraits(changedTraits(traits, told)))
        known = mergeTraits(known, news)
        told = mergeTraits(told, news)
        const clipped = Object.entries(traits).map(([name, text]) => [name, clipTrait(text)])
        expect(known).toEqual(Object.fromEntries(clipped.filter(([, text]) => text !== '')))
        expect(changedTraits(traits, told).size, 'nothing is left to tell').toBe(0)
      }
    }),
  )
})

test('a text is cut at a character, and holds nothing that no person can read', () => {
  expect(clipTrait('  Máy\u0000 tính\t')).toBe('Máy  tính')
  expect(clipTrait('a\nb')).toBe('a\nb')
  const long = clipTrait('ế'.repeat(2000))
  expect(Buffer.byteLength(long)).toBeLessThanOrEqual(MAX_TRAIT_BYTES)
  expect(long).toBe('ế'.repeat(long.length))
})

test('a number that is not known is kept under its number', () => {
  expect(mergeTraits({}, new Map([[99, 'mới']]))).toEqual({ trait_99: 'mới' })
})

test.each([
  ['', 'WIRE_TRUNCATED'],
  ['02', 'WIRE_VERSION'],
  ['010503414243', null],
  ['0105044142', 'WIRE_TRUNCATED'],
  ['0105014106', 'WIRE_TRUNCATED'],
  ['010501410401ff', 'WIRE_RANGE'],
  ['010501ff', 'WIRE_RANGE'],
  ['0105ff7f', 'WIRE_RANGE'],
])('bytes %s', (text, code) => {
  const read = () => decodeTraits(Buffer.from(text, 'hex'))
  if (code === null) expect(read()).toEqual(new Map([[5, 'ABC']]))
  else {
    expect(read).toThrow(WireError)
    expect(read).toThrow(expect.objectContaining({ code }))
  }
})

test('any bytes are read or refused with a code', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        decodeTraits(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(WireError)
      }
    }),
  )
})
