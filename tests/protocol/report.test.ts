import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Base, baseOf, type Context } from '#protocol/base.ts'
import { WireError } from '#protocol/errors.ts'
import { MAX_COLUMNS, MAX_ROWS } from '#protocol/limits.ts'
import { decodeReport, encodeReport, type Report } from '#protocol/report.ts'
import { REPORT_VECTORS, STANDING_VECTORS } from './vectors.ts'

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** A centre that has this base and no other. */
function having(base: Base): Context {
  return { epoch: base.epoch, findBase: (seq) => (seq === base.seq ? base : null) }
}

/** The report in `bytes`, or the code of the WireError; anything else that is thrown fails the test. */
function outcome(bytes: Uint8Array, context?: Context): Report | string {
  try {
    return decodeReport(bytes, context)
  } catch (error) {
    if (error instanceof WireError) return error.code
    throw error
  }
}

/** A report that differs from a good one in `part`. */
function broken(part: Partial<Report>): Report {
  return { ...REPORT_VECTORS[1]!.report, ...part }
}

const vectors = [
  ...REPORT_VECTORS.map((vector) => ({ ...vector, base: null })),
  ...STANDING_VECTORS.map((vector) => ({ ...vector, base: baseOf(vector.before) })),
]

describe.each(vectors)('$name', ({ hex, report, base }) => {
  const context = base ? having(base) : undefined

  test('is these bytes', () => {
    expect(hexOf(encodeReport(report, base))).toBe(hex)
  })

  test('is read from these bytes', () => {
    expect(decodeReport(bytesOf(hex), context)).toEqual(report)
  })

  test('every shorter prefix is truncated', () => {
    for (let length = 0; length < bytesOf(hex).length; length++) {
      expect(outcome(bytesOf(hex).subarray(0, length), context), `${length} bytes`).toBe('WIRE_TRUNCATED')
    }
  })

  test('every flipped bit gives a valid report or a named error', () => {
    for (let bit = 0; bit < bytesOf(hex).length * 8; bit++) {
      const bytes = bytesOf(hex)
      bytes[bit >> 3]! ^= 0x80 >> (bit & 7)
      const read = outcome(bytes, context)
      // What is valid can be written again: it breaks no limit.
      if (typeof read !== 'string') expect(decodeReport(encodeReport(read))).toEqual(read)
      else expect(read).toMatch(/^WIRE_/)
    }
  })

  test('a byte too many is refused', () => {
    expect(outcome(Buffer.concat([bytesOf(hex), Buffer.of(0)]), context)).toBe('WIRE_TRAILING')
  })
})

test.each([
  ['a newer version', '20', 'WIRE_VERSION'],
  ['flags without a base', '11010101000001013e8040', 'WIRE_RANGE'],
  ['no rows', '10010101000000013e8040', 'WIRE_RANGE'],
  ['too many rows', '1001010100008010013e8040', 'WIRE_RANGE'],
  ['too many columns', '10010101000001413e8040', 'WIRE_RANGE'],
  ['a varint without end', '10ffffffffffffffffff', 'WIRE_RANGE'],
  ['a metric number without end', `1001010100000101${'f'.repeat(40)}`, 'WIRE_RANGE'],
])('%s is refused by name', (_case, hex, code) => {
  expect(outcome(bytesOf(hex))).toBe(code)
})

test.each<[string, Partial<Report>]>([
  ['no rows', { offsetsSeconds: [], columns: [] }],
  ['too many rows', { offsetsSeconds: Array.from({ length: MAX_ROWS + 1 }, (_, row) => row), columns: [] }],
  ['an offset that falls', { offsetsSeconds: [0, 60, 59] }],
  ['a first offset that is not 0', { offsetsSeconds: [1, 60, 120] }],
  ['metrics that do not rise', { columns: [2, 1].map((metric) => ({ metric, values: [1, 1, 1] })) }],
  ['a column of another length', { columns: [{ metric: 1, values: [1, 2] }] }],
  [
    'too many columns',
    { columns: Array.from({ length: MAX_COLUMNS + 1 }, (_, at) => ({ metric: at + 1, values: [1, 1, 1] })) },
  ],
  ['half an integer', { columns: [{ metric: 1, values: [1.5, 1, 1] }] }],
  ['a negative sequence', { seq: -1 }],
  ['an offset of three hundred thousand years', { offsetsSeconds: [0, 60, 1e13] }],
  ['an uptime of as much', { uptimeSeconds: 1e13 }],
  ['an uptime before the boot', { uptimeSeconds: -1 }],
  ['half a second', { offsetsSeconds: [0, 60.5, 120] }],
])('%s is not written', (_case, part) => {
  expect(() => encodeReport(broken(part))).toThrow(WireError)
})

const anyReport: fc.Arbitrary<Report> = fc
  .record({
    rows: fc.integer({ min: 1, max: 40 }),
    metrics: fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { maxLength: 12 }),
    head: fc.record({
      epoch: fc.nat(),
      seq: fc.nat(),
      boot: fc.nat(),
      uptimeSeconds: fc.nat(),
      clockSeconds: fc.option(fc.integer({ min: 1_767_225_600, max: 4_000_000_000 })),
    }),
  })
  .chain(({ rows, metrics, head }) => {
    const sorted = [...metrics].sort((one, other) => one - other)
    const value = fc.option(
      fc.oneof(
        fc.integer({ min: -2000, max: 2000 }),
        fc.maxSafeInteger().map((n) => Math.floor(n / 8)),
      ),
    )
    return fc
      .record({
        steps: fc.array(fc.nat({ max: 3600 }), { minLength: rows - 1, maxLength: rows - 1 }),
        columns: fc.tuple(
          ...sorted.map((metric) =>
            fc.record({
              metric: fc.constant(metric),
              values: fc.array(value, { minLength: rows, maxLength: rows }),
            }),
          ),
        ),
      })
      .map(({ steps, columns }) => {
        const offsetsSeconds = [0]
        for (const step of steps) offsetsSeconds.push(offsetsSeconds.at(-1)! + step)
        return { ...head, offsetsSeconds, columns }
      })
  })

test('whatever is written is read back', () => {
  fc.assert(
    fc.property(anyReport, (report) => {
      expect(decodeReport(encodeReport(report))).toEqual(report)
    }),
    { numRuns: 300 },
  )
})

test('whatever is read, it is a report or a named error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
      bytes[0] = 0x10
      outcome(bytes)
      // The flags that say: the number right after the base, in the same shape, evenly on.
      const { before } = STANDING_VECTORS[0]!
      const base = baseOf(before)
      outcome(Uint8Array.of(0x18, 0x85, 0x07, 0x01, base.check, ...bytes), having(base))
      outcome(Uint8Array.of(0x1f, 0x85, 0x07, base.check, ...bytes), having(base))
    }),
    { numRuns: 2000 },
  )
})

/** Two reports of one boot, the second standing on the first. */
const pair = fc
  .tuple(anyReport, anyReport, fc.integer({ min: 1, max: 50 }), fc.nat({ max: 3600 }))
  .map(([first, second, behind, after]) => {
    const uptimeSeconds = first.uptimeSeconds + first.offsetsSeconds.at(-1)! + after
    return {
      first,
      second: { ...second, epoch: first.epoch, boot: first.boot, seq: first.seq + behind, uptimeSeconds },
    }
  })

test('a report that stands on an earlier one is read back with it, and refused without it', () => {
  fc.assert(
    fc.property(pair, ({ first, second }) => {
      const base = baseOf(decodeReport(encodeReport(first)))
      expect(base).toEqual(baseOf(first))
      const bytes = encodeReport(second, base)
      expect(decodeReport(bytes, having(base))).toEqual(second)
      expect(outcome(bytes)).toBe('WIRE_BASE')
      expect(outcome(bytes, { ...having(base), epoch: null })).toBe('WIRE_BASE')
    }),
    { numRuns: 300 },
  )
})

test('a report that follows evenly in the same shape is read back', () => {
  fc.assert(
    fc.property(anyReport, (first) => {
      const base = baseOf(first)
      const uptimeSeconds = base.uptimeSeconds + base.steps.last
      const clockSeconds = base.clockSeconds && base.clockSeconds + base.steps.last
      const columns = first.columns.filter(({ metric }) => base.outlooks.has(metric))
      const second = { ...first, seq: first.seq + 1, uptimeSeconds, clockSeconds, columns }
      const bytes = encodeReport(second, base)
      expect(decodeReport(bytes, having(base))).toEqual(second)
    }),
    { numRuns: 300 },
  )
})

test('a base with other values under the same number is noticed', () => {
  const { hex, before } = STANDING_VECTORS[0]!
  const other = baseOf({
    ...before,
    columns: before.columns.map((column) => ({ ...column, values: [1, 2, 3] })),
  })
  expect(outcome(bytesOf(hex), having(other))).toBe('WIRE_BASE')
  expect(outcome(bytesOf(hex), having(baseOf({ ...before, epoch: 1 })))).toBe('WIRE_BASE')
})

test('a report stands only on an earlier one of its epoch and boot', () => {
  const { report } = REPORT_VECTORS[1]!
  const base = baseOf(report)
  const next = { ...report, seq: report.seq + 1, uptimeSeconds: report.uptimeSeconds + 180 }
  expect(encodeReport(next, base).length).toBeLessThan(encodeReport(next).length)
  for (const part of [
    { seq: report.seq },
    { epoch: 1 },
    { boot: 8 },
    { uptimeSeconds: report.uptimeSeconds },
  ]) {
    expect(() => encodeReport({ ...next, ...part }, base), JSON.stringify(part)).toThrow(/base: expected one/)
  }
})

test('what a base keeps does not grow with the report', () => {
  const rows = Array.from({ length: MAX_ROWS }, (_, row) => row)
  const day = broken({ offsetsSeconds: rows.map((row) => row * 60), columns: [{ metric: 1, values: rows }] })
  expect(JSON.stringify(baseOf(day)).length).toBeLessThan(300)
  expect(decodeReport(encodeReport(day))).toEqual(day)
})
