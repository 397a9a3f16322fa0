import { expect, test } from 'vitest'
import { decide, type Known, messageName, type Noted } from '../../../server/storms/decide.ts'
import { readCap } from '../../../server/storms/read-cap.ts'
import { reasonIn } from '../../../server/storms/reason.ts'
import { alertXml, areaXml, bytesOf, capTime, code, HOUR_MS, infoXml, reference, SENT } from './cap-files.ts'
import { PLACES } from './places.ts'

/** Messages one after the other, each against what the ones before it changed. */
function story() {
  const chains = new Map<string, Noted>()
  const names = new Map<string, string>()
  const messages = new Set<string>()
  const known: Known = {
    chain: (id) => chains.get(id),
    chainOf: (message) => names.get(message),
    has: (message, sent) => messages.has(`${message} ${sent}`),
  }
  return (xml: string, now = SENT) => {
    const decision = decide(readCap(bytesOf(xml)), PLACES, known, now)
    if (decision.outcome === 'kept-out') return reasonIn('en', decision.reason)
    for (const noted of decision.taken) {
      const own = messageName({ sender: noted.note.by, identifier: noted.note.identifier })
      chains.set(noted.warning.id, noted)
      messages.add(`${own} ${noted.note.sent}`)
      for (const name of [own, ...noted.note.refers]) if (!names.has(name)) names.set(name, noted.warning.id)
    }
    return decision.taken.map(({ warning, note }) => ({ ...warning, remarks: note.remarks }))
  }
}

const update = (
  identifier: string,
  hours: number,
  of: string[],
  parts: Parameters<typeof alertXml>[0] = {},
) =>
  alertXml({
    ...{ identifier, msgType: 'Update', sent: capTime(SENT + hours * HOUR_MS) },
    ...{ references: of.map((each) => reference(each)).join(' ') },
    ...parts,
  })

test('an alert is a warning for our areas, in Vietnamese where it speaks it', () => {
  const english = infoXml({ language: 'en', severity: 'Extreme', areas: [areaXml('x', code('03164'))] })
  expect(story()(alertXml({ infos: [english, infoXml()] }))).toEqual([
    {
      ...{ id: 'VN-KTTV-1', action: 'alert', status: 'actual', severity: 'severe', areas: ['C1'] },
      ...{ onset: SENT + 2 * HOUR_MS, expires: SENT + 26 * HOUR_MS, remarks: [] },
    },
  ])
})

test('several parts for our areas are one warning, as grave as the gravest', () => {
  const parts = [
    infoXml({ severity: 'Moderate' }),
    infoXml({ severity: 'Extreme', times: '', areas: [areaXml('x', code('03164'))] }),
    infoXml({ severity: 'Extreme', areas: [areaXml('x', code('22'))] }),
  ]
  expect(story()(alertXml({ infos: parts }))).toMatchObject([
    { severity: 'extreme', areas: ['C1', 'C2'], onset: SENT, expires: SENT + 26 * HOUR_MS },
  ])
})

test.each<[string, Parameters<typeof infoXml>[0], object]>([
  [
    'no onset: effective',
    { times: `<effective>${capTime(SENT + HOUR_MS)}</effective>` },
    { onset: SENT + HOUR_MS, expires: SENT + 25 * HOUR_MS, remarks: ['no-end'] },
  ],
  [
    'no times at all: sent, and a day',
    { times: '' },
    { onset: SENT, expires: SENT + 24 * HOUR_MS, remarks: ['no-end'] },
  ],
  [
    'no severity, and no bulletin that tells',
    { severity: 'Unknown', headline: 'Tin bão gần Biển Đông' },
    { severity: 'minor', remarks: ['no-severity'] },
  ],
  [
    'no severity, a bulletin of haste',
    { severity: 'Unknown', headline: 'TIN BÃO KHẨN CẤP' },
    { severity: 'severe', remarks: ['grave-title'] },
  ],
  [
    'a storm on the mainland that is called moderate',
    { severity: 'Moderate', headline: 'Tin bão trên đất liền' },
    { severity: 'severe', remarks: ['grave-title'] },
  ],
  ['graver than its title', { severity: 'Extreme' }, { severity: 'extreme', remarks: [] }],
  ['unlikely', { certainty: 'Unlikely' }, { severity: 'severe', remarks: ['unlikely'] }],
  ['by name only', { areas: [areaXml('Phường Tân Phong', '')] }, { areas: ['C3'], remarks: ['by-name'] }],
])('%s', (_case, parts, expected) => {
  expect(story()(alertXml({ infos: [infoXml(parts)] }))).toMatchObject([expected])
})

test('update, update and cancel follow their references to the alert with which it began', () => {
  const take = story()
  take(alertXml())
  const wider = infoXml({
    severity: 'Extreme',
    areas: [areaXml('x', code('03163')), areaXml('y', code('03164'))],
  })
  expect(take(update('VN-2', 1, ['VN-KTTV-1'], { infos: [wider] }))).toMatchObject([
    { id: 'VN-KTTV-1', action: 'update', severity: 'extreme', areas: ['C1', 'C2'] },
  ])
  expect(take(update('VN-3', 2, ['VN-2']))).toMatchObject([
    { id: 'VN-KTTV-1', action: 'update', areas: ['C1'] },
  ])
  const cancel = update('VN-4', 3, ['VN-3'], { msgType: 'Cancel', infos: [] })
  expect(take(cancel)).toMatchObject([{ id: 'VN-KTTV-1', action: 'cancel', areas: ['C1'] }])
  expect(take(cancel)).toBe('This message was taken before.')
  expect(take(update('VN-5', 2.5, ['VN-2']))).toMatch(/^The warning was cancelled by a message sent at 17:00/)
  expect(take(update('VN-6', 4, ['VN-4']))).toMatchObject([{ id: 'VN-KTTV-1', action: 'update' }])
})

test('an update that comes before its alert stands for it', () => {
  const take = story()
  expect(take(update('VN-2', 1, ['VN-KTTV-1']))).toMatchObject([{ id: 'VN-KTTV-1', action: 'update' }])
  expect(take(alertXml())).toMatch(/^There is a newer message, sent at 15:00/)
})

test('an update may put two alerts into one: the other ends', () => {
  const take = story()
  take(alertXml())
  take(alertXml({ identifier: 'VN-B' }))
  expect(take(update('VN-2', 1, ['VN-KTTV-1', 'VN-B']))).toMatchObject([
    { id: 'VN-B', action: 'cancel', remarks: ['merged'] },
    { id: 'VN-KTTV-1', action: 'update' },
  ])
})

test('a warning that leaves our areas, and one that is over, ends for us', () => {
  const elsewhere = infoXml({ areas: [areaXml('Quảng Ninh', code('22'))] })
  const one = story()
  one(alertXml())
  expect(one(update('VN-2', 1, ['VN-KTTV-1'], { infos: [elsewhere] }))).toMatchObject([
    { id: 'VN-KTTV-1', action: 'cancel', remarks: ['left-us'] },
  ])
  const other = story()
  other(alertXml())
  const past = infoXml({ urgency: 'Past' })
  expect(other(update('VN-2', 1, ['VN-KTTV-1'], { infos: [past] }))).toMatchObject([
    { action: 'cancel', remarks: ['over'] },
  ])
})

test.each(['Test', 'Exercise', 'System', 'Draft'])(
  'status %s is a test and changes no actual warning',
  (status) => {
    const take = story()
    expect(take(alertXml({ identifier: 'T-1', status }))).toMatchObject([
      { status: 'test', remarks: ['test'] },
    ])
    take(alertXml())
    expect(take(update('T-2', 1, ['VN-KTTV-1'], { status, msgType: 'Cancel', infos: [] }))).toBe(
      `A message of status ${status} cannot change an actual warning.`,
    )
  },
)

test.each<[string, string, number, string]>([
  [
    'of no area of ours',
    alertXml({ infos: [infoXml({ areas: [areaXml('Quảng Ninh', '')] })] }),
    0,
    'None of our areas is in it: Quảng Ninh.',
  ],
  ['that has expired', alertXml(), 27, 'The warning expired at 16:00 21/09/2026.'],
  [
    'that is over',
    alertXml({ infos: [infoXml({ urgency: 'Past' })] }),
    0,
    'The warning says that the event is over.',
  ],
  [
    'that cancels nothing known',
    update('C-1', 1, ['X-9'], { msgType: 'Cancel' }),
    1,
    'It cancels a warning that was never taken here.',
  ],
  [
    'that only answers',
    alertXml({ msgType: 'Ack' }),
    0,
    'A message of type Ack is an answer and no warning.',
  ],
])('kept out with a word: one %s', (_case, xml, hours, reason) => {
  expect(story()(xml, SENT + hours * HOUR_MS)).toBe(reason)
})

test('every reason is said in Vietnamese too', () => {
  expect(reasonIn('vi', { why: 'no-area', described: 'Quảng Ninh' })).toMatch(/^Không có địa bàn nào/)
  expect(reasonIn('vi', { why: 'expired', expires: SENT })).toBe(
    'Cảnh báo đã hết hiệu lực lúc 14:00 20/09/2026.',
  )
})
