/** MQTT 3.1.1 packets of a client, laid out by hand so that each can be wrong in one place. */

type Text = string | Uint8Array

export function packet(firstByte: number, ...body: Uint8Array[]): Buffer {
  const bytes = Buffer.concat(body)
  return Buffer.concat([Buffer.from([firstByte]), remainingLength(bytes.length), bytes])
}

export function remainingLength(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  do {
    bytes.push((rest % 128) + (rest >= 128 ? 128 : 0))
    rest = Math.floor(rest / 128)
  } while (rest > 0)
  return Buffer.from(bytes)
}

export function text(value: Text): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([uint16(bytes.length), bytes])
}

export function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 255])
}

export function connect({
  id = '' as Text,
  keepalive = 60,
  hello = 'hello' as Text,
  level = 4,
  name = 'MQTT',
  flags = 0xc2,
} = {}): Buffer {
  const fields = [text(name), Buffer.from([level, flags]), uint16(keepalive), text(id)]
  if (flags & 0x04) fields.push(text('will'), text('gone'))
  if (flags & 0x80) fields.push(text(''))
  if (flags & 0x40) fields.push(text(hello))
  return packet(0x10, ...fields)
}

export function publish(
  topic: Text,
  payload: Text,
  { qos = 1, id = 1, retain = false, duplicate = false } = {},
): Buffer {
  const firstByte = 0x30 | (duplicate ? 8 : 0) | (qos << 1) | (retain ? 1 : 0)
  return packet(firstByte, text(topic), qos > 0 ? uint16(id) : Buffer.alloc(0), Buffer.from(payload))
}

export function subscribe(...filters: Text[]): Buffer {
  return packet(0x82, uint16(7), ...filters.flatMap((filter) => [text(filter), Buffer.from([1])]))
}

export const PINGREQ = Buffer.from([0xc0, 0])
export const DISCONNECT = Buffer.from([0xe0, 0])
