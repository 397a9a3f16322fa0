import { afterEach, beforeEach, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { connect, publish } from '../support/mqtt-bytes.ts'
import { RawDevice } from '../support/raw-device.ts'
import { type RunningBroker, runBroker } from '../support/running-broker.ts'

const CONNACK = '20020000'
const puback = (id: number): string => `4002${id.toString(16).padStart(4, '0')}`

let running: RunningBroker
beforeEach(async () => {
  running = await runBroker()
})
afterEach(() => running.broker.stop())

async function online(): Promise<RawDevice> {
  const raw = await RawDevice.open(running.credentials('D1'))
  raw.send(connect())
  await raw.expect(CONNACK)
  return raw
}

const without = (text: string) => publish('r', text, { qos: 0 })
const reports = () => running.inlet.told.filter(({ kind }) => kind === 'report').map(({ said }) => said)
const waiting = (count: number) =>
  eventually(`${count} reports on their way`, () => running.inlet.waiting('report') === count)

test('PUBACK comes when the message and all before it are on disk, whatever is stored first', async () => {
  running.inlet.hold('report')
  const raw = await online()
  raw.send(without('one'), publish('r', 'two', { id: 2 }), publish('g', 'bye', { id: 3 }))
  await eventually('the goodbye', () => running.inlet.kinds().includes('goodbye'))
  // The goodbye is stored, the reports before it are not.
  running.inlet.settle('report', 'stored')
  await waiting(1)
  expect(raw.received).toBe(CONNACK)
  running.inlet.settle('report', 'stored')
  await raw.expect(CONNACK, puback(2), puback(3))
  expect(running.inlet.told.map(({ said }) => said)).toEqual(['hello', 'one', 'two', 'bye'])
})

test('a message of QoS 0 that is not stored closes the connection, and nothing behind it is acknowledged', async () => {
  running.inlet.hold('report')
  const raw = await online()
  raw.send(publish('r', 'one', { id: 1 }), without('two'), publish('r', 'three', { id: 3 }))
  await waiting(3)
  running.inlet.settle('report', 'stored')
  await raw.expect(CONNACK, puback(1))
  running.inlet.settle('report', 'failed')
  running.inlet.settle('report', 'stored')
  await raw.ended()
  expect(raw.received).toBe(CONNACK + puback(1))
  expect(running.refused).toEqual(['not-stored'])
})

test('what comes after one that was not stored is not acknowledged either', async () => {
  running.inlet.hold('report')
  const raw = await online()
  raw.send(without('one'), publish('r', 'two', { id: 2 }))
  await waiting(2)
  running.inlet.settle('report', 'failed')
  running.inlet.free('report')
  raw.send(publish('r', 'three', { id: 3 }))
  await raw.ended()
  expect(raw.received).toBe(CONNACK)
})

test('many packets in one TCP segment reach the inlet in their order, and are acknowledged in it', async () => {
  const raw = await online()
  const count = 500
  const packets = Array.from({ length: count }, (_, at) =>
    at % 8 === 7 ? publish('r', `${at}`, { id: at + 1 }) : without(`${at}`),
  )
  // 5 kB: one TLS record and, on loopback, one segment.
  raw.send(...packets)
  const acknowledged = packets.flatMap((_, at) => (at % 8 === 7 ? [puback(at + 1)] : []))
  await raw.expect(CONNACK, ...acknowledged)
  await eventually('all reports', () => reports().length === count)
  expect(reports()).toEqual(packets.map((_, at) => `${at}`))
})

test('what comes before CONNACK keeps its order, in however many segments', async () => {
  running.inlet.hold('connected')
  const raw = await RawDevice.open(running.credentials('D1'))
  raw.send(connect(), without('one'), without('two'))
  await eventually('CONNECT', () => running.inlet.waiting('connected') === 1)
  raw.send(without('three'))
  raw.send(publish('r', 'four', { id: 4 }))
  running.inlet.settle('connected', 'stored')
  raw.send(publish('r', 'five', { id: 5 }))
  await raw.expect(CONNACK, puback(4), puback(5))
  expect(reports()).toEqual(['one', 'two', 'three', 'four', 'five'])
})

test('a disk that stands still bounds what waits for it, also when large reports come one by one', async () => {
  running.inlet.hold('report')
  const raw = await online()
  const large = 'x'.repeat(60_000)
  for (let at = 0; at < 50; at++) raw.send(without(`${at}`.padEnd(large.length, 'x')))
  raw.send(publish('r', 'last', { id: 9 }))
  await waiting(2)
  const peak = { waiting: 0 }
  for (let turn = 0; turn < 200; turn++) {
    await new Promise((resolve) => setImmediate(resolve))
    peak.waiting = Math.max(peak.waiting, running.inlet.waiting('report'))
  }
  // Two fill the 64 KiB; the rest of the read that brought the second may follow.
  expect(peak.waiting).toBeLessThanOrEqual(4)
  running.inlet.free('report')
  while (running.inlet.waiting('report') > 0) running.inlet.settle('report', 'stored')
  await raw.expect(CONNACK, puback(9))
  expect(reports().length).toBe(51)
})
