import fastify from 'fastify'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { schemaErrors } from '../../../server/api/schema-errors.ts'

const Body = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    hours: Type.Number({ maximum: 168 }),
    cause: Type.Enum(['power', 'maintenance']),
    areas: Type.Array(Type.String()),
  },
  { additionalProperties: false },
)

async function refusalOf(payload: object): Promise<string> {
  const app = fastify({
    ajv: { customOptions: { removeAdditional: false, allErrors: true, verbose: true } },
    schemaErrorFormatter: schemaErrors,
  })
  app.post('/', { schema: { body: Body } }, () => 'taken')
  const answer = await app.inject({ method: 'POST', url: '/', payload })
  expect(answer.statusCode).toBe(400)
  return answer.json().message
}

test('all that is wrong is told at once: where, what was expected, what came', async () => {
  const message = await refusalOf({ hours: 900, cause: 'storm', areas: ['a'], extra: 1 })
  expect(message.split('; ').sort()).toEqual([
    'body.cause: expected one of power, maintenance, got "storm"',
    'body.hours: expected it to be <= 168, got 900',
    'body.name: expected a value, got none',
    'body: expected only what is described, got "extra"',
  ])
})

test('of very many mistakes the first are told, and of a long text its beginning', async () => {
  const areas = Array.from({ length: 500 }, () => ({ long: 'x'.repeat(100) }))
  const message = await refusalOf({ name: 'n', hours: 1, cause: 'power', areas })
  expect(message).toMatch(/; and 490 more$/)
  expect(message.length).toBeLessThan(1500)
})
