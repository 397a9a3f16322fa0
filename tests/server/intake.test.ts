import { expect, test } from 'vitest'
import { baseOf } from '#protocol/base.ts'
import { encodeDelivery } from '#protocol/delivery.ts'
import { encodeHello } from '#protocol/hello.ts'
import { encodeReport } from '#protocol/report.ts'
import { REPORT_VECTORS } from '../protocol/vectors.ts'
import { startTestCentre } from '../support/centre.ts'
import { eventually } from '../support/eventually.ts'
import { connectDevice } from '../support/raw-device.ts'
import { sampleHello } from '../support/sample-hello.ts'

const { report } = REPORT_VECTORS[1]!
const whole = encodeReport(report)
const HELLO = sampleHello({ epoch: report.epoch, boot: report.boot })
const AGE = { seconds: 120, basis: 'monotonic' as const }

/** A centre and a device of it that publishes whatever the test likes. */
async function connected(hello = encodeHello(HELLO)) {
  const centre = await startTestCentre()
  const enrolled = await centre.enrol('D1', 'S1', 'router')
  const client = await connectDevice({ ...enrolled, port: centre.mqttPort }, hello)
  const publish = (bytes: Uint8Array) => client.publishAsync('r', Buffer.from(bytes), { qos: 1 })
  const counted = async (result: string): Promise<number> => {
    const text = await (await fetch(`${centre.address}/metrics`)).text()
    return Number(new RegExp(`haidang_messages_total\\{result="${result}"\\} (\\d+)`).exec(text)?.[1] ?? 0)
  }
  return { centre, client, publish, counted }
}

test.each([
  [
    'of a future version',
    Uint8Array.of(1, 0x20, 99, 98, 97),
    'WIRE_VERSION',
    'report: expected version 1, got 2',
  ],
  [
    'that is cut short',
    encodeDelivery({ age: AGE, report: whole.subarray(0, 20) }),
    'WIRE_TRUNCATED',
    'got the end of',
  ],
  ['of nothing', new Uint8Array(), 'WIRE_TRUNCATED', 'got the end of 0 bytes'],
  [
    'that runs for ages',
    encodeDelivery({ age: { seconds: 1e13, basis: 'clock' }, report: whole }),
    'WIRE_RANGE',
    'age',
  ],
])('a report %s is acknowledged, kept as it came, and named', async (_case, bytes, code, reason) => {
  const { centre, client, publish, counted } = await connected()
  await publish(bytes)
  const [kept] = await centre.api<{ code: string; reason: string; payload: string }[]>('/quarantine')
  expect(kept).toMatchObject({ device: 'D1', topic: 'r', code, payload: Buffer.from(bytes).toString('hex') })
  expect(kept!.reason).toContain(reason)
  // The connection lives on, and a good report comes through.
  await publish(encodeDelivery({ age: AGE, report: whole }))
  expect([await counted('quarantined'), await counted('stored')]).toEqual([1, 1])
  await client.endAsync()
})

test('a report that comes again is acknowledged again and stored once', async () => {
  const { client, publish, counted } = await connected()
  await publish(encodeDelivery({ age: AGE, report: whole }))
  await publish(encodeDelivery({ age: { ...AGE, seconds: 300 }, report: whole }))
  expect([await counted('stored'), await counted('duplicate')]).toEqual([1, 1])
  await client.endAsync()
})

test('a report that stands on one that is here is stored; one whose base is not here is not acknowledged', async () => {
  const { centre, client, publish, counted } = await connected()
  const next = { ...report, seq: report.seq + 1, uptimeSeconds: report.uptimeSeconds + 180 }
  const after = { ...next, seq: next.seq + 1, uptimeSeconds: next.uptimeSeconds + 180 }
  await publish(encodeDelivery({ age: AGE, report: whole }))
  await publish(encodeDelivery({ age: AGE, report: encodeReport(next, baseOf(report)) }))
  expect(await counted('stored')).toBe(2)

  const stranger = { ...baseOf(report), seq: report.seq - 5 }
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
  void publish(encodeDelivery({ age: AGE, report: encodeReport(after, stranger) })).catch(() => {})
  await closed
  expect(await counted('stored')).toBe(2)
  expect(await centre.api('/quarantine')).toEqual([])
})

test('reports that stand on each other may follow without waiting for an acknowledgement', async () => {
  const { client, publish, counted } = await connected()
  const chain = Array.from({ length: 20 }, (_, at) => ({
    ...report,
    seq: report.seq + at,
    uptimeSeconds: report.uptimeSeconds + 180 * at,
  }))
  const bytes = chain.map((one, at) => encodeReport(one, at === 0 ? null : baseOf(chain[at - 1]!)))
  await Promise.all(bytes.map((one) => publish(encodeDelivery({ age: AGE, report: one }))))
  expect(await counted('stored')).toBe(20)
  await client.endAsync()
})

test('a device whose hello cannot be read is welcome, and costs no quarantine', async () => {
  const { centre, client, publish, counted } = await connected(Uint8Array.of(2, 7, 7))
  await publish(encodeDelivery({ age: AGE, report: whole }))
  expect(await counted('stored')).toBe(1)
  expect(await centre.api('/quarantine')).toEqual([])
  const next = { ...report, seq: report.seq + 1, uptimeSeconds: report.uptimeSeconds + 180 }
  await publish(encodeDelivery({ age: AGE, report: encodeReport(next, baseOf(report)) }))
  expect(await counted('stored'), 'its first report told the epoch').toBe(2)
  await client.endAsync()
})

test('what came before a report that cannot be taken is acknowledged first: it does not come again for ever', async () => {
  const { client, publish } = await connected()
  const unreadable = Uint8Array.of(1, 0x2f, 99)
  const later = { ...report, epoch: 1, seq: 9, uptimeSeconds: report.uptimeSeconds + 86_400 }
  const baseless = encodeReport(later, baseOf({ ...report, epoch: 1, seq: 8 }))
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
  const first = publish(unreadable)
  let answered = false
  publish(encodeDelivery({ age: AGE, report: baseless })).then(
    () => {
      answered = true
    },
    () => {},
  )
  await first
  await closed
  expect(answered).toBe(false)
  client.end(true)
})

test('a goodbye that cannot be read leaves nobody online', async () => {
  const { centre, client } = await connected()
  await client.publishAsync('g', Buffer.from([99]), { qos: 1 })
  await client.endAsync()
  const session = await eventually('its session', async () => {
    const { session } = await centre.api<{ session: string }>('/devices/D1')
    return session !== 'online' && session
  })
  expect(session).toBe('suspect')
})
