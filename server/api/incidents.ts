import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Parts } from './parts.ts'
import { closed, IncidentSchema, Problem } from './schemas.ts'

const MAX_LISTED = 200

export const incidentRoutes =
  ({ incidents }: Pick<Parts, 'incidents'>): FastifyPluginAsyncTypebox =>
  async (app) => {
    const One = Type.Object({ id: Type.String({ pattern: '^I[0-9]{1,12}$' }) }, closed)

    app.get(
      '/incidents',
      {
        schema: {
          tags: ['incidents'],
          description: 'Newest first.',
          querystring: Type.Object(
            {
              open: Type.Optional(Type.Boolean({ description: 'only those that are not resolved' })),
              limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_LISTED, default: 50 })),
            },
            closed,
          ),
          response: { 200: Type.Array(IncidentSchema) },
        },
      },
      (request) => {
        const { open = false, limit = 50 } = request.query
        return open ? incidents.open() : incidents.recent(limit)
      },
    )

    app.get(
      '/incidents/:id',
      { schema: { tags: ['incidents'], params: One, response: { 200: IncidentSchema, 404: Problem } } },
      (request, reply) => incidents.find(request.params.id) ?? reply.callNotFound(),
    )

    app.post(
      '/incidents/:id/acknowledge',
      { schema: { tags: ['incidents'], params: One, response: { 200: IncidentSchema, 404: Problem } } },
      (request, reply) =>
        incidents.acknowledge(request.params.id, request.account!.name) ?? reply.callNotFound(),
    )
  }
