import { expect, onTestFinished, test } from 'vitest'
import { encodeHello } from '#protocol/hello.ts'
import { encodePace } from '#protocol/pace.ts'
import { decodeSettings, type Settings } from '#protocol/settings.ts'
import { startTestCentre, type TestCentre } from '../../support/centre.ts'
import { eventually } from '../../support/eventually.ts'
import { connectDevice } from '../../support/raw-device.ts'
import { sampleHello } from '../../support/sample-hello.ts'

const { pace } = sampleHello()

interface DeviceBody {
  uplink: string | null
  sentinel: boolean
  session: string
  pace: object | null
}

/** A device that does as it is told: it answers each push with the pace that it then has. */
async function obedient(centre: TestCentre, enrolled: { device: string; key: Uint8Array }, settings = 0) {
  const told: Settings[] = []
  const hello = encodeHello(sampleHello({ pace: { ...pace, settings } }))
  const client = await connectDevice({ ...enrolled, port: centre.mqttPort }, hello)
  client.on('message', (_topic, payload) => {
    const wanted = decodeSettings(payload)
    told.push(wanted)
    const { number, sampleSeconds, reportSeconds, keepaliveSeconds } = wanted
    const answer = { settings: number, sampleSeconds, reportSeconds, keepaliveSeconds, step: 0 }
    client.publish('p', Buffer.from(encodePace(answer)), { qos: 1 })
  })
  onTestFinished(() => void client.end(true))
  return { client, told, last: () => told.at(-1) }
}

async function startWithLine(words: object = { medium: 'cell' }) {
  const centre = await startTestCentre()
  await centre.api('/uplinks', { id: 'L1', site: 'S1', name: 'SIM', isp: 'Viettel', ...words })
  const enrol = async (device: string, kind: string, uplink?: string) => {
    const body = { device, kind, site: 'S1', name: device, ...(uplink ? { uplink } : {}) }
    const { key } = await centre.api<{ key: string }>('/enrolments', body)
    return { device, key: Buffer.from(key, 'hex') }
  }
  const body = (device: string) => centre.api<DeviceBody>(`/devices/${device}`)
  return { centre, enrol, body }
}

test('a device is told at its connect what is wanted of it, once, and the API shows what it then does', async () => {
  const { centre, enrol, body } = await startWithLine({ medium: 'fibre' })
  const enrolled = await enrol('D1', 'pc', 'L1')
  const first = await obedient(centre, enrolled)
  const settings = await eventually('settings', first.last)
  expect(settings).toMatchObject({ reportSeconds: 900, keepaliveSeconds: 60, monthlyBytes: null })
  const shown = await eventually('its pace', async () => {
    const { pace: now, ...rest } = await body('D1')
    return (now as { keepaliveSeconds: number } | null)?.keepaliveSeconds === 60 && { now, ...rest }
  })
  expect(shown).toMatchObject({
    now: { sampleSeconds: 60, reportSeconds: 900, keepaliveSeconds: 60, step: 0 },
    ...{ uplink: 'L1', sentinel: false },
  })
  await first.client.endAsync()

  const again = await obedient(centre, enrolled, settings.number)
  // A round trip later nothing has come.
  await again.client.publishAsync('p', Buffer.from(encodePace({ ...pace, settings: settings.number })), {
    qos: 1,
  })
  expect([first.told.length, again.told.length]).toEqual([1, 0])

  const page = await (await fetch(`${centre.address}/devices/D1`)).text()
  expect(page).toContain('Báo cáo mỗi 15 phút')
})

test('on a metered line the router pings for all; when it is gone the computer does, and the router gets it back slowly', async () => {
  const { centre, enrol, body } = await startWithLine()
  const [pc, router] = [await enrol('P1', 'pc', 'L1'), await enrol('R1', 'router', 'L1')]
  const clerk = await obedient(centre, pc)
  await eventually(
    'the computer is sentinel while it is alone there',
    async () => (await body('P1')).sentinel,
  )
  await eventually('it was told to ping', () => clerk.last()?.keepaliveSeconds === 120)
  const first = await obedient(centre, router)
  // The router has to stand ten minutes before it takes over from a computer that does well.
  await eventually('the router was told to go slow', () => first.last()?.keepaliveSeconds === 1200)
  expect((await body('R1')).sentinel).toBe(false)

  await clerk.client.publishAsync('g', goodbye(), { qos: 1 })
  await clerk.client.endAsync()
  await eventually('the router has the role', async () => (await body('R1')).sentinel)
  await eventually('it was told to ping', () => first.last()?.keepaliveSeconds === 120)
  expect((await body('P1')).sentinel).toBe(false)
  const back = await obedient(centre, pc)
  await eventually('the computer was told to go slow', () => back.last()?.keepaliveSeconds === 1200)
})

test('a line that is edited, and a device that moves to it, are told at once', async () => {
  const { centre, enrol, body } = await startWithLine({ medium: 'fibre' })
  const router = await obedient(centre, await enrol('R1', 'router', 'L1'))
  await eventually('unmetered', () => router.last()?.keepaliveSeconds === 60)
  const cap = { name: 'Cáp quang', isp: 'VNPT', medium: 'fibre', monthlyBytes: 10_000_000, vndPerMb: 12.5 }
  expect(await centre.api('/uplinks/L1', cap, 'PUT')).toEqual({ id: 'L1', site: 'S1', ...cap })
  await eventually('capped', () => router.last()?.monthlyBytes === 10_000_000)
  expect(router.last()!.keepaliveSeconds).toBe(1200)

  const pc = await obedient(centre, await enrol('P1', 'pc'))
  await eventually('of an unknown line', () => pc.last()?.keepaliveSeconds === 1200)
  await centre.api('/devices/P1/uplink', { uplink: 'L1' }, 'PUT')
  await eventually('its share', () => pc.last()?.monthlyBytes === 2_000_000)
  await eventually("the router's share", () => router.last()?.monthlyBytes === 8_000_000)
  expect(await body('P1')).toMatchObject({ uplink: 'L1' })
  const [site] = await centre.api<{ uplinks: object[] }[]>('/sites')
  expect(site!.uplinks).toEqual([{ id: 'L1', site: 'S1', ...cap }])
})

test('what is wrong with a line is said', async () => {
  const { centre, enrol } = await startWithLine()
  await centre.api('/sites', { id: 'S2', area: 'X1', name: 'Trạm y tế' })
  await centre.api('/uplinks', { id: 'L2', site: 'S2', name: 'SIM', isp: 'Viettel', medium: 'cell' })
  await expect(enrol('D1', 'pc', 'L2')).rejects.toThrow(/422.*uplink: expected one of site S1, got L2/)
  await expect(enrol('D1', 'pc', 'L9')).rejects.toThrow(/422.*uplink: expected one of site S1, got L9/)
  const line = { id: 'L1', site: 'S1', name: 'SIM', isp: 'Viettel', medium: 'cell' }
  await expect(centre.api('/uplinks', line)).rejects.toThrow(/409.*uplink id: expected one that is free/)
  await expect(centre.api('/uplinks', { ...line, id: 'L3', site: 'S9' })).rejects.toThrow(/422.*site/)
  await expect(centre.api('/uplinks', { ...line, id: 'L3', medium: 'pigeon' })).rejects.toThrow(/400.*medium/)
  await expect(centre.api('/uplinks/L9', {}, 'PUT')).rejects.toThrow(/400|404/)
  await expect(centre.api('/devices/D9/uplink', { uplink: null }, 'PUT')).rejects.toThrow(/404/)
})

test('lines, who goes by them, and who was sentinel outlive a restart of the centre', async () => {
  const { centre, enrol, body } = await startWithLine()
  const [pc, router] = [await enrol('P1', 'pc', 'L1'), await enrol('R1', 'router', 'L1')]
  const clerk = await obedient(centre, pc)
  await eventually('the computer is sentinel', () => clerk.last()?.keepaliveSeconds === 120)
  await eventually('and said so', async () => (await body('P1')).pace)
  await obedient(centre, router)
  await centre.stop()

  const next = await startTestCentre({ HAIDANG_DATA: centre.folder })
  const shown = await next.api<DeviceBody>('/devices/P1')
  expect(shown).toMatchObject({ uplink: 'L1', sentinel: true })
  expect(await next.api('/devices/R1')).toMatchObject({ uplink: 'L1', sentinel: false })
})

function goodbye(): Buffer {
  return Buffer.from('01000100', 'hex')
}

test('a cap that would mute a device is refused: on the line, and when a device joins', async () => {
  const { centre, enrol } = await startWithLine()
  const words = { name: 'SIM', isp: 'Viettel', medium: 'cell', vndPerMb: null }
  const put = (monthlyBytes: number | null) => centre.api('/uplinks/L1', { ...words, monthlyBytes }, 'PUT')
  await expect(put(0)).rejects.toThrow(/422.*monthlyBytes: expected null or at least \d+/)
  const tiny = { ...words, id: 'L2', site: 'S1', monthlyBytes: 50_000 }
  await expect(centre.api('/uplinks', tiny)).rejects.toThrow(/422/)
  await put(100_000)
  await enrol('P1', 'pc', 'L1')
  await expect(enrol('P2', 'pc', 'L1')).rejects.toThrow(/422.*each of 2 device/)
  await enrol('P2', 'pc')
  await expect(centre.api('/devices/P2/uplink', { uplink: 'L1' }, 'PUT')).rejects.toThrow(/422/)
  await put(200_000)
  await centre.api('/devices/P2/uplink', { uplink: 'L1' }, 'PUT')
  await expect(put(100_000)).rejects.toThrow(/422/)
})
