import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { decodeDelivery } from '#protocol/delivery.ts'
import { decodeHello, type Hello } from '#protocol/hello.ts'
import { deviceId } from '#protocol/ids.ts'
import { decodeReport, encodeReport } from '#protocol/report.ts'
import type { Journal } from '../../../agent/journal/journal.ts'
import { openJournal } from '../../../agent/journal/open.ts'
import { connectOptions } from '../../../agent/link/connect.ts'
import { Exchange } from '../../../agent/link/exchange.ts'
import { askKernel } from '../../../agent/link/kernel.ts'
import { Link, type LinkLimits, type LinkParts } from '../../../agent/link/link.ts'
import { type LineMeter, UNMETERED } from '../../../agent/link/meter.ts'
import type { Sealed } from '../../../agent/outbox.ts'
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

/** A real journal with one sealed report, and a link to `port` that retries at once and has every report answered. */
async function journalAndLink(
  port: number,
  limits: Partial<LinkLimits> = {},
  { key = KEY, metered = false, ...parts }: Partial<LinkParts> & { key?: string; metered?: boolean } = {},
) {
  const journal = await openJournal(temporaryFolder(), { log: rememberingLog() })
  await addReport(journal, 1)
  const log = rememberingLog()
  const exchange = new Exchange()
  const address = { host: '127.0.0.1', port }
  const link = new Link({
    address,
    options: () => connectOptions({ server: address, device: DEVICE, key }, HELLO, { metered }),
    keepaliveSeconds: () => 60,
    outbox: journal,
    ageOf: () => ({ seconds: 42, basis: 'monotonic' }),
    exchange,
    answerEvery: 1,
    onConnected: () => {},
    log,
    random: () => 0.001,
    limits,
    ...parts,
  })
  onTestFinished(async () => {
    await link.stop()
    await journal.close()
  })
  return { journal, link, log, exchange }
}

async function addReport(journal: Journal, n: number): Promise<void> {
  await journal.append(sampleNumber(n))
  await journal.sealNewest(1)
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
  const [second, first] = journal.pending().map(({ bytes }) => Buffer.from(bytes).toString('hex'))
  expect(journal.pending()).toHaveLength(2)

  centre.withhold(false)
  centre.cut()
  await eventually('both acknowledged', () => journal.pending().length === 0)
  const whole = centre.arrived.map(({ payload }) =>
    Buffer.from(decodeDelivery(payload).report).toString('hex'),
  )
  expect(whole).toHaveLength(4)
  expect(whole[0], 'each connection begins without a base').toBe(first)
  expect(whole[2], 'the newest first, as it is in the journal').toBe(second)
  expect(whole[3]).toBe(first)
})

test('at most twenty messages are under way', async () => {
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

test('one answer counts for all that was sent before: the first asks, then each eighth', async () => {
  const centre = await broker()
  const { journal, link } = await journalAndLink(centre.port, {}, { answerEvery: 8, askKernel })
  link.start()
  await eventually('the first acknowledged', () => journal.pending().length === 0)
  for (let n = 2; n <= 8; n++) {
    await addReport(journal, n)
    link.send()
    await eventually(`report ${n}`, () => centre.arrived.length === n)
    expect(journal.pending(), 'nothing leaves the journal before an answer').toHaveLength(n - 1)
  }
  await addReport(journal, 9)
  link.send()
  await eventually('all acknowledged', () => journal.pending().length === 0)
  expect(centre.arrived.map(({ qos }) => qos)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 1])
  const sizes = centre.arrived.map(({ payload }) => payload.length)
  expect(Math.max(...sizes.slice(1)), 'each stands on the one before').toBeLessThan(sizes[0]!)
})

test('what had no answer when the connection broke is sent again by the next', async () => {
  const centre = await broker()
  const { journal, link } = await journalAndLink(centre.port, {}, { answerEvery: 8, askKernel })
  link.start()
  await eventually('the first acknowledged', () => journal.pending().length === 0)
  for (const n of [2, 3]) {
    await addReport(journal, n)
    link.send()
  }
  await eventually('both', () => centre.arrived.length === 3)
  centre.cut()
  await eventually('both acknowledged', () => journal.pending().length === 0)
  const seqs = centre.arrived.map(({ payload }) => payload).slice(3)
  expect(seqs, 'each once more, none else').toHaveLength(2)
  expect(
    centre.arrived.slice(3).map(({ qos }) => qos),
    'the first and the last of the past ask',
  ).toEqual([1, 1])
})

test('where no kernel tells what has arrived, each report asks', async () => {
  const centre = await broker()
  const { journal, link } = await journalAndLink(centre.port, {}, { answerEvery: 8, askKernel: null })
  for (let n = 2; n <= 4; n++) await addReport(journal, n)
  link.start()
  await eventually('all acknowledged', () => journal.pending().length === 0)
  expect(centre.arrived.map(({ qos }) => qos)).toEqual([1, 1, 1, 1])
})

test('a report that the other end does not acknowledge raises doubt, though nobody asked for an answer', async () => {
  const centre = await broker()
  // The kernel's table: the port of the first connection, which is to fall dumb.
  const stuck = { port: 0, on: false }
  const askKernel = async (localPort: number) => {
    if (stuck.port === 0) stuck.port = localPort
    return stuck.on && localPort === stuck.port ? 120 : 0
  }
  const learnt: string[] = []
  const silences = {
    limitMs: () => 60_000,
    bore: (ms: number) => void (ms > 200 && learnt.push('bore')),
    broke: (ms: number) => void learnt.push(`broke ${ms > 200 && ms < 5000}`),
  }
  const limits = { stuckMs: 200, lookMs: 20, tickMs: 20 }
  const { journal, link } = await journalAndLink(centre.port, limits, { answerEvery: 8, askKernel, silences })
  link.start()
  await eventually('the first acknowledged', () => journal.pending().length === 0)
  await new Promise((resolve) => setTimeout(resolve, 300))
  await addReport(journal, 2)
  link.send()
  await eventually('the report', () => centre.arrived.length === 2)
  await eventually('the kernel says that it arrived', () => learnt.length > 0)
  await new Promise((resolve) => setTimeout(resolve, 400))
  expect(centre.hellos, 'no doubt').toHaveLength(1)

  stuck.on = true
  await addReport(journal, 3)
  link.send()
  await eventually('a second connection', () => centre.hellos.length === 2)
  await eventually('all acknowledged over it', () => journal.pending().length === 0)
  await eventually('the first one closed', () => centre.connections() === 1)
  expect(learnt, 'a silence that it bore, and one behind which only a fresh connection worked').toEqual([
    'bore',
    'broke true',
  ])
})

test('in doubt a new connection is made before the old one is left', async () => {
  const centre = await broker()
  const limits = { answerMs: 100, tickMs: 20 }
  const { journal, link, log } = await journalAndLink(centre.port, limits)
  centre.withhold(true)
  link.start()
  await eventually('two connections', () => centre.hellos.length === 2)
  await eventually('the second up', () => log.lines.length >= 3)
  expect(log.lines.slice(0, 3)).toEqual(['connected', 'no answer: trying anew beside it', 'connected'])
  centre.withhold(false)
  centre.cut()
  await eventually('the report acknowledged', () => journal.pending().length === 0)
})

test('a centre that takes every CONNECT and answers no report is asked ever more slowly', async () => {
  const centre = await broker()
  const { link } = await journalAndLink(centre.port, { answerMs: 100, tickMs: 10 })
  centre.withhold(true)
  link.start()
  // 100, 200, 400, 800 ms of patience, and a little for each report's own bytes.
  await eventually('the fourth connection', () => centre.hellos.length === 4)
  const startedMs = performance.now()
  await eventually('the fifth', () => centre.hellos.length === 5)
  expect(performance.now() - startedMs).toBeGreaterThan(700)
})

test('an old connection that answers after all is kept, and the attempt beside it ended', async () => {
  const centre = await broker()
  const limits = { answerMs: 100, tickMs: 20 }
  const { journal, link, log } = await journalAndLink(centre.port, limits, { keepaliveSeconds: () => 1 })
  centre.withhold(true)
  link.start()
  await eventually('the report', () => centre.arrived.length === 1)
  // The door is shut to new connections, as a line is that lets little through.
  centre.close(true)
  await eventually('doubt', () => log.lines.includes('no answer: trying anew beside it'))
  centre.release()
  await eventually('acknowledged over the old one', () => journal.pending().length === 0)
  centre.close(false)
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(centre.hellos, 'no second connection, and the first still pings').toHaveLength(1)
  expect(link.connected).toBe(true)
})

test('without a kernel to ask, a slow centre is told from a dead line by a SYN', async () => {
  const centre = await broker()
  const limits = { guessMs: 100, tickMs: 20 }
  const { journal, link, log } = await journalAndLink(centre.port, limits)
  centre.withhold(true)
  link.start()
  await eventually('a guess', () => log.lines.includes('no answer: trying anew beside it'))
  await eventually('TCP beside it', () => centre.accepted() === 2)
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(centre.hellos, 'it was answered at once: nothing more is spent').toHaveLength(1)
  centre.release()
  await eventually('acknowledged over the old one', () => journal.pending().length === 0)
  await eventually('the other given up', () => centre.sockets() === 1)
  expect(centre.hellos).toHaveLength(1)
})

test('pings break the silence at the pace that is asked for anew each time, and mqtt.js sends none by itself', async () => {
  const centre = await broker()
  let keepaliveSeconds = 0.3
  const { journal, link } = await journalAndLink(
    centre.port,
    {},
    { keepaliveSeconds: () => keepaliveSeconds },
  )
  link.start()
  await eventually('the report acknowledged', () => journal.pending().length === 0)
  await eventually('two pings', () => centre.pings() === 2)
  keepaliveSeconds = 1000
  await eventually('one that was due', () => centre.pings() >= 2)
  const before = centre.pings()
  await new Promise((resolve) => setTimeout(resolve, 1200))
  expect(centre.pings() - before).toBeLessThanOrEqual(1)
})

test('what the meter forbids is not sent; when it allows it is', async () => {
  const centre = await broker()
  let allowed = false
  const counted: string[] = []
  const meter: LineMeter = {
    mayConnect: () => true,
    mayPing: () => true,
    maySend: () => allowed,
    attempted: () => counted.push('attempt'),
    gaveUp: () => counted.push('gave up'),
    connected: (bytes) => counted.push(`connect ${bytes > 20}`),
    sent: (bytes, answered) => counted.push(`sent ${bytes} ${answered}`),
    received: (bytes) => counted.push(`received ${bytes}`),
    closed: (orderly) => counted.push(`closed ${orderly}`),
  }
  const { journal, link } = await journalAndLink(centre.port, {}, { meter })
  link.start()
  await eventually('the connection', () => link.connected)
  link.send()
  await eventually('the hello', () => centre.hellos.length === 1)
  expect(centre.arrived).toEqual([])
  allowed = true
  link.send()
  await eventually('the report acknowledged', () => journal.pending().length === 0)
  await link.stop()
  const { payload } = centre.arrived[0]!
  // Fixed header 2, topic 3, packet id 2.
  const bytes = payload.length + 7
  expect(counted).toEqual(['attempt', 'connect true', `sent ${bytes} true`, 'received 4', 'closed true'])
})

test('a meter that forbids connections keeps the device from trying', async () => {
  const centre = await broker()
  const { link } = await journalAndLink(centre.port, {}, { meter: { ...UNMETERED, mayConnect: () => false } })
  link.start()
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(centre.hellos).toEqual([])
})

test('what the centre pushes is handed on', async () => {
  const centre = await broker()
  const pushed: [string, number | undefined][] = []
  const { link } = await journalAndLink(
    centre.port,
    {},
    { onPush: (topic, payload) => void pushed.push([topic, payload[0]]) },
  )
  link.start()
  await eventually('the connection', () => link.connected)
  centre.push('s', Uint8Array.of(7))
  await eventually('the push', () => pushed.length === 1)
  expect(pushed).toEqual([['s', 7]])
})

test('on a metered line each record is 8 bytes shorter', async () => {
  const centre = await broker()
  const { journal, link } = await journalAndLink(centre.port, {}, { metered: true })
  link.start()
  await eventually('the report acknowledged', () => journal.pending().length === 0)
  expect(centre.ciphers).toEqual(['TLS_AES_128_CCM_8_SHA256'])
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

  const { link } = await journalAndLink(address.port, { greetMs: 50 })
  link.start()
  await eventually('a third attempt', () => sockets.length >= 3)
  await link.stop()
  await eventually('every socket closed', () => sockets.every((socket) => socket.destroyed))
})

test('a greeting that hangs goes on while another is tried beside it, and there are never three', async () => {
  const sockets = new Set<Socket>()
  let most = 0
  let all = 0
  const silent = createServer((socket) => {
    socket.on('error', () => {})
    socket.resume()
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    all++
    // What was cut is closed in its own time.
    setTimeout(() => {
      most = Math.max(most, sockets.size)
    }, 20)
  })
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    silent.close()
  })
  const { link } = await journalAndLink((silent.address() as AddressInfo).port, { stalledMs: 50 })
  link.start()
  await eventually('a fifth attempt', () => all >= 5)
  expect(most).toBe(2)
  await link.stop()
  await eventually('every socket closed', () => sockets.size === 0)
})

test('a wrong key never connects, says so, and is not tried again soon: a person has to mend it', async () => {
  const centre = await broker()
  const { link, log } = await journalAndLink(centre.port, {}, { key: 'ff'.repeat(32) })
  link.start()
  await eventually('the failure', () => log.lines.includes('not connected'))
  await new Promise((resolve) => setTimeout(resolve, 2000))
  expect(centre.accepted()).toBe(1)
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
      onConnected: () => {
        // Right behind the first reports, before any of them can be acknowledged.
        link.send()
        heard = link.sayGoodbye(Uint8Array.of(1))
      },
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

test('reports too long for the window are answered before their eighth: none waits for an answer that nobody asked for', async () => {
  const centre = await broker()
  const held: Sealed[] = []
  const outbox = {
    pending: () => held,
    ack: async (sealed: readonly Sealed[]) => {
      for (const one of sealed) held.splice(held.indexOf(one), 1)
    },
  }
  const add = (seq: number): void => {
    // A day at a row a minute, with nothing in it that a predictor could use.
    const values = Array.from({ length: 1440 }, (_, row) => ((row * 2_654_435_761 * seq) % 2 ** 32) - 2 ** 31)
    const bytes = encodeReport({
      ...{ epoch: 7, seq, boot: 3, uptimeSeconds: seq * 86_400, clockSeconds: null },
      offsetsSeconds: values.map((_, row) => row * 60),
      columns: [{ metric: 1, values }],
    })
    const last = { boot: 3, uptimeSeconds: seq * 86_400 + 86_340, clockSeconds: null }
    held.unshift({ kind: 'report', epoch: 7, seq, bytes, ...last })
  }
  const { link } = await journalAndLink(centre.port, {}, { outbox, answerEvery: 8, askKernel: async () => 0 })
  add(1)
  expect(held[0]!.bytes.length, 'three of them do not fit').toBeGreaterThan(16_384 / 3)
  link.start()
  await eventually('the first', () => held.length === 0)
  for (let seq = 2; seq <= 7; seq++) {
    add(seq)
    link.send()
    await eventually(`report ${seq} on its way`, () => centre.arrived.length >= seq)
  }
  expect(held.length, 'the last may wait for the next one').toBeLessThanOrEqual(2)
})

test('an attempt that nobody answers is told to the meter', async () => {
  const centre = await broker()
  await centre.stop()
  const counted: string[] = []
  const meter: LineMeter = {
    ...UNMETERED,
    attempted: () => counted.push('attempt'),
    gaveUp: () => counted.push('gave up'),
    closed: () => counted.push('closed'),
  }
  const { link } = await journalAndLink(centre.port, {}, { meter })
  link.start()
  await eventually('the end of the attempt', () => counted.length > 1)
  expect(counted.slice(0, 2)).toEqual(['attempt', 'gave up'])
})

test('a metered line’s suite is offered at the level at which newer OpenSSL knows it', () => {
  const config = { server: { host: 'h', port: 1 }, device: deviceId('D'), key: 'a'.repeat(64) }
  const { ciphers } = connectOptions(config, sampleHello(), { metered: true })
  expect(ciphers).toBe('TLS_AES_128_CCM_8_SHA256:PSK-AES128-GCM-SHA256:@SECLEVEL=0')
  expect(connectOptions(config, sampleHello()).ciphers).toBe('TLS_AES_128_GCM_SHA256')
})
