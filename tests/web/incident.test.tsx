import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { transformSync } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { deviceId, siteId } from '#protocol/ids.ts'
import { renderIncidentHead, renderIncidentPage } from '../../web/pages/incident.tsx'
import { renderIncidents } from '../../web/parts/incidents.tsx'
import type { Happening, IncidentPageView, Language, MemberSiteView, Viewer } from '../../web/view.ts'
import { incidentWords, stepsFor } from '../../web/words/incident.ts'
import {
  ASSETS,
  AT,
  alike,
  incident,
  incidentPage,
  MINUTE_MS,
  nowView,
  viewer,
} from '../support/sample-views.ts'

const style = transformSync(readFileSync('web/style.css', 'utf8'), { loader: 'css', minify: true }).code

const textOf = (html: string) =>
  html
    .replace(/<style[\s\S]*?<\/style>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

const sites = (count: number, devices: number): MemberSiteView[] =>
  Array.from({ length: count }, (_, at) => ({
    id: siteId(`S${at}`),
    name: `Điểm ${at}`,
    areaName: `Xã ${at % 12}`,
    members: Array.from({ length: devices }, (_, n) => ({
      id: deviceId(`D${at}-${n}`),
      name: `Máy ${at * 31 + n * 7}`,
      kind: n === 0 ? ('router' as const) : ('pc' as const),
      returned: n % 3 === 1 ? { at: AT - n * MINUTE_MS, by: 'connected' as const } : null,
      livesOn: false,
    })),
  }))

const told: Happening = {
  ...{ at: AT - 8 * MINUTE_MS, kind: 'told', subject: alike('1') },
  sendings: [
    { channel: 'webhook', state: 'sent', doneAt: AT - 7 * MINUTE_MS, error: null },
    { channel: 'log', state: 'failed', doneAt: AT, error: '2' },
    { channel: '3', state: 'queued', doneAt: null, error: null },
  ],
}

const signedIn: Partial<Viewer> = { name: 'admin', path: '/incidents/I1' }

const page = (changes: Partial<IncidentPageView> = {}, reader: Partial<Viewer> = signedIn) =>
  renderIncidentPage(incidentPage(changes), viewer(reader), ASSETS)

describe('the page of an incident', () => {
  it('says what, where, since when, why and what to do, and offers to take it on', () => {
    const html = page({
      incident: incident({ cause: 'power', reason: alike('Bộ lưu điện chạy pin lúc 13:58'), back: 1 }),
      reasons: [alike('Bộ lưu điện chạy pin lúc 13:58'), alike('Không có tin gì trong hơn 3 phút')],
    })
    const text = textOf(html)
    for (const part of [
      'Mất kết nối · UBND xã Nà Tăm Chưa ai nhận từ 14:02 ( 12 phút ) Nghi do mất điện. Bộ lưu điện chạy pin lúc 13:58.',
      'Xã Nà Tăm · 2/2 thiết bị · 1/2 đã có lại',
      'Sự cố I1 · báo ngay',
      'Cần làm Gọi người phụ trách tại chỗ: nơi đó còn điện không?',
      'Vì sao Bộ lưu điện chạy pin lúc 13:58. Không có tin gì trong hơn 3 phút.',
    ])
      expect(text).toContain(part)
    expect(html).toMatch(
      /<form class="take" method="post" action="\/incidents\/I1\/acknowledge"><button type="submit">Nhận xử lý/,
    )
  })

  it('offers nothing to whoever is not signed in, to what is taken, or to what is over', () => {
    const anonymous = page({}, { path: '/incidents/I1' })
    expect(anonymous).not.toContain('<form class="take"')
    expect(anonymous).toContain('href="/sign-in?next=%2Fincidents%2FI1"')
    const taken = page({ incident: incident({ state: 'acknowledged', acknowledgedBy: 'Lệnh' }) })
    expect(taken).not.toContain('<form class="take"')
    expect(textOf(taken)).toContain('Lệnh đang xử lý')
    const over = page({ incident: incident({ state: 'resolved', end: AT, cause: 'link' }) })
    expect(over).not.toContain('<form class="take"')
    expect(textOf(over)).toContain(
      'Đã khôi phục · UBND xã Nà Tăm mất 12 phút (14:02–14:14) Nguyên nhân: mất đường truyền.',
    )
    expect(over).not.toContain('Cần làm')
  })

  it('puts first that people cannot be warned, and says how to warn them', () => {
    const text = textOf(
      page({ incident: incident({ cannotWarn: alike('Không phát loa được cho xã Nà Tăm') }) }),
    )
    expect(text.indexOf('Không phát loa được')).toBeLessThan(text.indexOf('từ 14:02'))
    expect(text).toContain('Cần làm Báo dân bằng cách khác ngay')
  })

  it('has three things to do for whoever can mend it', () => {
    const all = incidentWords('vi').steps
    for (const cause of ['power', 'link', 'device', 'undetermined', 'platform'] as const) {
      for (const scope of ['device', 'site', 'cell', 'area', 'isp', 'platform'] as const) {
        expect(stepsFor({ cause, scope }, 'vi'), `${cause} of ${scope}`).toHaveLength(3)
      }
    }
    expect(stepsFor({ cause: 'link', scope: 'isp' }, 'vi')).toBe(all.shared)
    expect(stepsFor({ cause: 'link', scope: 'site' }, 'vi')).toBe(all.link)
    expect(stepsFor({ cause: 'undetermined', scope: 'device' }, 'vi')).toBe(all.device)
    expect(stepsFor({ cause: 'undetermined', scope: 'platform' }, 'vi')).toBe(all.platform)
  })

  it('tells what happened with the time, the day where it is another, and the ways of a message', () => {
    const happenings: Happening[] = [
      { at: AT - 20 * 3600_000, kind: 'opened', said: alike('Mở sự cố'), reasons: [alike('Vì thế')] },
      told,
      { at: AT - MINUTE_MS, kind: 'acknowledged', by: 'Lệnh' },
      { at: AT, kind: 'revised', said: alike('Sửa nguyên nhân: mất điện'), reasons: [] },
    ]
    const text = textOf(page({ happenings }))
    expect(text).toContain(
      'Diễn biến 20/06/2026 18:14 Mở sự cố Vì thế. 21/06/2026 14:06 Báo tin: 1 qua webhook: đã gửi 14:07; qua nhật ký trung tâm: không gửi được (2); qua 3: đang gửi 14:13 Lệnh nhận xử lý 14:14 Sửa nguyên nhân: mất điện',
    )
    const one = textOf(page({ happenings: happenings.slice(0, 1) }))
    expect(one, 'the reasons of the only revision stand above').not.toContain('Vì thế')
  })

  it('leaves out what is neither the opening nor among the newest', () => {
    const happenings = Array.from(
      { length: 100 },
      (_, n): Happening => ({ at: AT + n, kind: 'revised', said: alike(`nº${n}`), reasons: [] }),
    )
    const text = textOf(page({ happenings }))
    expect(text.match(/nº\d+/g)).toEqual(['nº0', ...Array.from({ length: 29 }, (_, n) => `nº${n + 71}`)])
    expect(text).toContain('… 70 mục không hiện ở đây …')
  })

  it('lists the devices by site with who is back, open where they are few', () => {
    const html = page({ sites: sites(2, 3) })
    expect(html.match(/<details id="of-S\d" class="site" open>/g)).toHaveLength(2)
    expect(textOf(html)).toContain('Điểm 0 3 thiết bị · 2 chưa có lại Máy 0 Bộ định tuyến · chưa có lại')
    expect(html).toContain('href="/devices/D0-1"')
    expect(textOf(html)).toContain('Máy tính · có lại 14:13')
    expect(page({ sites: sites(5, 3) })).not.toContain('class="site" open')
  })

  it('links to what it is part of, to what is listed under it, and to its storm', () => {
    const html = page({
      incident: incident({ root: 'I2', storm: 'W1' }),
      root: incident({ id: 'I2' }),
      children: [incident({ id: 'I3', state: 'resolved' }), incident({ id: 'I4' })],
    })
    expect(html.match(/href="\/incidents\/I\d"/g)).toEqual(
      ['I2', 'I4', 'I3'].map((id) => `href="/incidents/${id}"`),
    )
    expect(html).toContain('href="/storms"')
    expect(textOf(html)).toContain('đợt W1')
  })

  it('has the head that the live stream sends', () => {
    const view = incidentPage()
    expect(renderIncidentPage(view, viewer(signedIn), ASSETS)).toContain(renderIncidentHead(view, 'vi'))
  })

  it('says nothing in the other language, and escapes what comes from outside', () => {
    const marked = '"><script>alert(1)</script>'
    const view = (text: string): IncidentPageView =>
      incidentPage({
        incident: incident({
          ...{ place: alike(text), areaNames: [text], siteNames: [text, text], deviceNames: [text] },
          ...{ cannotWarn: alike(text), reason: alike(text), storm: text, cause: 'power', back: 1 },
        }),
        ...{
          reasons: [alike(text)],
          sites: [{ ...sites(1, 3)[0]!, name: text, areaName: text, members: [] }],
        },
        happenings: [
          { at: AT - 1, kind: 'opened', said: alike(text), reasons: [alike(text)] },
          told,
          { at: AT, kind: 'acknowledged', by: text },
          { at: AT, kind: 'back', back: 1, of: 2 },
        ],
        ...{ root: incident({ place: alike(text) }), children: [incident({ place: alike(text) })] },
      })
    const words = (language: Language) =>
      new Set(textOf(renderIncidentPage(view('7'), viewer({ language }), ASSETS)).match(/\p{L}{2,}/gu))
    const english = words('en')
    // "do" is a word of both.
    const shared = ['Hải', 'Đăng', 'English', 'Tiếng', 'Việt', 'UTC', 'webhook', 'do']
    expect([...words('vi')].filter((word) => english.has(word) && !shared.includes(word))).toEqual([])
    expect(page(view(marked)).match(/<script/g)).toHaveLength(1)
  })

  it('keeps within 8 KB gzipped, style and all, however many it took', () => {
    const assets = { ...ASSETS, style }
    const happenings = Array.from(
      { length: 100 },
      (_, n): Happening => ({
        ...told,
        at: AT + n * MINUTE_MS,
        subject: alike(`Mất kết nối ${n * 37}/1400`),
      }),
    )
    const reasons = Array.from({ length: 10 }, (_, n) => alike(`Bộ lưu điện chạy pin lúc 13:${n + 10}`))
    const children = Array.from({ length: 80 }, (_, n) =>
      incident({ id: `I${n * 17}`, place: alike(`Điểm ${n}`) }),
    )
    for (const [count, devices] of [
      [1, 14],
      [7, 14],
      [100, 14],
    ] as const) {
      const view = incidentPage({ happenings, reasons, children, sites: sites(count, devices) })
      const size = gzipSync(renderIncidentPage(view, viewer(signedIn), assets)).length
      expect(size, `${count * devices} devices`).toBeLessThanOrEqual(8 * 1024)
    }
  })
})

describe('the cards', () => {
  const under = (id: string, root: string) => incident({ id, root, place: alike(`Loa ${id}`) })

  it('fold what is listed under another there, and only there', () => {
    const incidents = [under('I3', 'I1'), under('I2', 'I1'), incident(), under('I5', 'I4')]
    const html = renderIncidents(nowView({ incidents }), 'vi')
    expect(html.match(/<li class="incident/g), 'one whose root is over stands for itself').toHaveLength(2)
    const folded = html.match(/<details id="under-I1">[\s\S]*?<\/details>/)?.[0] ?? ''
    expect(textOf(folded)).toContain('2 sự cố gộp ở đây')
    expect(folded.match(/href="\/incidents\/I\d"/g)).toHaveLength(2)
  })

  it('lead to the page, and say that there is a storm', () => {
    const html = renderIncidents(nowView({ incidents: [incident({ storm: 'W1' })] }), 'vi')
    expect(html).toContain('href="/incidents/I1"')
    expect(textOf(html)).toContain('Trong đợt thiên tai')
  })

  it('put where people cannot be warned before what nobody handles', () => {
    const incidents = [
      incident({ place: alike('Một') }),
      incident({
        id: 'I2',
        place: alike('Hai'),
        state: 'acknowledged',
        cannotWarn: alike('Không phát loa được'),
      }),
    ]
    const text = textOf(renderIncidents(nowView({ incidents }), 'vi'))
    expect(text.indexOf('Hai')).toBeLessThan(text.indexOf('Một'))
  })

  it('speak of the centre without a place', () => {
    const platform = incident({ scope: 'platform', cause: 'platform', place: alike('Trung tâm giám sát') })
    const text = textOf(renderIncidents(nowView({ incidents: [platform] }), 'vi'))
    expect(text).toContain('Sự cố đang mở Trung tâm không nhận được tin từ 14:02 ( 12 phút ) Chưa ai nhận')
  })
})
