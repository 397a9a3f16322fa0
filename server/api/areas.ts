import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { areaId } from '#protocol/ids.ts'
import type { Parts } from './parts.ts'
import { AreaCode, AreaSchema, closed, Id, Name, Nullable, Problem } from './schemas.ts'

export const areaRoutes =
  ({ registry }: Pick<Parts, 'registry'>): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get('/areas', { schema: { tags: ['areas'], response: { 200: Type.Array(AreaSchema) } } }, () =>
      registry.areas(),
    )

    app.post(
      '/areas',
      {
        schema: {
          tags: ['areas'],
          body: Type.Object(
            { id: Id, parent: Type.Optional(Nullable(Id)), name: Name, code: Type.Optional(AreaCode) },
            closed,
          ),
          response: { 201: AreaSchema, 409: Problem, 422: Problem },
        },
      },
      async (request, reply) => {
        const { id, parent = null, name, code = null } = request.body
        const area = { id: areaId(id), parent: parent === null ? null : areaId(parent), name, code }
        await registry.addArea(area)
        return reply.code(201).send(area)
      },
    )
  }
