import { expect, test } from 'vitest'
import { ADMIN_PASSWORD, startTestCentre } from '../../support/centre.ts'

interface PlanBody {
  id: string
  sites: string[]
  from: number
  to: number
  owner: string
  enteredAt: number
  changedAt: number
}
interface PlannedBody {
  ahead: PlanBody[]
  past: PlanBody[]
}

const HOUR_MS = 3600_000

async function startWithPlaces() {
  const centre = await startTestCentre()
  await centre.api('/areas', { id: 'X2', parent: 'X1', name: 'Bản Coóng Nọi' })
  await centre.api('/sites', { id: 'S2', area: 'X2', name: 'Trạm y tế' })
  const ahead = Date.now() + HOUR_MS
  const cut = { cause: 'power', reason: 'EVN sửa lưới', from: ahead, to: ahead + HOUR_MS }
  const enter = (changes: object) => centre.api<PlanBody>('/planned', { ...cut, ...changes })
  const signedIn = await fetch(`${centre.address}/api/v1/sessions`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ name: 'admin', password: ADMIN_PASSWORD }),
  })
  const { token } = (await signedIn.json()) as { token: string }
  const callOff = async (id: string) => {
    const headers = { authorization: `Bearer ${token}` }
    const answer = await fetch(`${centre.address}/api/v1/planned/${id}`, { method: 'DELETE', headers })
    return { status: answer.status, body: (await answer.json()) as PlanBody }
  }
  return { centre, ahead, enter, callOff, list: () => centre.api<PlannedBody>('/planned') }
}

test('a cut for an area is one for all sites that lie in it, seen at once, by whom and when', async () => {
  const { centre, ahead, enter, list } = await startWithPlaces()
  const before = Date.now()
  const plan = await enter({ areas: ['X1'], sites: ['S1'] })
  expect(plan).toMatchObject({
    ...{ id: expect.stringMatching(/^P-[0-9a-f]{8}$/), sites: ['S1', 'S2'], cause: 'power' },
    ...{ from: ahead, to: ahead + HOUR_MS, reason: 'EVN sửa lưới', owner: 'admin' },
  })
  expect(plan.enteredAt).toBeGreaterThanOrEqual(before)
  expect((await enter({ areas: ['X2'], from: ahead - 60_000, cause: 'maintenance' })).sites).toEqual(['S2'])
  expect(await list()).toMatchObject({ ahead: [{ sites: ['S2'] }, { id: plan.id }], past: [] })
  await centre.stop()
  const next = await startTestCentre({ HAIDANG_DATA: centre.folder })
  expect((await next.api<PlannedBody>('/planned')).ahead).toHaveLength(2)
})

test('one that has not begun is called off, one that has ends now and stays what it was', async () => {
  const { ahead, enter, callOff, list } = await startWithPlaces()
  const later = await enter({ sites: ['S1'] })
  expect(await callOff(later.id)).toMatchObject({ status: 200, body: { from: ahead, to: ahead } })
  const running = await enter({ sites: ['S1'], from: Date.now() - HOUR_MS })
  const before = Date.now()
  const ended = await callOff(running.id)
  expect(ended.body.to).toBeGreaterThanOrEqual(before)
  expect(ended.body.enteredAt).toBe(running.enteredAt)
  expect((await callOff(running.id)).status).toBe(404)
  expect((await callOff('P-0')).status).toBe(404)
  expect(await list()).toMatchObject({ ahead: [], past: [{ id: running.id }, { id: later.id }] })
})

test('what is wrong with a plan is said', async () => {
  const { ahead, enter } = await startWithPlaces()
  await expect(enter({ sites: ['S9'] })).rejects.toThrow(/422.*site: expected the id of a known one, got S9/)
  await expect(enter({ areas: ['X9'] })).rejects.toThrow(/422.*area: expected the id of a known one, got X9/)
  await expect(enter({})).rejects.toThrow(/422.*sites: expected one at least, got none/)
  await expect(enter({ sites: ['S1'], to: ahead })).rejects.toThrow(/422.*to: expected a time behind from/)
  await expect(enter({ sites: ['S1'], from: 1, to: 2 })).rejects.toThrow(/422.*to: expected a time to come/)
  await expect(enter({ sites: ['S1'], to: ahead + 800 * HOUR_MS })).rejects.toThrow(/422.*at most 31 days/)
  await expect(enter({ sites: ['S1'], cause: 'party' })).rejects.toThrow(/400.*cause/)
})
