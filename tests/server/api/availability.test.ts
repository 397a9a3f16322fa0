import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { encodeGoodbye } from '#protocol/goodbye.ts'
import { encodeHello } from '#protocol/hello.ts'
import { deviceId } from '#protocol/ids.ts'
import { monthAt, monthName, monthStart } from '#protocol/month.ts'
import { Ledger } from '../../../server/ledger/ledger.ts'
import { connectedRecord, goodbyeRecord, lostRecord, platformRecord } from '../../../server/ledger/record.ts'
import { startTestCentre, type TestCentre } from '../../support/centre.ts'
import { eventually } from '../../support/eventually.ts'
import { sampleHello } from '../../support/sample-hello.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const HOUR_MS = 3600_000
const DAY_MS = 24 * HOUR_MS
/** The month before this one: it is over whenever the test runs. */
const MONTH = monthAt(Date.now()) - 1
const FROM = monthStart(MONTH)
const TO = monthStart(MONTH + 1)
const NAME = monthName(MONTH)

interface Figures {
  devices: number
  requiredMs: number
  upMs: number
  connectedMs: number
  service: { lower: number; upper: number }
}
interface Report {
  from: number
  to: number
  rules: { vi: string[]; en: string[] }
  whole: Figures
  areas: { id: string; figures: Figures }[]
  sites: { id: string; figures: Figures }[]
  uplinks: { id: string; figures: Figures }[]
  devices: { id: string; figures: Figures }[]
  intervals?: { state: string; from: number; to: number }[]
}
interface Month {
  versions: { version: number; reason: object | null; whole: Figures }[]
  next: { version: number; reason: { devices: { device: string }[] } | null } | null
}

/** Into the ledger of a centre that is stopped. */
async function write(folder: string, ...records: Parameters<Ledger['append']>[0][]): Promise<void> {
  const ledger = new Ledger(join(folder, 'ledger.db'), pino({ level: 'silent' }))
  await ledger.start()
  for (const record of records) await ledger.append(record)
  await ledger.stop()
}

const hello = (boot: number, uptimeMs: number) =>
  encodeHello(sampleHello({ boot, uptimeSeconds: Math.round(uptimeMs / 1000) }))
const [R1, SP1] = [deviceId('R1'), deviceId('SP1')]
/** When both have begun to run. */
const BOOTED = FROM - DAY_MS

/** A centre that has watched a router and a loudspeaker for a month; the router was
 * gone for two hours on day 10, the loudspeaker fell silent two days before the end. */
async function watched(folder: string): Promise<TestCentre> {
  const first = await startTestCentre({ HAIDANG_DATA: folder })
  await first.api('/uplinks', { id: 'L1', site: 'S1', name: 'FTTH', isp: 'VNPT', medium: 'fibre' })
  await first.enrol('R1', 'S1', 'router')
  await first.enrol('SP1', 'S1', 'speaker')
  await first.stop()
  const gone = FROM + 9 * DAY_MS
  const back = gone + 2 * HOUR_MS
  await write(
    folder,
    platformRecord(BOOTED - DAY_MS, 'started'),
    connectedRecord(BOOTED, R1, 60, hello(1, 0)),
    connectedRecord(BOOTED, SP1, 60, hello(1, 0)),
    lostRecord(gone, R1, 'socket'),
    connectedRecord(back, R1, 60, hello(1, back - BOOTED)),
    lostRecord(TO - 2 * DAY_MS, SP1, 'socket'),
    goodbyeRecord(TO + 1000, R1, encodeGoodbye({ reason: 'shutdown', boot: 1, uptimeSeconds: 32 * 86_400 })),
  )
  return startTestCentre({ HAIDANG_DATA: folder })
}

const caughtUp = (centre: TestCentre) =>
  eventually('caught up', async () => (await fetch(`${centre.address}/readyz`)).status === 200)

test('figures of a month by area, site, line and device, with their rules; the same after a restart and a rebuild', async () => {
  const folder = temporaryFolder()
  const centre = await watched(folder)
  await caughtUp(centre)
  const asOf = TO + HOUR_MS
  const path = `/availability?area=X1&from=${FROM}&to=${TO}&asOf=${asOf}`
  const report = await centre.api<Report>(path)
  expect(report).toMatchObject({ from: FROM, to: TO, asOf, scope: { area: 'X1', site: null } })
  expect(report.areas.map(({ id }) => id)).toEqual(['X1'])
  expect(report.sites.map(({ id }) => id)).toEqual(['S1'])
  expect(report.uplinks.map(({ id, figures }) => [id, figures.devices])).toEqual([['L1', 2]])
  expect(report.rules.vi).toHaveLength(report.rules.en.length)
  expect(report.rules.vi.join()).toContain('07:30–17:00')
  const router = report.devices.find(({ id }) => id === 'R1')!.figures
  // The same boot came back: it was up all the time and could not be reached for two hours.
  expect(router.upMs).toBe(TO - FROM)
  expect(router.upMs - router.connectedMs).toBeGreaterThan(2 * HOUR_MS - 120_000)
  expect(router.upMs - router.connectedMs).toBeLessThan(2 * HOUR_MS + 120_000)

  const one = await centre.api<Report>(`${path}&device=R1&intervals=true`)
  expect(one.intervals!.map(({ state }) => state)).toEqual(['up-connected', 'up-unreachable', 'up-connected'])
  expect([one.areas, one.sites, one.uplinks]).toEqual([[], [], []])

  await centre.stop()
  const again = await startTestCentre({ HAIDANG_DATA: folder })
  await caughtUp(again)
  expect(await again.api<Report>(path)).toEqual(report)

  // Worked out anew from the ledger it comes to the same.
  await again.stop()
  for (const file of readdirSync(folder)) {
    if (file.startsWith('projections.db')) rmSync(join(folder, file))
  }
  const anew = await startTestCentre({ HAIDANG_DATA: folder })
  await caughtUp(anew)
  expect(await anew.api<Report>(path)).toEqual(report)
})

test('a question that cannot be answered says why', async () => {
  const { api } = await startTestCentre()
  await expect(api('/availability?area=X9&device=D9')).rejects.toThrow(
    /404.*area: expected the id of a known one, got X9; device: .* got D9/,
  )
  await expect(api(`/availability?from=${TO}&to=${FROM}`)).rejects.toThrow(/422.*from, to: expected/)
  await expect(api(`/availability?from=0&to=${TO}`)).rejects.toThrow(/422.*at most 367 days/)
  await expect(api('/availability?intervals=true')).rejects.toThrow(/422.*together with device/)
  await expect(api('/availability?from=yesterday')).rejects.toThrow(/400.*querystring\.from/)
})

test('a month is published once and read again as it was; late word makes a second version beside it', async () => {
  const folder = temporaryFolder()
  const centre = await watched(folder)
  await caughtUp(centre)
  const path = `/reports/availability?area=X1&month=${NAME}`
  expect(await centre.api<Month>(path)).toMatchObject({ versions: [], next: { version: 1, reason: null } })
  const published = await centre.api<{ version: number; report: Report }>('/reports/availability', {
    area: 'X1',
    month: NAME,
  })
  expect(published).toMatchObject({ version: 1, area: 'X1', month: NAME, publishedBy: 'admin', reason: null })
  expect(await centre.api(`/reports/availability/X1/${NAME}/1`)).toEqual(published)
  expect(await centre.api<Month>(path)).toMatchObject({
    versions: [{ version: 1, whole: published.report.whole }],
    next: null,
  })
  await expect(centre.api('/reports/availability', { area: 'X1', month: NAME })).rejects.toThrow(/409/)
  await expect(
    centre.api('/reports/availability', { area: 'X1', month: monthName(MONTH + 1) }),
  ).rejects.toThrow(/422.*expected one that is over/)
  await expect(centre.api('/reports/availability', { area: 'X9', month: NAME })).rejects.toThrow(/404/)
  await expect(centre.api(`/reports/availability/X1/${NAME}/2`)).rejects.toThrow(/404/)

  const page = await fetch(`${centre.address}/availability?area=X1&month=${NAME}&version=1`)
  expect(page.status).toBe(200)
  expect(await page.text()).toContain('Bản 1')
  expect((await fetch(`${centre.address}/availability?area=X1&month=${NAME}&version=2`)).status).toBe(404)
  expect((await fetch(`${centre.address}/availability?area=X9`)).status).toBe(404)
  const form = new URLSearchParams({ area: 'X1', month: NAME })
  const unsigned = await fetch(`${centre.address}/availability`, {
    method: 'POST',
    body: form,
    redirect: 'manual',
  })
  expect(unsigned.headers.get('location')).toMatch(/^\/sign-in\?next=/)

  // The loudspeaker comes back in the same boot: it was up all the time.
  await centre.stop()
  const late = Date.now()
  await write(folder, connectedRecord(late, SP1, 60, hello(1, late - BOOTED)))
  const later = await startTestCentre({ HAIDANG_DATA: folder })
  await caughtUp(later)
  const { next } = await later.api<Month>(path)
  expect(next).toMatchObject({
    version: 2,
    reason: { devices: [{ device: 'SP1', learnedAt: late, changes: [{ is: 'up-unreachable' }] }] },
  })
  const body = { area: 'X1', month: NAME }
  const second = await later.api<{ version: number; report: Report }>('/reports/availability', body)
  expect(second).toMatchObject({ version: 2, reason: next!.reason })
  expect(second.report.whole.upMs - published.report.whole.upMs).toBeGreaterThan(1.9 * DAY_MS)
  expect(await later.api(`/reports/availability/X1/${NAME}/1`)).toEqual(published)
  const both = await (await fetch(`${later.address}/availability?area=X1&month=${NAME}`)).text()
  expect(both).toMatch(/Bản 1<.*Bản 2<.*chạy, không kết nối được/s)
})
