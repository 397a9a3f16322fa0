import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { deviceId } from '../../protocol/ids.ts'
import { MAX_PACKET_BYTES } from '../../protocol/limits.ts'
import { eventually } from '../support/eventually.ts'
import { connect, DISCONNECT, PINGREQ, publish, remainingLength, subscribe } from '../support/mqtt-bytes.ts'
import { connectDevice, RawDevice } from '../support/raw-device.ts'
import { type RunningBroker, runBroker } from '../support/running-broker.ts'

const CONNACK = '20020000'
const PINGRESP = 'd000'
const puback = (id: number): string => `4002${id.toString(16).padStart(4, '0')}`
const connackRefused = (code: number): string => `200200${code.toString(16).padStart(2, '0')}`

let running: RunningBroker
beforeEach(async () => {
  running = await runBroker()
})
afterEach(() => running.broker.stop())

/** A device behind a good key; `first` is sent at once. */
async function open(device: string, ...first: Uint8Array[]): Promise<RawDevice> {
  const raw = await RawDevice.open(running.credentials(device))
  if (first.length > 0) raw.send(...first)
  return raw
}

async function online(device: string): Promise<RawDevice> {
  const raw = await open(device, connect())
  await raw.expect(CONNACK)
  return raw
}

const told = (kind: string, device: string) =>
  eventually(`${kind} of ${device}`, () => running.inlet.kinds(device).includes(kind))

async function goodDeviceIsServed(): Promise<void> {
  const client = await connectDevice(running.credentials('good'))
  await client.publishAsync('r', 'a report', { qos: 1 })
  await client.endAsync()
  await told('lost', 'good')
  expect(running.inlet.kinds('good')).toEqual(['connected', 'report', 'lost'])
}

async function goodDeviceConnects(): Promise<void> {
  const client = await connectDevice(running.credentials('good'))
  await client.endAsync()
  await told('lost', 'good')
}

describe('before a device is known', () => {
  test('garbage, an old TLS and silence on the port are refused, counted and logged with the address', async () => {
    await running.broker.stop()
    running = await runBroker({ limits: { handshakeTimeoutMs: 200 } })
    for (const said of ['GET / HTTP/1.1\r\n\r\n', Buffer.alloc(2000), '']) {
      const socket = connectTcp(running.port, '127.0.0.1').resume()
      socket.on('error', () => {})
      socket.write(said)
      await once(socket, 'close')
    }
    expect(running.refused).toEqual(['handshake', 'handshake', 'handshake-timeout'])
    expect(running.logged[0]).toEqual({ code: 'handshake', address: '127.0.0.1', times: 1 })
    await goodDeviceIsServed()
  })

  test('an unknown key, a wrong key and an identity that is no id get a TLS alert', async () => {
    const { port, key } = running.credentials('known')
    const wrong = Buffer.alloc(32, 'guess')
    for (const [device, guess] of [
      ['nobody', key],
      ['known', wrong],
      ['no\u001bid', key],
    ] as const) {
      await expect(RawDevice.open({ port, device, key: guess })).rejects.toThrow(/alert/)
    }
    await eventually('three refusals', () => running.refused.length === 3)
    expect(running.refused).toEqual(['unknown-key', 'wrong-key', 'unknown-key'])
    expect(running.details[2]).toBe('handshake: expected a known key, got "no\\u001bid"')
    expect(running.inlet.told).toEqual([])
    await goodDeviceIsServed()
  })

  test('a key look-up that fails refuses the handshake and leaves the broker alive', async () => {
    await running.broker.stop()
    running = await runBroker({
      keyOf: () => {
        throw new Error('database is locked')
      },
    })
    await expect(RawDevice.open(running.credentials('D1'))).rejects.toThrow(/alert/)
    expect(running.logged).toContainEqual({ error: 'database is locked' })
  })

  test('a key revoked while its handshake is under way opens nothing', async () => {
    await running.broker.stop()
    const answers = [Buffer.alloc(32, 'key of D1'), null]
    running = await runBroker({ keyOf: () => answers.shift() ?? null })
    const raw = await open('D1', connect())
    await raw.ended()
    expect(running.refused).toEqual(['unknown-key'])
    expect(running.inlet.told).toEqual([])
  })

  test('connections are capped in total and by address', async () => {
    await running.broker.stop()
    running = await runBroker({ limits: { maxConnectionsPerAddress: 2 } })
    const [first] = [await online('D1'), await online('D2')]
    await expect(RawDevice.open(running.credentials('D3'))).rejects.toThrow()
    expect(running.refused).toEqual(['too-many-connections'])
    first.destroy()
    await told('lost', 'D1')
    await online('D3')
  })

  test('who does not send CONNECT is not waited for', async () => {
    await running.broker.stop()
    running = await runBroker({ limits: { connectTimeoutMs: 100 } })
    const raw = await open('D1')
    await raw.ended()
    expect(running.refused).toEqual(['connect-timeout'])
    await goodDeviceIsServed()
  })
})

describe('bytes that are no MQTT of ours close the connection', () => {
  test.each([
    ['first-packet', [Buffer.from('GET / HTTP/1.1\r\n')]],
    ['first-packet', [publish('r', 'x')]],
    ['garbage', [Buffer.from('10ffffffff', 'hex')]],
    ['utf8', [connect({ id: Buffer.from('D1\u0000') })]],
    ['utf8', [connect({ id: Buffer.from([0x61, 0xff]) })]],
    ['protocol', [connect({ level: 0x84 })]],
  ])('%s, before anything is stored', async (code, packets) => {
    const raw = await open('D1', ...packets)
    await raw.ended()
    expect(running.refused).toEqual([code])
    expect(raw.received).toBe('')
    expect(running.inlet.told).toEqual([])
    await goodDeviceIsServed()
  })

  test.each([
    ['oversize', publish('r', Buffer.alloc(MAX_PACKET_BYTES)).subarray(0, 5)],
    ['garbage', Buffer.from('32ffffffff', 'hex')],
    ['utf8', publish('r\u0000', 'x')],
    ['garbage', connect()],
  ])('%s, after CONNACK', async (code, packet) => {
    const raw = await online('D1')
    raw.send(packet)
    await raw.ended()
    expect(running.refused).toEqual([code])
    await told('lost', 'D1')
    await goodDeviceIsServed()
  })

  test.each(['as the first packet', 'after CONNACK'])('10 MB %s are never buffered', async (when) => {
    const raw = when === 'after CONNACK' ? await online('D1') : await open('D1')
    const before = process.memoryUsage().arrayBuffers
    let peak = before
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().arrayBuffers)
    }, 1)
    raw.send(Buffer.concat([Buffer.from([when === 'after CONNACK' ? 0x30 : 0x10]), remainingLength(10e6)]))
    await raw.pour(Buffer.alloc(65_536), 10e6)
    clearInterval(watch)
    await raw.ended()
    expect(running.refused).toEqual(['oversize'])
    expect(peak - before).toBeLessThan(5e6)
    await goodDeviceIsServed()
  })
})

test('who sends packet after packet before CONNACK is not waited for', async () => {
  running.inlet.hold('connected')
  const raw = await open('D1', connect(), ...Array.from({ length: 60 }, () => PINGREQ))
  await raw.ended()
  expect(running.refused).toEqual(['impatient'])
  running.inlet.free('connected')
  while (running.inlet.waiting('connected') > 0) running.inlet.settle('connected', 'stored')
  await goodDeviceIsServed()
  expect(running.inlet.kinds('D1')).not.toContain('report')
})

describe('what a device may not', () => {
  test.each([
    ['client-id', 2, connect({ id: 'D2' })],
    ['will', 5, connect({ flags: 0xc6 })],
    ['hello', 5, connect({ hello: Buffer.alloc(257) })],
  ])('CONNECT with a %s of its own gets CONNACK %i', async (code, returnCode, packet) => {
    const raw = await open('D1', packet)
    await raw.expect(connackRefused(returnCode))
    await raw.ended()
    expect(running.refused).toEqual([code])
    expect(running.inlet.told).toEqual([])
    await goodDeviceIsServed()
  })

  test('MQTT 5 gets CONNACK 1', async () => {
    const raw = await open('D1', Buffer.from('100d00044d51545405020 03c000000'.replace(' ', ''), 'hex'))
    await raw.expect(connackRefused(1))
    await raw.ended()
    expect(running.refused).toEqual(['protocol'])
  })

  test.each([
    ['topic', publish('x', 'x')],
    ['topic', publish('$SYS/x', 'x', { qos: 0 })],
    ['qos', publish('r', 'x', { qos: 2 })],
    ['retain', publish('r', 'x', { retain: true })],
  ])('PUBLISH with a wrong %s closes the connection and stores nothing', async (code, packet) => {
    const raw = await online('D1')
    raw.send(packet)
    await raw.ended()
    expect(running.refused).toEqual([code])
    expect(raw.received).toBe(CONNACK)
    await told('lost', 'D1')
    expect(running.inlet.kinds('D1')).toEqual(['connected', 'lost'])
    await goodDeviceIsServed()
  })

  test.each([[['#']], [['$SYS/#']], [['$share/g/r']], [['r', '#', 'D1']]])(
    'SUBSCRIBE %j is answered with failure and brings nothing',
    async (filters) => {
      const raw = await online('D1')
      raw.send(subscribe(...filters))
      const suback = `90${(2 + filters.length).toString(16).padStart(2, '0')}0007${'80'.repeat(filters.length)}`
      await raw.expect(CONNACK, suback)
      await goodDeviceIsServed()
      raw.send(publish('r', 'own'))
      await raw.expect(CONNACK, suback, puback(1))
      expect(running.refused).toEqual(filters.map(() => 'subscribe'))
    },
  )
})

describe('acknowledged is stored', () => {
  test('CONNACK comes when the connection is on disk, with what the device said', async () => {
    running.inlet.hold('connected')
    const raw = await open('D1', connect({ id: 'D1', keepalive: 90, hello: 'xin chào' }))
    await told('connected', 'D1')
    expect(raw.received).toBe('')
    expect(running.broker.connections()).toBe(0)
    running.inlet.settle('connected', 'stored')
    await raw.expect(CONNACK)
    expect(raw.records).toBe(1)
    expect(running.broker.connections()).toBe(1)
    expect(running.inlet.told).toEqual([{ kind: 'connected', device: 'D1', said: 'xin chào' }])
    expect(running.inlet.keepalives).toEqual([90])
  })

  test('a connection that cannot be stored gets CONNACK 3, and no lost', async () => {
    running.inlet.hold('connected')
    const raw = await open('D1', connect())
    await told('connected', 'D1')
    running.inlet.settle('connected', 'failed')
    await raw.expect(connackRefused(3))
    await raw.ended()
    expect(running.refused).toEqual(['not-stored'])
    running.inlet.free('connected')
    await goodDeviceIsServed()
    expect(running.inlet.kinds('D1')).toEqual(['connected'])
  })

  test.each(['report', 'goodbye'] as const)('a %s that cannot be stored gets no PUBACK', async (kind) => {
    running.inlet.hold(kind)
    const raw = await online('D1')
    raw.send(publish(kind === 'report' ? 'r' : 'g', 'x'))
    await told(kind, 'D1')
    running.inlet.settle(kind, 'failed')
    await raw.ended()
    expect(raw.received).toBe(CONNACK)
    expect(running.refused).toEqual(['not-stored'])
    await told('lost', 'D1')
    running.inlet.free(kind)
    await goodDeviceIsServed()
  })

  test('mqtt.js: a publish is done when the inlet has it', async () => {
    running.inlet.hold('report')
    const client = await connectDevice(running.credentials('D1'))
    let acknowledged = false
    const published = client.publishAsync('r', 'x', { qos: 1 }).then(() => {
      acknowledged = true
    })
    await told('report', 'D1')
    expect(acknowledged).toBe(false)
    running.inlet.settle('report', 'stored')
    await published
    await client.endAsync()
  })

  test('a report as long as they come passes, after CONNACK', async () => {
    const raw = await online('D1')
    const payload = 'x'.repeat(65_536)
    raw.send(publish('r', payload))
    await raw.expect(CONNACK, puback(1))
    expect(running.inlet.told.at(-1)?.said).toBe(payload)
  })
})

describe('the end of a connection', () => {
  test('is told once when the socket is destroyed', async () => {
    const raw = await online('D1')
    raw.destroy()
    await told('lost', 'D1')
    await goodDeviceIsServed()
    expect(running.inlet.told.filter(({ device }) => device === 'D1').slice(1)).toEqual([
      { kind: 'lost', device: 'D1', said: 'socket' },
    ])
  })

  test('is told as keepalive when the device fell silent', async () => {
    const raw = await open('D1', connect({ keepalive: 1 }))
    await raw.ended()
    await told('lost', 'D1')
    expect(running.inlet.told.at(-1)).toEqual({ kind: 'lost', device: 'D1', said: 'keepalive' })
    expect(running.refused).toEqual([])
  })

  test('is not told after a goodbye, which ends the session', async () => {
    const raw = await online('D1')
    raw.send(publish('g', 'shutdown'), DISCONNECT)
    await raw.ended()
    const other = await online('D2')
    other.send(publish('g', 'sleep'))
    await other.expect(CONNACK, puback(1))
    other.send(publish('r', 'more', { id: 2 }))
    await other.ended()
    expect(running.refused).toEqual(['after-goodbye'])
    await goodDeviceIsServed()
    expect(running.inlet.kinds('D1')).toEqual(['connected', 'goodbye'])
    expect(running.inlet.kinds('D2')).toEqual(['connected', 'goodbye'])
  })

  test('is told when the device dies while its CONNECT is being stored', async () => {
    running.inlet.hold('connected')
    const raw = await open('D1', connect())
    await told('connected', 'D1')
    raw.destroy()
    await raw.ended()
    running.inlet.settle('connected', 'stored')
    await told('lost', 'D1')
    expect(running.broker.connections()).toBe(0)
  })

  test('comes after the reports that were on their way to the disk', async () => {
    running.inlet.hold('report')
    const raw = await online('D1')
    raw.send(publish('r', 'last words'))
    await told('report', 'D1')
    raw.destroy()
    await told('lost', 'D1')
    running.inlet.settle('report', 'stored')
    running.inlet.free('report')
    await goodDeviceIsServed()
    expect(running.inlet.kinds('D1')).toEqual(['connected', 'report', 'lost'])
    expect(running.refused).toEqual([])
  })

  test('is not told of a connection that a newer one replaced', async () => {
    const old = await online('D1')
    const young = await online('D1')
    await old.ended()
    young.send(publish('r', 'x'))
    await young.expect(CONNACK, puback(1))
    expect(running.broker.connections()).toBe(1)
    young.destroy()
    await told('lost', 'D1')
    expect(running.inlet.kinds('D1')).toEqual(['connected', 'connected', 'report', 'lost'])
  })

  test('is told of the old connection when the one to replace it could not be stored', async () => {
    const old = await online('D1')
    running.inlet.hold('connected')
    const young = await open('D1', connect())
    await eventually('the second CONNECT', () => running.inlet.waiting('connected') === 1)
    old.destroy()
    await old.ended()
    running.inlet.settle('connected', 'failed')
    await young.ended()
    await told('lost', 'D1')
    expect(running.inlet.kinds('D1')).toEqual(['connected', 'connected', 'lost'])
  })

  test('is told when a second CONNECT comes while the first is being stored', async () => {
    running.inlet.hold('connected')
    const raw = await open('D1', connect())
    await told('connected', 'D1')
    raw.send(connect())
    await raw.ended()
    running.inlet.settle('connected', 'stored')
    await told('lost', 'D1')
    expect(running.inlet.kinds('D1')).toEqual(['connected', 'lost'])
    expect(running.refused).toEqual(['garbage'])
  })
})

test('a store that stands still holds the device back, and loses nothing when it goes on', async () => {
  const reports = Array.from({ length: 2000 }, (_, at) => `${at}`.padEnd(1000, '.'))
  running.inlet.hold('report')
  const raw = await online('D1')
  raw.send(...reports.map((report, at) => publish('r', report, { id: at + 1 })))
  await told('report', 'D1')
  await goodDeviceConnects()
  // A read of 64 kB is on its way to the store, and one more with what the guard may hold waits behind it.
  expect(running.inlet.waiting('report')).toBeLessThan(200)
  running.inlet.free('report')
  while (running.inlet.waiting('report') > 0) running.inlet.settle('report', 'stored')
  await eventually('all PUBACKs', () => raw.received.length === CONNACK.length + 2000 * puback(1).length)
  expect(running.inlet.told.filter(({ kind }) => kind === 'report').map(({ said }) => said)).toEqual(reports)
})

test('a revoked key closes the connection and opens no new one', async () => {
  const credentials = running.credentials('D1')
  const raw = await online('D1')
  const bystander = await online('D2')
  running.keys.delete('D1')
  running.broker.close(deviceId('D1'))
  await raw.ended()
  await expect(RawDevice.open(credentials)).rejects.toThrow(/alert/)
  bystander.send(PINGREQ)
  await bystander.expect(CONNACK, PINGRESP)
})

test('a port in use is named, and leaves nothing running', async () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
  const before = timers()
  await expect(runBroker({ port: running.port })).rejects.toThrow(
    `port ${running.port} for agents: expected to be free, got EADDRINUSE`,
  )
  expect(timers()).toBeLessThanOrEqual(before)
})

test('stop closes everything, leaves no handle and tells nothing', async () => {
  const handles = (): string[] =>
    process.getActiveResourcesInfo().filter((kind) => /^(Timeout|TCP|TLS)/.test(kind))
  expect(handles()).toContain('TCPServerWrap')
  running.inlet.hold('report')
  const devices = [await online('D1'), await online('D2'), await open('D3')]
  devices[0]!.send(publish('r', 'on its way'))
  await told('report', 'D1')
  running.inlet.hold('connected')
  devices[2]!.send(connect())
  await told('connected', 'D3')
  const toldBefore = running.inlet.told.length
  await running.broker.stop()
  for (const device of devices) await device.ended()
  running.inlet.settle('report', 'stored')
  running.inlet.settle('connected', 'stored')
  await eventually('no handle of the broker', () => handles().length === 0)
  expect(running.inlet.told.length).toBe(toldBefore)
  expect(running.broker.connections()).toBe(0)
})
