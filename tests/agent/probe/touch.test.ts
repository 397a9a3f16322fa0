import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { builtInProfile } from '../../../agent/probe/profiles.ts'
import { SNMP_V3_DISCOVERY, snmpGet, touchOf } from '../../../agent/probe/touch.ts'
import { decodeRequest } from '../../support/snmp-ber.ts'
import { snmpdMissing, startSnmpd } from '../../support/snmpd.ts'

const never = (): AbortSignal => new AbortController().signal
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** A UDP port that answers what `answer` says to each datagram. */
async function startUdp(answer: (datagram: Buffer) => Buffer | null): Promise<number> {
  const socket = createSocket('udp4')
  socket.on('message', (datagram, { port, address }) => {
    const said = answer(datagram)
    if (said) socket.send(said, port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  onTestFinished(() => void socket.close())
  return socket.address().port
}

test('the packets are those of the standards', () => {
  expect(decodeRequest(snmpGet('public'))).toMatchObject({ community: 'public', oids: ['1.3.6.1.2.1.1.3.0'] })
  expect(decodeRequest(snmpGet('c'.repeat(200))).community).toBe('c'.repeat(200))
  // RFC 3412, 6 and RFC 3414, 2.4; below a real engine answers it.
  expect(hex(SNMP_V3_DISCOVERY)).toBe(
    '3038020103300e020101020300ffe3040104020103' +
      '0410300e0400020100020100040004000400' +
      '301104000400a00b0201010201000201003000',
  )
})

test('whoever answers SNMP is there, whatever it says; who refuses the port too', async () => {
  const profile = builtInProfile('mikrotik-routeros')
  const there = await startUdp(() => Buffer.from('anything'))
  const touch = (snmpPort: number) => touchOf(profile, { address: '127.0.0.1', snmpPort, community: 'c' })!
  expect(await touch(there)(never())).toBe(true)
  const gone = createSocket('udp4').bind(0, '127.0.0.1')
  await once(gone, 'listening')
  const { port } = gone.address()
  gone.close()
  expect(await touch(port)(never())).toBe(true)
})

test('a lost packet is sent again; who stays silent is not there; an end is an end', async () => {
  let heard = 0
  const second = await startUdp((datagram) => (++heard === 2 ? datagram : null))
  const silent = await startUdp(() => null)
  const profile = builtInProfile('mikrotik-routeros')
  const target = { address: '127.0.0.1', community: 'public' }
  const [later, never_, ended] = await Promise.all([
    touchOf(profile, { ...target, snmpPort: second })!(never()),
    touchOf(profile, { ...target, snmpPort: silent })!(never()),
    touchOf(profile, { ...target, snmpPort: silent })!(AbortSignal.timeout(50)),
  ])
  expect([later, never_, ended]).toEqual([true, false, false])
  expect(heard).toBe(2)
})

test('where no way leads nobody is there, and nothing else of the agent comes to harm', async () => {
  const thrown: unknown[] = []
  const note = (error: unknown): void => void thrown.push(error)
  process.on('uncaughtException', note)
  onTestFinished(() => void process.off('uncaughtException', note))
  // The kernel refuses it at once, as any address while the machine has no route.
  const target = { address: '255.255.255.255', community: 'c' }
  expect(await touchOf(builtInProfile('mikrotik-routeros'), target)!(never())).toBe(false)
  await new Promise((resolve) => setImmediate(resolve))
  expect(thrown).toEqual([])
})

test('what is asked by HTTP or TCP is touched by a connection; what is only pinged has nothing cheaper', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const step = { kind: 'tcp', port, readings: {}, traits: {} } as const
  const touch = touchOf({ steps: [step] }, { address: '127.0.0.1' })!
  expect(await touch(never())).toBe(true)
  server.close()
  await once(server, 'close')
  expect(await touch(never()), 'refused on the LAN: the device is there').toBe(true)
  expect(await touch(AbortSignal.abort())).toBe(false)
  expect(touchOf(builtInProfile('ping'), { address: '127.0.0.1' })).toBeNull()
})

test.skipIf(snmpdMissing())('a real engine answers both', async () => {
  const { port: snmpPort } = await startSnmpd()
  const profile = builtInProfile('generic-router')
  const target = { address: '127.0.0.1', snmpPort }
  const answers = async (packet: Uint8Array): Promise<Buffer> => {
    const socket = createSocket('udp4')
    onTestFinished(() => void socket.close())
    socket.send(packet, snmpPort, '127.0.0.1')
    const [answer] = (await once(socket, 'message')) as [Buffer]
    return answer
  }
  expect((await answers(snmpGet('public'))).includes('public')).toBe(true)
  expect((await answers(SNMP_V3_DISCOVERY)).subarray(2, 5), 'a message of version 3').toEqual(
    Buffer.of(2, 1, 3),
  )
  const snmpUser = { user: 'giamsat', level: 'noAuthNoPriv' } as const
  expect(await touchOf(profile, { ...target, snmpUser })!(never())).toBe(true)
})
