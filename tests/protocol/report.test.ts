import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { WireError } from '#protocol/errors.ts'
import { MAX_COLUMNS, MAX_ROWS } from '#protocol/limits.ts'
import { baseOf, decodeReport, encodeReport, type Report } from '#protocol/report.ts'
import { REPORT_VECTORS } from './vectors.ts'

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))

/** The report in `bytes`, or the code of the WireError; anything else that is thrown fails the test. */
function outcome(bytes: Uint8Array): Report | string {
  try {
    return decodeReport(bytes)
  } catch (error) {
    if (error instanceof WireError) return error.code
    throw error
  }
}

/** A report that differs from a good one in `part`. */
function broken(part: Partial<Report>): Report {
  return { ...REPORT_VECTORS[1]!.report, ...part }
}

describe.each(REPORT_VECTORS)('$name', ({ hex, report }) => {
  test('is these bytes', () => {
    expect(Buffer.from(encodeReport(report)).toString('hex')).toBe(hex)
  })

  test('is read from these bytes', () => {
    expect(decodeReport(bytesOf(hex))).toEqual(report)
  })

  test('every shorter prefix is truncated', () => {
    for (let length = 0; length < bytesOf(hex).length; length++) {
      expect(outcome(bytesOf(hex).subarray(0, length)), `${length} bytes`).toBe('WIRE_TRUNCATED')
    }
  })

  test('every flipped bit gives a valid report or a named error', () => {
    for (let bit = 0; bit < bytesOf(hex).length * 8; bit++) {
      const bytes = bytesOf(hex)
      bytes[bit >> 3]! ^= 0x80 >> (bit & 7)
      const read = outcome(bytes)
      // What is valid can be written again: it breaks no limit.
      if (typeof read !== 'string') expect(decodeReport(encodeReport(read))).toEqual(read)
      else expect(read).toMatch(/^WIRE_/)
    }
  })

  test('a byte too many is refused', () => {
    expect(outcome(Buffer.concat([bytesOf(hex), Buffer.of(0)]))).toBe('WIRE_TRAILING')
  })
})

test.each([
  ['a newer version', '02', 'WIRE_VERSION'],
  ['no rows', '010101000100000001', 'WIRE_RANGE'],
  ['too many rows', '01010100010000ffff0301', 'WIRE_RANGE'],
  ['too many columns', '010101000100000141', 'WIRE_RANGE'],
  ['a varint without end', '01ffffffffffffffffff', 'WIRE_RANGE'],
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
      bytes[0] = 1
      outcome(bytes)
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
      const bytes = encodeReport(second, base)
      const found = (epoch: number, seq: number) => (epoch === first.epoch && seq === first.seq ? base : null)
      expect(decodeReport(bytes, found)).toEqual(second)
      expect(outcome(bytes)).toBe('WIRE_BASE')
    }),
    { numRuns: 300 },
  )
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

test('the next report of a boot, standing on the one before', () => {
  const { report } = REPORT_VECTORS[1]!
  const next = {
    ...report,
    seq: 901,
    uptimeSeconds: 36_180,
    clockSeconds: report.clockSeconds! + 180,
    columns: report.columns.map(({ metric, values }) => ({ metric, values: [...values].reverse() })),
  }
  expect(Buffer.from(encodeReport(next, baseOf(report))).toString('hex')).toBe(
    '01c5c6048507013c0103038000fe024078979180e74cd580',
  )
})

test('fifteen rows of a PC take no more than a hundred and twenty bytes', () => {
  const rows = Array.from({ length: 15 }, (_, row) => row)
  const report = broken({
    offsetsSeconds: rows.map((row) => row * 60),
    columns: [
      { metric: 1, values: rows.map((row) => 40 + ((row * 37) % 61)) },
      { metric: 2, values: rows.map((row) => 512 + ((row * 5) % 7)) },
      { metric: 3, values: rows.map(() => 610) },
      { metric: 4, values: rows.map((row) => 1_048_576 + row * 130 + ((row * 29) % 90)) },
      { metric: 5, values: rows.map((row) => 524_288 + row * 40 + ((row * 17) % 30)) },
      { metric: 6, values: rows.map((row) => (row === 0 ? 43 : null)) },
      { metric: 7, values: rows.map((row) => (row === 0 ? 0 : null)) },
      { metric: 8, values: rows.map((row) => 90 + (row % 3)) },
    ],
  })
  expect(encodeReport(report).length).toBeLessThanOrEqual(120)
})
