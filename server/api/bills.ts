import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { deviceId, uplinkId } from '#protocol/ids.ts'
import { type Month, monthAt, monthName, parseMonth } from '#protocol/month.ts'
import { type Bill, billOf } from '../bills/bill.ts'
import type { Device } from '../registry/registry.ts'
import type { Parts } from './parts.ts'
import { closed, Id, Nullable, Problem } from './schemas.ts'

type BillParts = Pick<Parts, 'registry' | 'readings' | 'paces' | 'now'>

const MonthName = Type.String({
  pattern: '^[0-9]{4}-(0[1-9]|1[0-2])$',
  description: 'a calendar month in Vietnam, as 2026-11; the present one unless given',
})

const money = {
  bytes: Type.Integer({ description: 'all of IP, both ways, by the model that bench:cost checks' }),
  megabytes: Type.Number({ description: 'of 10^6 bytes' }),
  vnd: Nullable(Type.Integer({ description: 'null: nobody has said what a megabyte costs' })),
  capBytes: Nullable(Type.Integer()),
  capShare: Nullable(Type.Number({ description: 'bytes / capBytes; null without a cap, or of one of 0' })),
}

const BillSchema = Type.Object(
  {
    device: Id,
    month: Type.String(),
    ...money,
    source: Type.Enum(['agent', 'estimate', 'none'], {
      description:
        'agent: counted by the device; estimate: by the centre, from hours heard, pace and gaps; none: not heard in that month',
    }),
  },
  closed,
)

const UplinkBillSchema = Type.Object(
  { uplink: Id, month: Type.String(), ...money, devices: Type.Array(BillSchema) },
  closed,
)

/** Bills are worked out from readings, device by device: some tenths of a second each for a whole month. */
export const billRoutes =
  (parts: BillParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { registry, now } = parts
    const querystring = Type.Object({ month: Type.Optional(MonthName) }, closed)
    const monthOf = (name?: string): Month => (name && parseMonth(name)) || monthAt(now())

    app.get(
      '/devices/:id/bill',
      {
        schema: {
          tags: ['bills'],
          description: 'What a month of the device has cost on its line.',
          params: Type.Object({ id: Id }),
          querystring,
          response: { 200: BillSchema, 404: Problem, 503: Problem },
        },
      },
      async (request, reply) => {
        const device = registry.device(deviceId(request.params.id))
        if (!device) return reply.callNotFound()
        const bills = await billsOf([device], monthOf(request.query.month), request)
        return bills ? bills[0]! : unavailable(reply)
      },
    )

    app.get(
      '/uplinks/:id/bill',
      {
        schema: {
          tags: ['bills'],
          description: 'What a month of all devices on a line has cost, and of each of them.',
          params: Type.Object({ id: Id }),
          querystring,
          response: { 200: UplinkBillSchema, 404: Problem, 503: Problem },
        },
      },
      async (request, reply) => {
        const uplink = registry.uplink(uplinkId(request.params.id))
        if (!uplink) return reply.callNotFound()
        const month = monthOf(request.query.month)
        const devices = await billsOf(registry.devicesOn(uplink), month, request)
        if (!devices) return unavailable(reply)
        const bytes = devices.reduce((sum, bill) => sum + bill.bytes, 0)
        // The sum of what is shown, so that nobody finds it off by one.
        const vnd = uplink.vndPerMb === null ? null : devices.reduce((sum, bill) => sum + (bill.vnd ?? 0), 0)
        const whole = { bytes, vnd, capBytes: uplink.monthlyBytes }
        return { uplink: uplink.id, month: monthName(month), ...withShares(whole), devices }
      },
    )

    /** null when the store of readings does not answer. */
    async function billsOf(
      devices: readonly Device[],
      month: Month,
      request: FastifyRequest,
    ): Promise<Static<typeof BillSchema>[] | null> {
      const bills: Static<typeof BillSchema>[] = []
      try {
        for (const device of devices) bills.push(withShares(await billOf(parts, device, month)))
      } catch (error) {
        request.log.warn({ error: (error as Error).message }, 'the store of readings did not answer')
        return null
      }
      return bills
    }
  }

function withShares<Costs extends Pick<Bill, 'bytes' | 'capBytes'>>(costs: Costs) {
  const { bytes, capBytes } = costs
  return { ...costs, megabytes: bytes / 1_000_000, capShare: capBytes ? bytes / capBytes : null }
}

function unavailable(reply: FastifyReply) {
  const message = 'expected an answer of the store of readings, got none; try again later'
  return reply.code(503).send({ statusCode: 503, error: 'Service Unavailable', message })
}
