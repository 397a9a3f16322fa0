import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { transformSync } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { formatRate } from '../../web/format.ts'
import { renderDevicePage } from '../../web/pages/device.tsx'
import { bootEndWords } from '../../web/parts/boot-end.ts'
import { renderDeviceRow } from '../../web/parts/device-row.tsx'
import { ageYears, modelOf } from '../../web/parts/machine.ts'
import type { DevicePageView, DeviceView, Language } from '../../web/view.ts'
import { officePc, probedRouter, unwatchedSpeaker } from '../support/sample-device-page.ts'
import { ASSETS, AT, chart, device, devicePage, drawn, viewer } from '../support/sample-views.ts'

const textOf = (html: string) =>
  html
    .replace(/<style[\s\S]*?<\/style>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ ([:,)])/g, '$1')
    .trim()

const page = (view: DevicePageView, language: Language = 'vi', path = '/devices/9') =>
  renderDevicePage(view, viewer({ language, path }), ASSETS)

describe('what a device is', () => {
  it('is told in words, with what needs care beside it', () => {
    const text = textOf(page(officePc()))
    for (const sentence of [
      'Máy này Hệ điều hành Microsoft Windows 10 Pro 22H2 (19045.4412) hết hỗ trợ từ 14/10/2025, còn mua được bản vá đến 10/10/2028',
      'Diệt virus Dữ liệu cũ Microsoft Defender Antivirus 4.18.24050.7 · chế độ: bình thường · tuổi dữ liệu 9 ngày Dữ liệu ngày 12/06/2026; từ đó máy đã bật và có mạng hơn 48 giờ mà không cập nhật.',
      'Kiểu máy Dell Inc. OptiPlex 3050 Small Form Factor',
      'Tuổi máy khoảng 7 năm (từ 02/05/2019)',
      'Bộ nhớ 8 GB',
      'Ổ đĩa KINGSTON SA400S37240G · 240 GB · SSD · tốt TOSHIBA DT01ACA100 · 1000 GB · HDD · sắp hỏng',
      'Lần tắt trước mất nguồn đột ngột lúc 10:02 ngày 20/06 event 41',
      'Diệt virus cũ · Ổ đĩa sắp hỏng · Hết hỗ trợ · Chờ khởi động lại · Thiếu số đo',
    ]) {
      expect(text).toContain(sentence)
    }
    expect(text).not.toContain('windows 10.0.19045')
    expect(textOf(page(officePc(), 'en'))).toContain(
      'This computer Operating system Microsoft Windows 10 Pro 22H2 (19045.4412) support ended on 14/10/2025, updates can be bought until 10/10/2028',
    )
  })

  it('lists what takes several lines, and shows what this version does not know', () => {
    const html = page(
      officePc({
        traits: { disks: 'A · SSD · good\nB · HDD · melting\nvda · 275 GB · virtual', trait_99: 'x' },
      }),
    )
    expect(html).toContain(
      '<ul><li>A · SSD · tốt</li><li>B · HDD · melting</li><li>vda · 275 GB · ổ ảo</li></ul>',
    )
    expect(textOf(html)).toContain('Mục 99 x')
  })

  it('shows the system by its id where it has no better name', () => {
    expect(textOf(page(officePc({ traits: { os_id: 'routeros 6' }, support: null })))).toContain(
      'Hệ điều hành routeros 6',
    )
  })

  it('says nothing of a device that has told nothing', () => {
    const html = page(devicePage())
    expect(html.match(/<h2>[^<]*/g)).toEqual(['<h2>Số đo mới nhất', '<h2>Biểu đồ', '<h2>Sự cố'])
  })

  it.each([
    ['shutdown 2026-06-21T03:02:11Z event 1074', 'vi', 'tắt máy bình thường lúc 10:02', 'event 1074'],
    ['power-loss', 'vi', 'mất nguồn đột ngột', ''],
    ['unknown wtmp has no end', 'en', 'nobody knows why', 'wtmp has no end'],
    ['restart 2026-99-99T00:00:00Z', 'en', 'restarted', '2026-99-99T00:00:00Z'],
    ['bluescreen 0x7e', 'vi', 'bluescreen 0x7e', ''],
    ['', 'vi', '', ''],
  ] as const)('how the last boot ended, %j in %s', (trait, language, words, record) =>
    expect(bootEndWords(trait, AT, language)).toEqual({ words, record }),
  )

  it.each([
    [{}, null],
    [{ maker: 'Dell' }, 'Dell'],
    [{ model: 'OptiPlex' }, 'OptiPlex'],
    [{ maker: 'DELL', model: 'Dell OptiPlex' }, 'Dell OptiPlex'],
    [{ maker: 'HP', model: 'ProDesk' }, 'HP ProDesk'],
  ])('model of %j', (traits, expected) => expect(modelOf(traits)).toBe(expected))

  it.each([
    [undefined, null],
    ['soon', null],
    ['2026-06-01', 0],
    ['2030-01-01', 0],
    ['2019-05-02', 7],
  ])('age of %j', (made, expected) => expect(ageYears(made, AT)).toBe(expected))
})

describe('what cannot be measured', () => {
  it('is named as a person calls it, with the reason as it came', () => {
    const text = textOf(page(officePc()))
    expect(text).toContain(
      'Không đo được Nhiệt độ expected JSON, got &quot;Get-CimInstance: Access denied&quot;, exit 1 a-collector-of-a-later-version expected an answer within 30000 ms',
    )
    expect(textOf(page(officePc(), 'en'))).toContain('Cannot be measured Temperature expected JSON')
  })

  it('of a probed device is its probing, whatever its profile is called', () => {
    const reason = 'SNMP 192.168.1.1: expected an answer within 4 s, got none'
    const faults = [{ collector: 'mikrotik', reason }]
    expect(textOf(page(probedRouter({ faults })))).toContain(`Không đo được Thăm dò ${reason}`)
    expect(textOf(page(probedRouter({ faults }), 'en'))).toContain(`Cannot be measured Probing ${reason}`)
  })
})

describe('the newest readings', () => {
  it.each([
    [0, 'vừa xong'],
    [5, '5 giờ trước'],
    [912, '38 ngày trước'],
  ])('say how long ago the last update was, %d hours', (hours, expected) => {
    const view = devicePage({ device: device('A', { values: { update_age_hours: hours } }) })
    expect(textOf(page(view))).toContain(`Lần cập nhật gần nhất ${expected}`)
  })
})

describe('lines', () => {
  it('says which carries, delay and loss of each, since when the spare one, and how much of it is used', () => {
    expect(textOf(page(probedRouter()))).toContain(
      'Đường truyền Đang chạy đường dự phòng từ 11:04 Đường 1 (FTTH VNPT): đứt · mất gói 100% Đường 2 (4G Viettel): thông · đang dùng · trễ 64 ms · mất gói 2% Tải xuống, đường 2: đang dùng hết 6,2 Mbit/s (±9%)',
    )
    expect(textOf(page(probedRouter(), 'en'))).toContain(
      'Running on the spare line since 11:04 Line 1 (FTTH VNPT): down · loss 100% Line 2 (4G Viettel): up · in use · round trip 64 ms · loss 2% Down, line 2: using all of 6.2 Mbit/s (±9%)',
    )
  })

  it('says how much of its line a computer uses', () => {
    const text = textOf(page(officePc()))
    expect(text).toContain('Tải xuống của riêng máy này: đang dùng khoảng 40% của 8 Mbit/s (±12%)')
    expect(text).toContain('Tải lên của riêng máy này: đang dùng dưới 1% của 2,1 Mbit/s ')
  })

  it('does not claim to know since when', () => {
    const view = probedRouter({ drawn: drawn([], { spare: { since: AT, exact: false } }) })
    expect(textOf(page(view))).toContain('Đang chạy đường dự phòng từ trước 14:14')
  })

  it.each([
    [0, '0 bit/s'],
    [999, '999 bit/s'],
    [999.6, '1 kbit/s'],
    [128_000, '128 kbit/s'],
    [1_250_000, '1,3 Mbit/s'],
    [50e6, '50 Mbit/s'],
    [2.5e9, '2,5 Gbit/s'],
    [1e13, '10.000 Gbit/s'],
  ])('%d bit/s are %s', (rate, expected) => expect(formatRate(rate, 'vi')).toBe(expected))
})

describe('who is probed', () => {
  it('says by whom, and for which bulletins a loudspeaker is there', () => {
    const html = page(unwatchedSpeaker())
    expect(textOf(html)).toContain('Loa phát bản tin khẩn cấp (Thông tư 39/2020) Do Máy văn thư thăm dò')
    expect(html).toContain('<a href="/devices/LC03433-PC-02">Máy văn thư</a>')
    expect(textOf(page(unwatchedSpeaker(), 'en'))).toContain(
      'Loudspeaker for emergency bulletins (Circular 39/2020) Probed by Máy văn thư',
    )
  })

  it('has a class of bulletins as a loudspeaker only', () => {
    const view = unwatchedSpeaker()
    const other = { ...view, device: { ...view.device, kind: 'pc' as const } }
    expect(textOf(page(other))).not.toContain('Thông tư 39')
  })

  it('is unknown while its prober is away, never switched off', () => {
    const row = textOf(renderDeviceRow(unwatchedSpeaker().device, AT, 'vi'))
    expect(row).toContain('Không rõ máy thăm dò mất liên lạc từ')
    expect(row).not.toContain('Đã tắt')
  })
})

describe('a row', () => {
  const row = (changes: Partial<DeviceView>, language: Language = 'vi') =>
    textOf(renderDeviceRow(device('A', { name: 'A', since: null, readAt: null, ...changes }), AT, language))

  it.each<[string, Partial<DeviceView>, string]>([
    [
      'a loudspeaker by power, signal and playback',
      {
        kind: 'speaker',
        values: {
          ...{ power_source: 2, radio_generation: 4, rsrp_dbm: -109, amplifier_state: 1 },
          ...{ playback_state: 1, scheduled_today: 3, played_today: 2, cpu_percent: 5 },
        },
      },
      'A Cụm loa Hoạt động Chạy bằng pin · 4G -109 dBm · Đang nghỉ · 2/3 bản tin',
    ],
    [
      'a loudspeaker with what is faulty as a mark only',
      {
        kind: 'speaker',
        marks: [
          { name: 'amplifier-fault', count: null },
          { name: 'playback-fault', count: null },
        ],
        values: { amplifier_state: 3, playback_state: 3, rssi_dbm: -87 },
      },
      'A Cụm loa Âm ly hỏng · Lỗi phát thanh Hoạt động -87 dBm',
    ],
    [
      'a loudspeaker whose amplifier is off',
      { kind: 'speaker', values: { amplifier_state: 2, playback_state: 1 } },
      'A Cụm loa Hoạt động Âm ly: Tắt · Đang nghỉ',
    ],
    [
      'a loudspeaker that tells nothing of its own as any device',
      { kind: 'speaker', values: { cpu_percent: 5, power_source: 0 } },
      'A Cụm loa Hoạt động 5%',
    ],
    [
      'a router by its line, signal and delay',
      { kind: 'router', values: { uplink_carrying: 3, radio_generation: 4, rsrp_dbm: -97, rtt_ms: 64.4 } },
      'A Bộ định tuyến Hoạt động Đường 2 (dự phòng) · 4G -97 dBm · 64,4 ms',
    ],
    [
      'a probed router with one line as any device',
      { kind: 'router', values: { uplink_carrying: 2, uplink1_state: 1, cpu_percent: 4 } },
      'A Bộ định tuyến Hoạt động 4%',
    ],
    [
      'a router with an agent and one line as any device',
      { kind: 'router', values: { cpu_percent: 4, memory_percent: 31, disk_percent: 10, rtt_ms: 23 } },
      'A Bộ định tuyến Hoạt động 4% 31% 10% 23 ms',
    ],
  ])('shows %s', (_case, changes, expected) => expect(row(changes)).toBe(expected))

  it('marks three things that need care, and says how many more there are', () => {
    const { marks } = officePc().device
    expect(row({ marks })).toContain('A Máy tính Diệt virus cũ · Ổ đĩa sắp hỏng · Hết hỗ trợ +2 Hoạt động')
    expect(row({ marks }, 'en')).toContain('Antivirus stale · Disk failing · Unsupported +2')
    expect(row({ marks: [{ name: 'bulletins-missed', count: 1 }] }, 'en')).toContain('1 bulletin missed')
    expect(row({ marks: [] })).not.toContain('+')
  })
})

describe('charts', () => {
  it('come a dozen a page, with a way to the others that keeps the range', () => {
    const view = devicePage({ drawn: drawn([chart()], { page: 2, pages: 2 }) })
    const html = page(view, 'vi', '/devices/9?range=7d&charts=2')
    expect(html).toContain('href="/devices/9?range=7d">Biểu đồ, trang 1/2')
    expect(html).toContain('href="/devices/9?range=7d&amp;charts=2" aria-current="true">Biểu đồ, trang 2/2')
    expect(page(devicePage())).not.toContain('trang 1')
  })

  it('of a rate say it in bit/s, and of a capacity too', () => {
    const charts = [
      chart({ metric: 'rx_bits_per_second', unit: 'bit/s', points: [{ at: AT, value: 3_200_000 }] }),
      chart({ metric: 'down_kbps', unit: 'kbit/s', points: [{ at: AT, value: 8000 }] }),
    ]
    const text = textOf(page(devicePage({ drawn: drawn(charts) })))
    expect(text).toContain('Tốc độ nhận mới nhất 3,2 Mbit/s')
    expect(text).toContain('Sức tải xuống mới nhất 8 Mbit/s')
  })

  it('are away while the store does not answer, and the rest of the page is there', () => {
    const text = textOf(page(officePc({ drawn: null })))
    expect(text).toContain('Kho số đo chưa trả lời')
    expect(text).toContain('Diệt virus Dữ liệu cũ')
  })
})

it('the page of a PC that has everything, with a dozen charts, takes a second and a quarter at 64 kbit/s', () => {
  const style = transformSync(readFileSync('web/style.css', 'utf8'), { loader: 'css', minify: true }).code
  for (const language of ['vi', 'en'] as const) {
    const html = renderDevicePage(officePc(), viewer({ language }), { ...ASSETS, style })
    expect(gzipSync(html).length).toBeLessThanOrEqual(10 * 1024)
  }
})
