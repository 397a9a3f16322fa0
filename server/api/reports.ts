import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { type AreaId, areaId } from '#protocol/ids.ts'
import { type Month, monthName, parseMonth } from '#protocol/month.ts'
import type { Published } from '../reports/published.ts'
import { monthState, type PublishingParts, publish } from '../reports/publishing.ts'
import { reportBody } from './availability.ts'
import { MonthSchema, PublishedSchema } from './availability-schemas.ts'
import { closed, Id, Problem } from './schemas.ts'

const MonthName = Type.String({
  pattern: '^[0-9]{4}-(0[1-9]|1[0-2])$',
  description: 'a calendar month in Vietnam, as 2026-11',
})

export const reportRoutes =
  (parts: PublishingParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { registry } = parts

    app.get(
      '/reports/availability',
      {
        schema: {
          tags: ['reports'],
          description: 'What was published of a month of an area, and whether something else holds by now.',
          querystring: Type.Object({ area: Id, month: MonthName }, closed),
          response: { 200: MonthSchema, 404: Problem },
        },
      },
      async (request, reply) => {
        const area = areaId(request.query.area)
        if (!registry.area(area)) return reply.callNotFound()
        const month = parseMonth(request.query.month)!
        const { versions, next } = await monthState(parts, area, month)
        return {
          ...{ area, month: monthName(month), next },
          versions: versions.map(({ report, ...version }) => ({ ...version, whole: report.whole })),
        }
      },
    )

    app.get(
      '/reports/availability/:area/:month/:version',
      {
        schema: {
          tags: ['reports'],
          description: 'A version as it was published: it never changes.',
          params: Type.Object({ area: Id, month: MonthName, version: Type.Integer({ minimum: 1 }) }),
          response: { 200: PublishedSchema, 404: Problem },
        },
      },
      async (request, reply) => {
        const area = areaId(request.params.area)
        const month = parseMonth(request.params.month)!
        const versions = await parts.published.versions(area, month)
        const published = versions.find(({ version }) => version === request.params.version)
        return published ? publishedBody(area, month, published) : reply.callNotFound()
      },
    )

    app.post(
      '/reports/availability',
      {
        schema: {
          tags: ['reports'],
          description:
            'Publishes the next version of a month of an area: the first, or one with the reason why the newest no longer holds.',
          body: Type.Object({ area: Id, month: MonthName }, closed),
          response: { 201: PublishedSchema, 404: Problem, 409: Problem, 422: Problem },
        },
      },
      async (request, reply) => {
        const area = areaId(request.body.area)
        if (!registry.area(area)) return reply.callNotFound()
        const month = parseMonth(request.body.month)!
        const published = await publish(parts, area, month, request.account!.name)
        return reply.code(201).send(publishedBody(area, month, published))
      },
    )
  }

function publishedBody(area: AreaId, month: Month, { report, ...published }: Published) {
  return { area, month: monthName(month), ...published, report: reportBody(report) }
}
