import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { Feed } from '../../../server/storms/feed.ts'
import { feedEntries } from '../../../server/storms/feed-entries.ts'
import { Feeds } from '../../../server/storms/feeds.ts'
import { readXml } from '../../../server/storms/xml.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { alertXml, bytesOf, HOUR_MS, SENT } from './cap-files.ts'
import { startWarnings } from './world.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** A warning service on a port of its own: documents by path, with an ETag each, and what was asked of it. */
async function startService() {
  const documents = new Map<string, string | Answer>()
  const asked: string[] = []
  const server = createServer((request, response) => {
    const path = request.url!
    const document = documents.get(path)
    if (typeof document === 'function') {
      asked.push(path)
      return document(request, response)
    }
    const etag = `"${document?.length}-${document?.slice(-40).length}"`
    const isKnown = document !== undefined && request.headers['if-none-match'] === etag
    asked.push(isKnown ? `${path} unchanged` : path)
    if (document === undefined) return response.writeHead(404).end()
    if (isKnown) return response.writeHead(304).end()
    return response.writeHead(200, { etag, 'content-type': 'application/xml' }).end(document)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { documents, asked, address, urlOf: (path: string) => new URL(path, address) }
}

async function startFeed(path = '/feed') {
  const service = await startService()
  const world = await startWarnings(temporaryFolder(), () => SENT + 3 * HOUR_MS)
  const { intake, log } = world
  const feed = new Feed({ url: service.urlOf(path), intake, now: () => SENT, log })
  onTestFinished(() => feed.stop())
  return { ...service, ...world, feed }
}

const atom = (...entries: string[]) =>
  `<feed xmlns="http://www.w3.org/2005/Atom"><title>KTTV</title>${entries.join('')}</feed>`
const entry = (href: string, updated = '1') =>
  `<entry><id>${href}</id><updated>${updated}</updated><link rel="alternate" type="text/html" href="/page"/>
   <link type="application/cap+xml" href="${href}"/></entry>`

test('a feed is asked with its ETag, and what it lists is read once', async () => {
  const { documents, asked, feed, ledger } = await startFeed()
  documents.set('/feed', atom(entry('/1.xml')))
  documents.set('/1.xml', alertXml())
  await feed.poll()
  expect(asked).toEqual(['/feed', '/1.xml'])
  expect(ledger.read(0, 10)).toMatchObject([{ kind: 'warning', warning: { id: 'VN-KTTV-1' } }])
  await feed.poll()
  expect(asked.slice(2)).toEqual(['/feed unchanged'])

  documents.set('/feed', atom(entry('/2.xml'), entry('/1.xml')))
  documents.set('/2.xml', alertXml({ identifier: 'VN-B' }))
  await feed.poll()
  expect(asked.slice(3)).toEqual(['/feed', '/2.xml'])
  documents.set('/feed', atom(entry('/2.xml', 'later'), entry('/1.xml')))
  await feed.poll()
  expect(asked.slice(5)).toEqual(['/feed', '/2.xml'])
  expect(ledger.head).toBe(2)
  expect(feed.state).toEqual({ url: expect.stringMatching(/\/feed$/), answeredAt: SENT, fault: null })
})

test.each<[string, string]>([
  ['one message', alertXml()],
  ['messages side by side', `<alerts>${alertXml().replace(/<\?.*\?>/, '')}</alerts>`],
  [
    'an Atom feed that holds it',
    atom(`<entry><content type="text/xml">${alertXml().replace(/<\?.*\?>/, '')}</content></entry>`),
  ],
])('%s under the address itself', async (_case, document) => {
  const { documents, feed, ledger } = await startFeed()
  documents.set('/feed', document)
  await feed.poll()
  await feed.poll()
  expect(ledger.read(0, 10)).toMatchObject([{ kind: 'warning', warning: { id: 'VN-KTTV-1' } }])
})

test('an RSS feed leads by link or by enclosure', async () => {
  const { documents, feed, ledger } = await startFeed()
  documents.set(
    '/feed',
    `<rss version="2.0"><channel><title>x</title><link>http://127.0.0.1/</link>
     <item><link>/1.xml</link><guid>1</guid></item>
     <item><link>/page.html</link><enclosure url="/2.xml" type="application/cap+xml"/></item></channel></rss>`,
  )
  documents.set('/1.xml', alertXml())
  documents.set('/2.xml', alertXml({ identifier: 'VN-B' }))
  await feed.poll()
  expect(ledger.head).toBe(2)
})

test('a message that is wrong is said once and keeps no other from being taken', async () => {
  const { documents, asked, feed, ledger, log } = await startFeed()
  documents.set('/feed', atom(entry('/bad.xml'), entry('/1.xml')))
  documents.set('/bad.xml', '<alert/>')
  documents.set('/1.xml', alertXml())
  await feed.poll()
  await feed.poll()
  expect(asked).toEqual(['/feed', '/bad.xml', '/1.xml', '/feed unchanged'])
  expect(log.lines.filter((line) => line === 'warnings: a message of a feed is wrong')).toHaveLength(1)
  expect([ledger.head, feed.state.fault]).toEqual([1, null])
})

test('after a failure polls are left out, more each time; then all is asked for again', async () => {
  const { documents, asked, feed, ledger, log } = await startFeed()
  documents.set('/feed', (_request, response) => void response.writeHead(503).end())
  for (let polls = 0; polls < 7; polls++) await feed.poll()
  // It fails, 1 is left out, it fails, 2 are left out, it fails.
  expect(asked).toHaveLength(3)
  expect(feed.state).toMatchObject({
    answeredAt: null,
    fault: expect.stringContaining('expected status 200, got 503'),
  })
  documents.set('/feed', alertXml())
  for (let polls = 0; polls < 6; polls++) await feed.poll()
  expect(ledger.head).toBe(1)
  expect(feed.state).toMatchObject({ answeredAt: SENT, fault: null })
  expect(log.lines).toContain('warnings: a feed answers again')
})

test('an entry that cannot be had is asked for again, though the feed has not changed', async () => {
  const { documents, asked, feed, ledger } = await startFeed()
  documents.set('/feed', atom(entry('/1.xml')))
  await feed.poll()
  expect(feed.state.fault).toMatch(/expected status 200, got 404/)
  documents.set('/1.xml', alertXml())
  await feed.poll()
  await feed.poll()
  expect(asked).toEqual(['/feed', '/1.xml', '/feed', '/1.xml'])
  expect(ledger.head).toBe(1)
})

test('a flood ends at 2 MB, and a feed that never ends at its stop', async () => {
  const { documents, feed } = await startFeed()
  documents.set('/feed', (_request, response) => {
    response.writeHead(200)
    const pour = () => {
      while (response.writable && response.write(Buffer.alloc(65_536, 32)));
      response.once('drain', pour)
    }
    pour()
  })
  await feed.poll()
  expect(feed.state.fault).toMatch(/expected at most 2097152 bytes, got more/)

  const other = await startFeed()
  other.documents.set('/feed', (_request, response) => void response.writeHead(200).write('<feed>'))
  const polling = other.feed.poll()
  await eventually('it is asked', () => other.asked.length === 1)
  await other.feed.stop()
  await polling
})

test('a feed sends us to no machine behind our own wall', () => {
  const hrefs = ['/1.xml', 'https://cdn.kttv.example/2.xml', 'http://10.0.0.1/3.xml', 'http://[::1]/4.xml']
  const more = [
    'http://localhost/5.xml',
    'http://printer.local/6.xml',
    'file:///etc/passwd',
    'http://0x7f000001/7.xml',
  ]
  const feed = readXml(bytesOf(atom(...[...hrefs, ...more].map((href) => entry(href)))))
  const urls = feedEntries(feed, new URL('https://kttv.example/feed')).map(
    (each) => each.type === 'link' && each.url.href,
  )
  expect(urls).toEqual(['https://kttv.example/1.xml', 'https://cdn.kttv.example/2.xml'])
})

test('all feeds are asked at once at the start', async () => {
  const service = await startService()
  const { intake, log, ledger } = await startWarnings(temporaryFolder(), () => SENT)
  service.documents.set('/a', alertXml())
  service.documents.set('/b', alertXml({ identifier: 'VN-B' }))
  const urls = [service.urlOf('/a'), service.urlOf('/b?key=secret'), service.urlOf('/b')]
  const feeds = new Feeds({ urls, intake, now: () => SENT, log })
  feeds.start()
  onTestFinished(() => feeds.stop())
  await eventually('both are taken', () => ledger.head === 2)
  await eventually('all are through', () =>
    feeds.states().every(({ answeredAt, fault }) => answeredAt ?? fault),
  )
  expect(feeds.states().map(({ url }) => new URL(url).pathname)).toEqual(['/a', '/b', '/b'])
  expect(JSON.stringify(feeds.states())).not.toContain('secret')
})
