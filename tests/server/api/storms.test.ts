import { expect, test } from 'vitest'
import { ADMIN_PASSWORD, startTestCentre, type TestCentre } from '../../support/centre.ts'
import { alertXml, areaXml, capTime, code, HOUR_MS, infoXml, SENDER } from '../storms/cap-files.ts'

interface WarningBody {
  id: string
  action: string
  severity: string
  areas: string[]
  onset: number
  expires: number
  by: string
  manual: boolean
  headline: string
  remarks: string[]
}
interface StormsBody {
  warnings: WarningBody[]
  past: WarningBody[]
}

async function tokenOf({ address }: TestCentre): Promise<string> {
  const body = JSON.stringify({ name: 'admin', password: ADMIN_PASSWORD })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${address}/api/v1/sessions`, { method: 'POST', headers, body })
  return ((await answer.json()) as { token: string }).token
}

/** What the API answers to anything at all. */
async function asker(centre: TestCentre) {
  const authorization = `Bearer ${await tokenOf(centre)}`
  return async (method: string, path: string, body?: string, type = 'application/cap+xml') => {
    const headers = { authorization, ...(body !== undefined && { 'content-type': type }) }
    const answer = await fetch(`${centre.address}/api/v1${path}`, {
      ...{ method, headers },
      ...(body !== undefined && { body }),
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
}

/** In force now, for the area of the test centre. */
function alertNow(parts: Parameters<typeof alertXml>[0] = {}): string {
  const now = Date.now()
  const times = `<onset>${capTime(now)}</onset><expires>${capTime(now + HOUR_MS)}</expires>`
  const infos = [infoXml({ times, areas: [areaXml('Xã Nà Tăm', code('none'))] })]
  return alertXml({ sent: capTime(now), infos, ...parts })
}

test('the switch: on for an area and some hours, seen at once, off again', async () => {
  const centre = await startTestCentre()
  const ask = await asker(centre)
  const before = Date.now()
  const on = await centre.api<WarningBody>('/storms', { areas: ['X1'], hours: 6, name: 'Bão số 9' })
  expect(on).toMatchObject({
    ...{
      action: 'alert',
      severity: 'severe',
      areas: ['X1'],
      by: 'admin',
      manual: true,
      headline: 'Bão số 9',
    },
    id: expect.stringMatching(/^M-[0-9a-f]{8}$/),
  })
  expect(on.onset).toBeGreaterThanOrEqual(before)
  expect(on.expires - on.onset).toBe(6 * HOUR_MS)
  expect((await centre.api<StormsBody>('/storms')).warnings).toMatchObject([{ id: on.id }])

  expect(await ask('DELETE', `/storms/${on.id}`)).toMatchObject({ status: 200, body: { action: 'cancel' } })
  expect(await centre.api<StormsBody>('/storms')).toMatchObject({ warnings: [], past: [{ id: on.id }] })
  expect((await ask('DELETE', `/storms/${on.id}`)).status).toBe(404)
  expect((await ask('DELETE', '/storms/M-none')).status).toBe(404)
})

test('what is wrong with a switch is said', async () => {
  const centre = await startTestCentre()
  const on = (body: object) => centre.api('/storms', { areas: ['X1'], hours: 6, name: 'Bão', ...body })
  await expect(on({ areas: ['X9'] })).rejects.toThrow(/422.*area: expected the id of a known one, got X9/)
  await expect(on({ areas: [] })).rejects.toThrow(/400.*areas/)
  await expect(on({ hours: 0 })).rejects.toThrow(/400.*hours/)
  await expect(on({ hours: 169 })).rejects.toThrow(/400.*hours/)
  await expect(on({ name: ' ' })).rejects.toThrow(/400.*name/)
  expect((await centre.api<StormsBody>('/storms')).warnings).toEqual([])
})

test('a CAP message is taken once, also by a centre that was started again', async () => {
  const centre = await startTestCentre()
  const ask = await asker(centre)
  const xml = alertNow()
  expect(await ask('POST', '/warnings', xml)).toMatchObject({
    status: 201,
    body: {
      ...{ outcome: 'taken', reason: null },
      warning: { id: 'VN-KTTV-1', areas: ['X1'], by: SENDER, manual: false, remarks: ['by-name'] },
    },
  })
  const known = { outcome: 'kept-out', warning: null, reason: 'This message was taken before.' }
  expect(await ask('POST', '/warnings', xml, 'text/xml')).toEqual({ status: 200, body: known })
  await centre.stop()

  const next = await startTestCentre({ HAIDANG_DATA: centre.folder })
  const again = await asker(next)
  expect(await again('POST', '/warnings', xml, 'application/xml; charset=utf-8')).toEqual({
    status: 200,
    body: known,
  })
  expect((await next.api<StormsBody>('/storms')).warnings).toMatchObject([{ id: 'VN-KTTV-1' }])
  // A person may end what a sender has given.
  expect((await again('DELETE', '/storms/VN-KTTV-1')).status).toBe(200)
})

test('an identifier as long as its sender likes can be switched off', async () => {
  const centre = await startTestCentre()
  const ask = await asker(centre)
  const identifier = `urn:oid:2.49.0.1.704/0?${'9'.repeat(170)}`
  expect((await ask('POST', '/warnings', alertNow({ identifier }))).status).toBe(201)
  const { status, body } = await ask('DELETE', `/storms/${encodeURIComponent(identifier)}`)
  expect([status, body.id, body.action]).toEqual([200, identifier, 'cancel'])
})

test('what is malformed, too large, of another type, or from nobody is refused with a word', async () => {
  const centre = await startTestCentre()
  const ask = await asker(centre)
  const wrong = await ask('POST', '/warnings', alertNow({ status: 'Real', msgType: 'Shout' }))
  expect(wrong).toMatchObject({ status: 400, body: { error: 'Bad Request' } })
  expect(String(wrong.body.message).split('\n')).toEqual([
    'alert/status: expected one of Actual, Exercise, System, Test, Draft, got Real',
    'alert/msgType: expected one of Alert, Update, Cancel, Ack, Error, got Shout',
  ])
  const laughs = '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
  expect((await ask('POST', '/warnings', laughs)).body.message).toBe('line 1: expected no <!DOCTYPE, got one')
  expect((await ask('POST', '/warnings', 'x'.repeat(2 * 1024 * 1024 + 1))).status).toBe(413)
  expect((await ask('POST', '/warnings', '{}', 'application/json')).status).toBe(415)
  expect((await ask('POST', '/areas', '<a/>')).status, 'XML is for warnings only').toBe(415)
  const headers = { 'content-type': 'application/cap+xml' }
  const nobody = await fetch(`${centre.address}/api/v1/warnings`, {
    method: 'POST',
    headers,
    body: alertNow(),
  })
  expect(nobody.status).toBe(401)
})
