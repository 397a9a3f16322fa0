import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Received {
  headers: IncomingHttpHeaders
  body: string
}

/**
 * A real HTTP server that answers with the given statuses in turn, then with the last of them for ever.
 * `received(n)` resolves once n requests have come. Closed at the end of the test.
 */
export async function startReceiver(...statuses: number[]) {
  const requests: Received[] = []
  const waiting: { count: number; resolve: (requests: Received[]) => void }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (text: string) => {
      body += text
    })
    request.on('end', () => {
      const status = statuses[Math.min(requests.length, statuses.length - 1)]!
      requests.push({ headers: request.headers, body })
      response.writeHead(status, { connection: 'close', location: '/elsewhere' }).end('answer')
      for (const { count, resolve } of waiting) if (requests.length >= count) resolve(requests)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    server.closeAllConnections()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
  onTestFinished(close)
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    requests,
    received: (count: number) =>
      requests.length >= count
        ? Promise.resolve(requests)
        : new Promise<Received[]>((resolve) => waiting.push({ count, resolve })),
    close,
  }
}
