import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { siteId, uplinkId } from '#protocol/ids.ts'
import { expectEnough } from './cap.ts'
import type { Parts } from './parts.ts'
import { closed, Id, Problem, UplinkSchema, UplinkWords } from './schemas.ts'

export const uplinkRoutes =
  ({ registry }: Pick<Parts, 'registry'>): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/uplinks',
      {
        schema: {
          tags: ['uplinks'],
          description: 'A line of a site. One with a cap, or over the air, is metered: its devices go slow.',
          body: Type.Object(
            {
              id: Id,
              site: Id,
              ...UplinkWords,
              monthlyBytes: Type.Optional(UplinkWords.monthlyBytes),
              vndPerMb: Type.Optional(UplinkWords.vndPerMb),
            },
            closed,
          ),
          response: { 201: UplinkSchema, 409: Problem, 422: Problem },
        },
      },
      async (request, reply) => {
        const { id, site, monthlyBytes = null, vndPerMb = null, ...words } = request.body
        const uplink = { id: uplinkId(id), site: siteId(site), ...words, monthlyBytes, vndPerMb }
        expectEnough(monthlyBytes, [])
        await registry.addUplink(uplink)
        return reply.code(201).send(uplink)
      },
    )

    app.put(
      '/uplinks/:id',
      {
        schema: {
          tags: ['uplinks'],
          description: 'Says anew what a line is and costs. Its devices are told at once.',
          params: Type.Object({ id: Id }),
          body: Type.Object(UplinkWords, closed),
          response: { 200: UplinkSchema, 404: Problem, 422: Problem },
        },
      },
      async (request, reply) => {
        const uplink = registry.uplink(uplinkId(request.params.id))
        if (!uplink) return reply.callNotFound()
        expectEnough(request.body.monthlyBytes, registry.devicesOn(uplink))
        return registry.changeUplink(uplink.id, request.body)
      },
    )
  }
