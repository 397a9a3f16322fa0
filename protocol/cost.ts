/**
 * What the line carries, counted where an operator counts: whole IP packets, both ways. A model, since no program
 * sees its own packets; `npm run bench:cost` checks it against captures. It knows no retransmission.
 */
export interface Line {
  /** TCP timestamps: 12 bytes a segment. */
  timestamps: boolean
  /** Of the cipher's seal: 16 for AES_128_GCM, 8 for AES_128_CCM_8. */
  tagBytes: 16 | 8
  ipv6: boolean
}

/** RFC 791 without options, RFC 8200, RFC 9293 without options, RFC 7323 with its two bytes of padding. */
const IPV4_HEADER_BYTES = 20
const IPV6_HEADER_BYTES = 40
const TCP_HEADER_BYTES = 20
const TIMESTAMP_BYTES = 12
/** MSS 4, SACK permitted 2, window scale 3, padding 3; timestamps share the padding and add 8. */
const SYN_OPTION_BYTES = 12
const SYN_TIMESTAMP_BYTES = 8
/** Ethernet's; on lines with less, as PPPoE's 1492, a large report has one segment more in 180. */
const MTU_BYTES = 1500
/** RFC 8446, 5.1 and 5.2: header 5, the true type 1, at most 16 KiB inside. */
const RECORD_BYTES = 6
const MAX_RECORD_BYTES = 16_384

/** Our ClientHello: one suite, one group, one signature, the key's identity not counted. By capture. */
const CLIENT_HELLO_BYTES = 220
/** ServerHello, change_cipher_spec, EncryptedExtensions and Finished; the seals of the last two not counted. By capture. */
const SERVER_HELLO_BYTES = 193
/** change_cipher_spec 6, Finished 36 + 6, its seal not counted. RFC 8446, 4.4.4 and D.4. */
const CLIENT_FINISHED_BYTES = 48
const CONNACK_BYTES = 4
const PUBACK_BYTES = 4
/** PINGREQ, PINGRESP, DISCONNECT. */
const BARE_PACKET_BYTES = 2
/** close_notify: level and description. */
const CLOSE_NOTIFY_BYTES = 2

/** What a segment costs beyond what it carries. */
export function segmentBytes({ timestamps, ipv6 }: Line): number {
  const ip = ipv6 ? IPV6_HEADER_BYTES : IPV4_HEADER_BYTES
  return ip + TCP_HEADER_BYTES + (timestamps ? TIMESTAMP_BYTES : 0)
}

function synBytes({ timestamps, ipv6 }: Line): number {
  const ip = ipv6 ? IPV6_HEADER_BYTES : IPV4_HEADER_BYTES
  return ip + TCP_HEADER_BYTES + SYN_OPTION_BYTES + (timestamps ? SYN_TIMESTAMP_BYTES : 0)
}

/** What a TLS record costs beyond what it carries. */
function recordBytes({ tagBytes }: Line): number {
  return RECORD_BYTES + tagBytes
}

/** Length of an MQTT packet: 1 byte of type, 1 to 4 of remaining length, the rest. */
function packetBytes(remainingBytes: number): number {
  const lengthBytes =
    remainingBytes < 128 ? 1 : remainingBytes < 16_384 ? 2 : remainingBytes < 2_097_152 ? 3 : 4
  return 1 + lengthBytes + remainingBytes
}

/** Of a PUBLISH: topic with its length, packet id with QoS 1, payload. */
export function publishBytes({
  topicBytes,
  payloadBytes,
  qos,
}: {
  topicBytes: number
  payloadBytes: number
  qos: 0 | 1
}): number {
  return packetBytes(2 + topicBytes + (qos === 1 ? 2 : 0) + payloadBytes)
}

/** Of our CONNECT: protocol name, level, flags and keepalive 10, then client id, an empty user name, the hello. */
export function connectPacketBytes({
  clientIdBytes,
  helloBytes,
}: {
  clientIdBytes: number
  helloBytes: number
}): number {
  return packetBytes(10 + 2 + clientIdBytes + 2 + 2 + helloBytes)
}

/**
 * An MQTT packet on its way. `answered`: the answer to it carries its acknowledgement; a second full segment is
 * acknowledged at once all the same (RFC 9293, 3.8.6.3).
 */
export function packetOnLine(line: Line, bytes: number, answered: boolean): number {
  const sealed = bytes + Math.ceil(bytes / MAX_RECORD_BYTES) * recordBytes(line)
  const segments = Math.ceil(sealed / (MTU_BYTES - segmentBytes(line)))
  const acknowledgements = Math.floor(segments / 2) + (answered ? 0 : segments % 2)
  return sealed + (segments + acknowledgements) * segmentBytes(line)
}

/** PUBLISH and PUBACK. The broker answers within the 40 ms in which a receiver may still wait with its ACK. */
export function qos1OnLine(line: Line, topicBytes: number, payloadBytes: number): number {
  const publish = publishBytes({ topicBytes, payloadBytes, qos: 1 })
  return packetOnLine(line, publish, true) + packetOnLine(line, PUBACK_BYTES, false)
}

/** A PUBLISH that nobody answers, either way. */
export function qos0OnLine(line: Line, topicBytes: number, payloadBytes: number): number {
  return packetOnLine(line, publishBytes({ topicBytes, payloadBytes, qos: 0 }), false)
}

/** PINGREQ and PINGRESP. */
export function pingOnLine(line: Line): number {
  return packetOnLine(line, BARE_PACKET_BYTES, true) + packetOnLine(line, BARE_PACKET_BYTES, false)
}

/** A try to connect: SYN, and the SYN-ACK or RST that comes back, if anything does. */
export function attemptOnLine(line: Line): number {
  return 2 * synBytes(line)
}

export interface ConnectSizes {
  /** Of the identity in TLS: the device id. */
  identityBytes: number
  /** The whole CONNECT packet. */
  connectBytes: number
}

/** What follows the SYN-ACK: TLS 1.3 with a pre-shared key, CONNECT beside the client's Finished, CONNACK; eight segments. */
export function handshakeOnLine(line: Line, { identityBytes, connectBytes }: ConnectSizes): number {
  const hellos = CLIENT_HELLO_BYTES + identityBytes + SERVER_HELLO_BYTES + 2 * line.tagBytes
  const finished = CLIENT_FINISHED_BYTES + line.tagBytes
  const mqtt = recordBytes(line) + connectBytes + recordBytes(line) + CONNACK_BYTES
  return 8 * segmentBytes(line) + hellos + finished + mqtt
}

/** DISCONNECT, FIN, close_notify into a socket that is closed already, RST. */
export function closeOnLine(line: Line): number {
  const header = segmentBytes(line)
  return 4 * header + 2 * recordBytes(line) + BARE_PACKET_BYTES + CLOSE_NOTIFY_BYTES
}

/** FIN, FIN, ACK; over a dead line less arrives. */
export function breakOnLine(line: Line): number {
  return 3 * segmentBytes(line)
}

/** Asked and answered over UDP with a name of some 30 characters, for IPv4 and for IPv6: 2 × (60 + 100). */
export const LOOKUP_BYTES = 320
