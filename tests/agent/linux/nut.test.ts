import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import fc from 'fast-check'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createPowerCollector } from '../../../agent/collect/power.ts'
import { createBatteryCollector } from '../../../agent/linux/battery-collector.ts'
import { askUps, variablesIn } from '../../../agent/linux/nut.ts'
import { monitoredUps, upsAddress } from '../../../agent/linux/nut-config.ts'
import { createUpsLook, supplyOf } from '../../../agent/linux/ups-look.ts'
import { addTo, machineRoot } from './machine-root.ts'
import { startUpsd, upsdMissing } from './upsd.ts'

const ON_LINE = ['ups.mfr: Santak', 'ups.model: "TG500 \\"Pro\\""', 'ups.status: OL', 'battery.charge: 98']
const ON_BATTERY = [
  ...['ups.mfr: Santak', 'ups.status: OB DISCHRG', 'battery.charge: 71', 'battery.runtime: 1290'],
]

/** A machine that upsmon watches a UPS for. */
const watching = (port: number, name = 'tram'): string =>
  machineRoot({ 'etc/nut/upsmon.conf': `MONITOR ${name}@127.0.0.1:${port} 1 monuser pass primary\n` })

test.skipIf(upsdMissing)('a real upsd: mains, then battery, then silence', { timeout: 30_000 }, async () => {
  const upsd = await startUpsd(ON_LINE)
  const root = watching(upsd.port)
  const battery = createBatteryCollector(root)
  expect(await battery.read()).toEqual({ battery_percent: 98 })
  expect(battery.traits?.()).toEqual({ battery: 'UPS Santak TG500 "Pro"' })
  const power = createPowerCollector('/nowhere', {
    ups: createUpsLook({ root, limits: { askMs: 0, retryMs: 0 } }),
  })
  expect(await power.read()).toEqual({ power_source: 1 })

  upsd.say(ON_BATTERY)
  await vi.waitFor(async () => expect(await power.read()).toEqual({ power_source: 2 }), {
    timeout: 8000,
    interval: 100,
  })
  expect(await battery.read()).toEqual({ battery_percent: 71, battery_minutes: 21 })

  await upsd.stop()
  expect(await power.read(), 'set up, but nobody answers').toEqual({ power_source: 0 })
  await expect(battery.read()).rejects.toThrow(
    /^upsd 127\.0\.0\.1:\d+: expected an answer, got .*ECONNREFUSED/,
  )
})

test.skipIf(upsdMissing)('a real upsd: its first UPS where none is named, and its own refusals', async () => {
  const { port } = await startUpsd(ON_LINE)
  const address = { host: '127.0.0.1', port, name: null }
  expect(await askUps(address, ['ups.status'])).toEqual({ 'ups.status': 'OL' })
  expect(await askUps(address, [])).toMatchObject({ 'driver.name': 'dummy-ups', 'battery.charge': '98' })
  await expect(askUps({ ...address, name: 'khac' }, ['ups.status'])).rejects.toThrow(
    'expected GET VAR khac ups.status, got "UNKNOWN-UPS"',
  )
  await expect(askUps(address, ['ups.nothing'])).rejects.toThrow('got "VAR-NOT-SUPPORTED"')
})

test('words of a UPS as a supply', () => {
  const statuses = ['OL', 'OL CHRG', 'OB DISCHRG', 'OB LB', 'FSD OB LB', 'ALARM OL RB', 'OFF', '', 'WAIT']
  expect(statuses.map((status) => supplyOf(status).status)).toEqual([
    ...['Not charging', 'Not charging', 'Discharging', 'Discharging', 'Discharging', 'Not charging'],
    ...['', '', ''],
  ])
})

test('a UPS is asked once a minute, not at each look', async () => {
  let asked = 0
  const port = await serve((socket) => {
    asked++
    socket.end('VAR tram ups.status "OL"\n')
  })
  let nowMs = 0
  const root = watching(port)
  const look = createUpsLook({ root, now: () => nowMs })
  for (nowMs = 0; nowMs < 120_000; nowMs += 10_000) expect((await look())?.status).toBe('Not charging')
  expect(asked).toBe(2)
  const none = createUpsLook({ root: machineRoot({}), now: () => nowMs })
  expect(await none(), 'not set up').toBeNull()
})

test('a server that says nothing is waited for once, and not again', async () => {
  const port = await serve(() => {})
  const look = createUpsLook({ root: watching(port), limits: { retryMs: 0, answerMs: 300 } })
  expect(await look()).toMatchObject({ type: 'UPS', status: '' })
  const start = performance.now()
  expect(await look()).toMatchObject({ type: 'UPS', status: '' })
  expect(performance.now() - start).toBeLessThan(200)
})

test('a desktop with a UPS, and a laptop that somebody unplugged from one', async () => {
  const folder = machineRoot({ 'AC/type': 'Mains\n', 'AC/online': '1\n' })
  const laptop = (status: string) => createPowerCollector(folder, { ups: async () => supplyOf(status) })
  expect(await laptop('OL').read()).toEqual({ power_source: 1 })
  expect(await laptop('OB').read()).toEqual({ power_source: 2 })
  addTo(folder, { 'AC/online': '0\n', 'BAT0/type': 'Battery\n', 'BAT0/status': 'Discharging\n' })
  expect(await laptop('OL').read()).toEqual({ power_source: 2 })
})

test.each<[string, ReturnType<typeof monitoredUps>]>([
  ['MONITOR ups@localhost 1 u p master\n', { host: '127.0.0.1', port: 3493, name: 'ups' }],
  ['  MONITOR "apc@10.0.0.5:4000" 1 u p slave\n', { host: '10.0.0.5', port: 4000, name: 'apc' }],
  ['MONITOR ups@[::1]:3493 2 u p primary\n', { host: '::1', port: 3493, name: 'ups' }],
  ['MONITOR other@a 0 u p x\nMONITOR ups 1 u p x\n', { host: '127.0.0.1', port: 3493, name: 'ups' }],
  ['# MONITOR ups@localhost 1 u p master\nMINSUPPLIES 1\n', null],
  ['MONITOR\n', null],
])('upsmon.conf: %j', (text, address) => {
  expect(monitoredUps(text)).toEqual(address)
})

test('a server of its own without upsmon; tools that are installed and not set up', async () => {
  expect(await upsAddress(machineRoot({ 'etc/nut/ups.conf': '[tram]\n driver = usbhid-ups\n' }))).toEqual({
    ...{ host: '127.0.0.1', port: 3493, name: null },
  })
  expect(await upsAddress(machineRoot({ 'etc/nut/ups.conf': '# [tram]\nmaxretry = 3\n' }))).toBeNull()
  expect(await upsAddress(machineRoot({ 'etc/nut/ups.conf/': '', 'etc/nut/upsmon.conf/': '' }))).toBeNull()
})

test.each<[string, string | Buffer, RegExp]>([
  ['an error', 'ERR DATA-STALE\n', /got "DATA-STALE"/],
  ['nothing', '', /got the end of the connection/],
  ['half a line', 'VAR tram ups.st', /got the end of the connection/],
  ['another protocol', 'HTTP/1.1 400 Bad Request\r\n\r\n', /got the end of the connection/],
  ['no end', Buffer.alloc(200_000, 0x41), /got more than 65536 bytes/],
])('a server that answers with %s', async (_what, answer, reason) => {
  const port = await serve((socket) => socket.end(answer))
  await expect(askUps({ host: '127.0.0.1', port, name: 'tram' }, ['ups.status'])).rejects.toThrow(reason)
})

test('whatever a server says: variables with a value, or a sentence', () => {
  expect(variablesIn('VAR t a "x \\"y\\" \\\\"\nVAR t b "1"\nVAR t c 1\n')).toEqual({ a: 'x "y" \\', b: '1' })
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
      for (const value of Object.values(variablesIn(`VAR t a "${text}"\n`)))
        expect(typeof value).toBe('string')
    }),
  )
})

test('a question ends with the look that asked it', async () => {
  const port = await serve(() => {})
  const abort = new AbortController()
  const asking = askUps({ host: '127.0.0.1', port, name: 'tram' }, ['ups.status'], abort.signal)
  abort.abort()
  await expect(asking).rejects.toThrow(/abort/i)
})

async function serve(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('data', () => onConnection(socket))
  }).listen(0, '127.0.0.1')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await once(server, 'listening')
  return (server.address() as { port: number }).port
}
