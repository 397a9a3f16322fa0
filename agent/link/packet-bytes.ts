import type { Packet } from 'mqtt'

/** The whole length of an MQTT 3.1.1 packet, as far as a device sends or gets it: fixed header, lengths and body. */
export function packetBytes(packet: Packet): number {
  const body = bodyBytes(packet)
  return 1 + lengthBytes(body) + body
}

function bodyBytes(packet: Packet): number {
  switch (packet.cmd) {
    case 'connect':
      // Protocol name, level, flags and keepalive; then the client id, the user name and the password.
      return (
        10 +
        [packet.clientId, packet.username ?? '', packet.password ?? ''].reduce(
          (sum, field) => sum + 2 + Buffer.byteLength(field),
          0,
        )
      )
    case 'publish':
      return (
        2 + Buffer.byteLength(packet.topic) + (packet.qos > 0 ? 2 : 0) + Buffer.byteLength(packet.payload)
      )
    case 'connack':
    case 'puback':
      return 2
    default:
      return 0
  }
}

/** Of the remaining length: 7 bits a byte (section 2.2.3). */
function lengthBytes(body: number): number {
  return body < 128 ? 1 : body < 16_384 ? 2 : 3
}
