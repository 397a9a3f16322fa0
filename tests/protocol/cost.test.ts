import { describe, expect, test } from 'vitest'
import {
  attemptOnLine,
  breakOnLine,
  closeOnLine,
  connectPacketBytes,
  handshakeOnLine,
  type Line,
  packetOnLine,
  pingOnLine,
  publishBytes,
  qos0OnLine,
  qos1OnLine,
} from '#protocol/cost.ts'

const GCM: Line = { timestamps: false, tagBytes: 16, ipv6: false }
const CCM: Line = { ...GCM, tagBytes: 8 }
const STAMPED: Line = { ...GCM, timestamps: true }

describe('as captured between two namespaces, packet by packet', () => {
  test('a connect of a device of 2 characters with a hello of 13 bytes: 10 packets', () => {
    const connectBytes = connectPacketBytes({ clientIdBytes: 2, helloBytes: 13 })
    expect(connectBytes).toBe(33)
    const [syn, synAck, ...rest] = [52, 52, 40, 262, 40, 265, 40, 159, 66, 40]
    expect(attemptOnLine(GCM)).toBe(syn! + synAck!)
    const sum = rest.reduce((bytes, packet) => bytes + packet, 0)
    expect(handshakeOnLine(GCM, { identityBytes: 2, connectBytes })).toBe(sum)
  })

  test('the same of 8 characters with TCP timestamps', () => {
    const connectBytes = connectPacketBytes({ clientIdBytes: 8, helloBytes: 13 })
    const [syn, synAck, ...rest] = [60, 60, 52, 280, 52, 277, 52, 177, 78, 52]
    expect(attemptOnLine(STAMPED)).toBe(syn! + synAck!)
    const sum = rest.reduce((bytes, packet) => bytes + packet, 0)
    expect(handshakeOnLine(STAMPED, { identityBytes: 8, connectBytes })).toBe(sum)
  })

  test('a ping, an end, a line that is cut', () => {
    expect(pingOnLine(GCM)).toBe(64 + 64 + 40)
    expect(pingOnLine(STAMPED)).toBe(76 + 76 + 52)
    expect(closeOnLine(GCM)).toBe(64 + 40 + 64 + 40)
    expect(breakOnLine(GCM)).toBe(120)
  })
})

test.each([
  ['QoS 1, 40 B, topic of 6', CCM, 40, 1, 204],
  ['QoS 1, 200 B', CCM, 200, 1, 365],
  ['QoS 1, 1000 B', GCM, 1000, 1, 1181],
  ['QoS 0, 40 B', CCM, 40, 0, 144],
  ['QoS 0, 40 B, timestamps', { ...CCM, timestamps: true }, 40, 0, 168],
] as const)('as measured before it was built: %s', (_case, line, payloadBytes, qos, bytes) => {
  expect((qos === 1 ? qos1OnLine : qos0OnLine)(line, 6, payloadBytes)).toBe(bytes)
})

test('what does not fit a segment takes more of them, and every second is acknowledged', () => {
  const payloadBytes = 1000
  const one = packetOnLine(GCM, publishBytes({ topicBytes: 1, payloadBytes, qos: 1 }), true)
  const two = packetOnLine(
    GCM,
    publishBytes({ topicBytes: 1, payloadBytes: payloadBytes + 1000, qos: 1 }),
    true,
  )
  expect(two - one - 1000).toBe(40 + 40)
})

test('IPv6 costs 20 bytes a packet more', () => {
  expect(pingOnLine({ ...GCM, ipv6: true }) - pingOnLine(GCM)).toBe(60)
})
