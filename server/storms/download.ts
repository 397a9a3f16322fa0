import { MAX_XML_BYTES } from './xml.ts'

/** What the server said of its document; sent back, it spares both the next transfer. */
export interface Version {
  etag: string | null
  lastModified: string | null
}

export const NO_VERSION: Version = { etag: null, lastModified: null }

export type Download = { type: 'unchanged' } | { type: 'document'; bytes: Uint8Array; version: Version }

/** From a satellite line abroad 2 MB take less. */
const TIMEOUT_MS = 20_000

/** @throws Error saying what came instead of a document of at most 2 MB within 20 s */
export async function download(url: URL, known: Version, stopping: AbortSignal): Promise<Download> {
  const response = await fetch(url, {
    headers: {
      accept:
        'application/cap+xml, application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.1',
      ...(known.etag !== null && { 'if-none-match': known.etag }),
      ...(known.lastModified !== null && { 'if-modified-since': known.lastModified }),
    },
    signal: AbortSignal.any([stopping, AbortSignal.timeout(TIMEOUT_MS)]),
  })
  if (response.status === 304) return { type: 'unchanged' }
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new Error(`${url.host}: expected status 200, got ${response.status}`)
  }
  const { headers } = response
  const version = { etag: headers.get('etag'), lastModified: headers.get('last-modified') }
  return { type: 'document', bytes: await bodyOf(response, url), version }
}

async function bodyOf({ body }: Response, url: URL): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length
    // Leaving the loop ends the transfer.
    if (bytes > MAX_XML_BYTES)
      throw new Error(`${url.host}: expected at most ${MAX_XML_BYTES} bytes, got more`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
