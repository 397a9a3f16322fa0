import { promisify } from 'node:util'
import { constants, gzip, gzipSync } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'

const gzipLater = promisify(gzip)

/** A page is made for each reader: the levels above take twice the time for 1 % less. */
const PAGE_LEVEL = 6

/** Whether this `Accept-Encoding` allows gzip (RFC 9110, 12.5.3). */
export function acceptsGzip(header: string | undefined): boolean {
  const codings = (header ?? '').split(',').map((coding) => coding.replaceAll(' ', '').toLowerCase())
  const [, weight = '1'] = codings.find((coding) => /^gzip(;|$)/.test(coding))?.split(';q=') ?? ['', '0']
  return Number(weight) > 0
}

/** A Fastify `onSend` hook: compresses what is text. The event stream does not come by here. */
export async function compressPage(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  if (typeof payload !== 'string' || payload === '') return payload
  reply.header('vary', 'Accept-Encoding')
  if (!acceptsGzip(request.headers['accept-encoding'])) return payload
  reply.header('content-encoding', 'gzip')
  return gzipLater(payload, { level: PAGE_LEVEL })
}

/** A file that is the same for all, compressed once. */
export interface PackedFile {
  plain: Buffer
  gzipped: Buffer
}

export function pack(file: Buffer | string): PackedFile {
  const plain = Buffer.from(file)
  return { plain, gzipped: gzipSync(plain, { level: constants.Z_BEST_COMPRESSION }) }
}

export function sendPacked(request: FastifyRequest, reply: FastifyReply, file: PackedFile): FastifyReply {
  reply.header('vary', 'Accept-Encoding')
  if (!acceptsGzip(request.headers['accept-encoding'])) return reply.send(file.plain)
  return reply.header('content-encoding', 'gzip').send(file.gzipped)
}
