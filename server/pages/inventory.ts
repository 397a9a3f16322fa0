import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { areaId, ID_PATTERN } from '#protocol/ids.ts'
import { renderInventoryPage } from '../../web/pages/inventory.tsx'
import { inventoryView } from '../views/inventory.ts'
import type { ViewParts } from '../views/now.ts'
import { type Frame, viewerOf } from './frame.ts'

/** The page of machines: what they are, how protected, how long they are mended. */
export const inventoryPages =
  (parts: ViewParts, { assetsFor, show, toSignIn }: Frame): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/inventory',
      {
        onRequest: toSignIn,
        schema: {
          querystring: Type.Object({
            // A form sends what is not chosen as an empty word.
            area: Type.Optional(Type.String({ pattern: `^$|${ID_PATTERN}` })),
            care: Type.Optional(Type.Literal('1')),
            page: Type.Optional(Type.Integer({ minimum: 1 })),
          }),
        },
      },
      (request, reply) => {
        const { area, care, page = 1 } = request.query
        const asked = { area: area ? areaId(area) : null, onlyCare: care !== undefined, page }
        if (asked.area !== null && !parts.registry.area(asked.area)) return reply.callNotFound()
        const view = inventoryView(parts, asked)
        return show(reply, renderInventoryPage(view, viewerOf(request), assetsFor(reply)))
      },
    )
  }
