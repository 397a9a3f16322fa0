import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

export interface RecordedRequest {
  method: string
  path: string
  search: Record<string, string>
  authorization: string | undefined
  body: string
}

/** null leaves the request without an answer. */
export type CannedAnswer = { status: number; json?: unknown; text?: string } | null

export interface RecordingInflux {
  url: string
  requests: RecordedRequest[]
  /** Sockets that the client holds open. */
  connections(): Promise<number>
  close(): Promise<void>
}

/** A plain HTTP server that records what an InfluxDB client asks, for answers that no server at hand gives. */
export async function recordingInflux(
  answer: (request: RecordedRequest) => CannedAnswer,
): Promise<RecordingInflux> {
  const requests: RecordedRequest[] = []
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const raw = Buffer.concat(chunks)
    const { pathname, searchParams } = new URL(incoming.url!, 'http://recorder')
    const request = {
      method: incoming.method!,
      path: pathname,
      search: Object.fromEntries(searchParams),
      authorization: incoming.headers.authorization,
      body: (incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString(),
    }
    requests.push(request)
    const canned = answer(request)
    if (!canned) return
    const { status, json, text } = canned
    if (json === undefined) response.writeHead(status).end(text)
    else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
      }),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
