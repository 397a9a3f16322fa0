import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { AreaId } from '#protocol/ids.ts'
import type { Incident, Revision } from '../incidents/incident.ts'
import type { Names } from '../notify/names.ts'
import { placeOf } from '../notify/place.ts'
import { revisionInWords } from '../notify/revision.ts'
import { said } from '../notify/said.ts'
import { evidenceOf, reasonsInWords, whyInWords } from '../notify/why.ts'
import { refusal } from '../reports/refusal.ts'
import type { Parts } from './parts.ts'
import { closed, Id, type IncidentBody, IncidentSchema, Ms, Problem } from './schemas.ts'

const MAX_LISTED = 1000

/** So many are looked through for those that were asked for: three years of 100 sites. */
const MAX_READ = 5000

const REASONS_TOLD = 2

const Search = Type.Object(
  {
    open: Type.Optional(Type.Boolean({ description: 'only those that are not resolved' })),
    area: Type.Optional({ ...Id, description: 'only those in this area or below it' }),
    storm: Type.Optional(
      Type.String({ maxLength: 128, description: 'only those that opened in this storm' }),
    ),
    from: Type.Optional({ ...Ms, description: 'only those that lasted at or after this moment' }),
    to: Type.Optional({ ...Ms, description: 'only those that began before this moment' }),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_LISTED, default: 50 })),
  },
  closed,
)

export const incidentRoutes =
  ({ incidents, registry }: Pick<Parts, 'incidents' | 'registry'>): FastifyPluginAsyncTypebox =>
  async (app) => {
    const One = Type.Object({ id: Type.String({ pattern: '^I[0-9]{1,12}$' }) }, closed)
    const schema = { tags: ['incidents'], params: One, response: { 200: IncidentSchema, 404: Problem } }

    app.get(
      '/incidents',
      {
        schema: {
          tags: ['incidents'],
          description: 'Newest first. Conditions hold together.',
          querystring: Search,
          response: { 200: Type.Array(IncidentSchema), 404: Problem, 422: Problem },
        },
      },
      (request) => {
        const { open = false, area, storm, from = Number.NEGATIVE_INFINITY, to, limit = 50 } = request.query
        if (area !== undefined && !registry.area(area as AreaId))
          throw refusal(404, `area: expected the id of a known one, got ${area}`)
        if (to !== undefined && to <= from)
          throw refusal(422, `to: expected a time behind from, ${from}, got ${to}`)
        const narrow = area !== undefined || storm !== undefined || to !== undefined || Number.isFinite(from)
        const read = open ? incidents.open() : incidents.recent(narrow ? MAX_READ : limit)
        return read
          .filter((incident) => area === undefined || isIn(incident, area, registry))
          .filter((incident) => storm === undefined || incident.storm === storm)
          .filter(
            ({ start, end }) =>
              (end ?? Number.POSITIVE_INFINITY) >= from && start[0] < (to ?? Number.POSITIVE_INFINITY),
          )
          .slice(0, limit)
          .map((incident) => incidentBody(incident, registry))
      },
    )

    app.get('/incidents/:id', { schema }, (request, reply) => {
      const incident = incidents.find(request.params.id)
      return incident ? incidentBody(incident, registry) : reply.callNotFound()
    })

    app.post('/incidents/:id/acknowledge', { schema }, async (request, reply) => {
      const incident = await incidents.acknowledge(request.params.id, request.account!.name)
      return incident ? incidentBody(incident, registry) : reply.callNotFound()
    })
  }

/** An area is in itself and in all above it. */
function isIn({ areas }: Incident, area: string, names: Names): boolean {
  const above = (id: AreaId | null): boolean =>
    id !== null && (id === area || above(names.area(id)?.parent ?? null))
  return areas.some(above)
}

/** An incident as it is kept, with the words for whoever reads it. */
function incidentBody(incident: Incident, names: Names): IncidentBody {
  const { revisions, ...kept } = incident
  const evidence = evidenceOf(incident)
  const told = { limit: REASONS_TOLD, beside: incident.start[1] }
  return {
    ...kept,
    revisions: revisions.map((revision, at) => revisionBody(revision, revisions[at - 1], names)),
    place: said((language) => placeOf(incident, names, language)),
    why: said((language) => reasonsInWords(evidence, names, language, told)),
  }
}

function revisionBody(
  revision: Revision,
  before: Revision | undefined,
  names: Names,
): IncidentBody['revisions'][number] {
  return {
    ...revision,
    why: revision.why.map((fired) => {
      const { rule, ...facts } = fired
      return { rule, facts, words: said((language) => whyInWords(fired, names, language)) }
    }),
    words: said((language) => revisionInWords(revision, before, names, language)),
  }
}
