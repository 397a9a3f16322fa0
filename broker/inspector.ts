import { MAX_BYTES_BEFORE_CONNACK, MAX_PACKET_BYTES } from '#protocol/limits.ts'
import { checkBody, type PacketType, packetType } from './packet.ts'
import { type Refusal, Refused } from './refusals.ts'

/** `passed`: whole, checked packets, to be handed on; nothing yet when a packet is still incomplete. */
export type Verdict = { kind: 'passed'; packets: Uint8Array[] } | { kind: 'refused'; refusal: Refusal }

/** A remaining length takes 1 to 4 bytes (MQTT 3.1.1, section 2.2.3). */
const MAX_LENGTH_BYTES = 4

type Reading =
  | { part: 'header'; bytes: number[] }
  | { part: 'body'; type: PacketType; headerBytes: number; packet: Uint8Array; filled: number }
  | { part: 'refused'; refusal: Refusal }

/**
 * Cuts a client's byte stream into MQTT packets and refuses, as early as the bytes allow, what must not reach
 * aedes: its parser would buffer a packet of any size and take any text. How the bytes are chunked changes
 * nothing. Before `admit` the whole stream is held to MAX_BYTES_BEFORE_CONNACK, after it each packet to
 * MAX_PACKET_BYTES; no more than one packet is buffered.
 */
export class PacketInspector {
  #reading: Reading = { part: 'header', bytes: [] }
  #greeted = false
  #admitted = false
  #wholeBytes = 0

  /** The centre knows the device and answers CONNACK: from here on packets may be as long as a report. */
  admit(): void {
    this.#admitted = true
  }

  /** Takes the next bytes. After a refusal it refuses everything in the same words. */
  push(chunk: Uint8Array): Verdict {
    const packets: Uint8Array[] = []
    try {
      let rest = chunk
      while (rest.length > 0) rest = rest.subarray(this.#take(rest, packets))
      return { kind: 'passed', packets }
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      this.#reading = { part: 'refused', refusal: error.refusal }
      return { kind: 'refused', refusal: error.refusal }
    }
  }

  /** Takes bytes of one packet and says how many. @throws Refused */
  #take(bytes: Uint8Array, packets: Uint8Array[]): number {
    const reading = this.#reading
    switch (reading.part) {
      case 'header':
        reading.bytes.push(bytes[0]!)
        this.#readHeader(reading.bytes)
        this.#handOnIfWhole(packets)
        return 1
      case 'body': {
        const part = bytes.subarray(0, reading.packet.length - reading.filled)
        reading.packet.set(part, reading.filled)
        reading.filled += part.length
        this.#handOnIfWhole(packets)
        return part.length
      }
      case 'refused':
        throw new Refused(reading.refusal.code, reading.refusal.detail)
    }
  }

  /** Judges a header after each of its bytes; room for the packet is made only when its length is allowed. */
  #readHeader(header: readonly number[]): void {
    const [firstByte, ...lengthBytes] = header as [number, ...number[]]
    const type = this.#typeOf(firstByte)
    const lastByte = lengthBytes.at(-1)
    if (lastByte === undefined) return
    if (lastByte >= 128) {
      if (lengthBytes.length < MAX_LENGTH_BYTES) return
      throw new Refused(
        'garbage',
        `${type}: expected a remaining length of at most 4 bytes, got a longer one`,
      )
    }
    const bodyBytes = lengthBytes.reduce((sum, byte, at) => sum + (byte % 128) * 128 ** at, 0)
    const packetBytes = header.length + bodyBytes
    const allowedBytes = this.#admitted ? MAX_PACKET_BYTES : MAX_BYTES_BEFORE_CONNACK - this.#wholeBytes
    if (packetBytes > allowedBytes) {
      const when = this.#admitted ? '' : ' before CONNACK'
      throw new Refused(
        'oversize',
        `${type}: expected at most ${allowedBytes} bytes${when}, got an announcement of ${packetBytes}`,
      )
    }
    const packet = new Uint8Array(packetBytes)
    packet.set(header)
    this.#reading = { part: 'body', type, headerBytes: header.length, packet, filled: header.length }
  }

  #typeOf(firstByte: number): PacketType {
    const type = packetType(firstByte)
    const got = type ?? `0x${firstByte.toString(16).padStart(2, '0')}`
    if (!this.#greeted && type !== 'CONNECT') {
      throw new Refused('first-packet', `first packet: expected CONNECT, got ${got}`)
    }
    // [MQTT-3.1.0-2]
    if (type === null || (this.#greeted && type === 'CONNECT')) {
      throw new Refused('garbage', `packet: expected one that a client sends after CONNECT, got ${got}`)
    }
    return type
  }

  #handOnIfWhole(packets: Uint8Array[]): void {
    const reading = this.#reading
    if (reading.part !== 'body' || reading.filled < reading.packet.length) return
    const { type, headerBytes, packet } = reading
    checkBody(type, packet[0]!, packet.subarray(headerBytes))
    this.#greeted = true
    this.#wholeBytes += packet.length
    this.#reading = { part: 'header', bytes: [] }
    packets.push(packet)
  }
}
