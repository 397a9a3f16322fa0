import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { deviceId, siteId } from '#protocol/ids.ts'
import { renderIncidentHead } from '../../web/pages/incident.tsx'
import { renderNowPage } from '../../web/pages/now.tsx'
import { renderDeviceRow } from '../../web/parts/device-row.tsx'
import { renderIncidents } from '../../web/parts/incidents.tsx'
import { renderSummary, summaryOf } from '../../web/parts/summary.tsx'
import type { IncidentPageView, NowView } from '../../web/view.ts'
import { launchBrowser, noBrowser } from '../support/chromium.ts'
import { LiveSite } from '../support/live-site.ts'
import {
  ASSETS,
  AT,
  alike,
  area,
  device,
  incident,
  incidentPage,
  MINUTE_MS,
  nowView,
  viewer,
} from '../support/sample-views.ts'

const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const view = nowView({
  areas: [area('C1', 'xã Nà Tăm', [device('A'), device('B')])],
  incidents: [],
})

/** Something of everything, with a name that no line can hold. */
const eventful = incidentPage({
  incident: incident({ storm: 'W1', root: 'I2', cannotWarn: alike('Không phát loa được') }),
  reasons: [alike(`Bộ lưu điện ${'rấtdài'.repeat(20)}`)],
  ...{ root: incident({ id: 'I2' }), children: [incident({ id: 'I3' })] },
  sites: [
    {
      ...{ id: siteId('S1'), name: `Điểm${'rấtdài'.repeat(20)}`, areaName: 'Xã' },
      members: [
        { id: deviceId('D1'), name: 'rấtdài'.repeat(20), kind: 'pc', returned: null, livesOn: false },
      ],
    },
  ],
  happenings: [{ at: AT, kind: 'opened', said: alike('rấtdài'.repeat(20)), reasons: [] }],
})

describe.skipIf(noBrowser)(`an open page in Chromium${noBrowser ? ` (${noBrowser})` : ''}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser.close())

  const complaints: string[] = []
  beforeEach(() => complaints.splice(0))
  afterEach(() => expect(complaints).toEqual([]))

  async function open(
    shown: NowView,
    { incident, ...options }: { javaScriptEnabled?: boolean; incident?: IncidentPageView } = {},
  ) {
    const site = new LiveSite(shown)
    if (incident) site.incident = incident
    const address = (await site.start()) + (incident ? 'incidents/I1' : '')
    const page = await browser.newPage({ viewport: { width: 360, height: 740 }, ...options })
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      const refused = message.text().includes('Content Security Policy')
      if (refused || message.type() === 'warning') complaints.push(message.text())
    })
    onTestFinished(async () => {
      await page.close()
      await site.stop()
    })
    await page.clock.install()
    await page.goto(address)
    if (options.javaScriptEnabled !== false) await expect.poll(() => site.streams).toBe(1)
    return { site, page }
  }

  it('changes a row and the counts of its site, and keeps the focus', async () => {
    const { site, page } = await open(view)
    await page.focus('#d-A a')
    const offline = device('A', { session: 'offline', since: AT - MINUTE_MS })
    site.send('d-A', renderDeviceRow(offline, AT, 'vi'))
    await page.waitForSelector('#d-A.offline')
    expect(await page.textContent('#d-A b')).toBe('Mất kết nối')
    const counts = await page.textContent('#site-S-C1 .counts')
    expect(counts?.trim().split(/\s{2,}|(?<=nối) /)).toEqual(['1 mất kết nối', '1 hoạt động'])
    expect(await page.evaluate(() => document.activeElement?.getAttribute('href'))).toBe('/devices/A')
    expect(site.pages).toBe(1)
  })

  it('tells a screen reader a new sentence, once', async () => {
    const { site, page } = await open(view)
    site.send('summary', renderSummary(summaryOf({ ...view, at: AT + MINUTE_MS }), 'vi'))
    await page.waitForSelector('text=cập nhật 14:15')
    expect(await page.textContent('#say')).toBe('')
    const areas = [area('C1', 'xã Nà Tăm', [device('A', { session: 'offline' }), device('B')])]
    site.send('summary', renderSummary(summaryOf({ ...view, areas }), 'vi'))
    await page.waitForSelector('#say:text("1 thiết bị mất kết nối · 1 hoạt động")', { state: 'attached' })
  })

  it('fetches the page again when it hears of a device that it does not show', async () => {
    const { site, page } = await open(view)
    const added = device('C', { name: 'Máy mới lắp' })
    site.view = { ...view, areas: [area('C1', 'xã Nà Tăm', [device('A'), device('B'), added])] }
    await page.click('summary')
    site.send('d-C', renderDeviceRow(added, AT, 'vi'))
    await page.waitForSelector('#d-C', { state: 'attached' })
    expect(await page.getAttribute('#site-S-C1', 'open'), 'folded as the reader left it').toBeNull()
    // A second one waits: the page weighs a second of a thin line.
    site.send('d-D', renderDeviceRow(device('D'), AT, 'vi'))
    await page.clock.runFor(30_000)
    expect(site.pages).toBe(2)
    await page.clock.runFor(30_000)
    await expect.poll(() => site.pages).toBe(3)
  })

  it('says when the centre is lost, and is true again when it is back', async () => {
    const { site, page } = await open(view)
    expect(await page.isVisible('#lost')).toBe(false)
    site.cut()
    await page.waitForSelector('#lost:visible')
    // Refused, it asks for the page, which would lead somebody signed out to the sign-in.
    await expect.poll(() => site.pages).toBe(2)
    site.view = nowView({ ...view, incidents: [incident()] })
    site.mend()
    await page.clock.runFor(11_000)
    await page.waitForSelector('#incidents .incident.open')
    await page.waitForSelector('#lost', { state: 'hidden' })
    expect(site.pages).toBe(3)
  })

  it('opens the stream anew when the server asks for it, and says nothing of it', async () => {
    const { site, page } = await open(view)
    await page.evaluate(() => {
      const lost = document.getElementById('lost')!
      const note = () => !lost.hidden && document.body.setAttribute('data-was-lost', '')
      new MutationObserver(note).observe(lost, { attributes: true })
    })
    site.view = nowView({ ...view, incidents: [incident()] })
    site.again()
    await page.waitForSelector('#incidents .incident.open')
    expect(site.streams).toBe(1)
    expect(await page.getAttribute('body', 'data-was-lost')).toBeNull()
  })

  it('reloads for another version of the pages, once and not in a circle', async () => {
    const { site, page } = await open(view)
    const reloaded = page.waitForEvent('load')
    site.hello('v2')
    await reloaded
    await expect.poll(() => site.streams).toBe(1)
    // Still the old version, as from a server half-way through an update.
    site.hello('v2')
    site.send('d-A', renderDeviceRow(device('A', { session: 'suspect' }), AT, 'vi'))
    await page.waitForSelector('#d-A.suspect')
    expect(site.pages).toBe(2)
  })

  it('costs nothing on the line while nobody looks, and catches up on return', async () => {
    const { site, page } = await open(view)
    const look = (hidden: boolean) =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { value, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      }, hidden)
    await look(true)
    await expect.poll(() => site.streams).toBe(0)
    site.view = nowView({ ...view, incidents: [incident()] })
    await look(false)
    await page.waitForSelector('#incidents .incident.open')
    expect(site.streams).toBe(1)
    expect(await page.isVisible('#lost')).toBe(false)
  })

  it('spells ages as the server does, minute by minute, whatever clock the computer has', async () => {
    const ages = [
      0,
      20_000,
      50_000,
      59 * MINUTE_MS,
      100 * MINUTE_MS,
      23.9 * HOUR_MS,
      3 * DAY_MS + 4 * HOUR_MS,
    ]
    const devices = ages.map((age, n) =>
      device(`D${n}`, { session: 'offline', since: AT - age, readAt: AT - age }),
    )
    const aged = nowView({ areas: [area('C1', 'xã Nà Tăm', devices)] })
    const { page } = await open(aged)
    const rowsOf = (source: Page) =>
      source.evaluate(() => [...document.querySelectorAll('tbody tr')].map((row) => row.textContent))
    const reference = await browser.newPage()
    onTestFinished(() => reference.close())
    let passedMs = 0
    for (const stepMs of [MINUTE_MS, 11 * MINUTE_MS, 48 * MINUTE_MS, 23 * HOUR_MS]) {
      passedMs += stepMs
      await page.clock.fastForward(stepMs)
      const later = renderNowPage({ ...aged, at: AT + passedMs }, viewer(), ASSETS)
      await reference.setContent(later.replace(/<script.*?<\/script>/, ''))
      // A moment of today becomes a dated one overnight; the browser changes ages, not moments.
      const ageOnly = (rows: (string | null)[]) =>
        rows.map((row) => row?.replace(/từ \d\d:\d\d( ngày \S+)?/, ''))
      expect(ageOnly(await rowsOf(page)), `after ${passedMs / MINUTE_MS} min`).toEqual(
        ageOnly(await rowsOf(reference)),
      )
    }
  })

  it('says everything without JavaScript, and scrolls in one direction at 320 px', async () => {
    const long = device('L', {
      name: `Máy${'rấtdài'.repeat(20)}`,
      session: 'offline',
      since: AT - 90 * DAY_MS,
    })
    const shown = nowView({ areas: [area('C1', 'xã Nà Tăm', [long])], incidents: [incident()] })
    const { page } = await open(shown, { javaScriptEnabled: false })
    expect(await page.textContent('main')).toContain('Chưa ai nhận')
    for (const width of [320, 360, 1280]) {
      await page.setViewportSize({ width, height: 740 })
      const box = await page.locator('html').evaluate((root) => root.scrollWidth)
      expect(box, `${width}`).toBe(width)
    }
  })

  it('has targets of 44 px for a finger', async () => {
    const small = (page: Page) =>
      page.evaluate(() =>
        [...document.querySelectorAll('a:not(.skip),button,summary,input')]
          .map((target) => target.closest('tr') ?? target)
          .filter((target) => target.getBoundingClientRect().height < 44)
          .map((target) => target.textContent),
      )
    const under = incident({ id: 'I2', root: 'I1' })
    const resolved = [incident({ id: 'I3', state: 'resolved', end: AT })]
    const shown = { ...view, incidents: [incident({ storm: 'W1' }), under], resolved }
    const { page } = await open(shown)
    await page.click('#under-I1 summary')
    expect(await small(page)).toEqual([])
    expect(await page.textContent('main')).toContain('UBND xã Nà Tăm')
    const one = await open(view, { incident: eventful })
    expect(await small(one.page)).toEqual([])
  })

  it('keeps open what a reader has opened of a card', async () => {
    const under = incident({ id: 'I2', root: 'I1' })
    const { site, page } = await open({ ...view, incidents: [incident(), under] })
    await page.click('#under-I1 summary')
    const another = nowView({ incidents: [incident({ id: 'I4' }), incident(), under] })
    site.send('incidents', renderIncidents(another, 'vi'))
    await page.waitForSelector('.incident a[href="/incidents/I4"]')
    expect(await page.getAttribute('#under-I1', 'open')).not.toBeNull()
  })

  it('fetches the page of an incident again when it has changed, and only then', async () => {
    const { site, page } = await open(view, { incident: eventful })
    site.send('incident-I1', renderIncidentHead({ ...eventful, at: AT + MINUTE_MS }, 'vi'))
    site.incident = { ...eventful, version: 'w', happenings: [] }
    site.send('incident-I1', renderIncidentHead(site.incident, 'vi'))
    await page.waitForSelector('.timeline:empty', { state: 'attached' })
    expect(site.pages).toBe(2)
    site.send('incident-I1', renderIncidentHead(site.incident, 'vi'))
    await page.clock.runFor(2 * MINUTE_MS)
    expect(site.pages).toBe(2)
  })

  it('says all of an incident without JavaScript, and scrolls in one direction at 320 px', async () => {
    const { page } = await open(view, { incident: eventful, javaScriptEnabled: false })
    expect(await page.textContent('main')).toContain('Cần làm')
    expect(await page.getAttribute('form.take', 'action')).toBe('/incidents/I1/acknowledge')
    for (const width of [320, 360, 1280]) {
      await page.setViewportSize({ width, height: 740 })
      const box = await page.locator('html').evaluate((root) => root.scrollWidth)
      expect(box, `${width}`).toBe(width)
    }
  })
})
