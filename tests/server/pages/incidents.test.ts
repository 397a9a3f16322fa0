import type { AddressInfo } from 'node:net'
import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import helmet from '@fastify/helmet'
import fastify from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import type { Account } from '../../../server/auth/accounts.ts'
import { pageFrame } from '../../../server/pages/frame.ts'
import { incidentPages } from '../../../server/pages/incidents.ts'
import { incident, type World, world } from './world.ts'

/** The pages of incidents alone, looked at by `account`. Who takes one on is kept in `taken`. */
async function serve(made: World, account: Account | null, localOnly = true) {
  const app = fastify({ forceCloseConnections: true })
  await app.register(cookie)
  await app.register(formbody)
  await app.register(helmet, { enableCSPNonces: true })
  app.decorateRequest('account', null)
  app.addHook('onRequest', async (request) => {
    request.account = account
  })
  const taken: string[] = []
  const acknowledge = async (id: string, by: string) => {
    taken.push(`${id} by ${by}`)
    return made.parts.incidents.find(id)
  }
  const browserFiles = { style: '', version: 'v1' } as Parameters<typeof pageFrame>[0]['browserFiles']
  const parts = { ...made.parts, incidents: { ...made.parts.incidents, acknowledge } }
  await app.register(incidentPages(parts, pageFrame({ browserFiles, localOnly })))
  await app.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => app.close())
  return { address: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`, taken }
}

const admin: Account = { id: 1, name: 'admin' } as unknown as Account

function oneOpen(): World {
  const made = world(1, 2)
  made.open.push(incident('I7'))
  return made
}

const post = (url: string) => fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams() })

test('an incident has its page, in the language asked for; what is none has not', async () => {
  const { address } = await serve(oneOpen(), admin)
  const page = await fetch(`${address}/incidents/I7`)
  expect(page.headers.get('cache-control')).toBe('no-store')
  const html = await page.text()
  expect(html).toContain('Mất kết nối · Máy 0 (UBND xã Nà Tăm 0)')
  expect(html).toContain('/events?lang=vi&amp;incident=I7')
  expect(await (await fetch(`${address}/incidents/I7?lang=en`)).text()).toContain('Down · Máy 0')
  for (const id of ['I8', 'X1', 'I7x', `I${'9'.repeat(13)}`]) {
    expect([400, 404], id).toContain((await fetch(`${address}/incidents/${id}`)).status)
  }
})

test('the button is a form that works without a script, and a look at its address takes on nothing', async () => {
  const { address, taken } = await serve(oneOpen(), admin)
  const html = await (await fetch(`${address}/incidents/I7`)).text()
  const action = html.match(/<form class="take" method="post" action="([^"]+)"/)?.[1]
  expect(action).toBe('/incidents/I7/acknowledge')
  expect((await fetch(address + action)).status).toBe(404)
  expect(taken).toEqual([])
  const answer = await post(address + action)
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/incidents/I7'])
  expect(taken).toEqual(['I7 by admin'])
  expect((await post(`${address}/incidents/I8/acknowledge`)).status).toBe(404)
})

test('whoever is not signed in may look where that is allowed, and is asked who takes it on', async () => {
  const { address, taken } = await serve(oneOpen(), null)
  const html = await (await fetch(`${address}/incidents/I7`)).text()
  expect(html).not.toContain('class="take"')
  expect(html).toContain('href="/sign-in?next=%2Fincidents%2FI7"')
  const answer = await post(`${address}/incidents/I7/acknowledge`)
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-in?next=%2Fincidents%2FI7'])
  expect(taken).toEqual([])

  const outside = await serve(oneOpen(), null, false)
  const page = await fetch(`${outside.address}/incidents/I7`, { redirect: 'manual' })
  expect([page.status, page.headers.get('location')]).toEqual([302, '/sign-in?next=%2Fincidents%2FI7'])
})
