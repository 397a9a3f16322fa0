import { expect, test } from 'vitest'
import { type DeviceId, deviceId, siteId } from '#protocol/ids.ts'
import { type DownPart, decodeDownBatch, encodeUpBatch, type UpPart } from '#protocol/neighbours.ts'
import { SEAL_TOPICS } from '#protocol/seal.ts'
import { TOPICS } from '#protocol/topics.ts'
import { sealKeys } from '../../../agent/relay/cipher.ts'
import { type SealedFrame, SealSession } from '../../../agent/relay/seal-session.ts'
import { Relays } from '../../../server/relay/relays.ts'
import { eventually } from '../../support/eventually.ts'
import { keyOf, RELAY } from '../../support/relay-site.ts'
import { rememberingLog } from '../../support/remembering-log.ts'
import { sampleHello } from '../../support/sample-hello.ts'

const RANDOM = new Uint8Array(8)

/** The centre's end alone: what is to be stored waits until the test lets it. */
function startRelays(proberOf: (id: DeviceId) => DeviceId | null = () => null) {
  const now = { ms: 1_800_000_000_000 }
  const log = rememberingLog()
  const down: DownPart[] = []
  const lost: string[] = []
  const held: (() => void)[] = []
  const hold = () => new Promise<void>((resolve) => held.push(resolve))
  const stored = async () => {}
  const relays = new Relays({
    device: (id) => ({ site: siteId('S1'), key: keyOf(id), prober: proberOf(id), keepaliveSeconds: 60 }),
    facts: (device) => ({
      ...{
        connected: stored,
        lost: (_line: unknown, why: string) => void lost.push(`${device} ${why}`),
        goodbye: stored,
        pace: stored,
      },
      ...{ report: hold, loss: hold, traits: stored },
    }),
    push: (_relay, _topic, payload) => void down.push(...decodeDownBatch(payload)),
    now: () => now.ms,
    log,
  })
  relays.connected(RELAY, null)
  const say = (...parts: UpPart[]) => relays.take(RELAY, encodeUpBatch({ heldSeconds: 0, parts }))
  const told = (alias: number, kind: DownPart['kind']) =>
    down.filter((part) => part.alias === alias && part.kind === kind)

  /** A device behind the relay, whose hello is acknowledged. */
  async function enter(name: string, alias: number) {
    const device = deviceId(name)
    say({ kind: 'enter', alias, device, random: RANDOM })
    const answer = await eventually('answer', () =>
      down.find((part) => part.kind === 'answer' && part.alias === alias),
    )
    if (answer.kind !== 'answer') throw new Error('answer: expected one')
    const session = new SealSession(sealKeys(keyOf(name), RANDOM, answer.random))
    session.proves(answer.proof)
    const frame = (sealed: SealedFrame) => say({ ...sealed, alias })
    frame(session.hello(sampleHello(), 0))
    await eventually('welcome', () => told(alias, 'frame').length === 1)
    const word = (topic: string, bytes: number) => frame(session.word(topic, new Uint8Array(bytes), 0))
    return { word, acknowledgements: () => told(alias, 'frame').length }
  }
  return { relays, now, log, held, say, told, enter, lost }
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

test('what waits for a disk that stands still is bounded; what it took is not counted', async () => {
  const { held, told, enter } = startRelays()
  const device = await enter('D1', 1)
  for (let count = 0; count < 10; count++) {
    device.word(TOPICS.loss, 20_000)
    for (const store of held.splice(0)) store()
    await nextTurn()
  }
  expect(told(1, 'refused')).toEqual([])
  for (let count = 0; count < 10; count++) device.word(TOPICS.loss, 20_000)
  await eventually('refused', () => told(1, 'refused').length > 0)
  expect(told(1, 'refused')).toMatchObject([{ why: 'not-stored' }])
  expect(held).toHaveLength(3)
})

test('a neighbour that streams withholds the acknowledgements of the others for a second, and not longer', async () => {
  const { now, enter } = startRelays()
  const [quick, streaming] = [await enter('D1', 1), await enter('D2', 2)]
  streaming.word(TOPICS.loss, 1)
  quick.word(SEAL_TOPICS.ask, 0)
  await nextTurn()
  await nextTurn()
  expect(quick.acknowledgements()).toBe(1)
  now.ms += 1001
  quick.word(SEAL_TOPICS.ask, 0)
  await eventually('acknowledged', () => quick.acknowledgements() === 2)
})

test('frames without a session are refused once a turn, and logged once a second', async () => {
  const { now, log, say, told } = startRelays()
  const noise: UpPart[] = Array.from({ length: 2000 }, () => {
    return { kind: 'frame', alias: 1, named: false, sealed: new Uint8Array(8) }
  })
  for (let publish = 0; publish < 5; publish++) {
    say(...noise)
    await nextTurn()
  }
  expect([told(1, 'refused').length, log.lines.length]).toEqual([5, 1])
  now.ms += 1000
  say(...noise)
  expect(log.lines).toEqual(['neighbour refused', 'neighbour refused'])
})

test('a device is carried from its hello until its relay is gone', async () => {
  const { relays, enter } = startRelays()
  expect(relays.carries(deviceId('D1'))).toBe(false)
  await enter('D1', 1)
  expect(relays.carries(deviceId('D1'))).toBe(true)
  relays.disconnected(RELAY, 'socket')
  expect(relays.carries(deviceId('D1'))).toBe(false)
})

test('of a device that the relay itself asks nobody knows when the relay is gone; of the others it is the line', async () => {
  const { relays, enter, lost, say } = startRelays((id) => (id === 'D1' || id === 'D2' ? RELAY : null))
  await enter('D1', 1)
  await enter('D2', 2)
  await enter('D3', 3)
  say({ kind: 'silent', alias: 2 })
  relays.disconnected(RELAY, 'keepalive')
  expect(lost).toEqual(['D2 keepalive', 'D1 unwatched', 'D3 keepalive'])
})

test('a probed device comes through its own prober only', async () => {
  const { say, told } = startRelays(() => deviceId('PC-9'))
  say({ kind: 'enter', alias: 1, device: deviceId('D1'), random: RANDOM })
  await nextTurn()
  expect(told(1, 'refused')).toMatchObject([{ why: 'other-site' }])
})
