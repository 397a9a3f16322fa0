import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Account, Accounts } from './accounts.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null until a token or cookie has been recognised. */
    account: Account | null
  }
}

export const SESSION_COOKIE = 'haidang_session'

/** The token of `Authorization: Bearer …`, or else of the cookie. */
export function tokenOf(request: FastifyRequest): string | null {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ')
  if (scheme?.toLowerCase() === 'bearer' && token) return token
  return request.cookies[SESSION_COOKIE] ?? null
}

/** Finds out who asks, for every request; it refuses nobody. */
export function recogniseAccount(accounts: Accounts) {
  return async (request: FastifyRequest): Promise<void> => {
    const token = tokenOf(request)
    request.account = token === null ? null : await accounts.byToken(token)
  }
}

/** Refuses whoever is not signed in: for the API, where a program can carry a token. */
export async function requireAccount(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (request.account) return
  reply.header('www-authenticate', 'Bearer')
  return reply.code(401).send({
    statusCode: 401,
    error: 'Unauthorized',
    message:
      'expected "Authorization: Bearer TOKEN" with a token of POST /api/v1/sessions, got none that is valid',
  })
}

/**
 * Refuses a change that another site's page sends with this site's cookie: browsers say where a request
 * comes from, programs with a bearer token need not. A proxy may put its own name into Host, so the public one
 * counts too.
 */
export function refuseForeignOrigin(publicHost: string | null) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (request.method === 'GET' || request.method === 'HEAD' || request.headers.authorization) return
    const { origin, host } = request.headers
    if (origin === undefined) return
    const from = URL.canParse(origin) ? new URL(origin).host : null
    if (from !== null && (from === host || from === publicHost)) return
    return reply.code(403).send({
      statusCode: 403,
      error: 'Forbidden',
      message: `expected a request from ${publicHost ?? host}, got one from ${origin}`,
    })
  }
}

/**
 * While only this machine may see the pages, they answer to this machine's names alone, so that no page of the
 * Internet can reach them by a name that it points here (DNS rebinding).
 */
export function requireLocalName(request: FastifyRequest): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(request.headers.host ?? '')
}
