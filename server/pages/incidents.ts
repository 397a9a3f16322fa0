import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { incidentPath, signInPath } from '../../web/address.ts'
import { renderIncidentPage } from '../../web/pages/incident.tsx'
import type { Incidents } from '../projections/incidents.ts'
import { type IncidentViewParts, incidentPageView } from '../views/incidents.ts'
import { type Frame, viewerOf } from './frame.ts'

export interface IncidentPageParts extends IncidentViewParts {
  incidents: IncidentViewParts['incidents'] & Pick<Incidents, 'acknowledge'>
}

/** One incident, and taking it on. Reading is for whoever may read; taking it on wants a name. */
export const incidentPages =
  (parts: IncidentPageParts, { show, assetsFor, toSignIn }: Frame): FastifyPluginAsyncTypebox =>
  async (app) => {
    const schema = { params: Type.Object({ id: Type.String({ pattern: '^I[0-9]{1,12}$' }) }) }

    app.get('/incidents/:id', { onRequest: toSignIn, schema }, (request, reply) => {
      const incident = parts.incidents.find(request.params.id)
      if (!incident) return reply.callNotFound()
      const viewer = viewerOf(request)
      const assets = assetsFor(reply, { lang: viewer.language, incident: incident.id })
      return show(reply, renderIncidentPage(incidentPageView(parts, incident), viewer, assets))
    })

    app.post('/incidents/:id/acknowledge', { schema }, async (request, reply) => {
      const { id } = request.params
      if (!request.account) return reply.redirect(signInPath(incidentPath(id)), 303)
      const incident = await parts.incidents.acknowledge(id, request.account.name)
      return incident ? reply.redirect(incidentPath(id), 303) : reply.callNotFound()
    })
  }
