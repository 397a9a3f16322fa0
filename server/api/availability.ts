import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { areaId, deviceId, siteId, uplinkId } from '#protocol/ids.ts'
import { monthAt, monthStart } from '#protocol/month.ts'
import { rulesInWords } from '../../web/words/availability.ts'
import {
  type AvailabilityReport,
  judgeScope,
  type ReportParts,
  reportBy,
  type Scope,
} from '../reports/availability.ts'
import { refusal } from '../reports/refusal.ts'
import { AvailabilitySchema, type ReportBody } from './availability-schemas.ts'
import { bodyOf } from './calendar-schema.ts'
import { closed, Id, Ms, Problem } from './schemas.ts'

export interface AvailabilityParts extends ReportParts {
  now: () => number
}

/** A year and the leap day, and some hours for the zone. */
const LONGEST_MS = 367 * 24 * 3600_000

export const availabilityRoutes =
  (parts: AvailabilityParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/availability',
      {
        schema: {
          tags: ['availability'],
          description:
            'How much of a period devices were up and could be reached, by what was known at a moment. What is not given is not asked for: no area means all. What has not happened yet is left out.',
          querystring: Type.Object(
            {
              area: Type.Optional(Id),
              site: Type.Optional(Id),
              device: Type.Optional(Id),
              uplink: Type.Optional(Id),
              from: Type.Optional(Ms),
              to: Type.Optional(Ms),
              asOf: Type.Optional({ ...Ms, description: 'what was known then; now unless given' }),
              intervals: Type.Optional(
                Type.Boolean({ description: 'the verdicts too, of one device: device must be given' }),
              ),
            },
            closed,
          ),
          response: { 200: AvailabilitySchema, 404: Problem, 422: Problem },
        },
      },
      async (request) => {
        const { query } = request
        const scope = scopeOf(parts, query)
        const now = parts.now()
        const asOf = Math.min(query.asOf ?? now, now)
        const { from = monthStart(monthAt(asOf)) } = query
        const to = Math.min(query.to ?? asOf, now)
        const longest = LONGEST_MS / 3600_000 / 24
        if (to <= from || to - from > LONGEST_MS) {
          const got = `${from} to ${to} (${(to - from) / 1000} s)`
          throw refusal(422, `from, to: expected a past time of at most ${longest} days, got ${got}`)
        }
        if (query.intervals && scope.device === null) {
          throw refusal(422, 'intervals: expected together with device, got none')
        }
        const period = { from, to, asOf }
        const judging = await judgeScope(parts, scope, period)
        const report = await reportBy(judging, parts, scope, period)
        return {
          ...reportBody(report),
          ...(query.intervals && scope.device !== null
            ? { intervals: judging.verdicts(scope.device, from, to) }
            : {}),
        }
      },
    )
  }

interface Asked {
  area?: string
  site?: string
  device?: string
  uplink?: string
}

/** @throws Error of status 404 that names what is not known */
function scopeOf({ registry }: AvailabilityParts, asked: Asked): Scope {
  const scope: Scope = {
    area: asked.area === undefined ? null : areaId(asked.area),
    site: asked.site === undefined ? null : siteId(asked.site),
    device: asked.device === undefined ? null : deviceId(asked.device),
    uplink: asked.uplink === undefined ? null : uplinkId(asked.uplink),
  }
  const { area, site, device, uplink } = scope
  const unknown = [
    area !== null && !registry.area(area) && `area: expected the id of a known one, got ${area}`,
    site !== null && !registry.site(site) && `site: expected the id of a known one, got ${site}`,
    device !== null && !registry.device(device) && `device: expected the id of a known one, got ${device}`,
    uplink !== null && !registry.uplink(uplink) && `uplink: expected the id of a known one, got ${uplink}`,
  ].filter((wrong) => wrong !== false)
  if (unknown.length > 0) throw refusal(404, unknown.join('; '))
  return scope
}

/** A report as it is told, with its rules in words. */
export function reportBody({ calendar, ...report }: AvailabilityReport): ReportBody {
  const rules = { vi: rulesInWords('vi', calendar), en: rulesInWords('en', calendar) }
  return { ...report, calendar: bodyOf(calendar), rules }
}
