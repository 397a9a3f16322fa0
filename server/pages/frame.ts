import type { FastifyReply, FastifyRequest } from 'fastify'
import type { PageAssets } from '../../web/assets.ts'
import type { Viewer } from '../../web/view.ts'
import type { BrowserFiles } from './assets.ts'

/** Where the language that a reader chose is kept. */
export const LANGUAGE_COOKIE = 'haidang_language'

/** What every page is sent with. */
export interface Frame {
  assetsFor(reply: FastifyReply, events?: Record<string, string>): PageAssets
  show(reply: FastifyReply, html: string): FastifyReply
  mayRead(request: FastifyRequest): boolean
  toSignIn(request: FastifyRequest, reply: FastifyReply): Promise<unknown>
}

export function pageFrame({
  browserFiles,
  localOnly,
}: {
  browserFiles: BrowserFiles
  localOnly: boolean
}): Frame {
  const { style, version } = browserFiles
  const mayRead = (request: FastifyRequest): boolean => localOnly || request.account !== null
  return {
    assetsFor: (reply, events = {}) => ({
      nonce: reply.cspNonce.style,
      style,
      liveUrl: `/live-${version}.js`,
      eventsUrl: `/events?${new URLSearchParams(events)}`,
      version,
    }),
    show: (reply, html) =>
      reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(html),
    mayRead,
    async toSignIn(request, reply) {
      if (!mayRead(request)) return reply.redirect(`/sign-in?next=${encodeURIComponent(request.url)}`)
    },
  }
}

/** Vietnamese unless English was asked for, now or before. */
export function viewerOf(request: FastifyRequest): Viewer {
  const asked = (request.query as { lang?: unknown }).lang ?? request.cookies[LANGUAGE_COOKIE]
  return { language: asked === 'en' ? 'en' : 'vi', name: request.account?.name ?? null, path: request.url }
}
