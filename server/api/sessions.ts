import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { tokenOf } from '../auth/guard.ts'
import { SIGN_IN_LIMIT } from '../auth/sign-in-limit.ts'
import type { Parts } from './parts.ts'
import { closed, Ms, Problem } from './schemas.ts'

export const sessionRoutes =
  ({ accounts }: Pick<Parts, 'accounts'>): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/sessions',
      {
        config: { rateLimit: SIGN_IN_LIMIT },
        schema: {
          tags: ['sessions'],
          security: [],
          body: Type.Object(
            {
              name: Type.String({ minLength: 1, maxLength: 64 }),
              password: Type.String({ minLength: 1, maxLength: 256 }),
            },
            closed,
          ),
          response: { 201: Type.Object({ token: Type.String(), expiresMs: Ms }), 401: Problem, 429: Problem },
        },
      },
      async (request, reply) => {
        const session = await accounts.signIn(request.body.name, request.body.password)
        if (session) return reply.code(201).send(session)
        return reply
          .code(401)
          .send({ statusCode: 401, error: 'Unauthorized', message: 'expected a known name and its password' })
      },
    )

    app.delete(
      '/sessions/current',
      { schema: { tags: ['sessions'], response: { 204: Type.Null() } } },
      async (request, reply) => {
        const token = tokenOf(request)
        if (token !== null) await accounts.signOut(token)
        return reply.code(204).send(null)
      },
    )
  }
