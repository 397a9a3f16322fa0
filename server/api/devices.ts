import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { deviceId, uplinkId } from '#protocol/ids.ts'
import type { Pace } from '#protocol/pace.ts'
import { rateOf } from '../../web/rates.ts'
import { portSpeedOf } from '../projections/readings/port-speed.ts'
import { readRatePoints } from '../projections/readings/read-rates.ts'
import type { Point, ReadingQuery } from '../projections/readings/store.ts'
import type { Device } from '../registry/registry.ts'
import { faultsOf } from '../views/faults.ts'
import { sessionView } from '../views/session.ts'
import { supportOf } from '../views/support.ts'
import { expectEnoughFor } from './cap.ts'
import type { Parts } from './parts.ts'
import {
  closed,
  type DeviceBody,
  DeviceSchema,
  DeviceWords,
  Id,
  Ms,
  Nullable,
  Problem,
  ReadingsSchema,
  type WholeDeviceBody,
  WholeDeviceSchema,
} from './schemas.ts'

type DeviceParts = Pick<
  Parts,
  'registry' | 'live' | 'incidents' | 'paces' | 'fleet' | 'completeness' | 'traits' | 'readings' | 'now'
>

const DAY_MS = 24 * 3600_000

/** A week of readings a minute; more than that is asked for in buckets. */
const MAX_POINTS = 10_080

export const deviceRoutes =
  (parts: DeviceParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { registry, now } = parts

    app.get(
      '/devices',
      {
        schema: {
          tags: ['devices'],
          querystring: Type.Object({ site: Type.Optional(Id) }, closed),
          response: { 200: Type.Array(DeviceSchema) },
        },
      },
      (request) =>
        registry
          .devices()
          .filter(({ site }) => (request.query.site ?? site) === site)
          .map((device) => deviceBody(parts, device)),
    )

    app.get(
      '/devices/:id',
      {
        schema: {
          tags: ['devices'],
          params: Type.Object({ id: Id }),
          response: { 200: WholeDeviceSchema, 404: Problem },
        },
      },
      (request, reply) => {
        const device = registry.device(deviceId(request.params.id))
        return device ? wholeBody(parts, device) : reply.callNotFound()
      },
    )

    app.put(
      '/devices/:id/uplink',
      {
        schema: {
          tags: ['devices'],
          description: 'Says by which line of its site a device goes; null: by one that nobody counts.',
          params: Type.Object({ id: Id }),
          body: Type.Object({ uplink: Nullable(Id) }, closed),
          response: { 200: DeviceSchema, 404: Problem, 422: Problem },
        },
      },
      async (request, reply) => {
        const device = registry.device(deviceId(request.params.id))
        if (!device) return reply.callNotFound()
        const uplink = request.body.uplink === null ? null : uplinkId(request.body.uplink)
        expectEnoughFor({ ...device, uplink }, registry)
        return deviceBody(parts, await registry.changeDevice(device.id, { uplink }))
      },
    )

    app.patch(
      '/devices/:id',
      {
        schema: {
          tags: ['devices'],
          description: 'Says anew what a device is: of what is left out nothing changes.',
          params: Type.Object({ id: Id }),
          body: Type.Partial(Type.Object(DeviceWords), closed),
          response: { 200: DeviceSchema, 404: Problem },
        },
      },
      async (request, reply) => {
        const device = registry.device(deviceId(request.params.id))
        if (!device) return reply.callNotFound()
        return deviceBody(parts, await registry.changeDevice(device.id, request.body))
      },
    )

    app.get(
      '/devices/:id/readings',
      {
        schema: {
          tags: ['devices'],
          description: `Readings of a metric, one by one or as means of buckets. Of a counter of bytes the mean says little: ask for its rate in bit/s, by the name of the counter with \`bits_per_second\` in place of \`bytes\`, as in \`rx_bits_per_second\`. A rate stands at the end of its stretch; where the counter began anew, behind a gap, and where it would be more than its port carries there is none.`,
          params: Type.Object({ id: Id }),
          querystring: Type.Object(
            {
              metric: Type.String({ pattern: '^[a-z][a-z0-9_]{0,63}$' }),
              from: Type.Optional(Ms),
              to: Type.Optional(Ms),
              step: Type.Optional(Type.Integer({ minimum: 1, description: 'width of a bucket in ms' })),
            },
            closed,
          ),
          response: { 200: ReadingsSchema, 404: Problem, 422: Problem, 503: Problem },
        },
      },
      async (request, reply) => {
        const device = registry.device(deviceId(request.params.id))
        if (!device) return reply.callNotFound()
        const { metric, to = now() + 1, from = to - DAY_MS, step = null } = request.query
        let points: Point[]
        try {
          points = await read(parts, { device: device.id, metric, from, to, stepMs: step })
        } catch (error) {
          const known = error instanceof RangeError
          if (!known)
            request.log.warn({ error: (error as Error).message }, 'the store of readings did not answer')
          const message = known
            ? error.message
            : 'expected an answer of the store of readings, got none; try again later'
          const statusCode = known ? 422 : 503
          return reply
            .code(statusCode)
            .send({ statusCode, error: known ? 'Unprocessable Entity' : 'Service Unavailable', message })
        }
        if (points.length > MAX_POINTS) {
          const message = `from, to, step: expected at most ${MAX_POINTS} points, got ${points.length}; use a larger step`
          return reply.code(422).send({ statusCode: 422, error: 'Unprocessable Entity', message })
        }
        return { device: device.id, metric, from, to, step, points }
      },
    )
  }

/** A rate is worked out of its counter; everything else is read as it was told. */
function read({ readings, traits }: DeviceParts, { metric, ...query }: ReadingQuery): Promise<Point[]> {
  const rate = rateOf(metric)
  if (!rate) return readings.read({ ...query, metric })
  const portBitsPerSecond = portSpeedOf(traits.of(query.device).traits.interfaces)
  return readRatePoints(readings, { ...query, metric: rate.name, portBitsPerSecond })
}

function wholeBody(parts: DeviceParts, device: Device): WholeDeviceBody {
  const { traits, toldAt } = parts.traits.of(device.id)
  return {
    ...deviceBody(parts, device),
    ...{ traits: { ...traits }, traitsAt: toldAt, faults: faultsOf(traits.faults) },
    support: supportOf(traits.os_id, parts.now()),
  }
}

function deviceBody(
  { registry, live, incidents, paces, fleet, completeness, now }: DeviceParts,
  device: Device,
): DeviceBody {
  const newest = live.device(device.id, now())
  const { state, since } = incidents.session(device.id)
  return {
    id: device.id,
    site: device.site,
    area: registry.site(device.site)!.area,
    kind: device.kind,
    name: device.name,
    session: state,
    since,
    readAt: newest?.readAt ?? null,
    keepaliveSeconds: device.keepaliveSeconds,
    reportSeconds: device.reportSeconds,
    uplink: device.uplink,
    sim: device.sim,
    battery: device.battery,
    bulletinClass: device.bulletinClass,
    prober: device.prober,
    unwatched: sessionView(incidents, device).unwatched,
    sentinel: fleet.isSentinel(device),
    pace: paceBody(paces.of(device.id).pace),
    values: newest?.values ?? {},
    rows: completeness.of(device.id),
  }
}

function paceBody(pace: Pace | null): DeviceBody['pace'] {
  if (pace === null) return null
  const { sampleSeconds, reportSeconds, keepaliveSeconds, step } = pace
  return { sampleSeconds, reportSeconds, keepaliveSeconds, step }
}
