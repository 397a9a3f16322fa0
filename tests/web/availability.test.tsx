import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { areaId, deviceId, siteId } from '#protocol/ids.ts'
import type { AvailabilityView, FiguresLine, FiguresView } from '../../web/availability-view.ts'
import { renderAvailabilityPage } from '../../web/pages/availability.tsx'
import { shareText } from '../../web/parts/figures.tsx'
import type { Language, Viewer } from '../../web/view.ts'

const HOUR_MS = 3600_000
const AT = Date.UTC(2026, 6, 2, 1)
const ASSETS = { nonce: 'n', style: '', liveUrl: '/live.js', eventsUrl: '/events', version: 'v' }
const viewer = (language: Language, name: string | null = null): Viewer => ({
  language,
  name,
  path: '/availability',
})

function figuresOf(fields: Partial<FiguresView> = {}): FiguresView {
  return {
    ...{ devices: 3, requiredMs: 720 * HOUR_MS, historyComplete: 0.987, failures: 2 },
    device: { lower: 0.99123, upper: 0.99401 },
    service: { lower: 0.95, upper: 0.96 },
    downtime: { powerMs: 3 * HOUR_MS, linkMs: 12.5 * HOUR_MS, faultMs: HOUR_MS, unknownMs: 0 },
    stormDowntime: { powerMs: 2 * HOUR_MS, linkMs: 0, faultMs: 0, unknownMs: 0 },
    ...{ offPlannedMs: 0, maintenanceMs: HOUR_MS, momentary: { count: 4, ms: 60_000 } },
    ...{ mttrMs: HOUR_MS / 2, mtbfMs: null, working: null },
    ...fields,
  }
}

const device = (n: number): FiguresLine => ({
  ...{ kind: 'device', id: deviceId(`D${n}`), name: `Cụm loa thôn ${n}`, device: 'speaker' },
  ...{ siteName: 'UBND xã Nà Tăm', figures: figuresOf({ devices: 1 }) },
})

function view(fields: Partial<AvailabilityView> = {}): AvailabilityView {
  const none = { worst: [], all: 0 }
  return {
    ...{ at: AT, over: true, month: '2026-06', months: ['2026-07', '2026-06'], shown: null, site: null },
    area: { id: areaId('C1'), name: 'Xã Nà Tăm' },
    areas: [
      { id: areaId('P'), name: 'Tỉnh', depth: 0 },
      { id: areaId('C1'), name: 'Xã Nà Tăm', depth: 1 },
    ],
    whole: figuresOf(),
    lines: {
      areas: none,
      sites: {
        worst: [{ kind: 'site', id: siteId('S1'), name: 'UBND xã', figures: figuresOf() }],
        all: 1,
      },
      devices: { worst: [device(1), device(2)], all: 12 },
    },
    classes: [],
    hours: { workdays: [1, 2, 3, 4, 5], openMinutes: 450, closeMinutes: 1020 },
    published: null,
    ...fields,
  }
}

test('a share is never rounded up, one number when both ends read the same, a dash when nothing was required', () => {
  expect(shareText({ lower: 0.999999, upper: 0.999999 }, 'vi')).toBe('99,99%')
  expect(shareText({ lower: 1, upper: 1 }, 'vi')).toBe('100%')
  expect(shareText({ lower: 0.99123, upper: 0.99401 }, 'vi')).toBe('99,12–99,4%')
  expect(shareText({ lower: 0.99123, upper: 0.99401 }, 'en')).toBe('99.12–99.4%')
  expect(shareText({ lower: null, upper: null }, 'vi')).toBe('–')
  // 0.29 * 10000 is a hair below 2900.
  expect(shareText({ lower: 0.29, upper: 0.29 }, 'en')).toBe('29%')
})

test('the page tells place, month, figures by cause and their rules, in either language', () => {
  const vi = renderAvailabilityPage(view(), viewer('vi'), ASSETS)
  for (const text of [
    'Độ sẵn sàng · Xã Nà Tăm',
    'Tháng 6/2026',
    '99,12–99,4%',
    '12,5',
    'Còn 10 mục tốt hơn',
  ]) {
    expect(vi).toContain(text)
  }
  expect(vi).toContain('98,7%')
  expect(vi).toContain('thứ Hai, thứ Ba, thứ Tư, thứ Năm, thứ Sáu, 07:30–17:00')
  expect(vi).toMatch(/<option value="C1" selected>/)
  const en = renderAvailabilityPage(view(), viewer('en'), ASSETS)
  for (const text of ['Availability · Xã Nà Tăm', 'June 2026', '99.12–99.4%', 'worst first']) {
    expect(en).toContain(text)
  }
  expect(en.match(/<li>/g)!.length).toBe(vi.match(/<li>/g)!.length)
  // Links and forms only.
  expect(vi).not.toContain('<script')
})

test('published versions stand side by side with their reasons; publishing is for the signed in', () => {
  const reason = {
    devices: [
      {
        ...{ id: deviceId('D1'), name: 'Cụm loa thôn 1', learnedAt: Date.UTC(2026, 6, 4, 2) },
        changes: [
          { from: AT - 90 * HOUR_MS, to: AT - 80 * HOUR_MS, was: 'unknown', is: 'up-unreachable' } as const,
        ],
      },
    ],
    ...{ added: 1, removed: 0, calendar: true },
  }
  const first = { version: 1, publishedAt: AT, publishedBy: 'lan', reason: null, figures: figuresOf() }
  const published = { versions: [first], next: { version: 2, reason } }
  const open = renderAvailabilityPage(view({ published }), viewer('vi'), ASSETS)
  expect(open).toContain('Số liệu đã khác bản 1')
  expect(open).toContain('chưa rõ → chạy, không kết nối được')
  expect(open).toContain('tin đến muộn từ 09:00 ngày 04/07')
  expect(open).toContain('Lịch làm việc đã đổi.')
  expect(open).toContain('Đăng nhập để công bố')
  expect(open).not.toContain('Công bố bản 2')
  const signedIn = renderAvailabilityPage(view({ published }), viewer('vi', 'lan'), ASSETS)
  expect(signedIn).toMatch(/<form class="publish" method="post" action="\/availability">.*Công bố bản 2/)

  const second = { ...first, version: 2, publishedBy: 'minh', reason }
  const both = { versions: [first, second], next: null }
  const page = renderAvailabilityPage(view({ published: both, shown: 1 }), viewer('vi', 'lan'), ASSETS)
  expect(page).toContain('Số liệu vẫn đúng như bản mới nhất.')
  expect(page).toContain('Đang xem bản 1 như lúc công bố.')
  expect(page).toMatch(/<li aria-current="true"><h3><a href="[^"]*version=1">Bản 1/)
  expect(page).not.toContain('Công bố bản 3')
})

test('names of people are text', () => {
  const worst = [{ ...device(1), name: '<b>x' }]
  const lines = { ...view().lines, devices: { worst, all: 1 } }
  expect(renderAvailabilityPage(view({ lines }), viewer('vi'), ASSETS)).toContain('&lt;b>x')
})

test('a province fits a slow line: 24 kB is three seconds at 64 kbit/s', () => {
  const worst = Array.from({ length: 40 }, (_, n) => device(n))
  const lines = { areas: { worst, all: 40 }, sites: { worst, all: 100 }, devices: { worst, all: 1400 } }
  const page = renderAvailabilityPage(view({ lines }), viewer('vi'), ASSETS)
  expect(gzipSync(page).length).toBeLessThanOrEqual(24 * 1024)
})

test('loudspeakers are told by the bulletins that they are there for, the most urgent first', () => {
  const reached = (lower: number, devices: number) => figuresOf({ devices, service: { lower, upper: lower } })
  const classes: AvailabilityView['classes'] = [
    { class: 'emergency', figures: reached(0.9921, 12) },
    { class: 'ordinary', figures: reached(0.9, 1) },
  ]
  const text = (language: Language, shown: AvailabilityView['classes']) =>
    renderAvailabilityPage(view({ classes: shown }), viewer(language), ASSETS).replace(/<[^>]*>/g, '|')
  expect(text('vi', classes)).toMatch(
    /Loa khẩn cấp · 12 thiết bị\|+99,21% liên lạc được\|+Loa thông thường · 1 thiết bị\|+90% liên lạc được/,
  )
  expect(text('en', classes)).toMatch(/For emergency bulletins · 12 devices\|+99\.21% reached/)
  expect(text('vi', [])).not.toContain('Thông tư 39')
})
