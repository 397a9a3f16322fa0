import { expect, onTestFinished, test } from 'vitest'
import { Keepalive } from '../../broker/keepalive.ts'
import { encodeHello } from '../../protocol/hello.ts'
import { encodePace } from '../../protocol/pace.ts'
import { eventually } from '../support/eventually.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { connect, PINGREQ, publish } from '../support/mqtt-bytes.ts'
import { RawDevice } from '../support/raw-device.ts'
import { type RunningBroker, runBroker } from '../support/running-broker.ts'
import { sampleHello } from '../support/sample-hello.ts'

const CONNACK = '20020000'
const PINGRESP = 'd000'
const { pace } = sampleHello()

function watched(keepaliveSeconds: number) {
  const clock = new ManualClock()
  const line = { bytes: 300, silentAt: 0 }
  const keepalive = new Keepalive({
    clock,
    bytesHeard: () => line.bytes,
    onSilent: () => {
      line.silentAt = clock.nowMs()
    },
  })
  keepalive.set(keepaliveSeconds)
  return { clock, line, keepalive }
}

test('silence is called after one and a half times the keepalive, to the millisecond', () => {
  const { clock, line, keepalive } = watched(60)
  clock.advance(80_000)
  line.bytes += 40
  keepalive.heard()
  clock.advance(89_999)
  expect(line.silentAt).toBe(0)
  clock.advance(1)
  expect(line.silentAt).toBe(170_000)
  expect(clock.timers).toBe(0)
})

test('part of a record is a sign of life', () => {
  const { clock, line } = watched(60)
  for (let minute = 0; minute < 10; minute++) {
    line.bytes += 1
    clock.advance(60_000)
  }
  expect(line.silentAt).toBe(0)
  clock.advance(180_000)
  expect(line.silentAt).toBeGreaterThan(0)
})

test('it changes from the moment on in which that is said, both ways', () => {
  const slow = watched(60)
  slow.clock.advance(50_000)
  slow.keepalive.set(1200)
  slow.clock.advance(1_799_999)
  expect(slow.line.silentAt).toBe(0)
  slow.clock.advance(1)
  expect(slow.line.silentAt).toBe(1_850_000)

  const fast = watched(1200)
  fast.clock.advance(50_000)
  fast.keepalive.set(60)
  fast.clock.advance(90_000)
  expect(fast.line.silentAt).toBe(140_000)
})

test('while we do not read, silence says nothing', () => {
  const { clock, line, keepalive } = watched(60)
  keepalive.rest(true)
  clock.advance(1_000_000)
  keepalive.rest(false)
  clock.advance(89_999)
  expect(line.silentAt).toBe(0)
  clock.advance(1)
  expect(line.silentAt).toBe(1_090_000)
})

test('10,000 of them are one timer each, and traffic sets none', () => {
  const clock = new ManualClock()
  const all = Array.from({ length: 10_000 }, () => {
    const one = new Keepalive({ clock, bytesHeard: () => 0, onSilent: () => {} })
    one.set(60)
    return one
  })
  for (let packet = 0; packet < 10; packet++) for (const one of all) one.heard()
  expect(clock.timers).toBe(10_000)
  for (const one of all) one.stop()
  expect(clock.timers).toBe(0)
})

/** A broker whose keepalives run on a clock of the test's. */
async function ledBroker(): Promise<{ running: RunningBroker; clock: ManualClock }> {
  const clock = new ManualClock()
  const running = await runBroker({ clock })
  onTestFinished(() => running.broker.stop())
  return { running, clock }
}

const helloOf = (keepaliveSeconds: number) =>
  encodeHello(sampleHello({ pace: { ...pace, keepaliveSeconds } }))

test('a device that says 0 in CONNECT is held to its hello, and lost by its silence', async () => {
  const { running, clock } = await ledBroker()
  const raw = await RawDevice.open(running.credentials('D1'))
  raw.send(connect({ keepalive: 0, hello: helloOf(120) }))
  await raw.expect(CONNACK)
  expect(running.inlet.keepalives).toEqual([120])
  clock.advance(179_999)
  raw.send(PINGREQ)
  await raw.expect(CONNACK, PINGRESP)
  clock.advance(179_999)
  expect(running.broker.connections()).toBe(1)
  clock.advance(1)
  await raw.ended()
  await eventually('lost', () => running.inlet.kinds().includes('lost'))
  expect(running.inlet.told.at(-1)).toEqual({ kind: 'lost', device: 'D1', said: 'keepalive' })
  expect(running.refused).toEqual([])
  expect(clock.timers).toBe(0)
})

test('a pace that is said while connected holds from then on', async () => {
  const { running, clock } = await ledBroker()
  const raw = await RawDevice.open(running.credentials('D1'))
  raw.send(connect({ keepalive: 0, hello: helloOf(60) }))
  await raw.expect(CONNACK)
  raw.send(publish('p', encodePace({ ...pace, keepaliveSeconds: 1200 })))
  await raw.expect(CONNACK, '40020001')
  clock.advance(1_799_999)
  expect(running.broker.connections()).toBe(1)
  raw.send(publish('p', encodePace({ ...pace, keepaliveSeconds: 60 }), { id: 2 }))
  await raw.expect(CONNACK, '40020001', '40020002')
  clock.advance(90_000)
  await raw.ended()
  await eventually('lost', () => running.inlet.kinds().includes('lost'))
  expect(running.inlet.kinds()).toEqual(['connected', 'pace', 'pace', 'lost'])
})

test('a long report on a slow line keeps its connection alive by its bytes', async () => {
  const { running, clock } = await ledBroker()
  const raw = await RawDevice.open(running.credentials('D1'))
  raw.send(connect({ keepalive: 0, hello: helloOf(60) }))
  await raw.expect(CONNACK)
  const report = publish('r', 'x'.repeat(60_000))
  const piece = 10_000
  for (let at = 0; at < report.length; at += piece) {
    const { asked } = clock
    raw.send(report.subarray(at, at + piece))
    await eventually('the piece', () => clock.asked > asked)
    clock.advance(80_000)
  }
  await raw.expect(CONNACK, '40020001')
})

test('a device that is not read, since the disk stands still, is not called silent', async () => {
  const { running, clock } = await ledBroker()
  running.inlet.hold('report')
  const raw = await RawDevice.open(running.credentials('D1'))
  raw.send(connect({ keepalive: 0, hello: helloOf(60) }))
  await raw.expect(CONNACK)
  raw.send(publish('r', 'x'.repeat(65_536)))
  await eventually('the report', () => running.inlet.waiting('report') === 1)
  raw.send(PINGREQ)
  clock.advance(3_600_000)
  running.inlet.settle('report', 'stored')
  await raw.expect(CONNACK, '40020001', PINGRESP)
})
