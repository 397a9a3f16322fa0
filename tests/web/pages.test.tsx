import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { buildSync, transformSync } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { SILENT_STEP } from '#protocol/pace.ts'
import { renderDevicePage } from '../../web/pages/device.tsx'
import { renderNowPage } from '../../web/pages/now.tsx'
import { renderProblemPage } from '../../web/pages/problem.tsx'
import { renderSignInPage } from '../../web/pages/sign-in.tsx'
import { renderDeviceRow } from '../../web/parts/device-row.tsx'
import { renderIncidents } from '../../web/parts/incidents.tsx'
import { renderSummary, summaryOf } from '../../web/parts/summary.tsx'
import type {
  BillView,
  DevicePageView,
  DeviceView,
  Language,
  NowView,
  PaceView,
  RowsView,
  SessionState,
  Viewer,
} from '../../web/view.ts'
import { MARKS, SESSION_STATES } from '../../web/view.ts'
import { officePc, probedRouter, unwatchedSpeaker } from '../support/sample-device-page.ts'
import {
  ASSETS,
  AT,
  alike,
  area,
  chart,
  country,
  device,
  drawn,
  incident,
  MINUTE_MS,
  NO_ROWS,
  nowView,
  province,
  devicePage as samplePage,
  viewer,
} from '../support/sample-views.ts'

const style = transformSync(readFileSync('web/style.css', 'utf8'), { loader: 'css', minify: true }).code

const gzipBytes = (text: string) => gzipSync(text).length

/** What a reader sees, without what the style and the shapes are made of. */
const textOf = (html: string) =>
  html
    .replace(/<style[\s\S]*?<\/style>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

const elementWith = (html: string, id: string) =>
  html.match(new RegExp(`<(\\w+) id="${id}"[\\s\\S]*?</\\1>`))?.[0] ?? ''

/** Two sites with something of everything; names of digits only, so that every word comes from the pages. */
function everything(): NowView {
  const devices = SESSION_STATES.map((session, n) =>
    device(`${n}`, {
      name: `${n}`,
      session,
      kind: (['pc', 'router', 'speaker', 'other'] as const)[n % 4] ?? 'pc',
    }),
  )
  const names = {
    ...{ areaNames: ['1'], siteNames: ['2'], deviceNames: ['3', '4', '5', '6', '7', '8'], siteDevices: 6 },
    place: alike('2'),
  }
  return nowView({
    areas: [
      { ...area('1', '1', devices), sites: [{ id: area('1', '1', []).sites[0]!.id, name: '2', devices }] },
    ],
    incidents: [
      ...(['open', 'acknowledged', 'recovering'] as const).map((state) =>
        incident({ ...names, state, acknowledgedBy: state === 'acknowledged' ? '0' : null }),
      ),
      incident({ ...names, id: 'I2', root: 'I1', cause: 'power', storm: '0', flapping: true }),
      incident({ ...names, id: 'I3', scope: 'platform', cause: 'platform', cannotWarn: alike('0') }),
    ],
    resolved: Array.from({ length: 14 }, () =>
      incident({ ...names, state: 'resolved', start: [AT - 2e8, AT - 2e8], end: AT - 1e6 }),
    ),
  })
}

const devicePage = (changes: Partial<DevicePageView> = {}): DevicePageView =>
  samplePage({
    device: device('9', {
      name: '9',
      values: {
        ...{ cpu_percent: 1, rx_bytes: 2e9, uptime_seconds: 273_720, metric_77: 5 },
        ...{ antivirus_state: 4, line_bytes: 3e9, power_source: 2, cell_id: 1_203_457 },
      },
    }),
    drawn: drawn([chart({}, 30), chart({ metric: 'rtt_ms', unit: 'ms', points: [] })]),
    incidents: everything().incidents,
    ...changes,
  })

/** Pages with something of everything that a device can tell; what comes from outside is digits. */
function devicePages(): DevicePageView[] {
  const pc = officePc()
  const traits = Object.fromEntries(Object.keys(pc.traits).map((trait) => [trait, '7']))
  const told = {
    ...{ antivirus_mode: 'passive', antivirus_why: 'signatures-old made=2026-06-12 limit_hours=720' },
    ...{
      boot_end: 'restart 2026-06-20T03:02:11Z 9',
      made: '2019-05-02',
      memory_mib: '4096',
      disks: '1 · failing',
    },
  }
  const named = { siteName: '2', areaName: '1', faults: [{ collector: 'cpu', reason: '3' }] }
  const digits = (view: DevicePageView): DevicePageView => ({
    ...view,
    ...named,
    device: { ...view.device, name: '9' },
    prober: view.prober && { ...view.prober, name: '8' },
    lines: view.lines.map((line) => ({ ...line, name: '6' })),
    drawn: view.drawn && { ...view.drawn, charts: [] },
    traits: view === pc ? { ...traits, ...told, trait_99: '5' } : {},
  })
  return [pc, probedRouter(), unwatchedSpeaker()].map(digits)
}

function everyPage(language: Language): string[] {
  const reader = viewer({ language })
  const signedIn: Viewer = { ...reader, name: '0' }
  return [
    ...devicePages().map((view) => renderDevicePage(view, reader, ASSETS)),
    renderNowPage(
      nowView({
        areas: [
          area(
            '1',
            '1',
            devicePages().map((view) => view.device),
          ),
        ],
      }),
      reader,
      ASSETS,
    ),
    renderNowPage(everything(), reader, ASSETS),
    renderNowPage(nowView(), signedIn, ASSETS),
    renderNowPage(nowView({ areas: [area('1', '1', [device('1', { name: '1' })])] }), reader, ASSETS),
    renderDevicePage(devicePage(), reader, ASSETS),
    renderDevicePage(
      devicePage({ incidents: [], device: device('8', { name: '8', readAt: null }) }),
      reader,
      ASSETS,
    ),
    renderSignInPage(reader, ASSETS, 'wrong', '/'),
    renderSignInPage(reader, ASSETS, 'too-many', '/'),
    ...[400, 403, 404, 429, 500].map((status) => renderProblemPage(reader, ASSETS, status)),
  ]
}

describe('the front page', () => {
  it('says in one sentence what is down and what works', () => {
    const session = (count: number, state: SessionState) =>
      Array.from({ length: count }, (_, n) => device(`${state}${n}`, { session: state }))
    const areas = [
      area('C1', 'xã Nà Tăm', [...session(3, 'offline'), ...session(12, 'online'), ...session(2, 'goodbye')]),
    ]
    const summary = renderSummary(summaryOf(nowView({ areas })), 'vi')
    expect(textOf(summary)).toMatch(/3 thiết bị mất kết nối · 12 hoạt động 2 đã tắt · cập nhật 14:14/)
    expect(textOf(renderSummary(summaryOf(nowView({ areas })), 'en'))).toMatch(
      /3 offline now · 12 online 2 switched off/,
    )
  })

  it('is calm only when every device was heard and no incident is open', () => {
    const calm = nowView({
      areas: [area('C1', 'xã Nà Tăm', [device('A'), device('B', { session: 'goodbye' })])],
    })
    expect(textOf(renderSummary(summaryOf(calm), 'vi'))).toContain('Tất cả 2 thiết bị ổn cập nhật 14:14')
    expect(renderSummary(summaryOf({ ...calm, incidents: [incident()] }), 'vi')).not.toContain('Tất cả')
    for (const session of ['suspect', 'stale', 'new', 'offline'] as const) {
      const areas = [area('C1', 'xã Nà Tăm', [device('A'), device('B', { session })])]
      expect(renderSummary(summaryOf(nowView({ areas })), 'vi'), session).not.toContain('Tất cả')
    }
  })

  it('tells an empty world what to do next', () => {
    expect(textOf(renderNowPage(nowView(), viewer(), ASSETS))).toContain(
      'hãy chạy npx haidang enrol trên máy cần theo dõi',
    )
  })

  it('says what is announced although nothing is wrong', () => {
    const warning = {
      ...{ id: 'W1', headline: 'Bão số 9 <gần bờ>', severity: 'extreme' as const, isTest: false },
      ...{ areaNames: ['xã A', 'xã B', 'xã C', 'xã D'], onset: AT, expires: AT + 120 * MINUTE_MS },
      ...{ isCancelled: false, by: 'x', isManual: false, remarks: [] },
    }
    const page = renderNowPage(nowView({ warnings: [warning] }), viewer(), ASSETS)
    expect(textOf(page)).toContain('14:14–16:14 · xã A, xã B, xã C và 1 nơi khác')
    expect(page).toContain('Bão số 9 &lt;gần')
  })

  it('puts what nobody handles first, and says what, where, since when', () => {
    const incidents = [
      incident({ id: 'I2', state: 'recovering', place: alike('UBND xã Bản Bo') }),
      incident({
        ...{ start: [AT - 17 * MINUTE_MS, AT - 12 * MINUTE_MS], cause: 'power' },
        reason: alike('Bộ lưu điện chạy pin lúc 13:58'),
      }),
    ]
    const text = textOf(renderIncidents(nowView({ incidents }), 'vi'))
    expect(text).toContain(
      'Mất kết nối · UBND xã Nà Tăm Xã Nà Tăm · 2/2 thiết bị từ khoảng 13:57–14:02 ( 12 phút ) Máy văn thư, Bộ định tuyến Nghi do mất điện. Bộ lưu điện chạy pin lúc 13:58. Chưa ai nhận',
    )
    expect(text.indexOf('Chưa ai nhận')).toBeLessThan(text.indexOf('Đang khôi phục'))
  })

  it('says how long what is over has lasted', () => {
    const start = AT - 400 * MINUTE_MS
    const resolved = [incident({ state: 'resolved', start: [start, start], end: start + 159 * MINUTE_MS })]
    expect(textOf(renderIncidents(nowView({ resolved }), 'vi'))).toContain(
      'UBND xã Nà Tăm mất 2 giờ 39 phút (07:34–10:13) Xã Nà Tăm · 2/2 thiết bị · Chưa rõ nguyên nhân',
    )
  })

  it('shows a device with state, since, key readings and their age', () => {
    const row = renderDeviceRow(device('A', { session: 'offline', since: AT - 12 * MINUTE_MS }), AT, 'vi')
    expect(textOf(row)).toBe('Máy A Máy tính Mất kết nối từ 14:02 ( 12 phút ) 12% 48% 71% 23 ms 2 phút trước')
    const astray = device('A', { session: 'offline', since: 9e15, readAt: 9e15 })
    expect(textOf(renderDeviceRow(astray, AT, 'vi'))).toBe(
      'Máy A Máy tính Mất kết nối từ – (–) 12% 48% 71% 23 ms –',
    )
    const unheard = device('B', { session: 'new', since: null, readAt: null, values: {} })
    expect(textOf(renderDeviceRow(unheard, AT, 'en'))).toBe('Máy B Computer New')
  })

  it('renders what the live stream sends exactly as the page has it', () => {
    const view = everything()
    const page = renderNowPage(view, viewer(), ASSETS)
    expect(page).toContain(renderSummary(summaryOf(view), 'vi'))
    expect(page).toContain(renderIncidents(view, 'vi'))
    for (const each of view.areas[0]!.sites[0]!.devices) {
      const row = renderDeviceRow(each, AT, 'vi')
      expect(elementWith(row, `d-${each.id}`)).toBe(row)
      expect(page).toContain(row)
    }
  })

  it('folds quiet sites in a middling world, and opens those with a device offline', () => {
    const page = renderNowPage(nowView({ areas: province(6, 10, 30) }), viewer(), ASSETS)
    const sites = page.match(/<details[\s\S]*?<\/details>/g) ?? []
    expect(sites).toHaveLength(6)
    for (const site of sites) {
      expect(/^<details[^>]* open/.test(site)).toBe(site.includes('class="d offline"'))
    }
  })

  it('keeps 1,400 devices to one small page, each site a tap away', () => {
    const areas = province(100, 14, 60)
    const page = renderNowPage(nowView({ areas }), viewer(), { ...ASSETS, style })
    expect(gzipBytes(page)).toBeLessThanOrEqual(8 * 1024)
    const quiet = page.match(/<a id="(site-[^"]+)" href="([^"]+)"/)
    const [, id = '', href = ''] = quiet ?? []
    const opened = renderNowPage(nowView({ areas }), viewer({ path: href.split('#')[0]! }), ASSETS)
    expect(opened).toMatch(new RegExp(`<details id="${id}" class="site" open>`))
  })

  it('folds whole areas of a country, opens those in trouble as far as they fit, and each by its link', () => {
    const areas = country(34, 98, { P3: 'offline' })
    const page = renderNowPage(nowView({ areas }), viewer(), { ...ASSETS, style })
    expect(gzipBytes(page)).toBeLessThanOrEqual(8 * 1024)
    const lines = page.match(/<a href="\/\?area=P\d+"><b>[^<]*<\/b> 196 hoạt động<\/a>/g)
    expect(lines).toHaveLength(33)
    const troubled = page.slice(page.indexOf('Tỉnh 3<'), page.indexOf('Tỉnh 4<'))
    expect(troubled, 'too large to open: a line that says so').toMatch(
      /<b>1<\/b> mất kết nối<\/span> 195 hoạt động/,
    )

    const small = renderNowPage(nowView({ areas: country(34, 60, { P3: 'offline' }) }), viewer(), ASSETS)
    expect(small).toContain('<h3>Tỉnh 3</h3>')
    expect(small).toMatch(/<details id="site-S-P3-0" class="site" open>/)
    expect(small.match(/href="\/\?area=/g)).toHaveLength(33)

    const opened = renderNowPage(nowView({ areas }), viewer({ path: '/?area=P3' }), ASSETS)
    expect(opened.match(/id="site-[^"]+"/g)).toHaveLength(98)
    expect(opened).not.toContain('Tỉnh 4')
    const asked = renderNowPage(nowView({ areas }), viewer({ path: '/?site=S-P9-7' }), ASSETS)
    expect(asked).toContain('<details id="site-S-P9-7" class="site" open>')
  })

  it('never folds all into one line', () => {
    const page = renderNowPage(nowView({ areas: province(150, 2, 1000) }), viewer(), ASSETS)
    expect(page.match(/href="\/\?area=/g)).toHaveLength(150)
  })

  it('bears every commune of the country side by side, with no province above them', () => {
    const areas = province(3321, 2, 40)
      .slice(1)
      .map((each) => ({ ...each, depth: 0 }))
    const page = renderNowPage(nowView({ areas }), viewer(), { ...ASSETS, style })
    expect(page.match(/href="\/\?area=/g)).toHaveLength(3321)
    expect(Buffer.byteLength(page)).toBeLessThan(300_000)
    expect(gzipBytes(page)).toBeLessThanOrEqual(40 * 1024)
  })

  it('leaves out areas that hold nothing, and keeps those above a site', () => {
    const areas = [
      { ...area('P', 'Tỉnh', []), sites: [] },
      { ...area('X', 'Cụm trống', [], 1), sites: [] },
      { ...area('Y', 'Cụm đầy', [], 1), sites: [] },
      area('C', 'xã Nà Tăm', [device('A')], 2),
      { ...area('Z', 'Xã trống', [], 2), sites: [] },
    ]
    const headings = renderNowPage(nowView({ areas }), viewer(), ASSETS).match(/<h[3-6]>[^<]*/g)
    expect(headings).toEqual(['<h3>Tỉnh', '<h4>Cụm đầy', '<h5>xã Nà Tăm'])
  })
})

describe('the page of a device', () => {
  it('shows every metric with its unit, those that this version does not know too', () => {
    const text = textOf(renderDevicePage(devicePage(), viewer(), ASSETS))
    expect(text).toContain(
      'Đường truyền Đã nhận 2 GB Dữ liệu đã dùng trong tháng 3 GB Máy Bộ xử lý 1% Diệt virus Đang bảo vệ Thời gian chạy 3 ngày 4 giờ Nguồn điện Nguồn điện Chạy bằng pin Mạng di động Trạm di động 4701 Khác Chỉ số 77 5',
    )
  })

  it.each<[string, Language, Partial<PaceView>, string]>([
    ['reports alone', 'vi', {}, 'Báo cáo mỗi 15 phút'],
    ['pings', 'vi', { keepaliveSeconds: 60 }, 'Báo cáo mỗi 15 phút, báo còn hoạt động mỗi 60 giây'],
    [
      'the sentinel',
      'vi',
      { keepaliveSeconds: 300, sentinel: true },
      'Báo cáo mỗi 15 phút, báo còn hoạt động mỗi 5 phút, canh đường truyền thay các máy khác',
    ],
    [
      'what a budget stretched',
      'vi',
      { reportSeconds: 10_800, keepaliveSeconds: 7200, step: 4 },
      'Báo cáo mỗi 3 giờ, báo còn hoạt động mỗi 2 giờ, đã giãn nhịp 4 bậc để giữ hạn mức dữ liệu',
    ],
    [
      'the same in English',
      'en',
      { keepaliveSeconds: 90 },
      'Reports every 15 min, sign of life every 90 sec',
    ],
    [
      'a sentinel stretched by one step, in English',
      'en',
      { sentinel: true, step: 1 },
      'Reports every 15 min, watches the line for the others, stretched 1 step by its data budget',
    ],
  ])('says how often it hears of it: %s', (_case, language, changes, sentence) => {
    const pace = { reportSeconds: 900, keepaliveSeconds: 1200, step: 0, sentinel: false, ...changes }
    const page = renderDevicePage(devicePage({ pace }), viewer({ language }), ASSETS)
    expect(page).toContain(`<p>${sentence}</p>`)
  })

  it.each<[string, Language, Partial<BillView>, string]>([
    ['in a cap, with a price', 'vi', {}, 'Dữ liệu tháng này: 0,7 MB trên 5 MB, khoảng 140\u00a0đ'],
    ['in English', 'en', {}, 'Data this month: 0.7 MB of 5 MB, about 140\u00a0đ'],
    ['neither cap nor price', 'vi', { capBytes: null, vnd: null }, 'Dữ liệu tháng này: 0,7 MB'],
    [
      'reckoned by the centre',
      'vi',
      { bytes: 24_400, vnd: 1400, estimated: true },
      'Dữ liệu tháng này: 0,024 MB trên 5 MB, khoảng 1.400\u00a0đ, ước tính',
    ],
  ])('says what the month has cost: %s', (_case, language, changes, sentence) => {
    const bill = { bytes: 700_000, capBytes: 5_000_000, vnd: 140, estimated: false, ...changes }
    const page = renderDevicePage(devicePage({ bill }), viewer({ language }), ASSETS)
    expect(page).toContain(`<p>${sentence}</p>`)
  })

  it('says that a device is silent until the month is over', () => {
    const pace = {
      reportSeconds: 31 * 86_400,
      keepaliveSeconds: 31 * 86_400,
      step: SILENT_STEP,
      sentinel: false,
    }
    const page = textOf(renderDevicePage(devicePage({ pace }), viewer(), ASSETS))
    expect(page).toContain('Đã dùng hết hạn mức dữ liệu của tháng: chỉ báo khi có thay đổi')
  })

  it('says nothing of a pace that was never told', () => {
    expect(textOf(renderDevicePage(devicePage(), viewer(), ASSETS))).not.toContain('Báo cáo mỗi')
  })

  it.each<[string, Language, Partial<RowsView>, string]>([
    ['all is here', 'vi', { stored: 10_080 }, 'Lượt đo: đã đo 10.080, đã lưu 10.080, còn chờ gửi 0'],
    [
      'thinned',
      'vi',
      { stored: 10_060, declaredLost: { ...NO_ROWS.declaredLost, thinned: 20 } },
      'Lượt đo: đã đo 10.080, đã lưu 10.060, tác tử báo mất 20 (lấy thưa khi nhật ký đầy), còn chờ gửi 0',
    ],
    [
      'of every kind',
      'vi',
      {
        stored: 1,
        declaredLost: { thinned: 2, dropped: 3, damaged: 4, refused: 5 },
        vanished: 6,
        waiting: 7,
      },
      'Lượt đo: đã đo 10.080, đã lưu 1, tác tử báo mất 14 (lấy thưa khi nhật ký đầy 2, bỏ bớt khi nhật ký đầy 3, hỏng trên đĩa 4, đĩa không ghi được 5), mất cùng nhật ký cũ của máy 6, còn chờ gửi 7',
    ],
    [
      'in English',
      'en',
      { stored: 10_000, declaredLost: { ...NO_ROWS.declaredLost, damaged: 1 }, waiting: 79 },
      'Samples: 10,080 taken, 10,000 stored, 1 declared lost by the agent (damaged on the disk), 79 still to be sent',
    ],
  ])('says what became of what it measured: %s', (_case, language, changes, sentence) => {
    const rows = { ...NO_ROWS, produced: 10_080, ...changes }
    expect(renderDevicePage(devicePage({ rows }), viewer({ language }), ASSETS)).toContain(
      `<p>${sentence}</p>`,
    )
    expect(
      renderDevicePage(devicePage(), viewer({ language }), ASSETS),
      'nothing of what was never told',
    ).not.toContain(sentence.slice(0, 6))
  })

  it('breaks the line of a chart where readings are missing, and says so', () => {
    const draw = (missing: number) => {
      const page = renderDevicePage(devicePage({ drawn: drawn([chart({}, missing)]) }), viewer(), ASSETS)
      return {
        line: page.match(/class="curve" d="([^"]*)"/)?.[1] ?? '',
        title: page.match(/<svg[^>]*role="img"[^>]*><title>([^<]*)/)?.[1],
      }
    }
    expect(draw(0).line.match(/M/g)).toHaveLength(1)
    expect(draw(30).line.match(/M/g)).toHaveLength(2)
    expect(draw(30).title).toMatch(
      /^Bộ xử lý: mới nhất [\d,]+%, thấp nhất [\d,]+%, cao nhất [\d,]+%, 1 khoảng thiếu số đo$/,
    )
    expect(draw(0).line.length).toBeLessThan(1300)
  })

  it('marks the range that is shown', () => {
    const page = renderDevicePage(devicePage(), viewer({ path: '/devices/9?range=7d' }), ASSETS)
    expect(page).toMatch(/href="\/devices\/9\?range=7d" aria-current="true"/)
    expect(page.match(/aria-current/g)).toHaveLength(1)
  })
})

describe('every page', () => {
  const marked = '"><script>alert(1)</script>'

  it('escapes whatever comes from outside', () => {
    const hostile = device('A', { name: marked, values: { [marked]: 1 } })
    const view = nowView({
      areas: [area('C1', marked, [hostile])],
      incidents: [
        incident({
          ...{ siteNames: [marked], areaNames: [marked], deviceNames: [marked], storm: marked },
          ...{
            place: alike(marked),
            reason: alike(marked),
            cannotWarn: alike(marked),
            acknowledgedBy: marked,
          },
        }),
      ],
    })
    const reader = viewer({ name: marked, path: `/${marked}` })
    const pages = [
      renderNowPage(view, reader, ASSETS),
      renderDevicePage(
        devicePage({
          device: hostile,
          siteName: marked,
          incidents: view.incidents,
          drawn: drawn([chart({ metric: marked, unit: marked })]),
          traits: {
            os: marked,
            antivirus: marked,
            antivirus_why: marked,
            boot_end: marked,
            [marked]: marked,
          },
          faults: [{ collector: marked, reason: marked }],
        }),
        reader,
        ASSETS,
      ),
      renderSignInPage(reader, ASSETS, null, marked),
      renderProblemPage(reader, ASSETS, 404),
    ]
    for (const page of pages)
      expect(page.match(/<script/g)?.length ?? 0).toBe(page.includes('data-events') ? 1 : 0)
    expect(pages[0]).toContain('&lt;script')
  })

  it('says nothing in the other language', () => {
    const words = (html: string) => new Set(textOf(html).match(/\p{L}{2,}/gu))
    // Names, units, and the link to the other language.
    const shared = new Set([
      'Hải',
      'Đăng',
      'English',
      'Tiếng',
      'Việt',
      'CPU',
      'RAM',
      'ms',
      'GB',
      'UTC',
      'haidang',
      'enrol',
      'npx',
      'README',
      'UBND',
      ...['LC', 'PC', 'SP', 'MB', 'Mbit', 'dBm', 'RSRP', 'RSSI', 'SIM'],
    ])
    const english = everyPage('en').map(words)
    const leaks = everyPage('vi').map((page, at) =>
      [...words(page)].filter((word) => english[at]?.has(word) && !shared.has(word)),
    )
    expect(leaks.flat()).toEqual([])
  })

  it('needs no style or handler in an element, so a strict policy holds', () => {
    for (const page of [...everyPage('vi'), ...everyPage('en')]) {
      expect(page).not.toMatch(/<[^>]*\s(style|on\w+)=/)
      expect(page.match(/<(style|script)\b(?![^>]*nonce="n0nce")/)).toBeNull()
      expect(page).not.toMatch(/undefined|NaN|\[object/)
    }
  })

  it('leads to itself in the other language, and never to another host', () => {
    const switchOf = (path: string) =>
      renderProblemPage(viewer({ path }), ASSETS, 404).match(/href="([^"]*)" lang="en"/)?.[1]
    expect(switchOf('/devices/PC1?range=7d&lang=vi')).toBe('/devices/PC1?range=7d&amp;lang=en')
    expect(switchOf('//evil.example/x')).toBe('/evil.example/x?lang=en')
    expect(switchOf('/\\evil.example')).toBe('/evil.example?lang=en')
    expect(switchOf('/.//evil.example')).toBe('/evil.example?lang=en')
  })

  it('offers to sign in or out', () => {
    expect(renderNowPage(nowView(), viewer({ path: '/?site=1' }), ASSETS)).toContain(
      'href="/sign-in?next=%2F%3Fsite%3D1"',
    )
    const signedIn = renderNowPage(nowView(), viewer({ name: 'admin' }), ASSETS)
    expect(signedIn).toContain('<form method="post" action="/sign-out">')
    expect(signedIn).not.toContain('/sign-in')
  })
})

describe('bytes, gzipped', () => {
  it('keeps 200 devices within 8 KB, style and all', () => {
    for (const oneDownIn of [1, 20, 1000]) {
      const view = nowView({ areas: province(20, 10, oneDownIn), incidents: [incident()] })
      expect(
        gzipBytes(renderNowPage(view, viewer(), { ...ASSETS, style })),
        `${oneDownIn}`,
      ).toBeLessThanOrEqual(8 * 1024)
    }
  })

  it('keeps as many rows as a page holds within 8 KB, also where a third of the devices needs care', () => {
    const marked = (device: DeviceView, n: number): DeviceView => ({
      ...device,
      marks: n % 3 === 0 ? [{ name: MARKS[n % MARKS.length]!, count: (n % 4) + 1 }] : [],
      values:
        device.kind === 'speaker'
          ? { power_source: 1 + (n % 2), radio_generation: 4, rsrp_dbm: -80 - (n % 30), playback_state: 1 }
          : device.kind === 'router'
            ? { uplink_carrying: 2 + (n % 2), rtt_ms: 20 + (n % 60) }
            : device.values,
    })
    const areas = province(8, 13, 20).map((each, at) => ({
      ...each,
      sites: each.sites.map((site) => ({
        ...site,
        devices: site.devices.map((device, n) => marked(device, at * 13 + n)),
      })),
    }))
    const needy = renderNowPage(nowView({ areas }), viewer(), { ...ASSETS, style })
    expect(needy.match(/class="m"/g)!.length).toBeGreaterThan(30)
    expect(gzipBytes(needy)).toBeLessThanOrEqual(8 * 1024)
    const page = renderNowPage(nowView({ areas: province(8, 13, 20) }), viewer(), { ...ASSETS, style })
    expect(page.match(/<tr id="d-/g)).toHaveLength(104)
    expect(gzipBytes(page)).toBeLessThanOrEqual(8 * 1024)
  })

  it('keeps the style and the script within 3 KB each', () => {
    expect(gzipBytes(style)).toBeLessThanOrEqual(3 * 1024)
    const script = buildSync({
      entryPoints: ['web/live.ts'],
      bundle: true,
      minify: true,
      format: 'esm',
      write: false,
    })
    expect(script.outputFiles[0]!.contents.length).toBeGreaterThan(500)
    expect(gzipBytes(script.outputFiles[0]!.text)).toBeLessThanOrEqual(2 * 1024)
  })
})
