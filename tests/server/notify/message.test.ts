import { expect, test } from 'vitest'
import { deviceId } from '#protocol/ids.ts'
import type { IncidentEvent, Return } from '../../../server/incidents/incident.ts'
import { writeMessage } from '../../../server/notify/message.ts'
import { notificationOf } from '../../../server/notify/notification.ts'
import { at } from '../../support/engine-story.ts'
import { naTam, sampleEvent } from '../../support/sample-notification.ts'

const both = (event: IncidentEvent) => ({
  vi: writeMessage(event, naTam, 'vi'),
  en: writeMessage(event, naTam, 'en'),
})

const back = (by: Return['by'], ...ids: string[]): Return[] =>
  ids.map((id) => ({ device: deviceId(id), at: at('16:41:00'), by }))

test('a whole site is down', () => {
  expect(both(sampleEvent('opened', '14:14:20'))).toEqual({
    vi: {
      subject: '[Giám sát] Mất kết nối 7/7: UBND xã Nà Tăm từ 14:02 (I7)',
      body: `🔴 MẤT KẾT NỐI · UBND xã Nà Tăm
7/7 thiết bị (5 máy tính, 1 bộ định tuyến, 1 cụm loa)
Từ 14:02 ngày 21/6 (12 phút)
Nguyên nhân: chưa xác định.`,
    },
    en: {
      subject: '[Monitoring] Down 7/7: UBND xã Nà Tăm since 14:02 (I7)',
      body: `🔴 DOWN · UBND xã Nà Tăm
7 of 7 devices (5 PCs, 1 router, 1 speaker cluster)
Since 14:02, 21 Jun (12 min)
Cause: undetermined.`,
    },
  })
})

test('one speaker is down, and it is not known since when', () => {
  const event = sampleEvent('opened', '14:17:30', {
    scope: 'device',
    devices: ['L1'],
    priority: 'ticket',
    start: [at('13:45:00'), at('14:12:00')],
  })
  expect(both(event)).toEqual({
    vi: {
      subject: '[Giám sát] Mất kết nối 1/7: Loa Bản Pá Mu (UBND xã Nà Tăm) từ khoảng 13:45–14:12 (I7)',
      body: `🟠 MẤT KẾT NỐI · Loa Bản Pá Mu (UBND xã Nà Tăm)
1/7 thiết bị (1 cụm loa)
Từ khoảng 13:45–14:12 ngày 21/6 (ít nhất 5 phút)
Nguyên nhân: chưa xác định.`,
    },
    en: {
      subject: '[Monitoring] Down 1/7: Loa Bản Pá Mu (UBND xã Nà Tăm) since about 13:45–14:12 (I7)',
      body: `🟠 DOWN · Loa Bản Pá Mu (UBND xã Nà Tăm)
1 of 7 devices (1 speaker cluster)
Since about 13:45–14:12, 21 Jun (at least 5 min)
Cause: undetermined.`,
    },
  })
})

test('more devices of a site are down, and who they are is said', () => {
  const event = sampleEvent('widened', '14:02:50', { scope: 'device', devices: ['P1', 'R1', 'P2', 'P3'] })
  expect(both(event)).toEqual({
    vi: {
      subject: '[Giám sát] Mất thêm thiết bị 4/7: UBND xã Nà Tăm từ 14:02 (I7)',
      body: `🔴 MẤT THÊM THIẾT BỊ · UBND xã Nà Tăm
4/7 thiết bị (3 máy tính, 1 bộ định tuyến)
Văn thư, Bộ định tuyến tầng 1, Kế toán và 1 thiết bị khác
Từ 14:02 ngày 21/6 (dưới 1 phút)
Nguyên nhân: chưa xác định.`,
    },
    en: {
      subject: '[Monitoring] More devices down 4/7: UBND xã Nà Tăm since 14:02 (I7)',
      body: `🔴 MORE DEVICES DOWN · UBND xã Nà Tăm
4 of 7 devices (3 PCs, 1 router)
Văn thư, Bộ định tuyến tầng 1, Kế toán and 1 more
Since 14:02, 21 Jun (under 1 min)
Cause: undetermined.`,
    },
  })
})

test('recovered: when, how long, and who is back', () => {
  const event = sampleEvent('resolved', '16:42:00', {
    end: at('16:41:00'),
    returned: [
      ...back('connected', 'R1', 'L1', 'P1', 'P2'),
      ...back('goodbye', 'P3'),
      ...back('removed', 'P4'),
    ],
  })
  expect(both(event)).toEqual({
    vi: {
      subject: '[Giám sát] Đã khôi phục: UBND xã Nà Tăm lúc 16:41, mất 2 giờ 39 phút (I7)',
      body: '✅ ĐÃ KHÔI PHỤC · UBND xã Nà Tăm lúc 16:41. Mất 2 giờ 39 phút (14:02–16:41). 4/7 thiết bị đã kết nối lại, 1 đã tắt có báo trước, 1 không còn được giám sát, 1 chưa kết nối lại. Nguyên nhân: chưa xác định.',
    },
    en: {
      subject: '[Monitoring] Recovered: UBND xã Nà Tăm at 16:41, down 2 h 39 min (I7)',
      body: '✅ RECOVERED · UBND xã Nà Tăm at 16:41. Down 2 h 39 min (14:02–16:41). 4/7 back, 1 switched off with a goodbye, 1 no longer watched, 1 not back yet. Cause: undetermined.',
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
  const { body } = writeMessage(sampleEvent('resolved', '16:42:00', { start: [...start], end }), naTam, 'vi')
  expect(body).toContain(expected)
})

test('a notification has the shape that replay prints, and an id of its own for every event', () => {
  const event = sampleEvent('opened', '14:14:00')
  expect(notificationOf(event, naTam)).toMatchObject({
    type: 'notification',
    id: 'I7/opened',
    t: at('14:14:00'),
    event: 'opened',
    priority: 'page',
    incident: 'I7',
    scope: 'site',
    cause: 'undetermined',
    devices: event.incident.devices,
    areas: [],
    storm: null,
    start: [at('14:01:40'), at('14:02:30')],
  })
  const ids = ['14:20:00', '14:30:00'].map((clock) => notificationOf(sampleEvent('widened', clock), naTam).id)
  expect(new Set(ids).size).toBe(2)
})
