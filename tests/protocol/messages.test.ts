import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Delivery, decodeDelivery, encodeDelivery } from '#protocol/delivery.ts'
import { WireError } from '#protocol/errors.ts'
import { decodeGoodbye, encodeGoodbye, type Goodbye } from '#protocol/goodbye.ts'
import { decodeHello, encodeHello, type Hello } from '#protocol/hello.ts'
import { deviceId } from '#protocol/ids.ts'
import { decodeLoss, encodeLoss, LOSS_REASONS, type RowsLoss } from '#protocol/loss.ts'
import { fromWire, toWire } from '#protocol/metrics.ts'
import { METRICS } from '#protocol/metrics-table.ts'
import { decodePace, encodePace, keepaliveOf, type Pace } from '#protocol/pace.ts'
import { decodeSettings, encodeSettings, type Settings } from '#protocol/settings.ts'
import { parseUpTopic } from '#protocol/topics.ts'

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))

function codeOf(read: () => unknown): string {
  try {
    return `read ${JSON.stringify(read())}`
  } catch (error) {
    if (error instanceof WireError) return error.code
    throw error
  }
}

describe('hello', () => {
  const vectors: [string, Hello][] = [
    [
      '01c5c60407a0990203053c8407b0090287a309',
      {
        epoch: 74565,
        boot: 7,
        uptimeSeconds: 36000,
        previousEnd: 'shutdown',
        pace: { settings: 5, sampleSeconds: 60, reportSeconds: 900, keepaliveSeconds: 1200, step: 2 },
        rows: 151943,
      },
    ],
    [
      '0101010000000000000000',
      {
        epoch: 1,
        boot: 1,
        uptimeSeconds: 0,
        previousEnd: null,
        pace: { settings: 0, sampleSeconds: 0, reportSeconds: 0, keepaliveSeconds: 0, step: 0 },
        rows: 0,
      },
    ],
  ]

  test.each(vectors)('%s both ways', (hex, hello) => {
    expect(hexOf(encodeHello(hello))).toBe(hex)
    expect(decodeHello(bytesOf(hex))).toEqual(hello)
  })

  test.each([
    ['a newer version', '02c5c604', 'WIRE_VERSION'],
    ['a previous end that nobody named', '010101000700', 'WIRE_RANGE'],
    ['half of it', '01c5c604', 'WIRE_TRUNCATED'],
    ['a byte more', '010101000000000000000000', 'WIRE_TRAILING'],
  ])('%s is refused', (_case, hex, code) => {
    expect(codeOf(() => decodeHello(bytesOf(hex)))).toBe(code)
  })
})

describe('goodbye', () => {
  const vectors: [string, Goodbye][] = [
    ['010307a09902', { reason: 'service-stop', boot: 7, uptimeSeconds: 36000 }],
    ['01000100', { reason: 'shutdown', boot: 1, uptimeSeconds: 0 }],
  ]

  test.each(vectors)('%s both ways', (hex, goodbye) => {
    expect(hexOf(encodeGoodbye(goodbye))).toBe(hex)
    expect(decodeGoodbye(bytesOf(hex))).toEqual(goodbye)
  })

  test.each([
    ['a newer version', '0203', 'WIRE_VERSION'],
    ['a reason that nobody named', '01040100', 'WIRE_RANGE'],
    ['nothing', '', 'WIRE_TRUNCATED'],
  ])('%s is refused', (_case, hex, code) => {
    expect(codeOf(() => decodeGoodbye(bytesOf(hex)))).toBe(code)
  })
})

describe('pace', () => {
  const vectors: [string, Pace][] = [
    [
      '01053c8407b00902',
      { settings: 5, sampleSeconds: 60, reportSeconds: 900, keepaliveSeconds: 1200, step: 2 },
    ],
    ['010000000000', { settings: 0, sampleSeconds: 0, reportSeconds: 0, keepaliveSeconds: 0, step: 0 }],
  ]

  test.each(vectors)('%s both ways', (hex, pace) => {
    expect(hexOf(encodePace(pace))).toBe(hex)
    expect(decodePace(bytesOf(hex))).toEqual(pace)
  })

  test.each([
    ['a newer version', '02053c', 'WIRE_VERSION'],
    ['more steps than any budget has', '01053c8407b00910', 'WIRE_RANGE'],
    ['half of it', '01053c84', 'WIRE_TRUNCATED'],
    ['a byte more', '01053c8407b0090200', 'WIRE_TRAILING'],
  ])('%s is refused', (_case, hex, code) => {
    expect(codeOf(() => decodePace(bytesOf(hex)))).toBe(code)
  })

  test.each([
    [0, null],
    [1, 1],
    [1200, 1200],
    [2_678_400, 65_535],
  ])('a keepalive of %i s holds as %j', (keepaliveSeconds, held) => {
    const pace = { settings: 0, sampleSeconds: 60, reportSeconds: 900, keepaliveSeconds, step: 0 }
    expect(keepaliveOf(pace)).toBe(held)
  })
})

describe('loss', () => {
  const known = { epoch: 74565, seq: 9, boot: 7, uptimeSeconds: 36_000, spanSeconds: 5400, rows: 90 }
  const vectors: [string, RowsLoss][] = [
    ['01c5c6040907a09902982a5a01', { ...known, reason: 'dropped' }],
    [
      '0101010000000102',
      { epoch: 1, seq: 1, boot: 0, uptimeSeconds: 0, spanSeconds: 0, rows: 1, reason: 'damaged' },
    ],
  ]

  test.each(vectors)('%s both ways', (hex, loss) => {
    expect(hexOf(encodeLoss(loss))).toBe(hex)
    expect(decodeLoss(bytesOf(hex))).toEqual(loss)
  })

  test.each(LOSS_REASONS)('every reason both ways: %s', (reason) => {
    expect(decodeLoss(encodeLoss({ ...known, reason }))).toEqual({ ...known, reason })
  })

  test.each([
    ['a newer version', '0201010000000102', 'WIRE_VERSION'],
    ['a reason that is none', '0101010000000104', 'WIRE_RANGE'],
    ['a span of more than an age', '010101000081808080100102', 'WIRE_RANGE'],
    ['half of it', '01010100', 'WIRE_TRUNCATED'],
    ['a byte more', '010101000000010200', 'WIRE_TRAILING'],
  ])('%s is refused', (_case, hex, code) => {
    expect(codeOf(() => decodeLoss(bytesOf(hex)))).toBe(code)
  })
})

describe('settings', () => {
  const pace = { sampleSeconds: 60, reportSeconds: 900 }
  const vectors: [string, Settings][] = [
    [
      '01053c8407b0091481897a',
      {
        number: 5,
        ...pace,
        keepaliveSeconds: 1200,
        spreadSeconds: 20,
        monthlyBytes: 2_000_000,
        hold: false,
        measure: false,
      },
    ],
    [
      '01063c8407b0091481897a01',
      {
        number: 6,
        ...pace,
        keepaliveSeconds: 1200,
        spreadSeconds: 20,
        monthlyBytes: 2_000_000,
        hold: true,
        measure: false,
      },
    ],
    [
      '01013c84073c0a00',
      {
        number: 1,
        ...pace,
        keepaliveSeconds: 60,
        spreadSeconds: 10,
        monthlyBytes: null,
        hold: false,
        measure: false,
      },
    ],
    [
      '01013c84073c0a01',
      {
        number: 1,
        ...pace,
        keepaliveSeconds: 60,
        spreadSeconds: 10,
        monthlyBytes: 0,
        hold: false,
        measure: false,
      },
    ],
  ]

  test.each(vectors)('%s both ways', (hex, settings) => {
    expect(hexOf(encodeSettings(settings))).toBe(hex)
    expect(decodeSettings(bytesOf(hex))).toEqual(settings)
  })

  test.each([
    ['a newer version', '0205', 'WIRE_VERSION'],
    ['half of it', '01053c84', 'WIRE_TRUNCATED'],
    ['half a field of flags', '01013c84073c0a0080', 'WIRE_TRUNCATED'],
  ])('%s is refused', (_case, hex, code) => {
    expect(codeOf(() => decodeSettings(bytesOf(hex)))).toBe(code)
  })

  test.each([
    ['no flags, as from a centre that knows none', '01013c84073c0a00', false],
    ['no flag', '01013c84073c0a0000', false],
    ['another flag', '01013c84073c0a0002', false],
    ['that and hold', '01013c84073c0a0003', true],
    ['hold, and what a newer centre says behind it', '01013c84073c0a0001ff07', true],
  ])('%s: %s holds %j', (_case, hex, hold) => {
    expect(decodeSettings(bytesOf(hex))).toMatchObject({ number: 1, monthlyBytes: null, hold })
  })
})

test('the worked examples of the wire specification are the vectors of these tests', () => {
  const spec = readFileSync(new URL('../../protocol/README.md', import.meta.url), 'utf8').replaceAll(' ', '')
  const examples = [
    '01c5c60407a0990203053c8407b0090287a309',
    '01053c8407b00902',
    '01053c8407b0091481897a',
    hexOf(
      encodeLoss({
        ...{ epoch: 74565, seq: 9, boot: 7, uptimeSeconds: 36_000, spanSeconds: 5400, rows: 90 },
        reason: 'dropped',
      }),
    ),
  ]
  for (const example of examples) expect(spec).toContain(`\`${example}\``)
})

describe('delivery', () => {
  const report = Uint8Array.of(1, 2, 3)

  test.each<[string, Delivery['age']]>([
    ['00010203', null],
    ['01010203', { seconds: 0, basis: 'monotonic' }],
    ['02010203', { seconds: 0, basis: 'clock' }],
    ['890e010203', { seconds: 900, basis: 'monotonic' }],
  ])('%s both ways', (hex, age) => {
    expect(hexOf(encodeDelivery({ age, report }))).toBe(hex)
    expect(decodeDelivery(bytesOf(hex))).toEqual({ age, report })
  })

  test('leaves a report of a newer version as it is', () => {
    expect(decodeDelivery(bytesOf('0199aabb')).report).toEqual(bytesOf('99aabb'))
  })

  test('an age beyond all devices is refused', () => {
    const bytes = encodeDelivery({ age: { seconds: 1e13, basis: 'clock' }, report })
    expect(codeOf(() => decodeDelivery(bytes))).toBe('WIRE_RANGE')
  })

  test('nothing at all is truncated', () => {
    expect(codeOf(() => decodeDelivery(new Uint8Array()))).toBe('WIRE_TRUNCATED')
  })
})

describe('metrics', () => {
  test('numbers and names are given once', () => {
    expect(new Set(METRICS.map(({ number }) => number)).size).toBe(METRICS.length)
    expect(new Set(METRICS.map(({ name }) => name)).size).toBe(METRICS.length)
  })

  test('a value comes back at its resolution', () => {
    expect(fromWire(1, toWire('cpu_percent', 12.34))).toEqual({ name: 'cpu_percent', value: 12.3 })
    expect(fromWire(4, toWire('rx_bytes', 5_000_000))).toEqual({ name: 'rx_bytes', value: 4_999_168 })
    expect(fromWire(6, toWire('rtt_ms', 0.9))).toEqual({ name: 'rtt_ms', value: 1 })
    expect(fromWire(8, toWire('temperature_celsius', -3.4))).toEqual({
      name: 'temperature_celsius',
      value: -3.5,
    })
  })

  test('an unknown number is carried through', () => {
    expect(fromWire(4711, -5)).toEqual({ name: 'metric_4711', value: -5 })
  })
})

test.each(['', '-x', 'a b', 'a/b', 'x'.repeat(33), 'đ', 'a\n'])('%j is no device id', (text) => {
  expect(() => deviceId(text)).toThrow(RangeError)
})

test.each([
  ['r', 'r'],
  ['g', 'g'],
  ['', null],
  ['r/', null],
  ['constructor', null],
])('topic %j is %j', (topic, known) => {
  expect(parseUpTopic(topic)).toBe(known)
})
