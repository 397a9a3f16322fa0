import { describe, expect, test } from 'vitest'
import { areaId, deviceId } from '#protocol/ids.ts'
import type { IncidentEvent, Return } from '../../../server/incidents/incident.ts'
import type { Fired } from '../../../server/incidents/why.ts'
import { writeMessage } from '../../../server/notify/message.ts'
import { notificationOf } from '../../../server/notify/notification.ts'
import { at, naTam, sampleEvent } from '../../support/sample-notification.ts'

const both = (event: IncidentEvent) => ({
  vi: writeMessage(event, naTam, 'vi'),
  en: writeMessage(event, naTam, 'en'),
})

const vi = (event: IncidentEvent) => writeMessage(event, naTam, 'vi')

const back = (by: Return['by'], ...ids: string[]): Return[] =>
  ids.map((id) => ({ device: deviceId(id), at: at('16:41:00'), by }))

const onBattery: Fired = { rule: 'on-battery', devices: 1, at: at('13:58:00') }
const together: Fired = { rule: 'sites-lost-together', area: areaId('C01'), sites: 3, of: 8 }
const silent: Fired = { rule: 'silent-past-hold-down', seconds: 180 }

test('mains of a site: what, where, how much, since when, why, what to do', () => {
  const event = sampleEvent('opened', '14:14:20', { cause: 'power', why: [silent, together, onBattery] })
  expect(both(event)).toEqual({
    vi: {
      subject: '[Giám sát] Mất kết nối 7/7: UBND xã Nà Tăm từ 14:02, nghi mất điện (I7)',
      body: `🔴 MẤT KẾT NỐI · UBND xã Nà Tăm
7/7 thiết bị (5 máy tính, 1 bộ định tuyến, 1 cụm loa)
Từ 14:02 ngày 21/6 (12 phút)
Nghi do mất điện. Bộ lưu điện chạy pin lúc 13:58; 3/8 điểm ở xã Nà Tăm mất cùng lúc.
Cần làm:
1. Gọi người phụ trách tại chỗ: nơi đó còn điện không?
2. Mất điện: gọi điện lực, hỏi khi nào có lại.
3. Có điện mà 10 phút sau vẫn mất: tắt, bật lại bộ định tuyến, chờ 3 phút.`,
    },
    en: {
      subject: '[Monitoring] Down 7/7: UBND xã Nà Tăm since 14:02, likely power cut (I7)',
      body: `🔴 DOWN · UBND xã Nà Tăm
7 of 7 devices (5 PCs, 1 router, 1 speaker cluster)
Since 14:02, 21 Jun (12 min)
Likely: power cut. The UPS went on battery at 13:58; 3 of 8 sites in xã Nà Tăm were lost together.
To do:
1. Call the contact on site: is there power?
2. No power: call the power company, ask when it will be back.
3. Power is on and it is still down after 10 min: power-cycle the router, wait 3 min.`,
    },
  })
})

test('who lives on its battery is not counted as down', () => {
  const event = sampleEvent('opened', '14:05:00', {
    ...{ cause: 'power', onBattery: [deviceId('R1')], why: [silent, onBattery] },
  })
  expect(vi(event).subject).toBe('[Giám sát] Mất kết nối 6/7: UBND xã Nà Tăm từ 14:02, nghi mất điện (I7)')
  expect(vi(event).body).toContain('6/7 thiết bị (5 máy tính, 1 cụm loa)')
})

test('one speaker, it is not known since when nor why', () => {
  const event = sampleEvent('opened', '14:17:30', {
    ...{ scope: 'device', element: 'L1', devices: ['L1'], priority: 'ticket' },
    ...{ start: [at('13:45:00'), at('14:12:00')], why: [silent] },
  })
  expect(both(event)).toEqual({
    vi: {
      subject: '[Giám sát] Mất kết nối 1/7: Loa Bản Pá Mu (UBND xã Nà Tăm) từ khoảng 13:45–14:12 (I7)',
      body: `🟠 MẤT KẾT NỐI · Loa Bản Pá Mu (UBND xã Nà Tăm)
1/7 thiết bị (1 cụm loa)
Từ khoảng 13:45–14:12 ngày 21/6 (ít nhất 5 phút)
Chưa rõ nguyên nhân.
Cần làm:
1. Gọi người phụ trách tại chỗ: thiết bị có sáng đèn nguồn không?
2. Kiểm tra ổ cắm, dây nguồn, dây mạng; tắt, bật lại thiết bị.
3. Vẫn mất: xếp lịch đến kiểm tra hoặc thay.`,
    },
    en: {
      subject: '[Monitoring] Down 1/7: Loa Bản Pá Mu (UBND xã Nà Tăm) since about 13:45–14:12 (I7)',
      body: `🟠 DOWN · Loa Bản Pá Mu (UBND xã Nà Tăm)
1 of 7 devices (1 speaker cluster)
Since about 13:45–14:12, 21 Jun (at least 5 min)
Cause not known yet.
To do:
1. Call the contact on site: is the power light of the device on?
2. Check socket, power cord and network cable; switch the device off and on.
3. Still down: plan a visit to check or replace it.`,
    },
  })
})

test('an ISP in a storm, and no loudspeaker to warn people with: what is urgent stands first', () => {
  const event = sampleEvent('opened', '14:06:00', {
    ...{ scope: 'isp', element: 'VNPT', cause: 'link', severity: 'critical', storm: 'W1' },
    ...{ sites: ['S1', 'S2', 'S3'], areas: ['C01', 'C02', 'C03', 'C04'], devices: ['R1', 'R2', 'R3'] },
    why: [
      { rule: 'isp-shared', isp: 'VNPT', sites: 3, areas: 4 },
      { rule: 'speakers-unreachable', area: areaId('C01'), lost: 18, of: 24 },
    ],
  })
  expect(vi(event)).toEqual({
    subject: '[Giám sát] Mất kết nối 3 điểm: Nhà mạng VNPT từ 14:02, nghi mất đường truyền (I7)',
    body: `🔴 MẤT KẾT NỐI · Nhà mạng VNPT (xã Nà Tăm, xã Bản Bo, xã Hua Bum và 1 nơi khác)
🚨 Không phát loa được cho xã Nà Tăm trong lúc có cảnh báo (18/24 cụm loa).
3/10 thiết bị ở 3 điểm, 4 địa bàn (3 bộ định tuyến)
UBND xã Nà Tăm, Trạm y tế Nà Tăm, UBND xã Bản Bo
Từ 14:02 ngày 21/6 (4 phút)
Nghi do mất đường truyền. 3 điểm ở 4 địa bàn dùng nhà mạng VNPT mất cùng lúc.
Trong đợt thiên tai W1: sự cố tiếp theo ở đây được gộp vào tin tổng hợp, không báo lẻ.
Cần làm:
1. Báo dân bằng cách khác ngay: loa tay, điện thoại trưởng thôn, đến từng nhà.
2. Gọi tổng đài nhà mạng: báo các điểm đang mất và từ lúc nào.
3. Hỏi khi nào có lại, rồi báo cho các điểm.
4. Không cần đến từng điểm: đường truyền có lại thì các điểm tự kết nối.`,
  })
  expect(writeMessage(event, naTam, 'en').body).toContain(
    '🚨 No loudspeaker warning possible for xã Nà Tăm while a warning is in force (18 of 24 speaker clusters).',
  )
})

test('the centre was away: one message, which speaks of the centre alone', () => {
  const away: Fired = { rule: 'centre-was-away', from: at('10:00:00'), to: at('10:12:00') }
  const given = { scope: 'platform', element: '', cause: 'platform', sites: [], areas: [] } as const
  const event = sampleEvent('opened', '10:24:00', {
    ...{ ...given, sites: [], areas: [], start: [at('10:00:00'), at('10:00:00')], why: [away] },
  })
  expect(vi(event)).toEqual({
    subject: '[Giám sát] Trung tâm không nhận được tin từ 10:00 (I7)',
    body: `🔴 TRUNG TÂM KHÔNG NHẬN ĐƯỢC TIN
Trung tâm không nhận được tin từ 10:00 đến 10:12.
Cần làm:
1. Kiểm tra máy chủ và đường truyền của trung tâm.
2. Các điểm không cần làm gì: số đo được giữ trên máy và gửi lại sau.
3. 15 phút sau khi có lại, nơi nào còn mất sẽ có tin riêng.`,
  })
  const over = sampleEvent('resolved', '10:24:00', {
    ...{ ...given, sites: [], areas: [], start: [at('10:00:00'), at('10:00:00')], end: at('10:12:00') },
  })
  expect(vi(over)).toEqual({
    subject: '[Giám sát] Trung tâm nhận tin trở lại lúc 10:12, gián đoạn 12 phút (I7)',
    body: '✅ TRUNG TÂM NHẬN TIN TRỞ LẠI lúc 10:12. Gián đoạn 12 phút (10:00–10:12).',
  })
})

test('of an incident that grew in weight alone the message says that nobody can be warned, and where', () => {
  const event = sampleEvent('widened', '14:20:00', {
    severity: 'critical',
    now: [{ rule: 'speakers-unreachable', area: areaId('C01'), lost: 18, of: 24 }],
  })
  const { subject, body } = vi(event)
  expect(subject).toBe(
    '[Giám sát] Không phát loa được cho xã Nà Tăm trong lúc có cảnh báo (18/24 cụm loa) (I7)',
  )
  expect(body.split('\n')[0]).toBe('🔴 KHÔNG PHÁT LOA ĐƯỢC · UBND xã Nà Tăm')
  expect(writeMessage(event, naTam, 'en').subject).toBe(
    '[Monitoring] No loudspeaker warning possible for xã Nà Tăm while a warning is in force (18 of 24 speaker clusters) (I7)',
  )
})

test('a digest lists devices by area and site, those that nobody knows too', () => {
  const event = sampleEvent('digest', '20:00:00', {
    ...{ scope: 'area', element: 'C01', cause: 'power', storm: 'W1', sites: ['S1', 'S2'] },
    ...{ why: [onBattery], now: [], listed: ['R1', 'P1', 'P2', 'P3', 'R2', 'R3', 'X9'] },
  })
  expect(vi(event)).toEqual({
    subject: '[Giám sát] Tổng hợp, đợt W1: 7 thiết bị đã mất kết nối, chưa báo lẻ (I7)',
    body: `⚪ TỔNG HỢP · Đợt W1
7 thiết bị đã mất kết nối, chưa báo lẻ, tính đến 20:00 ngày 21/6.
xã Nà Tăm: 5 thiết bị
- UBND xã Nà Tăm: 4 thiết bị
- Trạm y tế Nà Tăm: Bộ định tuyến trạm
xã Bản Bo: 1 thiết bị
- UBND xã Bản Bo: Bộ định tuyến Bản Bo
Nơi khác: 1 thiết bị
- X9`,
  })
  expect(notificationOf(event, naTam).devices).toEqual(event.devices)
})

describe('several incidents told together', () => {
  const device = {
    scope: 'device',
    element: 'L1',
    devices: ['L1'],
    priority: 'ticket',
    cause: 'device',
  } as const
  const afterStorm: Fired = { rule: 'storm-mode', storm: 'W1', by: 'warning' }

  test('name all devices, count them, and say what to do', () => {
    const event = sampleEvent('opened', '13:00:00', {
      ...{ ...device, devices: ['L1'], storm: 'W1', now: [afterStorm] },
      listed: ['L1', 'L2', 'R3', 'R1', 'P1'],
    })
    expect(both(event)).toEqual({
      vi: {
        subject: '[Giám sát] 5 thiết bị vẫn chưa có lại sau đợt W1: xã Nà Tăm, xã Bản Bo (I7)',
        body: `🟠 VẪN CHƯA CÓ LẠI · xã Nà Tăm, xã Bản Bo
5 thiết bị vẫn chưa có lại sau đợt W1, tính đến 13:00 ngày 21/6 (1 máy tính, 2 bộ định tuyến, 2 cụm loa).
xã Nà Tăm: 4 thiết bị
- UBND xã Nà Tăm: Loa Bản Pá Mu, Bộ định tuyến tầng 1, Văn thư
- Trạm y tế Nà Tăm: Loa trạm
xã Bản Bo: 1 thiết bị
- UBND xã Bản Bo: Bộ định tuyến Bản Bo
Cần làm:
1. Gọi người phụ trách từng nơi trong danh sách: còn điện không, thiết bị có sáng đèn nguồn không?
2. Có điện: kiểm tra ổ cắm, dây nguồn, dây mạng; tắt, bật lại thiết bị.
3. Vẫn mất: xếp lịch một chuyến đến kiểm tra hoặc thay.`,
      },
      en: {
        subject: '[Monitoring] 5 devices still missing after storm W1: xã Nà Tăm, xã Bản Bo (I7)',
        body: `🟠 STILL MISSING · xã Nà Tăm, xã Bản Bo
5 devices still missing after storm W1, as of 13:00, 21 Jun (1 PC, 2 routers, 2 speaker clusters).
xã Nà Tăm: 4 devices
- UBND xã Nà Tăm: Loa Bản Pá Mu, Bộ định tuyến tầng 1, Văn thư
- Trạm y tế Nà Tăm: Loa trạm
xã Bản Bo: 1 device
- UBND xã Bản Bo: Bộ định tuyến Bản Bo
To do:
1. Call the contact at each place on the list: is there power, is the power light of the device on?
2. If there is: check socket, power cord and network cable; switch the device off and on.
3. Still down: plan one round of visits to check or replace them.`,
      },
    })
  })

  test('at one site bear its name, and say which incident had hidden them', () => {
    const { subject, body } = vi(
      sampleEvent('opened', '13:00:00', {
        ...{ ...device, devices: ['L1'], root: 'I3', now: [{ rule: 'still-missing', incident: 'I3' }] },
        listed: ['L1', 'R1', 'P1', 'P2'],
      }),
    )
    expect(subject).toBe('[Giám sát] 4 thiết bị vẫn chưa có lại dù sự cố I3 đã kết thúc: UBND xã Nà Tăm (I7)')
    expect(body).toContain('- UBND xã Nà Tăm: Loa Bản Pá Mu, Bộ định tuyến tầng 1, Văn thư, Kế toán')
  })

  test('one that is told alone keeps its own words', () => {
    const { subject } = vi(
      sampleEvent('opened', '13:00:00', { ...device, devices: ['L1'], storm: 'W1', now: [afterStorm] }),
    )
    expect(subject).toMatch(/^\[Giám sát\] Mất kết nối 1\/7: Loa Bản Pá Mu/)
  })
})

test.each<[string, IncidentEvent, string[]]>([
  [
    'an announced cut that overran',
    sampleEvent('overrun', '13:45:00', {
      ...{ cause: 'power', start: [at('07:30:00'), at('07:30:00')] },
      why: [{ rule: 'planned-overran', plan: 'M1', until: at('13:00:00') }],
    }),
    ['🔴 QUÁ GIỜ ĐÃ BÁO · UBND xã Nà Tăm', 'Lịch ngừng đã báo chỉ đến 13:00, quá giờ mà chưa có lại.'],
  ],
  [
    'one that grew',
    sampleEvent('widened', '14:14:00', { scope: 'area', element: 'C01', sites: ['S1', 'S2'] }),
    ['🔴 LAN RỘNG · xã Nà Tăm', '7/9 thiết bị ở 2 điểm (5 máy tính, 1 bộ định tuyến, 1 cụm loa)'],
  ],
  [
    'one that comes and goes',
    sampleEvent('widened', '14:14:00', {
      ...{ scope: 'cell', element: '452-01-77', flapping: true, priority: 'ticket' },
      now: [{ rule: 'flapping', times: 4, days: 7 }],
    }),
    ['🟠 CHẬP CHỜN · Trạm di động 452-01-77 (xã Nà Tăm)', 'Chập chờn: mất 4 lần trong 7 ngày.'],
  ],
  [
    'one that is down again',
    sampleEvent('opened', '14:14:00', { now: [{ rule: 'reopened', times: 2 }] }),
    ['🔴 MẤT LẠI · UBND xã Nà Tăm', 'Mất lần thứ 2 trong mấy ngày qua.'],
  ],
])('the headline of %s', (_case, event, lines) => {
  const body = vi(event).body.split('\n')
  expect(body[0]).toBe(lines[0])
  expect(body.join('\n')).toContain(lines[1])
})

test('no sentence is said twice, whether a rule is in the incident, the event or both', () => {
  const why = [onBattery, together]
  const { body } = vi(sampleEvent('opened', '14:14:20', { cause: 'power', why, now: why }))
  expect(body.match(/Bộ lưu điện/g)).toHaveLength(1)
})

test('recovered: when, how long, why it was, and who is back', () => {
  const event = sampleEvent('resolved', '16:42:00', {
    ...{ cause: 'power', why: [onBattery], end: at('16:41:00') },
    returned: [
      ...back('connected', 'R1', 'L1', 'P1', 'P2'),
      ...back('goodbye', 'P3'),
      ...back('removed', 'P4'),
    ],
  })
  expect(both(event)).toEqual({
    vi: {
      subject: '[Giám sát] Đã khôi phục: UBND xã Nà Tăm lúc 16:41, mất 2 giờ 39 phút (I7)',
      body: '✅ ĐÃ KHÔI PHỤC · UBND xã Nà Tăm lúc 16:41. Mất 2 giờ 39 phút (14:02–16:41). Nguyên nhân ghi nhận: mất điện. Bộ lưu điện chạy pin lúc 13:58. 4/7 thiết bị đã kết nối lại, 1 đã tắt có báo trước, 1 không còn được giám sát, 1 chưa kết nối lại.',
    },
    en: {
      subject: '[Monitoring] Recovered: UBND xã Nà Tăm at 16:41, down 2 h 39 min (I7)',
      body: '✅ RECOVERED · UBND xã Nà Tăm at 16:41. Down 2 h 39 min (14:02–16:41). Cause on record: power cut. The UPS went on battery at 13:58. 4/7 devices back, 1 switched off with a goodbye, 1 no longer watched, 1 not back yet.',
    },
  })
})

test.each([
  [
    { start: [at('14:02:00'), at('14:02:00')], end: at('+1 07:30:00') },
    'Mất 17 giờ 28 phút (14:02 ngày 21/6 – 07:30 ngày 22/6).',
  ],
  [
    { start: [at('14:02:00'), at('14:12:00')], end: at('16:41:00') },
    'Mất ít nhất 2 giờ 29 phút (từ khoảng 14:02–14:12 đến 16:41).',
  ],
  [
    { start: [at('14:02:00'), at('14:12:00')], end: at('+3 16:12:00') },
    'Mất ít nhất 3 ngày 2 giờ (từ khoảng 14:02–14:12 ngày 21/6 đến 16:12).',
  ],
  [{ start: [at('14:02:59'), at('14:02:59')], end: at('14:04:00') }, 'Mất 2 phút (14:02–14:04).'],
] as const)('how long: %#', ({ start, end }, expected) => {
  const { body } = vi(sampleEvent('resolved', '16:42:00', { start: [...start], end }))
  expect(body).toContain(expected)
})

test('a notification has the shape that replay prints', () => {
  const event = sampleEvent('opened', '14:14:00', { storm: 'W1', why: [silent] })
  expect(notificationOf(event, naTam)).toMatchObject({
    ...{ type: 'notification', id: 'I7/opened', t: at('14:14:00'), event: 'opened', priority: 'page' },
    ...{ incident: 'I7', scope: 'site', cause: 'undetermined', severity: 'major', why: [silent] },
    ...{ devices: event.incident.devices, areas: ['C01'], storm: 'W1' },
    start: [at('14:01:40'), at('14:02:30')],
  })
})

test('each event has an id of its own, and the same one in a replay', () => {
  const idOf = (event: IncidentEvent) => notificationOf(event, naTam).id
  expect(idOf(sampleEvent('opened', '14:14:00'))).toBe('I7/opened')
  expect(idOf(sampleEvent('resolved', '14:14:00'))).toBe('I7/resolved')
  for (const event of ['widened', 'digest', 'overrun'] as const) {
    const ids = ['14:20:00', '14:30:00', '14:30:00'].map((clock) => idOf(sampleEvent(event, clock)))
    expect(new Set(ids).size, event).toBe(2)
  }
  const again = sampleEvent('resolved', '18:00:00', { why: [{ rule: 'reopened', times: 2 }] })
  expect(idOf(again), 'opened again, it ends again').toMatch(/^I7\/resolved\/\d+$/)
})
