import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Channel, Delivery } from '../../../server/notify/channel.ts'
import { createLogChannel } from '../../../server/notify/channels/log.ts'
import { createWebhook } from '../../../server/notify/channels/webhook.ts'
import { OUTBOX_SCHEMA, Outbox } from '../../../server/notify/outbox.ts'
import { GIVE_UP_MS, retryDelayMs } from '../../../server/notify/retry.ts'
import { type Database, openDatabase } from '../../../server/sqlite/database.ts'
import { sampleNotification } from '../../support/sample-notification.ts'
import { startReceiver } from '../../support/webhook-receiver.ts'

const quiet = { info: () => {}, warn: () => {} }
const now = () => Date.now()
const opened = sampleNotification()

// The outbox's waiting is virtual; sockets, disk and the webhook's timeout stay real.
beforeEach(() => {
  vi.useFakeTimers({ now: 1_782_000_000_000, toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  onTestFinished(() => void vi.useRealTimers())
})

function databaseFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'haidang-outbox-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'projections.db')
}

const open = (file: string): Database => openDatabase(file, { migrations: [OUTBOX_SCHEMA] })

function startOutbox(channels: Channel[], database = open(databaseFile())): Outbox {
  const outbox = new Outbox({ database, channels, now, log: quiet, random: () => 0 })
  outbox.start()
  onTestFinished(async () => {
    await outbox.stop()
    database.close()
  })
  return outbox
}

/** Answers in turn, then with the last for ever; keeps what it was given. */
function scriptedChannel(name: string, ...deliveries: Delivery[]) {
  const sent: string[] = []
  const channel: Channel = {
    name,
    async send({ id }) {
      sent.push(id)
      return deliveries[Math.min(sent.length, deliveries.length) - 1]!
    },
  }
  return { channel, sent }
}

const SENT: Delivery = { kind: 'sent' }
const LATER: Delivery = { kind: 'failed', retry: true, error: 'busy' }
const NEVER: Delivery = { kind: 'failed', retry: false, error: 'refused' }

/** Real time for real sockets and for what they set off, until `condition` holds. */
async function until(condition: () => boolean): Promise<void> {
  for (let turns = 0; !condition(); turns++) {
    if (turns > 100_000) throw new Error('the condition did not come true')
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const states = (outbox: Outbox) =>
  outbox
    .recent(10)
    .map(({ notification, channel, state, attempts }) => `${notification.id} ${channel} ${state} ${attempts}`)

test('a receiver that fails once gets it once more, under the same id', async () => {
  const receiver = await startReceiver(500, 200)
  const outbox = startOutbox([createWebhook({ url: receiver.url, secret: 's', now })])
  outbox.enqueue(opened)
  await until(() => states(outbox)[0] === 'I7/opened webhook queued 1')
  expect(outbox.recent(1)[0]).toMatchObject({
    dueAt: now() + 5000,
    error: expect.stringContaining('500') as string,
  })
  await vi.advanceTimersByTimeAsync(4999)
  expect(receiver.requests).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(1)
  await until(() => states(outbox)[0] === 'I7/opened webhook sent 2')
  await vi.advanceTimersByTimeAsync(GIVE_UP_MS)
  expect(receiver.requests.map(({ headers }) => headers['x-haidang-id'])).toEqual(['I7/opened', 'I7/opened'])
})

test('a refusal for good is not tried again', async () => {
  const receiver = await startReceiver(400)
  const outbox = startOutbox([createWebhook({ url: receiver.url, secret: 's', now })])
  outbox.enqueue(opened)
  await until(() => states(outbox)[0] === 'I7/opened webhook failed 1')
  await vi.advanceTimersByTimeAsync(GIVE_UP_MS)
  expect(receiver.requests).toHaveLength(1)
})

test('queued, the program stops, starts again on the same file: sent once, and once only', async () => {
  const receiver = await startReceiver(200)
  const channels = [createWebhook({ url: receiver.url, secret: 's', now })]
  const file = databaseFile()
  const before = open(file)
  new Outbox({ database: before, channels, now, log: quiet }).enqueue(opened)
  before.close()

  const middle = open(file)
  const outbox = new Outbox({ database: middle, channels, now, log: quiet })
  outbox.start()
  await until(() => states(outbox)[0] === 'I7/opened webhook sent 1')
  await outbox.stop()
  middle.close()

  const later = startOutbox(channels, open(file))
  later.enqueue(opened)
  await vi.advanceTimersByTimeAsync(GIVE_UP_MS)
  expect(states(later)).toEqual(['I7/opened webhook sent 1'])
  expect(receiver.requests).toHaveLength(1)
})

test('what a transaction undoes is never sent, what it commits is', async () => {
  const { channel, sent } = scriptedChannel('a', SENT)
  const database = open(databaseFile())
  const outbox = startOutbox([channel], database)
  await vi.advanceTimersByTimeAsync(0)
  expect(() =>
    database.transaction(() => {
      outbox.enqueue(opened)
      throw new Error('disk full')
    }),
  ).toThrow('disk full')
  await vi.advanceTimersByTimeAsync(1000)
  expect(sent).toEqual([])
  database.transaction(() => outbox.enqueue(opened))
  await vi.advanceTimersByTimeAsync(0)
  expect(sent).toEqual(['I7/opened'])
})

test('each channel goes its own way, and a second enqueue changes nothing', async () => {
  const good = scriptedChannel('good', SENT)
  const bad = scriptedChannel('bad', NEVER)
  const outbox = startOutbox([good.channel, bad.channel])
  outbox.enqueue(opened)
  outbox.enqueue(opened)
  await vi.advanceTimersByTimeAsync(0)
  expect(states(outbox)).toEqual(['I7/opened bad failed 1', 'I7/opened good sent 1'])
  expect([good.sent, bad.sent]).toEqual([['I7/opened'], ['I7/opened']])
})

test('"recovered" never overtakes "down", and other incidents do not wait', async () => {
  const { channel, sent } = scriptedChannel('a', LATER, SENT)
  const outbox = startOutbox([channel])
  outbox.enqueue(opened)
  await vi.advanceTimersByTimeAsync(0)
  outbox.enqueue(sampleNotification('I7', 'resolved'))
  outbox.enqueue(sampleNotification('I8'))
  await vi.advanceTimersByTimeAsync(1000)
  expect(sent).toEqual(['I7/opened', 'I8/opened'])
  await vi.advanceTimersByTimeAsync(4000)
  expect(sent).toEqual(['I7/opened', 'I8/opened', 'I7/opened', 'I7/resolved'])
})

test('tried for a day, then given up; what comes after it still goes', async () => {
  const { channel, sent } = scriptedChannel('a', LATER)
  const outbox = startOutbox([channel])
  outbox.enqueue(opened)
  await vi.advanceTimersByTimeAsync(GIVE_UP_MS)
  // 5, 10, … 320 s and then every 10 min of a day: 7 + (86,400 - 635) / 600 waits, and the first attempt.
  expect(states(outbox)).toEqual(['I7/opened a failed 150'])
  expect(outbox.recent(1)[0]).toMatchObject({ error: 'busy' })
  expect(sent).toHaveLength(150)
  outbox.enqueue(sampleNotification('I7', 'resolved'))
  await vi.advanceTimersByTimeAsync(0)
  expect(sent).toHaveLength(151)
})

test('a clock that ran a day ahead and was set back holds no message', async () => {
  const { channel, sent } = scriptedChannel('a', LATER, SENT)
  const database = open(databaseFile())
  const right = now()
  vi.setSystemTime(right + 24 * 3600_000)
  new Outbox({ database, channels: [channel], now, log: quiet }).enqueue(opened)
  vi.setSystemTime(right)
  const outbox = startOutbox([channel], database)
  await vi.advanceTimersByTimeAsync(0)
  expect(states(outbox)).toEqual(['I7/opened a queued 1'])
  expect(outbox.recent(1)[0]).toMatchObject({ queuedAt: right, dueAt: right + 5000 })
  await vi.advanceTimersByTimeAsync(5000)
  expect(sent).toEqual(['I7/opened', 'I7/opened'])
})

test('stop waits for the sending in hand and leaves no timer', async () => {
  let finish: (delivery: Delivery) => void = () => {}
  const slow: Channel = { name: 'slow', send: () => new Promise((resolve) => (finish = resolve)) }
  const database = open(databaseFile())
  const outbox = new Outbox({
    database,
    channels: [slow, scriptedChannel('idle', SENT).channel],
    now,
    log: quiet,
  })
  outbox.start()
  outbox.enqueue(opened)
  await vi.advanceTimersByTimeAsync(0)
  let stopped = false
  const stopping = outbox.stop().then(() => {
    stopped = true
  })
  await vi.advanceTimersByTimeAsync(1000)
  expect(stopped).toBe(false)
  finish(SENT)
  await stopping
  expect(vi.getTimerCount()).toBe(0)
  expect(states(outbox)).toContain('I7/opened slow sent 1')
  database.close()
})

test('what was told of one incident is found among the rest, the newest first', () => {
  const outbox = startOutbox([scriptedChannel('a', SENT).channel, scriptedChannel('b', SENT).channel])
  for (const id of ['I7', 'I8']) outbox.enqueue(sampleNotification(id))
  outbox.enqueue(sampleNotification('I7', 'resolved'))
  const told = (limit: number) =>
    outbox.ofIncident('I7', limit).map(({ notification, channel }) => `${notification.id} ${channel}`)
  expect(told(10)).toEqual(['I7/resolved b', 'I7/resolved a', 'I7/opened b', 'I7/opened a'])
  expect(told(1)).toEqual(['I7/resolved b'])
})

test('the log channel says it in Vietnamese', async () => {
  const lines: [object, string][] = []
  await createLogChannel({ info: (data, text) => void lines.push([data, text]) }).send(opened)
  expect(lines).toEqual([
    [{ notification: 'I7/opened', priority: 'page', body: opened.text.vi.body }, opened.text.vi.subject],
  ])
})

describe('retryDelayMs', () => {
  test.each([
    [1, 0, 5000],
    [1, 0.99, 5000],
    [2, 0, 10_000],
    [3, 0, 20_000],
    [3, 0.5, 15_000],
    [7, 0, 320_000],
    [8, 0, 600_000],
    [5000, 0, 600_000],
  ])('after %i attempts at random %f: %i ms', (attempts, random, expected) => {
    expect(retryDelayMs(attempts, random)).toBe(expected)
  })
})
