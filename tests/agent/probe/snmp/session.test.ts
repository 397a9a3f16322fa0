import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { NoAnswer } from '../../../../agent/probe/probe.ts'
import { SnmpSession } from '../../../../agent/probe/snmp/session.ts'
import { type Bound, bound, decodeRequest, response } from '../../../support/snmp-ber.ts'
import { startResponder } from '../../../support/snmp-responder.ts'

const QUICK = { tryMs: 400, tries: 2 }
const UPTIME = '1.3.6.1.2.1.1.3.0'
const NAMES = '1.3.6.1.2.1.31.1.1.1.1'
const OCTETS = '1.3.6.1.2.1.31.1.1.1.6'

const text = (words: string) => ({ type: 'octets' as const, value: Buffer.from(words) })

/** A device with so many interfaces. */
function device(interfaces: number): Bound[] {
  const bounds: Bound[] = [{ oid: UPTIME, value: { type: 'ticks', value: 4200 } }]
  for (let place = 1; place <= interfaces; place++) {
    bounds.push({ oid: `${NAMES}.${place}`, value: text(`ether${place}`) })
    bounds.push({ oid: `${OCTETS}.${place}`, value: { type: 'counter64', value: 2n ** 63n + BigInt(place) } })
  }
  return bounds
}

function session(port: number, limits = {}, signal?: AbortSignal): SnmpSession {
  return new SnmpSession({ address: '127.0.0.1', snmpPort: port, community: 'public' }, signal, {
    ...QUICK,
    ...limits,
  })
}

describe('SnmpSession.get', () => {
  it('asks for many objects in few packets, and says which there are not', async () => {
    const responder = await startResponder(device(40))
    const snmp = session(responder.port)
    const oids = [
      UPTIME,
      '1.3.6.1.9.9.0',
      ...Array.from({ length: 40 }, (_, place) => `${NAMES}.${place + 1}`),
    ]
    const found = await snmp.get(oids)
    snmp.stop()
    expect(found.get(UPTIME)).toEqual({ oid: UPTIME, value: 4200 })
    expect(found.get('1.3.6.1.9.9.0')).toEqual({ oid: '1.3.6.1.9.9.0', missing: 'noSuchInstance' })
    expect(found.get(`${NAMES}.40`)).toEqual({ oid: `${NAMES}.40`, value: Buffer.from('ether40') })
    expect(found.size).toBe(42)
    expect(responder.packets).toBe(2)
  })

  it('reads 64-bit counters whole', async () => {
    const responder = await startResponder(device(1))
    const snmp = session(responder.port)
    const found = await snmp.get([`${OCTETS}.1`])
    snmp.stop()
    expect(found.get(`${OCTETS}.1`)).toEqual({ oid: `${OCTETS}.1`, value: 2n ** 63n + 1n })
  })

  it('asks in smaller packets when the agent says tooBig', async () => {
    const responder = await startResponder(device(30), { maxBytes: 300 })
    const snmp = session(responder.port)
    const oids = Array.from({ length: 30 }, (_, place) => `${NAMES}.${place + 1}`)
    const found = await snmp.get(oids)
    snmp.stop()
    expect([...found.values()].every((answer) => 'value' in answer)).toBe(true)
  })

  it('says so when a single object is too big for the agent', async () => {
    const responder = await startResponder([{ oid: UPTIME, value: text('x'.repeat(900)) }], { maxBytes: 200 })
    const snmp = session(responder.port)
    await expect(snmp.get([UPTIME])).rejects.toThrow('SNMP 127.0.0.1: expected the objects, got TooBig')
    snmp.stop()
  })

  it('finds the one object that makes an agent refuse them all', async () => {
    const bad = `${NAMES}.7`
    const responder = await startResponder(device(20), {
      answer: (packet, right) => {
        const request = decodeRequest(packet)
        if (request.oids.includes(bad)) return [response(request, [], { status: 5, index: 1 })]
        return [right()!]
      },
    })
    const snmp = session(responder.port)
    const found = await snmp.get(Array.from({ length: 20 }, (_, place) => `${NAMES}.${place + 1}`))
    snmp.stop()
    const missing = [...found.values()].filter((answer) => 'missing' in answer)
    expect(missing).toEqual([{ oid: bad, missing: 'noSuchInstance' }])
  })

  it('asks a second time when a packet is lost', async () => {
    let lost = 0
    const responder = await startResponder(device(1), {
      answer: (_, right) => (lost++ === 0 ? [] : [right()!]),
    })
    const snmp = session(responder.port)
    expect(await snmp.get([UPTIME])).toHaveProperty('size', 1)
    snmp.stop()
    expect(responder.packets).toBe(2)
  })

  it('throws NoAnswer when nothing comes back', async () => {
    const responder = await startResponder(device(1), { answer: () => [] })
    const snmp = session(responder.port)
    const asked = snmp.get([UPTIME])
    await expect(asked).rejects.toThrow('SNMP 127.0.0.1: expected an answer within 0.8 s, got none')
    await expect(asked).rejects.toBeInstanceOf(NoAnswer)
    snmp.stop()
  })

  it('throws NoAnswer with a community that the agent does not know', async () => {
    const responder = await startResponder(device(1), { community: 'secret' })
    const snmp = session(responder.port)
    await expect(snmp.get([UPTIME])).rejects.toBeInstanceOf(NoAnswer)
    snmp.stop()
  })

  it('knows a closed port from a device that is away', async () => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const { port } = socket.address()
    socket.close()
    const snmp = session(port)
    const asked = snmp.get([UPTIME])
    await expect(asked).rejects.toThrow(
      'SNMP 127.0.0.1: expected an answer, got that nothing listens at this port',
    )
    await expect(asked).rejects.not.toBeInstanceOf(NoAnswer)
    snmp.stop()
  })

  it('hears nobody but the device', async () => {
    const stranger = createSocket('udp4').bind(0, '127.0.0.1')
    await once(stranger, 'listening')
    const responder = await startResponder(device(1), {
      answer: (_, right, askedFrom) => {
        stranger.send(right()!, askedFrom, '127.0.0.1')
        return []
      },
    })
    const snmp = session(responder.port)
    await expect(snmp.get([UPTIME])).rejects.toBeInstanceOf(NoAnswer)
    snmp.stop()
    stranger.close()
  })

  it('ends at once when its time is over', async () => {
    const responder = await startResponder(device(1), { answer: () => [] })
    const aborting = new AbortController()
    const snmp = session(responder.port, { tryMs: 10_000 }, aborting.signal)
    const asked = snmp.get([UPTIME])
    setTimeout(() => aborting.abort(), 20)
    await expect(asked).rejects.toThrow('expected an answer before the time is over, got none')
    await expect(asked).rejects.toBeInstanceOf(NoAnswer)
    snmp.stop()
  })

  it('leaves no socket and no timer, even when it is stopped in the middle', async () => {
    const responder = await startResponder(device(1), { answer: () => [] })
    const before = process.getActiveResourcesInfo().filter((kind) => kind !== 'Immediate').length
    const snmp = session(responder.port, { tryMs: 10_000 })
    const asked = snmp.get([UPTIME])
    const refused = expect(asked).rejects.toThrow('got a stop')
    await expect.poll(() => responder.packets).toBe(1)
    snmp.stop()
    await refused
    await expect
      .poll(() => process.getActiveResourcesInfo().filter((kind) => kind !== 'Immediate').length)
      .toBeLessThanOrEqual(before)
  })
})

describe('SnmpSession.columns', () => {
  it('walks columns side by side to their ends', async () => {
    const responder = await startResponder(device(60))
    const snmp = session(responder.port)
    const found = await snmp.columns([NAMES, OCTETS])
    snmp.stop()
    expect(found.get(NAMES)!.size).toBe(60)
    expect(found.get(OCTETS)!.get('60')).toBe(2n ** 63n + 60n)
    expect(responder.packets).toBeLessThanOrEqual(6)
  })

  it('goes on where the agent cut its answer', async () => {
    const responder = await startResponder(device(60), { maxBytes: 150 })
    const snmp = session(responder.port)
    const found = await snmp.columns([NAMES])
    snmp.stop()
    expect(found.get(NAMES)!.size).toBe(60)
  })

  it('takes no more rows than it may', async () => {
    const responder = await startResponder(device(60))
    const snmp = session(responder.port, { rows: 25 })
    expect((await snmp.columns([NAMES])).get(NAMES)!.size).toBe(25)
    snmp.stop()
  })

  it('a column that is not there is empty', async () => {
    const responder = await startResponder(device(1))
    const snmp = session(responder.port)
    expect((await snmp.columns(['1.3.6.1.4.1.9', NAMES])).get('1.3.6.1.4.1.9')!.size).toBe(0)
    snmp.stop()
  })

  it('refuses an agent that goes in circles', async () => {
    const responder = await startResponder(device(1), {
      answer: (packet) => {
        const request = decodeRequest(packet)
        const same = bound({ oid: `${NAMES}.5`, value: text('again') })
        return [
          response(
            request,
            Array.from({ length: 10 }, () => same),
          ),
        ]
      },
    })
    const snmp = session(responder.port)
    await expect(snmp.columns([NAMES])).rejects.toThrow(
      `SNMP 127.0.0.1: expected an object behind ${NAMES}.5, got ${NAMES}.5`,
    )
    snmp.stop()
  })

  it('gives up an agent that has a new object for ever', async () => {
    let place = 0
    const responder = await startResponder(device(1), {
      answer: (packet) => [
        response(decodeRequest(packet), [bound({ oid: `${NAMES}.${++place}`, value: text('x') })]),
      ],
    })
    const snmp = session(responder.port, { packets: 20 })
    await expect(snmp.columns([NAMES])).rejects.toThrow('expected an end within 20 packets, got none')
    snmp.stop()
  })
})

describe('SnmpSession.firstRows', () => {
  it('gives the first row of each column in one packet', async () => {
    const responder = await startResponder(device(3))
    const snmp = session(responder.port)
    const found = await snmp.firstRows([OCTETS, NAMES, '1.3.6.1.4.1.9'])
    snmp.stop()
    expect(found.get(NAMES)).toEqual({ index: '1', value: Buffer.from('ether1') })
    expect(found.get('1.3.6.1.4.1.9')).toBeNull()
    expect(responder.packets).toBe(1)
  })
})
