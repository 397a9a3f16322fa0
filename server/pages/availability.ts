import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { areaId, ID_PATTERN, siteId } from '#protocol/ids.ts'
import { monthAt, monthName, parseMonth } from '#protocol/month.ts'
import { signInPath } from '../../web/address.ts'
import { renderAvailabilityPage } from '../../web/pages/availability.tsx'
import { type PublishingParts, publish } from '../reports/publishing.ts'
import { availabilityView } from '../views/availability.ts'
import { type Frame, viewerOf } from './frame.ts'

const MonthName = Type.String({ pattern: '^[0-9]{4}-(0[1-9]|1[0-2])$' })
/** A form sends what is not chosen as an empty word. */
const IdOrNone = Type.String({ pattern: `^$|${ID_PATTERN}` })

/** The page of availability, and the form on it that publishes a month. */
export const availabilityPages =
  (parts: PublishingParts, { assetsFor, show, toSignIn }: Frame): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/availability',
      {
        onRequest: toSignIn,
        schema: {
          querystring: Type.Object({
            area: Type.Optional(IdOrNone),
            site: Type.Optional(IdOrNone),
            month: Type.Optional(MonthName),
            version: Type.Optional(Type.Integer({ minimum: 1 })),
          }),
        },
      },
      async (request, reply) => {
        const { area, site, month, version = null } = request.query
        const asked = {
          area: area ? areaId(area) : null,
          site: site ? siteId(site) : null,
          month: (month && parseMonth(month)) || monthAt(parts.now()),
          version,
        }
        if (asked.area !== null && !parts.registry.area(asked.area)) return reply.callNotFound()
        if (asked.site !== null && !parts.registry.site(asked.site)) return reply.callNotFound()
        const view = await availabilityView(parts, asked)
        if (!view) return reply.callNotFound()
        return show(reply, renderAvailabilityPage(view, viewerOf(request), assetsFor(reply)))
      },
    )

    app.post(
      '/availability',
      { schema: { body: Type.Object({ area: Type.String({ pattern: ID_PATTERN }), month: MonthName }) } },
      async (request, reply) => {
        const area = areaId(request.body.area)
        const month = parseMonth(request.body.month)!
        const back = `/availability?${new URLSearchParams({ area, month: monthName(month) })}`
        if (!request.account) return reply.redirect(signInPath(back), 303)
        if (!parts.registry.area(area)) return reply.callNotFound()
        // Pressed twice, or on a page that stood open while another published: the page says how things are.
        await publish(parts, area, month, request.account.name).catch((error: { statusCode?: number }) => {
          if (error.statusCode !== 409 && error.statusCode !== 422) throw error
        })
        return reply.redirect(back, 303)
      },
    )
  }
