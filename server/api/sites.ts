import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { areaId, siteId } from '#protocol/ids.ts'
import type { Parts } from './parts.ts'
import { closed, Id, Name, Problem, SiteSchema } from './schemas.ts'

export const siteRoutes =
  ({ registry }: Pick<Parts, 'registry'>): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/sites',
      {
        schema: {
          tags: ['sites'],
          querystring: Type.Object({ area: Type.Optional(Id) }, closed),
          response: { 200: Type.Array(SiteSchema) },
        },
      },
      (request) =>
        registry
          .sites()
          .filter(({ area }) => (request.query.area ?? area) === area)
          .map(({ id, area, name }) => ({ id, area, name, uplinks: registry.uplinksOf(id) })),
    )

    app.post(
      '/sites',
      {
        schema: {
          tags: ['sites'],
          body: Type.Object({ id: Id, area: Id, name: Name }, closed),
          response: { 201: SiteSchema, 409: Problem, 422: Problem },
        },
      },
      async (request, reply) => {
        const { id, area, name } = request.body
        const site = { id: siteId(id), area: areaId(area), name }
        await registry.addSite(site)
        return reply.code(201).send({ ...site, uplinks: [] })
      },
    )
  }
