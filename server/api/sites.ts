import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { areaId, siteId } from '#protocol/ids.ts'
import type { Parts } from './parts.ts'
import { closed, Id, Problem, SiteSchema, SiteWords } from './schemas.ts'

const Said = Type.Object(SiteWords, closed)

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
          .map((site) => ({ ...site, uplinks: registry.uplinksOf(site.id) })),
    )

    app.post(
      '/sites',
      {
        schema: {
          tags: ['sites'],
          body: Type.Object(
            { id: Id, area: Id, ...Type.Partial(Said).properties, name: SiteWords.name },
            closed,
          ),
          response: { 201: SiteSchema, 409: Problem, 422: Problem },
        },
      },
      async (request, reply) => {
        const { id, area, name, terrain = null, latitude = null, longitude = null } = request.body
        const site = { id: siteId(id), area: areaId(area), name, terrain, latitude, longitude }
        await registry.addSite(site)
        return reply.code(201).send({ ...site, uplinks: [] })
      },
    )

    app.patch(
      '/sites/:id',
      {
        schema: {
          tags: ['sites'],
          description: 'Says anew what a site is: of what is left out nothing changes.',
          params: Type.Object({ id: Id }),
          body: Type.Partial(Said, closed),
          response: { 200: SiteSchema, 404: Problem },
        },
      },
      async (request, reply) => {
        const known = registry.site(siteId(request.params.id))
        if (!known) return reply.callNotFound()
        const site = await registry.changeSite(known.id, request.body)
        return { ...site, uplinks: registry.uplinksOf(site.id) }
      },
    )
  }
