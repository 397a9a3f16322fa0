import { once } from 'node:events'
import { connect as connectTcp, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { connect, publish } from '../support/mqtt-bytes.ts'
import { RawDevice } from '../support/raw-device.ts'
import { type RunningBroker, runBroker } from '../support/running-broker.ts'

const CONNACK = '20020000'

let running: RunningBroker
beforeEach(async () => {
  running = await runBroker({ limits: { maxHandshakes: 1, handshakeTimeoutMs: 1500 } })
})
afterEach(() => running.broker.stop())

async function greeted(device: string): Promise<RawDevice> {
  const raw = await RawDevice.open(running.credentials(device))
  raw.send(connect())
  await raw.expect(CONNACK)
  return raw
}

/** A ClientHello as a device begins with, taken from a handshake that was never finished. */
async function clientHello(device: string): Promise<Buffer> {
  const listener = createServer()
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as { port: number }
  const opening = RawDevice.open({ ...running.credentials(device), port }).catch(() => {})
  const [socket] = (await once(listener, 'connection')) as [Socket]
  const [hello] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  await opening
  listener.close()
  return hello
}

test('with one handshake at a time, two hundred that come at once are all served', async () => {
  const devices = await Promise.all(Array.from({ length: 200 }, (_, at) => greeted(`D${at}`)))
  expect(running.broker.connections()).toBe(200)
  expect(running.refused).toEqual([])
  for (const device of devices) device.destroy()
})

test('who sends half a ClientHello, or nothing, holds nobody up', async () => {
  const hello = await clientHello('D1')
  for (const said of [hello.subarray(0, 100), hello.subarray(0, 3), Buffer.alloc(0)]) {
    const stranger = connectTcp(running.port, '127.0.0.1').on('error', () => {})
    stranger.write(said)
  }
  const device = await greeted('D2')
  expect(running.refused).toEqual([])
  device.destroy()
  await eventually('all strangers refused', () => running.refused.length === 3)
  expect(running.refused).toEqual(['handshake-timeout', 'handshake-timeout', 'handshake-timeout'])
})

test('a handshake that stops in the middle gives its turn up when its time is over, and the next begins its own', async () => {
  const hello = await clientHello('D1')
  const stuck = connectTcp(running.port, '127.0.0.1').on('error', () => {})
  stuck.write(hello)
  const [answer] = (await once(stuck, 'data')) as [Buffer]
  expect(answer[0]).toBe(22)
  // It has the only turn, and never finishes; the others wait longer than a handshake may take, and are not refused.
  const second = connectTcp(running.port, '127.0.0.1').on('error', () => {})
  second.write(await clientHello('D2'))
  await new Promise((resolve) => setImmediate(resolve))
  const device = await greeted('D3')
  expect(running.refused).toEqual(['handshake-timeout', 'handshake-timeout'])
  device.destroy()
})

test('who gives up while it waits is passed over', async () => {
  const stuck = connectTcp(running.port, '127.0.0.1').on('error', () => {})
  stuck.write(await clientHello('D1'))
  await once(stuck, 'data')
  const impatient = connectTcp(running.port, '127.0.0.1').on('error', () => {})
  impatient.write(await clientHello('D2'))
  await new Promise((resolve) => setImmediate(resolve))
  impatient.resetAndDestroy()
  stuck.resetAndDestroy()
  const device = await greeted('D3')
  device.destroy()
})

test('when many return, those who are in wait with their past until the present of the others is known', async () => {
  const settled = await greeted('everyday')
  settled.send(publish('r', 'today', { id: 1 }))
  await settled.expect(CONNACK, '40020001')
  running.inlet.hold('connected')
  const opening = Array.from({ length: 80 }, async (_, at) => {
    const raw = await RawDevice.open(running.credentials(`D${at}`))
    raw.send(connect(), publish('r', 'now', { id: 1 }))
    return raw
  })
  const devices = await Promise.all(opening)
  const said = (text: string) => running.inlet.told.filter((report) => report.said === text).length
  await eventually('eighty on their way in', () => running.inlet.waiting('connected') === 80)
  for (let at = 0; at < 40; at++) running.inlet.settle('connected', 'stored')
  await eventually('the present of forty', () => said('now') === 40)
  const early = devices.filter((raw) => raw.received !== '')
  for (const raw of early) raw.send(publish('r', 'past', { id: 2 }))
  // Whoever was there before is served as ever; after so many round trips all of the past has come to the socket.
  for (let id = 2; id <= 20; id++) {
    settled.send(publish('r', 'today', { id }))
    await eventually('its PUBACK', () => settled.received.endsWith(`4002${id.toString(16).padStart(4, '0')}`))
  }
  expect(early.length).toBeGreaterThan(30)
  expect(said('past')).toBe(0)
  running.inlet.free('connected')
  while (running.inlet.waiting('connected') > 0) running.inlet.settle('connected', 'stored')
  await eventually('all of the past', () => said('past') === early.length)
})
