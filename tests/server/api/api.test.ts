import { request } from 'node:http'
import { expect, test } from 'vitest'
import { ADMIN_PASSWORD, startTestCentre } from '../../support/centre.ts'

interface Answer {
  status: number
  body: string
}

/** A request whose headers, Host among them, are the test's to choose. */
function ask(
  address: string,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
  body = '',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(`${address}${path}`, { method, headers }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

const JSON_HEADERS = { 'content-type': 'application/json' }

test('a door at a time: what needs no sign-in, what does, and what a wrong one gets', async () => {
  const { address } = await startTestCentre()
  for (const path of ['/healthz', '/readyz', '/metrics', '/api/v1/openapi.json', '/']) {
    expect((await ask(address, path)).status, path).toBe(200)
  }
  for (const path of ['/areas', '/sites', '/devices', '/devices/D1', '/incidents', '/quarantine']) {
    expect((await ask(address, `/api/v1${path}`)).status, path).toBe(401)
    expect((await ask(address, `/api/v1${path}`, { authorization: 'Bearer no' })).status, path).toBe(401)
  }
  const enrolment = JSON.stringify({ site: 'S1', kind: 'pc', name: 'PC' })
  expect((await ask(address, '/api/v1/enrolments', JSON_HEADERS, 'POST', enrolment)).status).toBe(401)
  const wrong = JSON.stringify({ name: 'admin', password: 'không phải thế' })
  expect((await ask(address, '/api/v1/sessions', JSON_HEADERS, 'POST', wrong)).status).toBe(401)
})

test('a password can be guessed ten times a minute', async () => {
  const { address } = await startTestCentre()
  const guess = () =>
    ask(address, '/api/v1/sessions', JSON_HEADERS, 'POST', JSON.stringify({ name: 'x', password: 'y' }))
  const answers = []
  for (let tries = 0; tries < 11; tries++) answers.push((await guess()).status)
  expect(answers.at(-1)).toBe(429)
})

test('signing out ends the session', async () => {
  const { address } = await startTestCentre()
  const signedIn = await ask(
    address,
    '/api/v1/sessions',
    JSON_HEADERS,
    'POST',
    JSON.stringify({ name: 'admin', password: ADMIN_PASSWORD }),
  )
  const authorization = `Bearer ${(JSON.parse(signedIn.body) as { token: string }).token}`
  expect((await ask(address, '/api/v1/areas', { authorization })).status).toBe(200)
  expect((await ask(address, '/api/v1/sessions/current', { authorization }, 'DELETE')).status).toBe(204)
  expect((await ask(address, '/api/v1/areas', { authorization })).status).toBe(401)
})

test('the form signs in with a cookie that scripts and other sites cannot use', async () => {
  const { address } = await startTestCentre()
  const form = new URLSearchParams({ name: 'admin', password: ADMIN_PASSWORD, next: '//elsewhere.example' })
  const signedIn = await fetch(`${address}/sign-in`, { method: 'POST', body: form, redirect: 'manual' })
  expect(signedIn.status).toBe(303)
  expect(signedIn.headers.get('location')).toBe('/')
  const cookie = signedIn.headers.get('set-cookie')!
  expect(cookie).toMatch(/HttpOnly/)
  expect(cookie).toMatch(/SameSite=Lax/)
  const headers = { ...JSON_HEADERS, cookie: cookie.split(';')[0]! }
  const area = JSON.stringify({ id: 'X2', name: 'Xã Hua Bum' })
  expect(
    (await ask(address, '/api/v1/areas', { ...headers, origin: 'https://elsewhere.example' }, 'POST', area))
      .status,
  ).toBe(403)
  expect((await ask(address, '/api/v1/areas', { ...headers, origin: address }, 'POST', area)).status).toBe(
    201,
  )
})

test('while only this machine may see the pages they answer to its names alone', async () => {
  const { address } = await startTestCentre()
  const answer = await ask(address, '/', { host: 'elsewhere.example' })
  expect(answer.status).toBe(421)
  expect(answer.body).toContain('HAIDANG_PUBLIC_URL')
})

test('once they are public the pages want a sign-in too', async () => {
  const { address } = await startTestCentre({
    HAIDANG_PUBLIC_URL: 'https://gs.example.vn',
    HAIDANG_BIND: '127.0.0.1',
  })
  const page = await fetch(`${address}/devices/D1?range=7d`, { redirect: 'manual' })
  expect(page.status).toBe(302)
  expect(page.headers.get('location')).toBe('/sign-in?next=%2Fdevices%2FD1%3Frange%3D7d')
  expect((await ask(address, '/events')).status).toBe(401)
})

test('forms work behind a proxy that names itself in Host, and only from the public address', async () => {
  const { address } = await startTestCentre({
    HAIDANG_PUBLIC_URL: 'https://gs.example.vn/',
    HAIDANG_BIND: '127.0.0.1',
  })
  const body = new URLSearchParams({ name: 'admin', password: ADMIN_PASSWORD }).toString()
  const signIn = (origin: string) =>
    ask(
      address,
      '/sign-in',
      { 'content-type': 'application/x-www-form-urlencoded', host: 'pages:8080', origin },
      'POST',
      body,
    )
  expect((await signIn('https://gs.example.vn')).status).toBe(303)
  for (const origin of ['https://elsewhere.example', 'https://gs.example.vn.evil.example', 'null']) {
    expect((await signIn(origin)).status, origin).toBe(403)
  }
})

test('what is wrong is said: what was expected, where, and what came', async () => {
  const { api, enrol } = await startTestCentre()
  await enrol('D1')
  await expect(api('/areas', { id: 'X1', name: 'Xã khác' })).rejects.toThrow(
    /409.*area id: expected one that is free, got X1/,
  )
  await expect(api('/sites', { id: 'S9', area: 'X9', name: 'Điểm' })).rejects.toThrow(
    /422.*area: expected the id of a known one, got X9/,
  )
  await expect(api('/enrolments', { site: 'S1', kind: 'toaster', name: 'T' })).rejects.toThrow(
    /400.*body\.kind: expected one of pc, router/,
  )
  await expect(api('/enrolments', { site: 'S1', kind: 'pc', name: 'T', extra: 1 })).rejects.toThrow(/400/)
  await expect(api('/devices/D9')).rejects.toThrow(/404/)
  await expect(api('/devices/D1/readings?metric=cpu_percent&from=yesterday')).rejects.toThrow(
    /400.*querystring\.from: expected it to be integer, got/,
  )
  await expect(api('/incidents/I99')).rejects.toThrow(/404/)
  expect(await api('/devices/D1')).toMatchObject({ session: 'new', since: null, readAt: null, values: {} })
})

test('names are kept in one form of Unicode, however they were typed', async () => {
  const { api } = await startTestCentre()
  await api('/areas', { id: 'X2', name: 'Xã Hua Bum'.normalize('NFD') })
  const areas = await api<{ id: string; name: string }[]>('/areas')
  expect(areas.find(({ id }) => id === 'X2')!.name).toBe('Xã Hua Bum'.normalize('NFC'))
})

test('every route of the API is documented', async () => {
  const { api } = await startTestCentre()
  const { openapi, paths } = await api<{ openapi: string; paths: Record<string, object> }>('/openapi.json')
  expect(openapi).toBe('3.1.0')
  expect(
    Object.entries(paths)
      .flatMap(([path, verbs]) => Object.keys(verbs).map((verb) => `${verb} ${path}`))
      .sort(),
  ).toEqual([
    'delete /api/v1/planned/{id}',
    'delete /api/v1/sessions/current',
    'delete /api/v1/storms/{id}',
    'get /api/v1/areas',
    'get /api/v1/availability',
    'get /api/v1/calendar',
    'get /api/v1/devices',
    'get /api/v1/devices/{id}',
    'get /api/v1/devices/{id}/bill',
    'get /api/v1/devices/{id}/readings',
    'get /api/v1/incidents',
    'get /api/v1/incidents/{id}',
    'get /api/v1/planned',
    'get /api/v1/quarantine',
    'get /api/v1/reports/availability',
    'get /api/v1/reports/availability/{area}/{month}/{version}',
    'get /api/v1/sites',
    'get /api/v1/storms',
    'get /api/v1/uplinks/{id}/bill',
    'patch /api/v1/devices/{id}',
    'patch /api/v1/sites/{id}',
    'post /api/v1/areas',
    'post /api/v1/enrolments',
    'post /api/v1/incidents/{id}/acknowledge',
    'post /api/v1/planned',
    'post /api/v1/reports/availability',
    'post /api/v1/sessions',
    'post /api/v1/sites',
    'post /api/v1/storms',
    'post /api/v1/uplinks',
    'post /api/v1/warnings',
    'put /api/v1/calendar',
    'put /api/v1/devices/{id}/uplink',
    'put /api/v1/uplinks/{id}',
  ])
})
