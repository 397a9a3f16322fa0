import { describe, expect, test } from 'vitest'
import { type Delivery, decodeDelivery, encodeDelivery } from '#protocol/delivery.ts'
import { WireError } from '#protocol/errors.ts'
import { decodeGoodbye, encodeGoodbye, type Goodbye } from '#protocol/goodbye.ts'
import { decodeHello, encodeHello, type Hello } from '#protocol/hello.ts'
import { deviceId } from '#protocol/ids.ts'
import { fromWire, METRICS, toWire } from '#protocol/metrics.ts'
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
