import { expect, onTestFinished, test } from 'vitest'
import { encodeDelivery } from '#protocol/delivery.ts'
import { encodeGoodbye } from '#protocol/goodbye.ts'
import { encodeHello } from '#protocol/hello.ts'
import { deviceId, siteId } from '#protocol/ids.ts'
import { numberOf, stateNumber } from '#protocol/metrics.ts'
import { encodeReport } from '#protocol/report.ts'
import { TOPICS } from '#protocol/topics.ts'
import { changedTraits, encodeTraits, type Traits } from '#protocol/traits.ts'
import { newKey } from '../../../server/registry/new-device.ts'
import { startTestCentre, type TestCentre } from '../../support/centre.ts'
import { eventually } from '../../support/eventually.ts'
import { connectDevice } from '../../support/raw-device.ts'
import { sampleHello } from '../../support/sample-hello.ts'

interface Whole {
  readAt: number | null
  session: string
  unwatched: boolean
  bulletinClass: string | null
  traits: Record<string, string>
  traitsAt: number | null
  faults: { collector: string; reason: string }[]
  support: { state: string; endsAt: string } | null
}

const KIB = 1024

/** A device that is connected and says what the test likes. */
async function speaking(centre: TestCentre, name: string) {
  const { key } = await centre.enrol(name)
  const client = await connectDevice({ port: centre.mqttPort, device: name, key }, encodeHello(sampleHello()))
  onTestFinished(() => client.endAsync(true))
  const publish = (topic: string, bytes: Uint8Array) =>
    client.publishAsync(topic, Buffer.from(bytes), { qos: 1 })
  return {
    tell: (traits: Traits) => publish(TOPICS.traits, encodeTraits(changedTraits(traits, {}))),
    /** Rows a minute apart, the last of them now; by metric, as on the wire. */
    report(columns: Record<number, (number | null)[]>, minutes: number) {
      const report = encodeReport({
        ...{ epoch: 1, seq: 1, boot: 1, uptimeSeconds: 60, clockSeconds: null },
        offsetsSeconds: Array.from({ length: minutes }, (_, n) => n * 60),
        columns: Object.entries(columns).map(([metric, values]) => ({ metric: Number(metric), values })),
      })
      return publish(TOPICS.report, encodeDelivery({ age: { basis: 'monotonic', seconds: 0 }, report }))
    },
  }
}

test('a device is told with its traits, what cannot be measured and the end of its support', async () => {
  const centre = await startTestCentre()
  const { tell } = await speaking(centre, 'PC1')
  expect(await centre.api('/devices/PC1')).toMatchObject({
    ...{ traits: {}, traitsAt: null, faults: [], support: null },
  })
  await tell({
    os: 'Windows 7 Professional',
    os_id: 'windows 6.1.7601 professional',
    faults: 'antivirus: expected JSON, got "Access is denied: 5"\ndisks: expected an answer within 5000 ms',
  })
  const device = await eventually('the traits', async () => {
    const answer = await centre.api<Whole>('/devices/PC1')
    return answer.traitsAt !== null && answer
  })
  expect(device.traits.os).toBe('Windows 7 Professional')
  expect(device.faults).toEqual([
    { collector: 'antivirus', reason: 'expected JSON, got "Access is denied: 5"' },
    { collector: 'disks', reason: 'expected an answer within 5000 ms' },
  ])
  expect(device.support).toEqual({ state: 'ended', endsAt: '2020-01-14', boughtUntil: null })
  // A list of thousands is spared the words.
  expect((await centre.api<Whole[]>('/devices'))[0]!.traits).toBeUndefined()

  const page = await (await fetch(`${centre.address}/devices/PC1`)).text()
  expect(page).toContain('Windows 7 Professional')
  expect(page).toContain('hết hỗ trợ từ 14/01/2020')
  expect(page).toContain('Không đo được')
  expect(page).toContain('Access is denied: 5')
  expect(await (await fetch(centre.address)).text()).toContain('Hết hỗ trợ')
})

test('counters are told as rates, which know nothing of what lies across a restart', async () => {
  const centre = await startTestCentre()
  const { report } = await speaking(centre, 'R1')
  // 75 KiB a minute are 10.24 kbit/s; in the middle the counter begins anew.
  const counter = [1000, 1075, 1150, 5, 80]
  await report({ [numberOf('rx_bytes')]: counter, [numberOf('cpu_percent')]: [10, 20, 30, 40, 50] }, 5)
  await eventually('the report', async () => (await centre.api<Whole>('/devices/R1')).readAt !== null)
  const read = (query: string) =>
    centre.api<{ metric: string; points: { at: number; value: number }[] }>(`/devices/R1/readings?${query}`)
  const { metric, points } = await eventually('the rates', async () => {
    const answer = await read('metric=rx_bits_per_second')
    return answer.points.length > 0 && answer
  })
  expect(metric).toBe('rx_bits_per_second')
  expect(points.map(({ value }) => value)).toEqual(Array(3).fill((75 * KIB * 8) / 60))
  const last = points.at(-1)!.at
  expect(points.map(({ at }) => (last - at) / 60_000)).toEqual([3, 2, 0])
  const hourly = await read(`metric=rx_bits_per_second&step=${3600_000}&from=${last - 3600_000}`)
  for (const { value } of hourly.points) expect(value).toBeCloseTo((75 * KIB * 8) / 60, 6)
  expect((await read('metric=tx_bits_per_second')).points).toEqual([])
  await expect(read('metric=rx_bits_per_second&from=0')).rejects.toThrow(/422.*at most 31 days of a rate/)

  const page = await (await fetch(`${centre.address}/devices/R1`)).text()
  expect(page).toContain('<h3>Tốc độ nhận</h3>')
})

test('a loudspeaker is given its class of bulletins, which must be one of the Circular', async () => {
  const { api, enrol, address } = await startTestCentre()
  await enrol('SP1', 'S1', 'speaker')
  expect(await api<Whole>('/devices/SP1')).toMatchObject({ bulletinClass: null })
  const changed = await api<Whole>('/devices/SP1', { bulletinClass: 'emergency' }, 'PATCH')
  expect(changed.bulletinClass).toBe('emergency')
  expect(await api<Whole>('/devices/SP1')).toMatchObject({ bulletinClass: 'emergency' })
  await expect(api('/devices/SP1', { bulletinClass: 'urgent' }, 'PATCH')).rejects.toThrow(/400/)
  const page = await (await fetch(`${address}/devices/SP1`)).text()
  expect(page).toContain('Loa phát bản tin khẩn cấp (Thông tư 39/2020)')
  expect(await api('/devices/SP1', { bulletinClass: null }, 'PATCH')).toMatchObject({ bulletinClass: null })
})

test('a site that runs on its spare line says so in the list and on the page', async () => {
  const centre = await startTestCentre()
  const { tell, report } = await speaking(centre, 'R1')
  await tell({ uplinks: 'FTTH VNPT\n4G Viettel' })
  const [first, second] = [stateNumber('uplink_carrying', 'first'), stateNumber('uplink_carrying', 'second')]
  await report(
    {
      [numberOf('uplink_carrying')]: [first, first, second, second],
      [numberOf('uplink1_state')]: [1, 1, 2, 2],
      [numberOf('uplink2_state')]: [1, 1, 1, 1],
      [numberOf('uplink2_rtt_ms')]: [61, 62, 63, 64],
      [numberOf('uplink2_loss_percent')]: [0, 0, 0, 2],
    },
    4,
  )
  await eventually('the report', async () => (await centre.api<Whole>('/devices/R1')).readAt !== null)
  const page = await eventually('the page', async () => {
    const text = await (await fetch(`${centre.address}/devices/R1`)).text()
    return /Đang chạy đường dự phòng từ \d\d:\d\d/.test(text) && text.replace(/<[^>]*>/g, '')
  })
  expect(page).toContain('Đường 1 (FTTH VNPT): đứt')
  expect(page).toContain('Đường 2 (4G Viettel): thông · đang dùng · trễ 64 ms · mất gói 2%')
  expect(await (await fetch(centre.address)).text()).toContain('Đường dự phòng')
})

test('whose prober is away is unknown, not switched off, and its page says by whom it is probed', async () => {
  const centre = await startTestCentre()
  const prober = await centre.enrol('PC1')
  const key = newKey()
  await centre.registry.addDevice({
    ...{ id: deviceId('SP1'), site: siteId('S1'), name: 'Cụm loa bản Pa', kind: 'speaker' },
    ...{ prober: prober.device, uplink: null, sim: null, battery: false, bulletinClass: null },
    ...{ key, keepaliveSeconds: 60, reportSeconds: 900, enrolledMs: Date.now() },
  })
  const hello = encodeHello(sampleHello())
  const client = await connectDevice({ port: centre.mqttPort, device: 'SP1', key }, hello)
  onTestFinished(() => client.endAsync(true))
  const goodbye = encodeGoodbye({ reason: 'service-stop', boot: 1, uptimeSeconds: 61 })
  await client.publishAsync(TOPICS.goodbye, Buffer.from(goodbye), { qos: 1 })

  const told = await eventually('the goodbye', async () => {
    const answer = await centre.api<Whole>('/devices/SP1')
    return answer.unwatched && answer
  })
  expect(told.session).toBe('goodbye')
  const textAt = async (path: string) =>
    (await (await fetch(centre.address + path)).text()).replace(/<[^>]*>/g, '')
  const page = await textAt('/devices/SP1')
  expect(page).toContain('Do PC1 thăm dò')
  expect(page).toContain('Không rõ máy thăm dò mất liên lạc')
  const front = await textAt('/')
  expect(front).toContain('Không rõ máy thăm dò mất liên lạc')
  expect(front).toContain('1 không rõ')
  expect(front).not.toContain('Đã tắt')
})
