import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { failureOf } from './failure.ts'
import { isLanAddress } from './lan-address.ts'

export interface HttpRequest {
  scheme: 'http' | 'https'
  address: string
  port: number
  /** With its query. */
  path: string
  method: 'GET' | 'POST'
  headers: Readonly<Record<string, string>>
  body?: string
}

export interface HttpAnswer {
  status: number
  /** Values of a header in the order they came, [] for one that did not. */
  header(name: string): readonly string[]
  body: Buffer
  /** Until the device had taken the connection. */
  connectMs: number
}

/** A status page of a loudspeaker has 2 to 20 KB. */
export const MAX_BODY_BYTES = 64 * 1024

/**
 * Asks once over a connection of its own, which is gone afterwards.
 * @throws NoAnswer when nobody took the connection
 * @throws Error when somebody did, and there is no answer that can be read
 */
export async function exchange(asked: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const where = whereOf(asked)
  let connectMs: number | null = null
  const startedMs = performance.now()
  const send = asked.scheme === 'https' ? requestHttps : requestHttp
  const outgoing = send({ ...optionsOf(asked), signal })
  try {
    const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once('response', resolve)
      outgoing.on('error', reject)
      // One that is answered with another protocol (101) ends without an error.
      outgoing.once('close', () => reject(new Error('something that is no answer of HTTP')))
      outgoing.once('socket', (socket) => {
        socket.once('connect', () => {
          connectMs = performance.now() - startedMs
        })
      })
      outgoing.end(asked.body)
    })
    const body = await bodyOf(incoming)
    const names = incoming.headersDistinct
    return {
      status: incoming.statusCode ?? 0,
      header: (name) => names[name] ?? [],
      body,
      connectMs: connectMs ?? performance.now() - startedMs,
    }
  } catch (error) {
    throw failureOf(signal.aborted ? signal.reason : error, where, connectMs !== null)
  } finally {
    outgoing.destroy()
  }
}

/** As messages name it. */
export function whereOf({ scheme, address, port, path }: HttpRequest): string {
  const host = address.includes(':') ? `[${address}]` : address
  return `${scheme}://${host}:${port}${path}`
}

function optionsOf({ scheme, address, port, path, method, headers, body }: HttpRequest): RequestOptions {
  const lan = isLanAddress(address)
  return {
    ...{ host: address, port, path, method },
    // None that is kept for a next request, five minutes from now.
    agent: false,
    headers: {
      accept: '*/*',
      'accept-encoding': 'identity',
      ...headers,
      ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
    },
    // Servers of small devices separate headers in their own way. Nothing stands between them and us that could be fooled.
    insecureHTTPParser: true,
    ...(scheme === 'https' && lan && LAN_TLS),
  }
}

/**
 * Nobody gives a certificate for an address of a LAN, so each device there has made its own, and its firmware often
 * knows no newer TLS. It still hides the password from those who only listen; elsewhere a certificate is checked.
 */
const LAN_TLS = { rejectUnauthorized: false, minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) throw new Error(`more than ${MAX_BODY_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
