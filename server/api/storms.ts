import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import { areaId } from '#protocol/ids.ts'
import { REMARKS } from '../../web/notices.ts'
import type { NotedWarning, Notices } from '../projections/notices.ts'
import type { Feeds } from '../storms/feeds.ts'
import type { WarningIntake } from '../storms/intake.ts'
import { CapError } from '../storms/read-cap.ts'
import { reasonIn } from '../storms/reason.ts'
import type { Storms } from '../storms/storms.ts'
import { MAX_SWITCHED_HOURS } from '../storms/switch.ts'
import { MAX_XML_BYTES } from '../storms/xml.ts'
import { closed, Id, Ms, Name, Nullable, Problem } from './schemas.ts'

export interface StormParts {
  notices: Pick<Notices, 'warnings' | 'pastWarnings' | 'chain'>
  storms: Pick<Storms, 'switchOn' | 'switchOff'>
  warnings: Pick<WarningIntake, 'take'>
  feeds: Pick<Feeds, 'states'>
  now: () => number
}

const WarningSchema = Type.Object(
  {
    id: Type.String({ description: 'of the alert with which it began; M-… was switched on by a person' }),
    action: Type.Enum(['alert', 'update', 'cancel']),
    status: Type.Enum(['actual', 'test']),
    severity: Type.Enum(['extreme', 'severe', 'moderate', 'minor']),
    areas: Type.Array(Id, { description: 'each with all that lies in it' }),
    onset: Ms,
    expires: Ms,
    headline: Type.String(),
    by: Type.String({ description: 'its sender, or the account that switched it' }),
    manual: Type.Boolean(),
    sent: Ms,
    remarks: Type.Array(Type.Enum([...REMARKS]), { description: 'what was assumed or concluded' }),
  },
  closed,
)

const FeedSchema = Type.Object(
  { url: Type.String(), answeredAt: Nullable(Ms), fault: Nullable(Type.String()) },
  closed,
)

const Answer = Type.Object(
  {
    outcome: Type.Enum(['taken', 'kept-out']),
    warning: Nullable(WarningSchema),
    reason: Nullable(Type.String({ description: 'why it changes nothing here' })),
  },
  closed,
)

/** CAP identifiers are free text; a long one in an address is none of ours. */
const WarningId = Type.Object({ id: Type.String({ minLength: 1, maxLength: 512 }) }, closed)

const MAX_LISTED = 100

export const stormRoutes =
  ({ notices, storms, warnings, feeds, now }: StormParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.addContentTypeParser(
      ['application/cap+xml', 'application/xml', 'text/xml'],
      { parseAs: 'buffer', bodyLimit: MAX_XML_BYTES },
      (_request, body, done) => done(null, body),
    )

    app.get(
      '/storms',
      {
        schema: {
          tags: ['storms'],
          description: 'Warnings that are not over, those that are, and how the feeds do.',
          response: {
            200: Type.Object(
              {
                warnings: Type.Array(WarningSchema),
                past: Type.Array(WarningSchema),
                feeds: Type.Array(FeedSchema),
              },
              closed,
            ),
          },
        },
      },
      () => ({
        warnings: notices.warnings(now()).map(bodyOf),
        past: notices.pastWarnings(now(), MAX_LISTED).map(bodyOf),
        feeds: feeds.states(),
      }),
    )

    app.post(
      '/storms',
      {
        schema: {
          tags: ['storms'],
          description: 'Switches storm mode on for areas, for so many hours.',
          body: Type.Object(
            {
              areas: Type.Array(Id, { minItems: 1, maxItems: 1000 }),
              hours: Type.Number({ exclusiveMinimum: 0, maximum: MAX_SWITCHED_HOURS }),
              name: Name,
            },
            closed,
          ),
          response: { 201: WarningSchema, 422: Problem },
        },
      },
      async (request, reply) => {
        const { areas, hours, name } = request.body
        const by = request.account!.name
        const on = await storms.switchOn({ areas: areas.map(areaId), hours, name, by })
        return reply.code(201).send(bodyOf(on))
      },
    )

    app.delete(
      '/storms/:id',
      {
        schema: {
          tags: ['storms'],
          description: 'Ends a warning that is in force, whoever gave it.',
          params: WarningId,
          response: { 200: WarningSchema, 404: Problem },
        },
      },
      async (request, reply) => {
        const off = await storms.switchOff(request.params.id, request.account!.name)
        return off ? bodyOf(off) : reply.callNotFound()
      },
    )

    app.post(
      '/warnings',
      {
        bodyLimit: MAX_XML_BYTES,
        schema: {
          tags: ['storms'],
          description: 'A CAP 1.2 message as application/cap+xml: alert, update or cancel.',
          consumes: ['application/cap+xml', 'application/xml', 'text/xml'],
          response: { 200: Answer, 201: Answer, 400: Problem, 415: Problem },
        },
      },
      async (request, reply) => {
        const { body } = request
        if (!(body instanceof Uint8Array)) {
          const got = request.headers['content-type'] ?? 'none'
          const message = `content-type: expected application/cap+xml or application/xml, got ${got}`
          return reply.code(415).send({ statusCode: 415, error: 'Unsupported Media Type', message })
        }
        try {
          const result = await warnings.take(body)
          if (result.outcome === 'kept-out') {
            return { outcome: 'kept-out' as const, warning: null, reason: reasonIn('en', result.reason) }
          }
          const warning = bodyOf(result.taken)
          return reply.code(201).send({ outcome: 'taken', warning, reason: null })
        } catch (error) {
          if (!(error instanceof CapError)) throw error
          const message = error.problems.join('\n')
          return reply.code(400).send({ statusCode: 400, error: 'Bad Request', message })
        }
      },
    )
  }

function bodyOf({ warning, note }: Pick<NotedWarning, 'warning' | 'note'>): Static<typeof WarningSchema> {
  const { headline, by, isManual: manual, sent, remarks } = note
  return { ...warning, areas: [...warning.areas], headline, by, manual, sent, remarks: [...remarks] }
}
