import { once } from 'node:events'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { deviceId } from '#protocol/ids.ts'
import { type Draw, LiveStream } from '../../../server/pages/live-stream.ts'
import { rememberingLog } from '../../support/remembering-log.ts'

const HOUR_MS = 3600_000

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
})
afterEach(() => vi.useRealTimers())

/** A stream on a port of its own; the path of a request is the site that stands open. */
async function listen(draw: Draw) {
  const log = rememberingLog()
  const stream = new LiveStream({ version: 'v1', render: () => draw, log })
  stream.start()
  const server = createServer((asked, answer) => {
    const site = asked.url!.slice(1)
    stream.add(answer, { language: 'vi', scope: { kind: 'front', site, area: null } })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    stream.stop()
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  async function open(site: string): Promise<{ text: () => string; answer: IncomingMessage }> {
    const asked = request({ port, host: '127.0.0.1', path: `/${site}` }).end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    let text = ''
    answer.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    await vi.waitUntil(() => text.includes('hello'))
    return { text: () => text, answer }
  }
  return { stream, log, open }
}

test('a page that cannot be drawn is said to the log; the others are told, and later changes too', async () => {
  const { stream, log, open } = await listen(({ scope }) => {
    if (scope.kind === 'front' && scope.site === 'S13') throw new RangeError('Invalid time value')
    return [{ id: 'd-D1', html: '<tr>' }]
  })
  const [broken, sound] = [await open('S13'), await open('S1')]
  for (const times of [1, 2]) {
    stream.valuesChanged(deviceId('D1'))
    vi.advanceTimersByTime(1000)
    await vi.waitUntil(() => sound.text().split('d-D1').length === times + 1)
    expect(log.lines).toEqual(Array(times).fill('changes of a page could not be drawn'))
  }
  expect(broken.text()).not.toContain('d-D1')
})

test('a stream ends after an hour, and asks to be opened anew', async () => {
  const { open } = await listen(() => [])
  const early = await open('S1')
  vi.advanceTimersByTime(HOUR_MS / 2)
  const late = await open('S1')
  vi.advanceTimersByTime(HOUR_MS / 2)
  await once(early.answer, 'end')
  expect(early.text()).toMatch(/event: again\ndata:\n\n$/)
  expect(late.text()).not.toContain('again')
})
