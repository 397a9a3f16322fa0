import { createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { decodeDelivery } from '#protocol/delivery.ts'
import { decodeHello, type Hello } from '#protocol/hello.ts'
import { deviceId } from '#protocol/ids.ts'
import { decodeReport } from '#protocol/report.ts'
import type { Journal } from '../../../agent/journal/journal.ts'
import { openJournal } from '../../../agent/journal/open.ts'
import { connectOptions } from '../../../agent/link/connect.ts'
import { Exchange } from '../../../agent/link/exchange.ts'
import { Link, type LinkLimits } from '../../../agent/link/link.ts'
import { sampleNumber } from '../../support/agent-samples.ts'
import { eventually } from '../../support/eventually.ts'
import { type PskBroker, startPskBroker } from '../../support/psk-broker.ts'
import { rememberingLog } from '../../support/remembering-log.ts'
import { sampleHello } from '../../support/sample-hello.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const DEVICE = deviceId('PC-01')
const KEY = '00112233445566778899aabbccddeeff'.repeat(2)
const HELLO: Hello = sampleHello({ epoch: 7, boot: 3, previousEnd: 'power-loss' })

async function broker(port = 0): Promise<PskBroker> {
  const started = await startPskBroker({ device: DEVICE, key: KEY, port })
  onTestFinished(() => started.stop())
  return started
}

/** A real journal with one sealed report, and a link to `port` that retries at once. */
async function journalAndLink(
  port: number,
  limits: Partial<LinkLimits> = {},
  { key = KEY, onConnected = () => {} } = {},
) {
  const journal = await openJournal(temporaryFolder(), { log: rememberingLog() })
  await journal.append(sampleNumber(1))
  await journal.seal()
  const log = rememberingLog()
  const exchange = new Exchange()
  const config = { server: { host: '127.0.0.1', port }, device: DEVICE, key, keepaliveSeconds: 60 }
  const link = new Link({
    // mqtt.js's own limits are a minute here, so that only the watchdog can act in a test.
    options: () => connectOptions(config, HELLO, 60_000),
    outbox: journal,
    ageOf: () => ({ seconds: 42, basis: 'monotonic' }),
    exchange,
    onConnected,
    log,
    random: () => 0.01,
    limits,
  })
  onTestFinished(async () => {
    await link.stop()
    await journal.close()
  })
  return { journal, link, log, exchange }
}

async function addReport(journal: Journal, n: number): Promise<void> {
  await journal.append(sampleNumber(n))
  await journal.seal()
}

test('a report arrives with its age, is acknowledged, and leaves the journal', async () => {
  const centre = await broker()
  const { journal, link, exchange } = await journalAndLink(centre.port)
  const [report] = journal.pending()
  link.start()
  await eventually('the acknowledged report', () => journal.pending().length === 0)

  expect(centre.arrived.map(({ client, topic }) => [client, topic])).toEqual([[DEVICE, 'r']])
  const delivery = decodeDelivery(centre.arrived[0]!.payload)
  expect(delivery.age).toEqual({ seconds: 42, basis: 'monotonic' })
  expect(delivery.report).toEqual(report!.bytes)
  expect(decodeHello(centre.hellos[0]!)).toEqual(HELLO)
  const measured = exchange.take(performance.now())
  expect(measured.rtt_ms).toBeGreaterThan(0)
  expect(measured.loss_percent).toBe(0)
})

test('while the centre is gone reports wait; back again, each comes once under its number', async () => {
  const centre = await broker()
  const { journal, link } = await journalAndLink(centre.port)
  link.start()
  await eventually('the first report', () => journal.pending().length === 0)
  await centre.stop()
  await addReport(journal, 2)
  link.send()
  await eventually('the broken link', () => !link.connected)
  await addReport(journal, 3)

  const back = await startPskBroker({ device: DEVICE, key: KEY, port: centre.port })
  onTestFinished(() => back.stop())
  await eventually('both reports acknowledged', () => journal.pending().length === 0)
  const seqs = back.arrived.map(({ payload }) => decodeReport(decodeDelivery(payload).report).seq)
  expect(seqs, 'the newest first, then the backlog').toEqual([3, 2])
})

test('a report without PUBACK is sent again by the next connection only, the same bytes', async () => {
  const centre = await broker()
  const { journal, link } = await journalAndLink(centre.port)
  centre.withhold(true)
  link.start()
  await eventually('the report', () => centre.arrived.length === 1)
  await addReport(journal, 2)
  link.send()
  link.send()
  await eventually('the second report', () => centre.arrived.length === 2)
  expect(journal.pending()).toHaveLength(2)

  centre.withhold(false)
  centre.cut()
  await eventually('both acknowledged', () => journal.pending().length === 0)
  const parts = centre.arrived.map(({ payload }) =>
    Buffer.from(decodeDelivery(payload).report).toString('hex'),
  )
  expect(parts).toHaveLength(4)
  expect(parts.slice(2).sort()).toEqual(parts.slice(0, 2).sort())
})

test('at most twenty reports are under way', async () => {
  const centre = await broker()
  const { journal, link } = await journalAndLink(centre.port)
  for (let n = 2; n <= 25; n++) await addReport(journal, n)
  centre.withhold(true)
  link.start()
  await eventually('twenty reports', () => centre.arrived.length === 20)
  centre.withhold(false)
  centre.cut()
  await eventually('all acknowledged', () => journal.pending().length === 0)
  expect(centre.arrived, 'the first twenty again, and the rest').toHaveLength(20 + 25)
})

test('a centre that stops answering is left, and found again by a new connection', async () => {
  const centre = await broker()
  const { journal, link, log } = await journalAndLink(centre.port, { answerMs: 100 })
  centre.withhold(true)
  link.start()
  await eventually('two connections', () => centre.hellos.length === 2)
  expect(log.lines).toContain('not connected')
  centre.withhold(false)
  centre.cut()
  await eventually('the report acknowledged', () => journal.pending().length === 0)
})

test('an answer to one report is none to another: the silence on that one is still watched', async () => {
  const centre = await broker()
  const { journal, link } = await journalAndLink(centre.port, { answerMs: 500 })
  centre.withhold(true)
  link.start()
  await eventually('the first report', () => centre.arrived.length === 1)
  centre.withhold(false)
  await addReport(journal, 2)
  link.send()
  await eventually('the second acknowledged', () => journal.pending().length === 1)
  expect(centre.hellos, 'premise: the connection in which the first was not').toHaveLength(1)
  await eventually('both acknowledged', () => journal.pending().length === 0, 5000)
  expect(centre.hellos).toHaveLength(2)
})

test('a server that accepts and stays silent is left again and again, and a stop leaves nothing', async () => {
  const sockets: Socket[] = []
  const silent = createServer((socket) => {
    socket.on('error', () => {})
    // Reads, so that it notices when the other end goes.
    socket.resume()
    sockets.push(socket)
  })
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    silent.close()
  })
  const address = silent.address()
  if (typeof address !== 'object' || address === null) throw new Error('expected a TCP address')

  const { link } = await journalAndLink(address.port, { connectMs: 50 })
  link.start()
  await eventually('a third attempt', () => sockets.length >= 3)
  await link.stop()
  await eventually('every socket closed', () => sockets.every((socket) => socket.destroyed))
})

test('a wrong key never connects, and says so', async () => {
  const centre = await broker()
  const { link, log } = await journalAndLink(centre.port, {}, { key: 'ff'.repeat(32) })
  link.start()
  await eventually('two failures', () => log.lines.filter((line) => line === 'not connected').length === 2)
  expect(centre.hellos).toEqual([])
})

test('a goodbye is heard, or given up in time', async () => {
  const centre = await broker()
  const { link } = await journalAndLink(centre.port, { goodbyeMs: 100 })
  expect(await link.sayGoodbye(Uint8Array.of(1)), 'not connected').toBe(false)
  link.start()
  await eventually('the connection', () => link.connected)
  expect(await link.sayGoodbye(Uint8Array.of(2))).toBe(true)
  await link.stop()

  const { link: unheard } = await journalAndLink(centre.port, { goodbyeMs: 100 })
  unheard.start()
  await eventually('the connection', () => unheard.connected)
  centre.withhold(true)
  expect(await unheard.sayGoodbye(Uint8Array.of(3)), 'no PUBACK').toBe(false)
  await unheard.stop()
  await eventually('the connection closed', () => centre.connections() === 0)
  const goodbyes = centre.arrived.filter(({ topic }) => topic === 'g')
  expect(goodbyes.map(({ payload }) => payload[0])).toEqual([2, 3])
})

test('nothing follows a goodbye, whatever is acknowledged after it', async () => {
  const centre = await broker()
  let heard: Promise<boolean> | undefined
  const { journal, link } = await journalAndLink(
    centre.port,
    {},
    {
      // Right behind the first reports, before any of them can be acknowledged.
      onConnected: () => queueMicrotask(() => (heard = link.sayGoodbye(Uint8Array.of(1)))),
    },
  )
  for (let n = 2; n <= 25; n++) await addReport(journal, n)
  link.start()
  await eventually('twenty acknowledged', () => journal.pending().length <= 5)
  expect(await heard).toBe(true)
  await link.stop()
  await eventually('the connection closed', () => centre.connections() === 0)
  expect(centre.arrived.map(({ topic }) => topic)).toEqual([...Array<string>(20).fill('r'), 'g'])
})

test('a connection that breaks after the goodbye is not rebuilt', async () => {
  const centre = await broker()
  const { link, log } = await journalAndLink(centre.port, { goodbyeMs: 60_000 })
  link.start()
  await eventually('the connection', () => link.connected)
  centre.withhold(true)
  const heard = link.sayGoodbye(Uint8Array.of(1))
  await eventually('the goodbye', () => centre.arrived.at(-1)?.topic === 'g')
  centre.cut()
  expect(await heard).toBe(false)
  expect(log.lines, 'no word of a next attempt').toEqual(['connected'])
})
