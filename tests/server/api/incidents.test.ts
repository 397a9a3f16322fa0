import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { incidentRoutes } from '../../../server/api/incidents.ts'
import type { Parts } from '../../../server/api/parts.ts'
import type { IncidentBody } from '../../../server/api/schemas.ts'
import type { Incident } from '../../../server/incidents/incident.ts'
import { at, naTam, sampleEvent } from '../../support/sample-notification.ts'

/** The routes alone over incidents that are given, newest first, asked by "admin". */
async function serve(given: Incident[]) {
  const incidents = {
    open: () => given.filter(({ state }) => state === 'open'),
    recent: (limit: number) => given.slice(0, limit),
    find: (id: string) => given.find((each) => each.id === id),
    acknowledge: async (id: string, by: string) => {
      const incident = given.find((each) => each.id === id)
      return incident && { ...incident, state: 'acknowledged', acknowledgedBy: by, acknowledgedAt: 5 }
    },
  }
  const app = fastify().withTypeProvider<TypeBoxTypeProvider>()
  app.decorateRequest('account', null)
  app.addHook('onRequest', async (request) => {
    request.account = { name: 'admin' } as typeof request.account
  })
  const parts = { incidents, registry: naTam } as unknown as Pick<Parts, 'incidents' | 'registry'>
  await app.register(incidentRoutes(parts))
  onTestFinished(() => app.close())
  return app
}

const incident = (id: string, changes: Parameters<typeof sampleEvent>[2] = {}): Incident =>
  sampleEvent('opened', '14:05:00', { id, ...changes }).incident

const onBattery = { rule: 'on-battery', devices: 1, at: at('13:58:00') } as const

test('an incident is told whole: all that is kept, and why, in words and in facts', async () => {
  const kept = incident('I7', {
    ...{ cause: 'power', storm: 'W1', root: 'I6', severity: 'critical' },
    why: [
      onBattery,
      { rule: 'centre-was-away', from: 1, to: null },
      { rule: 'storm-mode', storm: 'W1', by: 'warning' },
    ],
  })
  const app = await serve([kept])
  const answer = await app.inject('/incidents/I7')
  expect(answer.statusCode, answer.body).toBe(200)
  const body: IncidentBody = answer.json()
  const { revisions, ...rest } = kept
  expect(body).toMatchObject(rest)
  expect(body.why.vi).toMatch(/^Trung tâm .*; bộ lưu điện chạy pin lúc 13:58$/)
  expect(body.place).toEqual({ vi: 'UBND xã Nà Tăm', en: 'UBND xã Nà Tăm' })
  const [opening] = body.revisions
  expect(opening).toMatchObject({ t: revisions[0]!.t, scope: 'site', cause: 'power', start: kept.start })
  expect(opening!.words.en).toMatch(/^At 14:05, 21 Jun incident opened: whole site, likely: power cut, as /)
  expect(opening!.why[0]).toEqual({
    rule: 'on-battery',
    facts: { devices: 1, at: at('13:58:00') },
    words: {
      vi: 'Bộ lưu điện chạy pin lúc 13:58 ngày 21/6',
      en: 'The UPS went on battery at 13:58, 21 Jun',
    },
  })
  expect(opening!.why.slice(1).map(({ facts }) => facts)).toEqual([
    { from: 1, to: null },
    { storm: 'W1', by: 'warning' },
  ])
})

test('a list is narrowed by what is asked, and by all of it together', async () => {
  const app = await serve([
    incident('I4', { start: [at('16:00:00'), at('16:00:00')], areas: ['C02'] }),
    incident('I3', { start: [at('12:00:00'), at('12:00:00')], storm: 'W1' }),
    incident('I2', {
      ...{ start: [at('10:00:00'), at('10:01:00')], end: at('11:00:00') },
      ...{ state: 'resolved', storm: 'W1' },
    }),
    incident('I1', { start: [at('08:00:00'), at('08:00:00')], end: at('09:00:00'), state: 'closed' }),
  ])
  const ids = async (query: string) => {
    const answer = await app.inject(`/incidents?${query}`)
    expect(answer.statusCode, answer.body).toBe(200)
    return (answer.json() as IncidentBody[]).map(({ id }) => id)
  }
  expect(await ids('')).toEqual(['I4', 'I3', 'I2', 'I1'])
  expect(await ids('limit=2')).toEqual(['I4', 'I3'])
  expect(await ids('open=true')).toEqual(['I4', 'I3'])
  expect(await ids('area=C02')).toEqual(['I4'])
  expect(await ids('storm=W1')).toEqual(['I3', 'I2'])
  expect(await ids('storm=W1&open=true')).toEqual(['I3'])
  expect(await ids('storm=W1&limit=1')).toEqual(['I3'])
  // Whatever lasted at any moment from then until then.
  expect(await ids(`from=${at('10:30:00')}&to=${at('12:00:00')}`)).toEqual(['I2'])
  expect(await ids(`from=${at('11:00:00')}`)).toEqual(['I4', 'I3', 'I2'])
  expect(await ids(`to=${at('08:00:01')}`)).toEqual(['I1'])
  expect((await app.inject('/incidents?from=yesterday')).statusCode).toBe(400)
  expect((await app.inject('/incidents?limit=0')).statusCode).toBe(400)
})

test('an area is asked for together with what lies below it', async () => {
  const app = await serve([incident('I1')])
  expect((await app.inject('/incidents?area=P1')).json()).toHaveLength(1)
  expect((await app.inject('/incidents?area=P2')).json().message).toBe(
    'area: expected the id of a known one, got P2',
  )
})

test('whoever takes it on is named, and nobody takes on what is none', async () => {
  const app = await serve([incident('I7')])
  const taken = await app.inject({ method: 'POST', url: '/incidents/I7/acknowledge' })
  expect(taken.json()).toMatchObject({ id: 'I7', state: 'acknowledged', acknowledgedBy: 'admin' })
  expect((await app.inject({ method: 'POST', url: '/incidents/I8/acknowledge' })).statusCode).toBe(404)
  expect((await app.inject('/incidents/I8')).statusCode).toBe(404)
})
