import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Parts } from './parts.ts'
import { closed, Id, Ms } from './schemas.ts'

const MAX_LISTED = 100

export const quarantineRoutes =
  ({ ledger }: Pick<Parts, 'ledger'>): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/quarantine',
      {
        schema: {
          tags: ['quarantine'],
          description: 'Messages that were acknowledged and kept, but could not be read; newest first.',
          response: {
            200: Type.Array(
              Type.Object(
                {
                  at: Ms,
                  device: Id,
                  topic: Type.String(),
                  code: Type.String(),
                  reason: Type.String(),
                  payload: Type.String({ description: 'hex' }),
                },
                closed,
              ),
            ),
          },
        },
      },
      () =>
        ledger
          .quarantined(MAX_LISTED)
          .map((item) => ({ ...item, payload: Buffer.from(item.payload).toString('hex') })),
    )
  }
