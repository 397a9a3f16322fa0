import { expect, test } from 'vitest'
import { areaId, deviceId, siteId } from '#protocol/ids.ts'
import type { Revision } from '../../../server/incidents/incident.ts'
import type { Fired, Rule, RuleFacts } from '../../../server/incidents/why.ts'
import { changeInWords, revisionInWords } from '../../../server/notify/revision.ts'
import { evidenceOf, inReadingOrder, reasonsInWords, whyInWords } from '../../../server/notify/why.ts'
import { at, naTam } from '../../support/sample-notification.ts'

const area = areaId('C01')
const site = siteId('S1')
const device = deviceId('R1')

/** Every rule with facts to fire on, and what it says then. */
const SAID: { [Name in Rule]: [facts: RuleFacts[Name], vi: string, en: string] } = {
  'silent-past-hold-down': [
    { seconds: 180 },
    'Không có tin gì trong hơn 3 phút',
    'Nothing was heard for more than 3 min',
  ],
  'restart-took-too-long': [
    { seconds: 900 },
    'Đã báo khởi động lại nhưng sau 15 phút vẫn chưa lên',
    'It said that it restarts and is not up 15 min later',
  ],
  'battery-past-hold-down': [
    { seconds: 150 },
    'Bộ lưu điện đã chạy pin hơn 2 phút, điện lưới chưa có lại',
    'The UPS has been on battery for more than 2 min, mains is not back',
  ],
  'not-back-as-learned': [
    { expectedAt: at('07:30:00') },
    'Như mọi ngày thì đã có lại trước 07:30, lần này thì chưa',
    'As on other days it would be back by 07:30, this time it is not',
  ],
  'missing-after-plan': [
    { plan: 'M1', until: at('13:00:00') },
    'Lịch ngừng đã báo chỉ đến 13:00, nơi đó đã có lại nhưng thiết bị này thì chưa',
    'The announced cut was to end at 13:00; others there are back and it is not',
  ],
  'planned-overran': [
    { plan: 'M1', until: at('13:00:00') },
    'Lịch ngừng đã báo chỉ đến 13:00, quá giờ mà chưa có lại',
    'The announced cut was to end at 13:00 and has not',
  ],
  'still-missing': [
    { incident: 'I7' },
    'Vẫn chưa có lại dù sự cố I7 đã kết thúc',
    'Still missing though incident I7 is over',
  ],
  'most-vanished': [
    { devices: 1204, of: 1400 },
    '1.204 trên 1.400 thiết bị của cả hệ thống mất tin gần như cùng lúc',
    '1,204 of all 1,400 devices fell silent almost at once',
  ],
  'centre-was-away': [
    { from: at('10:00:00'), to: at('10:12:00') },
    'Trung tâm không nhận được tin từ 10:00 đến 10:12',
    'The centre received nothing from 10:00 to 10:12',
  ],
  'isp-shared': [
    { isp: 'VNPT', sites: 30, areas: 4 },
    '30 điểm ở 4 địa bàn dùng nhà mạng VNPT mất cùng lúc',
    '30 sites in 4 areas on ISP VNPT were lost together',
  ],
  'island-link-shared': [
    { area, sites: 8 },
    '8 điểm ở xã Nà Tăm chung một đường truyền ra đảo mất cùng lúc',
    '8 sites in xã Nà Tăm that share one link to the island were lost together',
  ],
  'sites-lost-together': [
    { area, sites: 3, of: 8 },
    '3/8 điểm ở xã Nà Tăm mất cùng lúc',
    '3 of 8 sites in xã Nà Tăm were lost together',
  ],
  'cell-shared': [
    { cell: '452-01-7', devices: 18, of: 20 },
    '18/20 thiết bị dùng chung trạm di động 452-01-7 mất cùng lúc',
    '18 of 20 devices on base station 452-01-7 were lost together',
  ],
  'whole-site-silent': [
    { site, devices: 7 },
    'Cả UBND xã Nà Tăm im lặng (7 thiết bị)',
    'All of UBND xã Nà Tăm is silent (7 devices)',
  ],
  'losses-can-meet': [
    { devices: 7 },
    '7 thiết bị mất trong cùng một khoảng thời gian',
    '7 devices lost within the same stretch of time',
  ],
  'joined-late': [{ devices: 1 }, '1 thiết bị mất sau đó ít phút', '1 device lost some minutes later'],
  'site-still-down': [
    { site, devices: 2 },
    '2 thiết bị mất thêm trong lúc UBND xã Nà Tăm chưa có lại',
    '2 devices lost while UBND xã Nà Tăm was not back yet',
  ],
  'battery-ran-down': [
    { device, at: at('16:02:00') },
    'Pin của Bộ định tuyến tầng 1 cạn lúc 16:02',
    'The battery of Bộ định tuyến tầng 1 ran down at 16:02',
  ],
  'cell-ran-down': [
    { cell: '452-01-3', at: at('16:02:00') },
    'Trạm di động 452-01-3 hết pin lúc 16:02',
    'The battery of base station 452-01-3 ran down at 16:02',
  ],
  'redundancy-lost': [
    { isp: 'VNPT', sites: 6 },
    '6 điểm có hai đường truyền chỉ còn một vì mất nhà mạng VNPT',
    '6 sites with two lines left with one, as ISP VNPT is gone',
  ],
  'on-battery': [
    { devices: 1, at: at('13:58:00') },
    'Bộ lưu điện chạy pin lúc 13:58',
    'The UPS went on battery at 13:58',
  ],
  'battery-backed-gone-too': [
    { devices: 2 },
    '2 thiết bị có pin cũng mất cùng lúc, mà nếu mất điện thì chúng vẫn chạy được',
    '2 devices with a battery gone at the same moment, though without mains they would run on',
  ],
  'speakers-alive': [
    { devices: 5 },
    '5 cụm loa ở đó vẫn hoạt động bằng SIM riêng',
    '5 speaker clusters there still up, each on its own SIM',
  ],
  'speakers-gone-too': [
    { devices: 4 },
    '4 cụm loa có SIM riêng cũng mất cùng lúc',
    '4 speaker clusters with their own SIM lost as well',
  ],
  'other-isp-alive': [
    { isp: 'Viettel', sites: 4 },
    '4 điểm quanh đó dùng nhà mạng Viettel vẫn hoạt động',
    '4 sites nearby on ISP Viettel still up',
  ],
  'line-drops-often': [
    { times: 14 },
    'Đường truyền đã rớt 14 lần trong mấy ngày qua mà máy không tắt',
    'Its line dropped 14 times within days while it ran on',
  ],
  'several-isps-gone': [
    { isps: 2 },
    'Đường truyền của 2 nhà mạng mất cùng lúc, khó mà cùng đứt',
    'Lines of 2 ISPs gone at once, which rarely break together',
  ],
  'neighbours-alive': [
    { devices: 6 },
    '6 thiết bị ngay bên cạnh vẫn hoạt động',
    '6 devices right beside it still up',
  ],
  'no-witness': [{}, 'Chưa có dấu hiệu nào cho biết nguyên nhân', 'Nothing yet tells the cause'],
  'only-pcs': [
    { devices: 3 },
    'Chỉ mất 3 máy tính, có thể người dùng đã tắt',
    'Only 3 PCs lost, their users may have switched them off',
  ],
  'some-always-on-answer': [
    { devices: 1 },
    '1 thiết bị luôn bật ở đó vẫn trả lời',
    '1 device there that always runs still answers',
  ],
  'no-always-on-answers': [
    {},
    'Không còn thiết bị luôn bật nào ở đó trả lời',
    'None of the devices there that always run answers',
  ],
  'storm-mode': [
    { storm: 'W1', by: 'warning' },
    'Đang có cảnh báo thiên tai W1',
    'Weather warning W1 is in force',
  ],
  'speakers-unreachable': [
    { area, lost: 18, of: 24 },
    '18/24 cụm loa của xã Nà Tăm không liên lạc được trong lúc có cảnh báo',
    '18 of 24 speaker clusters of xã Nà Tăm cannot be reached while a warning is in force',
  ],
  reopened: [{ times: 2 }, 'Mất lần thứ 2 trong mấy ngày qua', 'Lost 2 times within days'],
  flapping: [{ times: 3, days: 7 }, 'Chập chờn: mất 3 lần trong 7 ngày', 'Unstable: lost 3 times in 7 days'],
  'all-back': [{ devices: 7 }, 'Cả 7 thiết bị đã kết nối lại', 'All 7 devices are back'],
  'most-back': [{ devices: 6, of: 7 }, '6/7 thiết bị đã kết nối lại', '6 of 7 devices are back'],
  'pcs-hold-nothing-open': [
    { devices: 1 },
    '1 máy tính chưa bật lại, không tính vì người dùng có thể đã tắt',
    '1 PC not on yet, not counted: users switch them off',
  ],
  'same-boot': [
    { devices: 5 },
    '5 thiết bị vẫn chạy liên tục trong lúc mất tin, chỉ mất đường truyền',
    '5 devices ran on all through the silence, so only the line was gone',
  ],
  'power-loss-together': [
    { devices: 3 },
    '3 thiết bị mất điện cùng lúc, theo nhật ký của chính thiết bị',
    '3 devices lost power together, by their own logs',
  ],
  'lone-new-boot': [
    { device },
    'Riêng Bộ định tuyến tầng 1 phải khởi động lại',
    'Only Bộ định tuyến tầng 1 had to start anew',
  ],
  'goodbye-came-late': [
    { devices: 2 },
    '2 thiết bị được tắt đúng cách, lời báo tắt đến muộn',
    '2 devices shut down in order, told late',
  ],
}

const firedBy = (rule: Rule): Fired => ({ rule, ...SAID[rule][0] }) as Fired

test.each(Object.keys(SAID) as Rule[])('%s, in both languages', (rule) => {
  const [, vi, en] = SAID[rule]
  expect(whyInWords(firedBy(rule), naTam, 'vi', at('12:00:00'))).toBe(vi)
  expect(whyInWords(firedBy(rule), naTam, 'en', at('12:00:00'))).toBe(en)
})

test.each<[Fired, string]>([
  [{ rule: 'on-battery', devices: 3, at: at('13:58:00') }, '3 bộ lưu điện chạy pin từ 13:58'],
  [{ rule: 'neighbours-alive', devices: 0 }, 'Không có gì khác mất cùng lúc'],
  [{ rule: 'centre-was-away', from: at('10:00:00'), to: null }, 'Trung tâm không nhận được tin từ 10:00'],
  [{ rule: 'all-back', devices: 1 }, 'Thiết bị đã kết nối lại'],
  [
    { rule: 'storm-mode', storm: 'S2', by: 'incidents' },
    'Nhiều sự cố dồn dập trong địa bàn, đang gộp tin (đợt S2)',
  ],
])('%j says %s', (fired, words) => {
  expect(whyInWords(fired, naTam, 'vi', at('12:00:00'))).toBe(words)
})

test('a time of another day is told with its date, and so is every time when no day is in mind', () => {
  const fired: Fired = { rule: 'on-battery', devices: 1, at: at('23:58:00') }
  expect(whyInWords(fired, naTam, 'vi', at('+1 00:05:00'))).toBe('Bộ lưu điện chạy pin lúc 23:58 ngày 21/6')
  expect(whyInWords(fired, naTam, 'en')).toBe('The UPS went on battery at 23:58, 21 Jun')
})

test('what nobody has named is told by its id', () => {
  const fired: Fired = { rule: 'sites-lost-together', area: areaId('C99'), sites: 2, of: 2 }
  expect(whyInWords(fired, naTam, 'vi')).toBe('2/2 điểm ở C99 mất cùng lúc')
  expect(whyInWords({ rule: 'lone-new-boot', device: deviceId('X9') }, naTam, 'en')).toBe(
    'Only X9 had to start anew',
  )
})

const told = { limit: 2, beside: at('14:00:00') }

test('the cause comes before what was lost with it, and how it was noticed comes last', () => {
  const fired = (
    ['silent-past-hold-down', 'sites-lost-together', 'speakers-unreachable', 'on-battery'] as const
  ).map(firedBy)
  expect(reasonsInWords(fired, naTam, 'vi', told)).toBe(
    'Bộ lưu điện chạy pin lúc 13:58; 3/8 điểm ở xã Nà Tăm mất cùng lúc',
  )
  expect(inReadingOrder([...fired, firedBy('all-back')]).map(({ rule }) => rule)).toEqual([
    'on-battery',
    'sites-lost-together',
    'speakers-unreachable',
    'silent-past-hold-down',
  ])
})

test('what is true of any incident is no reason in a short text', () => {
  const plain = (['no-witness', 'whole-site-silent', 'silent-past-hold-down', 'all-back'] as const).map(
    firedBy,
  )
  expect(reasonsInWords(plain, naTam, 'vi', told)).toBe('')
})

const revision = (clock: string, given: Partial<Revision>): Revision => ({
  t: at(clock),
  scope: 'site',
  cause: 'undetermined',
  start: [at('14:01:40'), at('14:02:30')],
  why: [],
  ...given,
})

const opening = revision('14:05:00', { why: [firedBy('speakers-alive'), firedBy('whole-site-silent')] })
const asLink = revision('14:10:00', {
  cause: 'link',
  scope: 'area',
  why: [firedBy('battery-backed-gone-too'), { rule: 'sites-lost-together', area, sites: 2, of: 8 }],
})
const asPower = revision('16:41:00', {
  cause: 'power',
  scope: 'area',
  start: [at('13:57:40'), at('13:58:10')],
  why: [firedBy('power-loss-together')],
})

test('what spoke for a cause that is no longer held speaks no more; the rest stays, as it fired last', () => {
  const later = revision('16:50:00', {
    ...asPower,
    why: [{ rule: 'sites-lost-together', area, sites: 3, of: 8 }],
  })
  const evidence = evidenceOf({ revisions: [opening, asLink, asPower, later] })
  expect(new Set(evidence.map(({ rule }) => rule))).toEqual(
    new Set(['sites-lost-together', 'power-loss-together', 'whole-site-silent']),
  )
  expect(evidence).toContainEqual({ rule: 'sites-lost-together', area, sites: 3, of: 8 })
})

test('the batteries of two devices are two reasons, two counts of one thing are one', () => {
  const why: Fired[] = [
    { rule: 'battery-ran-down', device: deviceId('R1'), at: 1 },
    { rule: 'battery-ran-down', device: deviceId('L1'), at: 2 },
    { rule: 'joined-late', devices: 1 },
    { rule: 'joined-late', devices: 2 },
  ]
  const evidence = evidenceOf({
    revisions: [revision('14:05:00', { why: why.slice(0, 3) }), revision('14:06:00', { why: why.slice(3) })],
  })
  expect(evidence).toHaveLength(3)
  expect(evidence).toContainEqual({ rule: 'joined-late', devices: 2 })
})

test('a revision says what it changed and why', () => {
  expect(revisionInWords(opening, undefined, naTam, 'vi')).toBe(
    'Lúc 14:05 ngày 21/6 mở sự cố: cả điểm, chưa rõ nguyên nhân, vì 5 cụm loa ở đó vẫn hoạt động bằng SIM riêng',
  )
  expect(revisionInWords(asLink, opening, naTam, 'vi')).toBe(
    'Lúc 14:10 ngày 21/6 sửa phạm vi: nhiều điểm của địa bàn; sửa nguyên nhân: mất đường truyền, vì 2 thiết bị có pin cũng mất cùng lúc, mà nếu mất điện thì chúng vẫn chạy được; 2/8 điểm ở xã Nà Tăm mất cùng lúc',
  )
  expect(revisionInWords(asPower, asLink, naTam, 'en')).toBe(
    'At 16:41, 21 Jun cause corrected: power cut; start corrected: since 13:57, as 3 devices lost power together, by their own logs',
  )
  expect(changeInWords(asPower, asPower, 'vi')).toBe('ghi nhận thêm')
  expect(changeInWords(revision('10:12:00', { scope: 'platform', cause: 'platform' }), undefined, 'vi')).toBe(
    'mở sự cố: trung tâm',
  )
})
