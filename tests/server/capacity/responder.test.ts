import { randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { deviceId } from '#protocol/ids.ts'
import { decodeTrain, encodeTrain, type ToTrainCentre, type TrainMessage, untagged } from '#protocol/train.ts'
import { Busy, estimateLine, MAX_ESTIMATE_BYTES } from '../../../agent/capacity/estimate.ts'
import { trainKeys, withTag } from '../../../agent/capacity/tags.ts'
import type { CapacityLimits, TrainRefusal } from '../../../server/capacity/limits.ts'
import { CapacityResponder } from '../../../server/capacity/responder.ts'
import { eventually } from '../../support/eventually.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { rememberingLog } from '../../support/remembering-log.ts'

const DEVICE = deviceId('D1')
const PSK = Buffer.alloc(32, 'the key of D1')
const OTHER = deviceId('D2')
const OTHER_PSK = Buffer.alloc(32, 'the key of D2')
const KEYS = trainKeys(PSK)

async function responding(limits: Partial<CapacityLimits> = {}) {
  const refused: TrainRefusal[] = []
  const clock = new ManualClock()
  const responder = new CapacityResponder({
    keyOf: (identity) => (identity === DEVICE ? PSK : identity === OTHER ? OTHER_PSK : null),
    ...{ host: '127.0.0.1', port: 0, clock, limits, log: rememberingLog() },
    onRefused: (why) => void refused.push(why),
  })
  const port = await responder.start()
  onTestFinished(() => responder.stop())
  return { responder, port, clock, refused }
}

/** A device's socket, written to by hand. */
async function plainSocket(port: number) {
  const socket: Socket = createSocket('udp4')
  socket.connect(port, '127.0.0.1')
  await once(socket, 'connect')
  onTestFinished(() => {
    socket.close()
  })
  const heard: TrainMessage[] = []
  let bytes = 0
  socket.on('message', (datagram) => {
    bytes += datagram.length
    heard.push(decodeTrain(untagged(datagram)!.body))
  })
  const hear = <Kind extends TrainMessage['kind']>(kind: Kind) =>
    eventually(kind, () => heard.find((one): one is TrainMessage & { kind: Kind } => one.kind === kind))
  return {
    socket,
    heard,
    hear,
    get bytes() {
      return bytes
    },
    send: (message: ToTrainCentre, key = KEYS.up) => socket.send(withTag(key, encodeTrain(message))),
    async enter(device = DEVICE, key = KEYS.up) {
      const nonce = randomBytes(8)
      socket.send(withTag(key, encodeTrain({ kind: 'ask', device, nonce })))
      const { cookie } = await hear('challenge')
      const begin = withTag(key, encodeTrain({ kind: 'begin', device, nonce, cookie }))
      socket.send(begin)
      return { nonce, cookie, begin }
    },
  }
}

/** What is sent to one socket is taken in its order: an answer to this means that all before it was taken. */
async function allTaken(port: number): Promise<void> {
  const other = await plainSocket(port)
  const nonce = randomBytes(8)
  other.send({ kind: 'ask', device: OTHER, nonce }, trainKeys(OTHER_PSK).up)
  await other.hear('challenge')
}

const estimated = (port: number, [address, family]: [string, 4 | 6] = ['127.0.0.1', 4]) => {
  let spent = 0
  const found = estimateLine({
    ...{ address, family, port, device: DEVICE, keys: KEYS },
    ...{ known: { down: null, up: null }, maxBytes: MAX_ESTIMATE_BYTES },
    signal: AbortSignal.timeout(20_000),
    onSpent: (bytes) => {
      spent = bytes
    },
  })
  return found.then((estimate) => ({ ...estimate, spent }))
}

test('an estimate goes both ways, within its bytes, and leaves no session', async () => {
  const { responder, port, refused } = await responding()
  const { trains, spent, spentBytes } = await estimated(port)
  expect(trains.down.length).toBeGreaterThan(1)
  expect(trains.up.length).toBeGreaterThan(1)
  for (const train of [...trains.down, ...trains.up]) expect(train.reading?.lost).toBeLessThan(0.5)
  expect(spent).toBe(spentBytes)
  expect(spent).toBeLessThanOrEqual(MAX_ESTIMATE_BYTES)
  await eventually('the end', () => responder.open === 0)
  expect(refused).toEqual([])
})

test('who has no key hears nothing', async () => {
  const { port, refused } = await responding()
  const stranger = await plainSocket(port)
  const nonce = randomBytes(8)
  stranger.send({ kind: 'ask', device: deviceId('D9'), nonce })
  stranger.send({ kind: 'ask', device: OTHER, nonce })
  stranger.send({ kind: 'ask', device: DEVICE, nonce }, KEYS.down)
  stranger.send({ kind: 'tell', nonce, train: 0 })
  await allTaken(port)
  expect(stranger.heard).toEqual([])
  expect(refused).toEqual(['unknown-device', 'bad-tag', 'bad-tag', 'no-session'])
})

test('a cookie is good for one address, one nonce, one device and ten seconds', async () => {
  const { port, clock, refused, responder } = await responding()
  const [mine, elsewhere] = [await plainSocket(port), await plainSocket(port)]
  const nonce = randomBytes(8)
  mine.send({ kind: 'ask', device: DEVICE, nonce })
  const { cookie } = await mine.hear('challenge')
  elsewhere.send({ kind: 'begin', device: DEVICE, nonce, cookie })
  mine.send({ kind: 'begin', device: DEVICE, nonce: randomBytes(8), cookie })
  mine.send({ kind: 'begin', device: OTHER, nonce, cookie }, trainKeys(OTHER_PSK).up)
  await allTaken(port)
  clock.advance(10_001)
  mine.send({ kind: 'begin', device: DEVICE, nonce, cookie })
  await allTaken(port)
  expect(refused).toEqual(['bad-cookie', 'bad-cookie', 'bad-cookie', 'bad-cookie'])
  expect(responder.open).toBe(0)
})

test('a begin that is sent again begins nothing, before the end and after it', async () => {
  const { port, refused, responder } = await responding()
  const device = await plainSocket(port)
  const { nonce, begin } = await device.enter()
  await device.hear('ready')
  device.socket.send(begin)
  await allTaken(port)
  expect(responder.open).toBe(1)
  expect(refused).toEqual([])
  device.send({ kind: 'end', nonce })
  device.socket.send(begin)
  await allTaken(port)
  expect(responder.open).toBe(0)
  expect(refused).toEqual(['replayed'])
})

test('an order is carried out once, and none beyond what is allowed', async () => {
  const { port, refused } = await responding({ downBytes: 20_000 })
  const device = await plainSocket(port)
  const { nonce } = await device.enter()
  await device.hear('ready')
  const order = { kind: 'order', nonce, train: 0, cars: 10, carBytes: 1000, gapUs: 0 } as const
  device.send(order)
  device.send(order)
  device.send({ ...order, train: 1 })
  device.send({ ...order, train: 0 })
  await allTaken(port)
  expect(device.heard.filter(({ kind }) => kind === 'car')).toHaveLength(10)
  expect(refused).toEqual(['replayed', 'over-limit', 'replayed'])
  expect(device.bytes).toBeLessThan(20_000)
})

test('cars are told as they came; strangers, repeats and what is too much are not among them', async () => {
  const { port, refused } = await responding({ upBytes: 4 * 628 })
  const device = await plainSocket(port)
  const { nonce } = await device.enter()
  await device.hear('ready')
  const car = { kind: 'car', nonce, train: 2, index: 0, bytes: 600 } as const
  device.send(car)
  device.send({ ...car, index: 1 }, trainKeys(OTHER_PSK).up)
  device.send({ ...car, index: 5 })
  device.send({ ...car, index: 5 })
  device.send({ ...car, index: 6 })
  device.send({ kind: 'tell', nonce, train: 2 })
  const { arrivals, train } = await device.hear('arrivals')
  expect(train).toBe(2)
  expect(arrivals.map(({ index }) => index)).toEqual([0, 5])
  expect(arrivals[0]!.atUs).toBe(0)
  expect(refused).toEqual(['over-limit'])
})

test('a device gets four estimates an hour, and is told when to come again', async () => {
  const { port, clock } = await responding({ estimatesPerHour: 2 })
  for (let time = 0; time < 2; time++) {
    const device = await plainSocket(port)
    await device.enter()
    await device.hear('ready')
  }
  clock.advance(600_000)
  await expect(estimated(port)).rejects.toThrow(new Busy(3000))
  clock.advance(3_000_000)
  await (await plainSocket(port)).enter()
})

test('there is room for a few at a time; one that falls silent makes room', async () => {
  const { responder, port, clock } = await responding({ sessions: 1 })
  const silent = await plainSocket(port)
  await silent.enter()
  await silent.hear('ready')
  const waiting = await plainSocket(port)
  await waiting.enter(OTHER, trainKeys(OTHER_PSK).up)
  expect((await waiting.hear('busy')).seconds).toBeGreaterThan(0)
  clock.advance(15_001)
  expect(responder.open).toBe(0)
  expect(clock.timers).toBe(0)
})

test('a device that begins anew has one session, not two', async () => {
  const { responder, port } = await responding()
  for (let time = 0; time < 3; time++) {
    const device = await plainSocket(port)
    await device.enter()
    await device.hear('ready')
    expect(responder.open).toBe(1)
  }
})

test('asks beyond 40 an hour of a device, or 500 a second of all, bring nothing', async () => {
  const { port, refused } = await responding({ challengesPerHour: 3, strangersPerSecond: 6 })
  const device = await plainSocket(port)
  for (let time = 0; time < 8; time++) device.send({ kind: 'ask', device: DEVICE, nonce: randomBytes(8) })
  await eventually('refusals', () => refused.length === 5)
  expect(refused).toEqual(['too-many-asks', 'too-many-asks', 'too-many-asks', 'flood', 'flood'])
  expect(device.heard).toHaveLength(3)
})

test('300 malformed datagrams: nothing is said, nothing breaks, all are counted', async () => {
  const { port, refused, clock } = await responding()
  const stranger = await plainSocket(port)
  const { nonce } = await stranger.enter()
  await stranger.hear('ready')
  const good: ToTrainCentre[] = [
    { kind: 'ask', device: DEVICE, nonce },
    { kind: 'order', nonce, train: 0, cars: 100, carBytes: 1200, gapUs: 0 },
    { kind: 'tell', nonce, train: 0 },
    { kind: 'end', nonce },
  ]
  const damaged = fc.oneof(
    fc.uint8Array({ maxLength: 1400 }),
    fc
      .tuple(fc.constantFrom(...good), fc.nat(), fc.integer({ min: 1, max: 255 }))
      .map(([message, at, by]) => {
        const bytes = withTag(KEYS.up, encodeTrain(message))
        bytes[at % bytes.length]! ^= by
        return bytes
      }),
    fc.tuple(fc.constantFrom(...good), fc.nat()).map(([message, at]) => {
      const bytes = withTag(KEYS.up, encodeTrain(message))
      return bytes.subarray(0, at % bytes.length)
    }),
  )
  const before = stranger.bytes
  let sent = 0
  for (const datagram of fc.sample(damaged, { numRuns: 300, seed: 5 })) {
    stranger.socket.send(datagram)
    if (++sent % 50 === 0) await allTaken(port)
    clock.advance(20)
  }
  await allTaken(port)
  expect(stranger.bytes).toBe(before)
  expect(refused.length).toBe(300)
})

test('a key that cannot be looked up is logged, and the next datagram is taken', async () => {
  const log = rememberingLog()
  let broken = true
  const responder = new CapacityResponder({
    keyOf: () => {
      if (broken) throw new Error('registry closed')
      return PSK
    },
    ...{ host: '127.0.0.1', port: 0, log },
  })
  const port = await responder.start()
  onTestFinished(() => responder.stop())
  const device = await plainSocket(port)
  device.send({ kind: 'ask', device: DEVICE, nonce: randomBytes(8) })
  await eventually('the log', () => log.lines.length > 0)
  broken = false
  device.send({ kind: 'ask', device: DEVICE, nonce: randomBytes(8) })
  await device.hear('challenge')
})

test('a port that is taken is an error, and every address is one that IPv4 reaches', async () => {
  const { port } = await responding()
  const parts = { keyOf: () => PSK, log: rememberingLog() }
  await expect(new CapacityResponder({ ...parts, host: '127.0.0.1', port }).start()).rejects.toThrow(
    'EADDRINUSE',
  )
  const everywhere = new CapacityResponder({ ...parts, host: undefined, port: 0 })
  const open = await everywhere.start()
  onTestFinished(() => everywhere.stop())
  const { spent } = await estimated(open)
  expect(spent).toBeGreaterThan(10_000)
})

const hasIpv6 = Object.values(networkInterfaces()).some((each) =>
  each?.some(({ address }) => address === '::1'),
)
test.runIf(hasIpv6)(
  'over IPv6 each packet counts 20 bytes more, and the whole stays within its bytes',
  async () => {
    const responder = new CapacityResponder({ keyOf: () => PSK, host: '::1', port: 0, log: rememberingLog() })
    const port = await responder.start()
    onTestFinished(() => responder.stop())
    const { spent, trains } = await estimated(port, ['::1', 6])
    expect(spent).toBeLessThanOrEqual(MAX_ESTIMATE_BYTES)
    const cars = [...trains.down, ...trains.up].reduce((sum, { cars }) => sum + cars, 0)
    const payload = [...trains.down, ...trains.up].reduce(
      (sum, { cars, carBytes }) => sum + cars * carBytes,
      0,
    )
    expect(spent).toBeGreaterThan(payload + cars * 48)
  },
)

test('an agent whose centre has no such port says so at once', async () => {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  await new Promise<void>((resolve) => socket.close(() => resolve()))
  await expect(estimated(port)).rejects.toThrow('ECONNREFUSED')
})
