import type { FastifyPluginAsync } from 'fastify'
import type { Ledger } from '../ledger/ledger.ts'
import type { Follower } from '../projections/follower.ts'
import type { Meter } from './metrics.ts'

/** A projection this far behind still shows the present within a second or two. */
const READY_LAG_ENTRIES = 1000

export interface HealthParts {
  ledger: Pick<Ledger, 'fault'>
  followers: readonly Pick<Follower, 'lag' | 'fault' | 'projection'>[]
  meter: Pick<Meter, 'text' | 'contentType'>
  /** Only then may a fault be told in its own words, which name paths and hosts. */
  localOnly: boolean
}

/** For whoever watches the watcher. `/healthz`: the process answers. `/readyz`: what it shows is the present. */
export const healthRoutes =
  ({ ledger, followers, meter, localOnly }: HealthParts): FastifyPluginAsync =>
  async (app) => {
    app.get('/healthz', { schema: { hide: true } }, () => ({ status: 'live' }))

    const shown = (fault: string | null): string | null =>
      fault === null || localOnly ? fault : 'see the log'

    app.get('/readyz', { schema: { hide: true } }, (_request, reply) => {
      const projections = followers.map(({ projection, lag, fault }) => ({
        name: projection.name,
        lag,
        fault,
      }))
      const ready = ledger.fault === null && projections.every(({ lag }) => lag <= READY_LAG_ENTRIES)
      return reply
        .code(ready ? 200 : 503)
        .send({ status: ready ? 'ready' : 'not ready', ledger: shown(ledger.fault), projections })
    })

    app.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
      reply.type(meter.contentType).send(await meter.text()),
    )
  }
