import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import { areaId, siteId } from '#protocol/ids.ts'
import type { NotedPlan, Notices } from '../projections/notices.ts'
import type { Plans } from '../storms/plans.ts'
import { closed, Id, Ms, Name, Problem } from './schemas.ts'

export interface PlannedParts {
  notices: Pick<Notices, 'plans' | 'pastPlans'>
  plans: Pick<Plans, 'enter' | 'callOff'>
  now: () => number
}

export const Cause = Type.Enum(['power', 'maintenance'])

const PlanSchema = Type.Object(
  {
    id: Type.String(),
    cause: Cause,
    sites: Type.Array(Id),
    from: Ms,
    to: Type.Integer({ description: 'ms since 1970; not after from: it was called off' }),
    reason: Type.String(),
    owner: Type.String({ description: 'the account that entered or last changed it' }),
    enteredAt: Ms,
    changedAt: Ms,
  },
  closed,
)

const MAX_LISTED = 100
const MAX_PLACES = 1000

export const plannedRoutes =
  ({ notices, plans, now }: PlannedParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/planned',
      {
        schema: {
          tags: ['planned'],
          description: 'Cuts and maintenance that are not over, the next first, and those that are.',
          response: {
            200: Type.Object({ ahead: Type.Array(PlanSchema), past: Type.Array(PlanSchema) }, closed),
          },
        },
      },
      () => ({
        ahead: notices.plans(now()).map(bodyOf),
        past: notices.pastPlans(now(), MAX_LISTED).map(bodyOf),
      }),
    )

    app.post(
      '/planned',
      {
        schema: {
          tags: ['planned'],
          description:
            'Enters a cut or maintenance, for sites, or for all that lie in areas now. Only what is entered before it starts is left out of the required time.',
          body: Type.Object(
            {
              cause: Cause,
              sites: Type.Optional(Type.Array(Id, { maxItems: MAX_PLACES })),
              areas: Type.Optional(Type.Array(Id, { maxItems: MAX_PLACES })),
              from: Ms,
              to: Ms,
              reason: Name,
            },
            closed,
          ),
          response: { 201: PlanSchema, 422: Problem },
        },
      },
      async (request, reply) => {
        const { sites = [], areas = [], ...asked } = request.body
        const places = { sites: sites.map(siteId), areas: areas.map(areaId) }
        const entered = await plans.enter({ ...asked, ...places, owner: request.account!.name })
        return reply.code(201).send(bodyOf(entered))
      },
    )

    app.delete(
      '/planned/:id',
      {
        schema: {
          tags: ['planned'],
          description: 'Calls it off, or ends it now when it has begun.',
          params: Type.Object({ id: Type.String({ pattern: '^P-[0-9a-f]{1,16}$' }) }, closed),
          response: { 200: PlanSchema, 404: Problem },
        },
      },
      async (request, reply) => {
        const off = await plans.callOff(request.params.id, request.account!.name)
        return off ? bodyOf(off) : reply.callNotFound()
      },
    )
  }

function bodyOf({ plan, note, enteredAt, at }: NotedPlan): Static<typeof PlanSchema> {
  return { ...plan, sites: [...plan.sites], ...note, enteredAt, changedAt: at }
}
