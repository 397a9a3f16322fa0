import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'
import { compareOids } from '../../agent/probe/snmp/oid.ts'
import { type BerValue, type Bound, bound, decodeRequest, type Request, response } from './snmp-ber.ts'

/** A device that answers by SNMP v2c from a walk. */
export interface SnmpResponder {
  port: number
  /** Packets that came, and octets of both directions without UDP and IP. */
  readonly packets: number
  readonly received: number
  readonly sent: number
  /** Changes, adds or, with null, takes away an object. */
  set(oid: string, value: BerValue | null): void
  stop(): Promise<void>
}

export interface ResponderOptions {
  community?: string
  /** Above, the agent says tooBig, and cuts what GETBULK brings. */
  maxBytes?: number
  /** Instead of the answer that would be right: what to send, or nothing. Also for packets of other versions. */
  answer?(packet: Buffer, right: () => Buffer | null, askedFrom: number): readonly Buffer[]
}

const GET = 0xa0
const GET_BULK = 0xa5
const TOO_BIG = 1

/** It ends with the running test. */
export async function startResponder(
  walk: readonly Bound[],
  options?: ResponderOptions,
): Promise<SnmpResponder> {
  const responder = await openResponder(walk, options)
  onTestFinished(() => responder.stop())
  return responder
}

export async function openResponder(
  walk: readonly Bound[],
  {
    community = 'public',
    maxBytes = 1472,
    answer = (_, right) => [right()].filter((packet) => packet !== null),
  }: ResponderOptions = {},
): Promise<SnmpResponder> {
  const objects = new Map(walk.map(({ oid, value }) => [oid, value]))
  let order = [...objects.keys()].sort(compareOids)
  const socket: Socket = createSocket('udp4')
  const counted = { packets: 0, received: 0, sent: 0 }
  socket.on('message', (packet, { address, port }) => {
    counted.packets++
    counted.received += packet.length
    for (const bytes of answer(packet, () => rightAnswer(packet), port)) {
      counted.sent += bytes.length
      socket.send(bytes, port, address)
    }
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  let stopped = false
  const stop = async () => {
    if (stopped) return
    stopped = true
    socket.close()
    await once(socket, 'close')
  }

  function rightAnswer(packet: Buffer): Buffer | null {
    const request = decodeRequest(packet)
    if (request.version !== 1 || request.community !== community) return null
    return fitting(request, request.pdu === GET ? request.oids.map(got) : following(request))
  }

  function got(oid: string): Bound {
    return { oid, value: objects.get(oid) ?? { type: 'noSuchInstance' } }
  }

  function next(oid: string): Bound {
    const found = order.find((candidate) => compareOids(candidate, oid) > 0)
    return found === undefined ? { oid, value: { type: 'endOfMibView' } } : got(found)
  }

  function following({ pdu, oids, nonRepeaters, repetitions }: Request): Bound[] {
    const once = pdu === GET_BULK ? nonRepeaters : oids.length
    const found = oids.slice(0, once).map(next)
    let from = oids.slice(once)
    for (let round = 0; round < repetitions && from.length > 0 && pdu === GET_BULK; round++) {
      const row = from.map(next)
      found.push(...row)
      from = row.map(({ oid }) => oid)
    }
    return found
  }

  function fitting(request: Request, bounds: readonly Bound[]): Buffer {
    const encoded = bounds.map(bound)
    let packet = response(request, encoded)
    while (packet.length > maxBytes && request.pdu === GET_BULK && encoded.length > request.oids.length) {
      encoded.pop()
      packet = response(request, encoded)
    }
    return packet.length <= maxBytes ? packet : response(request, [], { status: TOO_BIG })
  }

  return {
    port: (socket.address() as { port: number }).port,
    get packets() {
      return counted.packets
    },
    get received() {
      return counted.received
    },
    get sent() {
      return counted.sent
    },
    set(oid, value) {
      if (value === null) objects.delete(oid)
      else objects.set(oid, value)
      order = [...objects.keys()].sort(compareOids)
    },
    stop,
  }
}
