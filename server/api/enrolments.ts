import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { deviceId, siteId, uplinkId } from '#protocol/ids.ts'
import { MAX_KEEPALIVE_SECONDS } from '#protocol/limits.ts'
import { newId, newKey } from '../registry/new-device.ts'
import type { Device } from '../registry/registry.ts'
import { expectEnoughFor } from './cap.ts'
import type { Parts } from './parts.ts'
import { closed, DeviceWords, Id, Kind, Problem } from './schemas.ts'

/** A report each quarter of an hour, and a keepalive longer than that, so that no ping is ever sent. */
const DEFAULT_REPORT_SECONDS = 900
const DEFAULT_KEEPALIVE_SECONDS = 1200

export const enrolmentRoutes =
  ({
    registry,
    agentsPort,
    now,
  }: Pick<Parts, 'registry' | 'agentsPort' | 'now'>): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/enrolments',
      {
        schema: {
          tags: ['enrolments'],
          description:
            'Makes a device and its key. The key is answered this once; the agent keeps it in agent.json.',
          body: Type.Object(
            {
              site: Id,
              kind: Kind,
              name: DeviceWords.name,
              device: Type.Optional(Id),
              uplink: Type.Optional(Id),
              sim: Type.Optional(DeviceWords.sim),
              battery: Type.Optional(DeviceWords.battery),
              bulletinClass: Type.Optional(DeviceWords.bulletinClass),
              prober: Type.Optional(Id),
              reportSeconds: Type.Optional(Type.Integer({ minimum: 10, maximum: 86_400 })),
              keepaliveSeconds: Type.Optional(Type.Integer({ minimum: 10, maximum: MAX_KEEPALIVE_SECONDS })),
            },
            closed,
          ),
          response: {
            201: Type.Object({
              device: Id,
              key: Type.String({ description: '32 bytes in hex' }),
              port: Type.Integer({ description: 'where the broker listens for agents' }),
              reportSeconds: Type.Integer(),
              keepaliveSeconds: Type.Integer(),
            }),
            409: Problem,
            422: Problem,
          },
        },
      },
      async (request, reply) => {
        const { site, kind, name, device = newId(), uplink, sim = null, battery = false } = request.body
        const { bulletinClass = null, prober } = request.body
        const { reportSeconds = DEFAULT_REPORT_SECONDS, keepaliveSeconds = DEFAULT_KEEPALIVE_SECONDS } =
          request.body
        const key = newKey()
        const fresh: Device = {
          id: deviceId(device),
          site: siteId(site),
          uplink: uplink === undefined ? null : uplinkId(uplink),
          prober: prober === undefined ? null : deviceId(prober),
          ...{ sim, battery, bulletinClass, kind, name, key, keepaliveSeconds, reportSeconds },
          enrolledMs: now(),
        }
        expectEnoughFor(fresh, registry)
        await registry.addDevice(fresh)
        return reply
          .code(201)
          .send({ device, key: key.toString('hex'), port: agentsPort(), reportSeconds, keepaliveSeconds })
      },
    )
  }
