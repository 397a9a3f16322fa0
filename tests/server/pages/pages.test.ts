import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import helmet from '@fastify/helmet'
import fastify from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { emptyFacts } from '../../../server/availability/facts.ts'
import { DEFAULT_RULES } from '../../../server/incidents/rules.ts'
import { loadBrowserFiles } from '../../../server/pages/assets.ts'
import { acceptsGzip } from '../../../server/pages/compress.ts'
import { LiveStream } from '../../../server/pages/live-stream.ts'
import { pageRoutes } from '../../../server/pages/pages.ts'
import { DEFAULT_CALENDAR } from '../../../server/registry/calendar.ts'
import { rememberingLog } from '../../support/remembering-log.ts'
import { type World, world } from './world.ts'

const nothing = (): never => {
  throw new Error('nothing is switched or planned here')
}

/** The pages on a port of their own, over a world that is given. Every sign-in succeeds. */
async function servePages(views: World['parts']): Promise<string> {
  const app = fastify({ forceCloseConnections: true })
  await app.register(cookie)
  await app.register(formbody)
  await app.register(helmet, { enableCSPNonces: true })
  app.decorateRequest('account', null)
  const stream = new LiveStream({ version: 'v1', render: () => () => [], log: rememberingLog() })
  await app.register(
    pageRoutes({
      ...views,
      registry: {
        ...views.registry,
        uplinks: () => [],
        uplinksOf: () => [],
        calendar: () => DEFAULT_CALENDAR,
      },
      accounts: { signIn: async () => ({ token: 't', expiresMs: 1e13 }), signOut: async () => {} },
      readings: { read: async () => [] },
      stream,
      notices: { warnings: () => [], pastWarnings: () => [], plans: () => [], pastPlans: () => [] },
      feeds: { states: () => [] },
      incidents: { ...views.incidents, acknowledge: nothing },
      storms: { switchOn: nothing, switchOff: nothing },
      plans: { enter: nothing, callOff: nothing },
      ...{ facts: { facts: emptyFacts() }, rules: DEFAULT_RULES },
      published: { versions: async () => [], add: nothing },
      browserFiles: await loadBrowserFiles(new URL('../../../dist/web/', import.meta.url)),
      localOnly: true,
      secure: false,
    }),
  )
  await app.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(async () => {
    stream.stop()
    await app.close()
  })
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
}

/** The answer with its body as it went over the line. */
async function get(
  url: string,
  encoding?: string,
): Promise<{ headers: IncomingMessage['headers']; body: Buffer }> {
  const headers = encoding === undefined ? {} : { 'accept-encoding': encoding }
  const [answer] = (await once(request(url, { headers }).end(), 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  return { headers: answer.headers, body: Buffer.concat(chunks) }
}

test('pages, script and icon go over the line compressed, within their budgets', async () => {
  const address = await servePages(world(20, 10).parts)
  const page = await get(`${address}/`, 'gzip, deflate, br')
  const html = gunzipSync(page.body).toString()
  expect(html.match(/id="site-/g)).toHaveLength(20)
  expect(page.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' })
  expect(page.body.length).toBeLessThanOrEqual(8 * 1024)

  const script = await get(address + html.match(/<script[^>]* src="([^"]+)"/)![1], 'gzip')
  expect(gunzipSync(script.body).toString()).toContain('EventSource')
  expect(script.body.length).toBeLessThanOrEqual(3 * 1024)
  const icon = await get(`${address}/icon.svg`, 'gzip')
  expect(gunzipSync(icon.body).toString()).toMatch(/^<svg/)
  const missing = await get(`${address}/nowhere`, 'gzip')
  expect(gunzipSync(missing.body).toString()).toContain('Không tìm thấy')

  for (const path of ['/', '/icon.svg']) {
    const plain = await get(address + path)
    expect(plain.headers).toMatchObject({ vary: 'Accept-Encoding' })
    expect(plain.headers['content-encoding']).toBeUndefined()
    expect(plain.body.toString()).toContain('<svg')
  }
})

test('an address that can be of nothing is answered by a page, as is one of nothing', async () => {
  const address = await servePages(world(1, 1).parts)
  for (const path of [
    ...['/devices/__proto__', '/incidents/x', '/availability?month=2026-13', '/nowhere'],
    ...['/inventory?area=X9', '/inventory?page=0', '/devices/D0-0?charts=0'],
  ]) {
    const answer = await fetch(address + path)
    expect(answer.status, path).toBe(404)
    expect(await answer.text(), path).toContain('<h1>Không tìm thấy trang này</h1>')
  }
})

test('the machines of a province come a page at a time, each within its budget', async () => {
  const address = await servePages(world(20, 10).parts)
  for (const path of [
    '/inventory',
    '/inventory?area=&page=4',
    '/inventory?area=C3',
    '/inventory?care=1&area=C3',
  ]) {
    const answer = await get(address + path, 'gzip')
    expect(answer.body.length, path).toBeLessThanOrEqual(8 * 1024)
    const html = gunzipSync(answer.body).toString()
    expect(html, path).toContain('<h1>Máy móc · ')
    expect(html.match(/href="\/devices\//g)?.length ?? 0, path).toBeLessThanOrEqual(50)
  }
})

test('a browser whose clock is years ahead of the centre keeps its sign-in', async () => {
  const address = await servePages(world(1, 1).parts)
  const body = new URLSearchParams({ name: 'admin', password: 'x' })
  const answer = await fetch(`${address}/sign-in`, { method: 'POST', body, redirect: 'manual' })
  expect(answer.headers.get('set-cookie')).toMatch(/Max-Age=\d+;/)
  expect(answer.headers.get('set-cookie')).not.toContain('Expires')
})

test.each([
  ['gzip, deflate, br', true],
  ['br;q=1.0, GZIP;q=0.8', true],
  ['gzip; q=0', false],
  ['gzip;q=0.0, br', false],
  ['x-gzip-not', false],
  ['', false],
  [undefined, false],
])('Accept-Encoding %j allows gzip: %j', (header, allowed) => expect(acceptsGzip(header)).toBe(allowed))

test('events are not compressed: each must leave at once', async () => {
  const address = await servePages(world(1, 1).parts)
  const headers = { 'accept-encoding': 'gzip' }
  const asked = request(`${address}/events`, { headers }).end()
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  expect(answer.headers['content-encoding']).toBeUndefined()
  const [first] = (await once(answer, 'data')) as [Buffer]
  expect(first.toString()).toBe('event: hello\ndata: v1\n\n')
})

test.each([
  ['/devices/D1?range=7d', '/devices/D1?range=7d'],
  ['/\t/evil.example', '/'],
  ['/\n/evil.example', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/.//evil.example', '/evil.example'],
  ['https://evil.example/x', '/'],
  ['javascript:alert(1)', '/'],
  ['', '/'],
])('a sign-in with next=%j leads to %j', async (next, expected) => {
  const address = await servePages(world(1, 1).parts)
  const body = new URLSearchParams({ name: 'admin', password: 'p', next })
  const signedIn = await fetch(`${address}/sign-in`, { method: 'POST', body, redirect: 'manual' })
  expect(signedIn.headers.get('location')).toBe(expected)
})
