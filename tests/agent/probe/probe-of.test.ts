import { expect, test } from 'vitest'
import { NoAnswer } from '../../../agent/probe/probe.ts'
import { createProbe, missingPapers } from '../../../agent/probe/probe-of.ts'
import type { HttpStep, Profile, Step, TcpStep } from '../../../agent/probe/profile.ts'
import { eventually } from '../../support/eventually.ts'
import { closedPort, deafPort, httpDevice, tcpDevice } from '../../support/test-device.ts'

const profileOf = (...steps: Step[]): Profile => ({
  ...{ name: 'x', title: { vi: 'x', en: 'x' }, kind: 'speaker', source: 'x', everySeconds: 300, steps },
})
const http = (port: number, change: Partial<HttpStep> = {}): HttpStep => ({
  ...{ kind: 'http', port, path: '/s', format: 'json', traits: {} },
  ...{ readings: { volume_percent: { at: 'v' } }, ...change },
})
const tcp = (port: number, change: Partial<TcpStep> = {}): TcpStep => ({
  ...{ kind: 'tcp', port, readings: { volume_percent: { match: 'v=(\\d+)' } }, traits: {}, ...change },
})
const HERE = { address: '127.0.0.1' }
const look = (profile: Profile, ms = 5000) => createProbe(profile, HERE).look(AbortSignal.timeout(ms))

test('steps go one behind the other, and what two tell is told as the first says it', async () => {
  const order: string[] = []
  const first = await httpDevice((_request, response) => {
    order.push('http')
    response.end('{"v":10}')
  })
  const second = await tcpDevice((socket) => {
    order.push('tcp')
    socket.end('v=20 b=30')
  })
  const also = { readings: { volume_percent: { match: 'v=(\\d+)' }, battery_percent: { match: 'b=(\\d+)' } } }
  const { values, faults } = await look(profileOf(http(first.port), tcp(second.port, also)))
  expect(values).toEqual({ volume_percent: 10, battery_percent: 30, probe_rtt_ms: expect.any(Number) })
  expect(faults).toEqual([])
  expect(order).toEqual(['http', 'tcp'])
})

test('of the round trip ping knows best, wherever it stands', async () => {
  const device = await httpDevice((_request, response) => response.end('{"v":10}'))
  const { values } = await look(profileOf(http(device.port), { kind: 'ping', count: 1 }))
  // Where the system has no ping TCP stands in for it, and counts no loss.
  expect(values).toMatchObject({ volume_percent: 10, probe_rtt_ms: expect.any(Number) })
})

test('a step that fails is a fault with its name, and the others are told', async () => {
  const device = await tcpDevice((socket) => socket.end('v=20'))
  const broken = await httpDevice((_request, response) => response.writeHead(500).end())
  const { values, faults } = await look(
    profileOf(
      http(broken.port),
      http(await closedPort(), { path: '/t' }),
      tcp(device.port),
      tcp(device.port, { until: 'END' }),
    ),
  )
  expect(values.volume_percent).toBe(20)
  expect(faults).toEqual([
    expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/s: expected status 200, got 500$/),
    expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/t: expected a connection, got it refused/),
    expect.stringMatching(/^tcp \d+: expected an answer that matches "END", got "v=20"$/),
  ])
})

test('a reading that cannot be made is a fault with the step it is of', async () => {
  const device = await httpDevice((_request, response) => response.end('{"w":1}'))
  const { faults } = await look(profileOf(http(device.port)))
  expect(faults).toEqual(['/s: volume_percent: expected a value at v, but the answer has w'])
})

test('nothing answered any step: no answer, with what each has met', async () => {
  const port = await deafPort()
  const failed = await look(profileOf(http(port), tcp(port)), 400).catch((error: unknown) => error)
  expect(failed).toBeInstanceOf(NoAnswer)
  expect((failed as Error).message).toContain('/s: expected a connection, got none in time')
})

test('a step without answer beside one that has one: the device is there', async () => {
  const device = await tcpDevice((socket) => socket.end('v=20'))
  // A name that leads nowhere is not what the whole device is called: a port that nobody reaches is.
  const deaf = await deafPort()
  const probe = createProbe(profileOf(tcp(device.port), http(deaf)), HERE)
  const { values, faults } = await probe.look(AbortSignal.timeout(700))
  expect(values.volume_percent).toBe(20)
  expect(faults).toEqual([expect.stringContaining('expected a connection, got none in time')])
})

test('a step that hangs leaves time for those behind it', async () => {
  const hanging = await tcpDevice((socket) => void socket.resume())
  const device = await tcpDevice((socket) => socket.end('v=20'))
  const started = performance.now()
  const { values, faults } = await look(profileOf(http(hanging.port), tcp(device.port)), 20_000)
  expect(values.volume_percent).toBe(20)
  expect(faults).toEqual([expect.stringContaining('got a connection and nothing in time')])
  expect(performance.now() - started).toBeLessThan(9000)
  await eventually('no connection is left', () => hanging.sockets() + device.sockets() === 0)
})

test('stopped in the middle of a look it leaves no connection', async () => {
  const hanging = await tcpDevice((socket) => void socket.resume())
  const probe = createProbe(profileOf(http(hanging.port), tcp(hanging.port)), HERE)
  const looking = probe.look(new AbortController().signal)
  await eventually('it is asking', () => hanging.sockets() === 1)
  probe.stop()
  const { faults } = await looking
  expect(faults).toHaveLength(1)
  await eventually('no connection is left', () => hanging.sockets() === 0)
  expect(hanging.connections()).toBe(1)
})

test('what the papers lack is said before anything is asked', () => {
  const profile = profileOf(http(80, { auth: 'digest' }), { kind: 'snmp-interfaces' })
  expect(missingPapers(profile, HERE)).toEqual([
    'probe.user: expected the user that the device knows, got nothing',
    'probe.password: expected the password or token that the device knows, got nothing',
    'probe.community: expected the community or an snmpUser, got nothing',
  ])
  expect(() => createProbe(profile, HERE)).toThrow('probe.community: expected')
  expect(missingPapers(profileOf(http(80, { auth: 'bearer' })), { ...HERE, password: 'x' })).toEqual([])
  expect(missingPapers(profileOf(http(80)), HERE)).toEqual([])
})

test('an address that is none is refused before anything is asked', () => {
  expect(() => createProbe(profileOf({ kind: 'ping' }), { address: '-f' })).toThrow(
    'ping: expected an address',
  )
})

test('papers that cannot be used are refused before anybody is asked: else the device would count as there', () => {
  const missing = (change: Partial<HttpStep>, address: string, password: string) =>
    missingPapers(profileOf(http(80, change)), { address, user: 'u', password })
  expect(missing({ auth: 'basic' }, 'loa-xa.local', 'p')).toEqual([
    'probe.address: expected one of the LAN, as the profile sends papers by http, got "loa-xa.local"',
  ])
  expect(missing({ auth: 'bearer' }, '192.168.1.9', 'mật-khẩu')).toEqual([
    'probe.password: expected a token of visible ASCII, got other characters',
  ])
  expect(missing({ auth: 'basic' }, '192.168.1.9', 'mật khẩu')).toEqual([])
  expect(missing({ auth: 'basic', scheme: 'https' }, 'loa-xa.local', 'p')).toEqual([])
  expect(missing({ auth: 'digest' }, 'loa-xa.local', 'p')).toEqual([])
})
