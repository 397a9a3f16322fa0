import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createWebhook } from '../../../server/notify/channels/webhook.ts'
import { sampleNotification } from '../../support/sample-notification.ts'
import { startReceiver } from '../../support/webhook-receiver.ts'

const SECRET = 'bí mật'
const NOW = 1_782_000_000_123
const webhook = (url: string) => createWebhook({ url, secret: SECRET, now: () => NOW })

test('the receiver can check who sent it, when, and what', async () => {
  const receiver = await startReceiver(204)
  const notification = sampleNotification()
  expect(await webhook(receiver.url).send(notification)).toEqual({ kind: 'sent' })
  const { headers, body } = receiver.requests[0]!
  const signature = createHmac('sha256', SECRET).update(`${NOW}.`).update(body).digest('hex')
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'x-haidang-id': 'I7/opened',
    'x-haidang-timestamp': String(NOW),
    'x-haidang-signature': `sha256=${signature}`,
  })
  expect(JSON.parse(body)).toEqual(notification)
})

test.each([
  [200, { kind: 'sent' }],
  [500, { kind: 'failed', retry: true }],
  [503, { kind: 'failed', retry: true }],
  [408, { kind: 'failed', retry: true }],
  [429, { kind: 'failed', retry: true }],
  [400, { kind: 'failed', retry: false }],
  [404, { kind: 'failed', retry: false }],
  [302, { kind: 'failed', retry: false }],
])('status %i', async (status, expected) => {
  const receiver = await startReceiver(status, 200)
  const delivery = await webhook(receiver.url).send(sampleNotification())
  expect(delivery).toMatchObject(expected)
  if (delivery.kind === 'failed') {
    expect(delivery.error).toBe(`webhook ${new URL(receiver.url).host}: expected status 2xx, got ${status}`)
  }
  // One request: a redirect is not followed.
  expect(receiver.requests).toHaveLength(1)
})

test('nobody listens: worth another try', async () => {
  const receiver = await startReceiver(200)
  await receiver.close()
  expect(await webhook(receiver.url).send(sampleNotification())).toEqual({
    kind: 'failed',
    retry: true,
    error: expect.stringContaining('ECONNREFUSED') as string,
  })
})

test('a receiver that accepts and says nothing is left after the timeout', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  server.on('connection', (socket) => void onTestFinished(() => void socket.destroy()))
  const soon = AbortSignal.timeout(50)
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(soon)
  onTestFinished(() => void timeout.mockRestore())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  expect(await webhook(url).send(sampleNotification())).toMatchObject({ kind: 'failed', retry: true })
  expect(timeout).toHaveBeenCalledWith(5000)
})
