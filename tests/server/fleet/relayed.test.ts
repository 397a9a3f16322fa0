import type { MqttClient } from 'mqtt'
import { expect, onTestFinished, test } from 'vitest'
import { encodeHello } from '#protocol/hello.ts'
import { type DeviceId, deviceId } from '#protocol/ids.ts'
import { decodeDownBatch, encodeUpBatch, type UpPart } from '#protocol/neighbours.ts'
import { decodeSettings, type Settings } from '#protocol/settings.ts'
import { DOWN_TOPICS, TOPICS } from '#protocol/topics.ts'
import { sealKeys } from '../../../agent/relay/cipher.ts'
import { SealSession } from '../../../agent/relay/seal-session.ts'
import { startTestCentre, type TestCentre } from '../../support/centre.ts'
import { eventually } from '../../support/eventually.ts'
import { connectDevice } from '../../support/raw-device.ts'
import { sampleHello } from '../../support/sample-hello.ts'

interface Enrolled {
  device: DeviceId
  key: Uint8Array
}

const LINE = { name: 'Cáp quang', isp: 'VNPT', medium: 'fibre' }

/** A centre with a relay and a neighbour on one line, each with a connection of its own, the neighbour's the older. */
async function startSite(line: object) {
  const centre = await startTestCentre()
  await centre.api('/uplinks', { id: 'L1', site: 'S1', ...LINE, ...line })
  const enrol = async (device: string, kind: string): Promise<Enrolled> => {
    const body = { device, kind, site: 'S1', name: device, uplink: 'L1' }
    const { key } = await centre.api<{ key: string }>('/enrolments', body)
    return { device: deviceId(device), key: Buffer.from(key, 'hex') }
  }
  const [relay, neighbour] = [await enrol('R1', 'pc'), await enrol('N1', 'router')]
  const direct = await connect(centre, neighbour)
  const isSentinel = async (device: string) =>
    (await centre.api<{ sentinel: boolean }>(`/devices/${device}`)).sentinel
  return { centre, neighbour, direct, relay: () => connect(centre, relay), isSentinel }
}

async function connect(centre: TestCentre, enrolled: Enrolled): Promise<MqttClient> {
  const client = await connectDevice({ ...enrolled, port: centre.mqttPort }, encodeHello(sampleHello()))
  onTestFinished(() => void client.end(true))
  return client
}

/** Enters through the relay and says hello; what the device is then told is added to the list. */
function enter(relay: MqttClient, { device, key }: Enrolled): Settings[] {
  const told: Settings[] = []
  const random = new Uint8Array(8)
  const say = (part: UpPart) =>
    relay.publish(TOPICS.neighbours, Buffer.from(encodeUpBatch({ heldSeconds: 0, parts: [part] })))
  let session: SealSession | undefined
  relay.on('message', (topic, payload) => {
    if (topic !== DOWN_TOPICS.neighbours) return
    for (const part of decodeDownBatch(payload)) {
      if (part.kind === 'answer') {
        session = new SealSession(sealKeys(key, random, part.random))
        session.proves(part.proof)
        say({ ...session.hello(sampleHello(), 0), alias: 1 })
      } else if (part.kind === 'frame') {
        const opened = session?.open(part.named, part.sealed)
        if (opened?.kind === 'word') told.push(decodeSettings(opened.content))
      }
    }
  })
  say({ kind: 'enter', alias: 1, device, random })
  return told
}

async function connections(centre: TestCentre): Promise<number> {
  const text = await (await fetch(`${centre.address}/metrics`)).text()
  return Number(/^haidang_connections (\d+)$/m.exec(text)?.[1])
}

test('a device that returns from its own connection to its relay is told what the centre wants from then on', async () => {
  const { centre, neighbour, relay } = await startSite({})
  const told = enter(await relay(), neighbour)
  await eventually('its settings', () => told.length === 1)
  await eventually('its own connection is closed', async () => (await connections(centre)) === 1)
  await centre.api('/uplinks/L1', { ...LINE, monthlyBytes: 10_000_000, vndPerMb: null }, 'PUT')
  await eventually('the cap', () => told.at(-1)?.monthlyBytes === 8_000_000)
})

test('a neighbour behind a relay is not sentinel: the relay is', async () => {
  const { neighbour, relay, isSentinel } = await startSite({ medium: 'cell' })
  await eventually('it is sentinel while it is alone there', () => isSentinel('N1'))
  const client = await relay()
  expect(await isSentinel('R1')).toBe(false)
  enter(client, neighbour)
  await eventually('the relay is sentinel', () => isSentinel('R1'))
  expect(await isSentinel('N1')).toBe(false)
})
