import { afterEach, beforeEach, expect, test } from 'vitest'
import { encodeHello } from '../../protocol/hello.ts'
import { deviceId } from '../../protocol/ids.ts'
import { eventually } from '../support/eventually.ts'
import { connect, publish } from '../support/mqtt-bytes.ts'
import { connectDevice, RawDevice } from '../support/raw-device.ts'
import { type RunningBroker, runBroker } from '../support/running-broker.ts'
import { sampleHello } from '../support/sample-hello.ts'

const CONNACK = '20020000'

let running: RunningBroker
const live: [string, number | null][] = []
const gone: string[] = []
beforeEach(async () => {
  live.length = 0
  gone.length = 0
  running = await runBroker({
    onLive: (device, pace) => live.push([device, pace?.settings ?? null]),
    onGone: (device) => gone.push(device),
  })
})
afterEach(() => running.broker.stop())

const push = (device: string, text: string) => running.broker.push(deviceId(device), 's', Buffer.from(text))

test('a device without any subscription hears what is pushed to it, and nobody else does', async () => {
  const heard: [string, string, string, number][] = []
  const client = async (device: string) => {
    const made = await connectDevice(running.credentials(device))
    made.on('message', (topic, payload, { qos }) => heard.push([device, topic, payload.toString(), qos]))
    return made
  }
  const [one, other] = [await client('D1'), await client('D2')]
  await eventually('both live', () => live.length === 2)
  expect(push('D1', 'slower')).toBe(true)
  await eventually('the message', () => heard.length > 0)
  // What another device publishes reaches no device, and the pushed message came once.
  await other.publishAsync('r', 'mine', { qos: 1 })
  await one.publishAsync('r', 'mine too', { qos: 1 })
  expect(heard).toEqual([['D1', 's', 'slower', 0]])
  await Promise.all([one.endAsync(), other.endAsync()])
})

test('a push follows CONNACK and never comes before it', async () => {
  running.inlet.hold('connected')
  const raw = await RawDevice.open(running.credentials('D1'))
  raw.send(connect({ hello: encodeHello(sampleHello()) }))
  await eventually('CONNECT', () => running.inlet.waiting('connected') === 1)
  expect(push('D1', 'early')).toBe(false)
  running.inlet.settle('connected', 'stored')
  await eventually('live', () => live.length === 1)
  expect(live).toEqual([['D1', 0]])
  expect(push('D1', 'now')).toBe(true)
  await raw.expect(CONNACK, `3006000173${Buffer.from('now').toString('hex')}`)
  // One TLS record, so it costs no more than it must.
  expect(raw.records).toBeLessThanOrEqual(2)
})

test('a device that is gone, leaves, or was never there is not told', async () => {
  expect(push('nobody', 'x')).toBe(false)
  const raw = await RawDevice.open(running.credentials('D1'))
  raw.send(connect(), publish('g', 'bye'))
  await raw.expect(CONNACK, '40020001')
  expect(push('D1', 'x')).toBe(false)
  raw.destroy()
  await eventually('gone', () => gone.length === 1)
  expect(push('D1', 'x')).toBe(false)
  expect([live, gone]).toEqual([[['D1', null]], ['D1']])
})

test('a device that reads nothing costs a bounded buffer', async () => {
  const raw = await RawDevice.open(running.credentials('D1'))
  raw.send(connect())
  await raw.expect(CONNACK)
  raw.stopReading()
  const text = 'x'.repeat(100)
  let pushed = 0
  while (pushed < 1000 && push('D1', text)) pushed++
  // 16 kB in the guard; what the kernel takes goes only between turns of the loop.
  expect(pushed).toBeLessThan(200)
})

test('the newer connection of a device is the one that is told', async () => {
  const old = await RawDevice.open(running.credentials('D1'))
  old.send(connect())
  await old.expect(CONNACK)
  const young = await RawDevice.open(running.credentials('D1'))
  young.send(connect())
  await eventually('both were live', () => live.length === 2)
  expect(push('D1', 'x')).toBe(true)
  await young.expect(CONNACK, '300400017378')
  await old.ended()
  expect(push('D1', 'x')).toBe(true)
})
