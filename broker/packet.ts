import type { DownTopic } from '#protocol/topics.ts'
import { BodyReader } from './body-reader.ts'
import { quoted, Refused } from './refusals.ts'

/**
 * What a client may send, by the first byte: packet type and the flags that MQTT 3.1.1 fixes for it
 * (section 2.2, tables 2.1 and 2.2). PUBLISH is the one whose flags vary.
 */
const FIRST_BYTES = {
  16: 'CONNECT',
  64: 'PUBACK',
  80: 'PUBREC',
  98: 'PUBREL',
  112: 'PUBCOMP',
  130: 'SUBSCRIBE',
  162: 'UNSUBSCRIBE',
  192: 'PINGREQ',
  224: 'DISCONNECT',
} as const

export type PacketType = (typeof FIRST_BYTES)[keyof typeof FIRST_BYTES] | 'PUBLISH'

/** The highest protocol level whose CONNECT has the layout read here; 5 puts properties in between. */
const NEWEST_READABLE_LEVEL = 4

/** An agent needs one topic for commands; the rest is room. A packet of 65 kB could name 16,000. */
const MAX_FILTERS = 8

/** Whether `firstByte` begins a packet of a client, and which; null when it does not. */
export function packetType(firstByte: number): PacketType | null {
  const qos = (firstByte >> 1) & 3
  if (firstByte >> 4 === 3) return qos === 3 ? null : 'PUBLISH'
  return FIRST_BYTES[firstByte as keyof typeof FIRST_BYTES] ?? null
}

/**
 * Reads a whole body as MQTT 3.1.1 lays it out, strictly: every length inside, every text UTF-8 without control
 * characters, nothing left over. aedes is laxer, and two ids that differ in bad bytes would be one to it.
 * @throws Refused `garbage`, `utf8`, `topic` or `protocol`
 */
export function checkBody(type: PacketType, firstByte: number, body: Uint8Array): void {
  const reader = new BodyReader(type, body)
  switch (type) {
    case 'CONNECT':
      checkConnect(reader)
      break
    case 'PUBLISH':
      checkPublish(reader, firstByte)
      break
    case 'PUBACK':
    case 'PUBREC':
    case 'PUBREL':
    case 'PUBCOMP':
      reader.packetId()
      reader.end()
      break
    case 'SUBSCRIBE':
      checkFilters(reader, () => {
        const qos = reader.uint8('QoS')
        if (qos > 2) reader.refuse('a QoS of 0 to 2', `${qos}`)
      })
      break
    case 'UNSUBSCRIBE':
      checkFilters(reader, () => {})
      break
    case 'PINGREQ':
    case 'DISCONNECT':
      reader.end()
      break
  }
}

/** Section 3.1. A will is read here and refused by the access rules, which can answer it. */
function checkConnect(reader: BodyReader): void {
  const name = reader.text('protocol name')
  const level = reader.uint8('protocol level')
  if (level > 5)
    throw new Refused('protocol', `CONNECT: expected protocol level 4 (MQTT 3.1.1), got ${level}`)
  if (name !== (level === 3 ? 'MQIsdp' : 'MQTT')) reader.refuse('the protocol name MQTT', quoted(name))
  if (level > NEWEST_READABLE_LEVEL) return
  const flags = reader.uint8('flags')
  const [userName, password, willRetain] = [flags & 0x80, flags & 0x40, flags & 0x20]
  const [willQos, will, reserved] = [(flags >> 3) & 3, flags & 0x04, flags & 0x01]
  // [MQTT-3.1.2-3], [MQTT-3.1.2-11] to [MQTT-3.1.2-15], [MQTT-3.1.2-22]
  const lawful = !reserved && willQos < 3 && (will || (!willRetain && !willQos)) && (userName || !password)
  if (!lawful) reader.refuse('flags as in section 3.1.2', `0x${flags.toString(16)}`)
  reader.uint16('keepalive')
  reader.text('client id')
  if (will) {
    reader.text('will topic')
    reader.bytes('will message')
  }
  if (userName) reader.text('user name')
  if (password) reader.bytes('password')
  reader.end()
}

/** Section 3.3. */
function checkPublish(reader: BodyReader, firstByte: number): void {
  const topic = reader.text('topic')
  if (topic === '' || /[#+]/.test(topic)) {
    throw new Refused('topic', `PUBLISH: expected a topic without wildcards, got ${quoted(topic)}`)
  }
  const qos = (firstByte >> 1) & 3
  if (qos > 0) reader.packetId()
}

/** Sections 3.8 and 3.10: a packet id, then filters to the end, at least one. */
function checkFilters(reader: BodyReader, afterEach: () => void): void {
  reader.packetId()
  let filters = 0
  do {
    if (++filters > MAX_FILTERS) reader.refuse(`at most ${MAX_FILTERS} filters`, 'more')
    if (reader.text('filter') === '') reader.refuse('a filter', 'an empty one')
    afterEach()
  } while (reader.left > 0)
}

/** PUBLISH of QoS 0 to a device, section 3.3: the one packet that the centre lays out by itself. */
export function encodePublish(topic: DownTopic, payload: Uint8Array): Uint8Array {
  const remaining: number[] = []
  for (let rest = 2 + topic.length + payload.length; rest > 0 || remaining.length === 0; rest >>= 7) {
    remaining.push(rest < 128 ? rest : (rest & 127) | 128)
  }
  return Buffer.concat([Buffer.from([0x30, ...remaining, 0, topic.length]), Buffer.from(topic), payload])
}
