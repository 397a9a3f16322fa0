import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PacketInspector, type Verdict } from '../../broker/inspector.ts'
import { MAX_BYTES_BEFORE_CONNACK, MAX_PACKET_BYTES } from '../../protocol/limits.ts'
import {
  connect,
  DISCONNECT,
  PINGREQ,
  packet,
  publish,
  remainingLength,
  subscribe,
  text,
  uint16,
} from '../support/mqtt-bytes.ts'

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex')

/** What a client that was admitted after its CONNECT hears about `more`. */
function admitted(...more: Uint8Array[]): Verdict {
  const inspector = new PacketInspector()
  inspector.push(connect())
  inspector.admit()
  return inspector.push(Buffer.concat(more))
}

describe('passed, byte for byte', () => {
  test.each([
    ['PUBLISH', publish('r', 'payload')],
    ['an empty PUBLISH at QoS 0', publish('g', '', { qos: 0 })],
    ['the longest PUBLISH', publish('r', Buffer.alloc(MAX_PACKET_BYTES - 9))],
    ['a topic beyond the basic plane', publish('đèn 🗼', 'x')],
    ['PUBACK', packet(0x40, uint16(9))],
    ['SUBSCRIBE', subscribe('a', 'b')],
    ['UNSUBSCRIBE', packet(0xa2, uint16(9), text('a'))],
    ['PINGREQ', PINGREQ],
    ['DISCONNECT', DISCONNECT],
  ])('%s', (_name, sent) => {
    expect(admitted(sent, PINGREQ)).toEqual({
      kind: 'passed',
      packets: [new Uint8Array(sent), new Uint8Array(PINGREQ)],
    })
  })

  test.each([
    ['with a hello', connect()],
    ['with a will, which the access rules answer', connect({ flags: 0xc6 })],
    ['bare', connect({ flags: 0x02, id: 'D1' })],
    ['of MQTT 3.1, which the access rules answer', connect({ level: 3, name: 'MQIsdp' })],
    ['of MQTT 5, which aedes answers', bytes('10 0d 0004 4d515454 05 02 003c 00 0000')],
    ['as long as a stranger may be', connect({ hello: Buffer.alloc(MAX_BYTES_BEFORE_CONNACK - 19) })],
  ])('CONNECT %s', (_name, sent) => {
    expect(new PacketInspector().push(sent)).toEqual({ kind: 'passed', packets: [new Uint8Array(sent)] })
  })
})

describe('refused as the first packet', () => {
  test.each([
    ['first-packet', 'PINGREQ, got from its first byte', bytes('c0')],
    ['first-packet', 'an HTTP request', Buffer.from('GET / HTTP/1.1\r\n')],
    ['first-packet', 'CONNECT with flags', bytes('11')],
    ['first-packet', 'a packet type of the server', bytes('20')],
    ['oversize', '10 MB, got from its header', Buffer.concat([bytes('10'), remainingLength(10e6)])],
    ['oversize', 'a byte too long', connect({ hello: Buffer.alloc(MAX_BYTES_BEFORE_CONNACK - 18) })],
    ['garbage', 'a remaining length of five bytes', bytes('10 ff ff ff ff')],
    ['garbage', 'an empty CONNECT', bytes('10 00')],
    ['garbage', 'another protocol', connect({ name: 'MQTX' })],
    ['protocol', 'a level that hides a bridge', connect({ level: 0x84 })],
    ['garbage', 'the reserved flag', connect({ flags: 0xc3 })],
    ['garbage', 'a will QoS without a will', connect({ flags: 0xca })],
    ['garbage', 'a will retain without a will', connect({ flags: 0xe2 })],
    ['garbage', 'a will QoS of 3', connect({ flags: 0xde })],
    ['garbage', 'a password without a user name', connect({ flags: 0x42 })],
    ['garbage', 'bytes behind the last field', packet(0x10, connect().subarray(2), bytes('00'))],
    ['garbage', 'a field that reaches over the end', bytes('10 10 0004 4d515454 04 02 003c 0006 44310000')],
    ['utf8', 'NUL in the client id', connect({ id: 'a\u0000' })],
    ['utf8', 'a control character in the client id', connect({ id: 'a\u0085' })],
    ['utf8', 'a byte that is no UTF-8', connect({ id: bytes('61 ff') })],
    ['utf8', 'a lone surrogate', connect({ id: bytes('ed a0 80') })],
    ['utf8', 'an overlong slash', connect({ id: bytes('c0 af') })],
    ['utf8', 'no character at all, U+FFFF', connect({ id: '\uffff' })],
  ])('%s: %s', (code, _name, sent) => {
    expect(new PacketInspector().push(sent)).toMatchObject({ kind: 'refused', refusal: { code } })
  })
})

describe('refused once admitted', () => {
  test.each([
    ['garbage', 'a second CONNECT', connect()],
    ['garbage', 'a packet of the server', bytes('d0 00')],
    ['garbage', 'reserved type 15', bytes('f0 00')],
    ['garbage', 'PUBLISH at QoS 3', bytes('36')],
    ['garbage', 'SUBSCRIBE with wrong flags', bytes('80')],
    ['oversize', 'a packet a byte too long', publish('r', Buffer.alloc(MAX_PACKET_BYTES - 8))],
    ['garbage', 'packet id 0', publish('r', 'x', { id: 0 })],
    ['garbage', 'PUBLISH without room for its packet id', packet(0x32, text('r'))],
    ['topic', 'an empty topic', publish('', 'x')],
    ['topic', 'a wildcard in a topic', publish('r/#', 'x')],
    ['utf8', 'NUL in a topic', publish('r\u0000', 'x')],
    ['utf8', 'a control character in a filter', subscribe('a', '\u001b')],
    ['garbage', 'SUBSCRIBE without a filter', packet(0x82, uint16(7))],
    ['garbage', 'an empty filter', subscribe('')],
    ['garbage', 'a filter at QoS 3', packet(0x82, uint16(7), text('a'), bytes('03'))],
    ['garbage', 'nine filters', subscribe(...'abcdefghi')],
    ['garbage', 'UNSUBSCRIBE without a filter', packet(0xa2, uint16(7))],
    ['garbage', 'a long PINGREQ', bytes('c0 01 00')],
    ['garbage', 'a long PUBACK', bytes('40 03 0001 00')],
  ])('%s: %s', (code, _name, sent) => {
    expect(admitted(sent)).toMatchObject({ kind: 'refused', refusal: { code } })
  })
})

test('before CONNACK all packets together are held to the limit of strangers', () => {
  const inspector = new PacketInspector()
  expect(inspector.push(connect())).toMatchObject({ kind: 'passed' })
  const room = MAX_BYTES_BEFORE_CONNACK - connect().length
  expect(inspector.push(publish('r', Buffer.alloc(room - 8)))).toMatchObject({ kind: 'passed' })
  expect(inspector.push(PINGREQ)).toMatchObject({
    refusal: {
      code: 'oversize',
      detail: 'PINGREQ: expected at most 0 bytes before CONNACK, got an announcement of 2',
    },
  })
})

test('a refused stream stays refused in the same words', () => {
  const inspector = new PacketInspector()
  const first = inspector.push(PINGREQ)
  expect(inspector.push(connect())).toEqual(first)
})

const anyPacket = fc.oneof(
  fc.string().map((payload) => publish('r', payload)),
  fc.uint8Array({ maxLength: 300 }).map((id) => connect({ id })),
  fc.uint8Array({ maxLength: 20 }).map((filter) => subscribe(filter)),
  fc.tuple(fc.nat(255), fc.uint8Array({ maxLength: 20 })).map(([first, body]) => packet(first, body)),
  fc.constant(publish('r', Buffer.alloc(5000))),
  fc.constant(PINGREQ),
  fc.uint8Array({ maxLength: 12 }).map((noise) => Buffer.from(noise)),
)

test('however the bytes are chunked, the same packets pass and the same refusal comes', () => {
  const hear = (inspector: PacketInspector, chunks: Uint8Array[]) => {
    const passed: string[] = []
    let refusal: unknown = null
    for (const chunk of chunks) {
      const verdict = inspector.push(chunk)
      if (verdict.kind === 'refused') refusal = verdict.refusal
      else passed.push(...verdict.packets.map((one) => Buffer.from(one).toString('hex')))
    }
    return { passed, refusal }
  }
  /** A chunk that holds the refused bytes hands on nothing, so larger chunks may pass fewer packets before it. */
  const agree = (byteByByte: ReturnType<typeof hear>, chunked: ReturnType<typeof hear>) => {
    expect(chunked.refusal).toEqual(byteByByte.refusal)
    const both = byteByByte.refusal === null ? byteByByte.passed.length : chunked.passed.length
    expect(chunked.passed).toEqual(byteByByte.passed.slice(0, both))
  }

  fc.assert(
    fc.property(
      fc.array(anyPacket, { maxLength: 6 }),
      fc.boolean(),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }),
      (packets, greeted, sizes) => {
        const start = () => {
          const inspector = new PacketInspector()
          if (greeted) {
            inspector.push(connect())
            inspector.admit()
          }
          return inspector
        }
        const stream = Buffer.concat(packets)
        const pieces: Uint8Array[] = []
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length]!
          pieces.push(stream.subarray(at, at + size))
          at += size
        }
        const byteByByte = hear(
          start(),
          Array.from(stream, (byte) => Buffer.from([byte])),
        )
        agree(byteByByte, hear(start(), pieces))
        agree(byteByByte, hear(start(), [stream]))
      },
    ),
    { numRuns: 150 },
  )
})
