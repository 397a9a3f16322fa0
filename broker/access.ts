import type { ConnectPacket, PublishPacket, Subscription } from 'aedes'
import { WireError } from '#protocol/errors.ts'
import { decodeHello } from '#protocol/hello.ts'
import type { DeviceId } from '#protocol/ids.ts'
import { UNSAID_KEEPALIVE_SECONDS } from '#protocol/limits.ts'
import { keepaliveOf, type Pace } from '#protocol/pace.ts'
import { parseUpTopic, TOPICS, type UpTopic } from '#protocol/topics.ts'
import { quoted, type Refusal, type RefusalCode } from './refusals.ts'

/** MQTT 3.1.1: the only version that aedes 1 serves and agents speak. */
const PROTOCOL_VERSION = 4

/** A hello is a version byte and five varints of at most 8 bytes, 41; the rest is room for later fields. */
export const MAX_HELLO_BYTES = 256

/** CONNACK return codes of MQTT 3.1.1, table 3.1. */
const IDENTIFIER_REJECTED = 2
const NOT_AUTHORIZED = 5

export type ConnectDecision =
  /** `pace`: as its hello says; null when that cannot be read, as of a newer agent. */
  | { kind: 'welcome'; hello: Uint8Array; pace: Pace | null; keepaliveSeconds: number }
  | { kind: 'refused'; refusal: Refusal; returnCode: 2 | 5 }

export type PublishDecision = { kind: 'allowed'; topic: UpTopic } | { kind: 'refused'; refusal: Refusal }

type ConnectWords = Pick<ConnectPacket, 'protocolVersion' | 'clientId' | 'keepalive' | 'will' | 'password'>

/** Whether the device that the key proved may begin a session in these words. */
export function mayConnect(identity: DeviceId, packet: ConnectWords): ConnectDecision {
  const refuse = (
    code: RefusalCode,
    detail: string,
    returnCode: 2 | 5 = NOT_AUTHORIZED,
  ): ConnectDecision => ({
    kind: 'refused',
    refusal: { code, detail },
    returnCode,
  })
  if (packet.protocolVersion !== PROTOCOL_VERSION) {
    return refuse('protocol', `CONNECT: expected MQTT version 4 (3.1.1), got ${packet.protocolVersion}`)
  }
  if (packet.clientId !== '' && packet.clientId !== identity) {
    const detail = `CONNECT: expected the client id ${identity} of the key, or none, got ${quoted(packet.clientId)}`
    return refuse('client-id', detail, IDENTIFIER_REJECTED)
  }
  if (packet.will) {
    return refuse('will', 'CONNECT: expected no will, since the connection tells who is there, got one')
  }
  const hello = packet.password ?? new Uint8Array()
  if (hello.length > MAX_HELLO_BYTES) {
    const detail = `CONNECT: expected a hello of at most ${MAX_HELLO_BYTES} bytes as password, got ${hello.length}`
    return refuse('hello', detail)
  }
  const pace = readPace(hello)
  // An agent of ours says 0 in CONNECT, where it could not be changed later, and its keepalive in the hello.
  const keepaliveSeconds = packet.keepalive || (pace && keepaliveOf(pace)) || UNSAID_KEEPALIVE_SECONDS
  return { kind: 'welcome', hello, pace, keepaliveSeconds }
}

function readPace(hello: Uint8Array): Pace | null {
  try {
    return decodeHello(hello).pace
  } catch (error) {
    if (error instanceof WireError) return null
    throw error
  }
}

/** Whether a device may publish this. Whose it is comes from the connection, never from the packet. */
export function mayPublish(packet: Pick<PublishPacket, 'topic' | 'qos' | 'retain'>): PublishDecision {
  const refuse = (code: RefusalCode, detail: string): PublishDecision => ({
    kind: 'refused',
    refusal: { code, detail },
  })
  const topic = parseUpTopic(packet.topic)
  if (topic === null) {
    const known = Object.values(TOPICS).join(' or ')
    return refuse('topic', `PUBLISH: expected topic ${known}, got ${quoted(packet.topic)}`)
  }
  if (packet.qos > 1) return refuse('qos', `PUBLISH to ${topic}: expected QoS 0 or 1, got ${packet.qos}`)
  if (packet.retain) return refuse('retain', `PUBLISH to ${topic}: expected no retain flag, got one`)
  return { kind: 'allowed', topic }
}

/** A device need not subscribe: what is for it is pushed to it. So no filter is allowed, and no wildcard ever. */
export function refuseSubscription({ topic }: Pick<Subscription, 'topic'>): Refusal {
  return { code: 'subscribe', detail: `SUBSCRIBE: expected no filter at all, got ${quoted(topic)}` }
}
