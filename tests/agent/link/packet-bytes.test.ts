import type { Packet } from 'mqtt'
import { expect, test } from 'vitest'
import { packetBytes } from '../../../agent/link/packet-bytes.ts'
import { connect, PINGREQ, publish } from '../../support/mqtt-bytes.ts'

const report = (bytes: number, qos: 0 | 1): Packet => ({
  ...{ cmd: 'publish', topic: 'r', retain: false, dup: false, qos, messageId: 7 },
  payload: Buffer.alloc(bytes),
})

test.each([0, 100, 119, 122, 123, 124, 16_378, 16_379, 16_380, 65_536])('a report of %i bytes', (bytes) => {
  const payload = new Uint8Array(bytes)
  expect(packetBytes(report(bytes, 1))).toBe(publish('r', payload, { qos: 1 }).length)
  expect(packetBytes(report(bytes, 0))).toBe(publish('r', payload, { qos: 0 }).length)
})

test('a hello, a ping and the answers', () => {
  const password = Buffer.alloc(20)
  const hello: Packet = { cmd: 'connect', clientId: 'PC-01', username: '', password, protocolId: 'MQTT' }
  expect(packetBytes(hello)).toBe(connect({ id: 'PC-01', hello: password }).length)
  expect(packetBytes({ cmd: 'pingreq' })).toBe(PINGREQ.length)
  expect(packetBytes({ cmd: 'pingresp' })).toBe(2)
  expect(packetBytes({ cmd: 'puback', messageId: 7 })).toBe(4)
})
