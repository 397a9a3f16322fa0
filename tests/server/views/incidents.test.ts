import { expect, test } from 'vitest'
import { areaId, deviceId, siteId } from '#protocol/ids.ts'
import type { Incident } from '../../../server/incidents/incident.ts'
import type { Dispatch } from '../../../server/notify/outbox.ts'
import {
  type IncidentViewParts,
  incidentHeadView,
  incidentPageView,
  incidentView,
} from '../../../server/views/incidents.ts'
import { at, naTam, sampleEvent, sampleNotification } from '../../support/sample-notification.ts'

const partsOf = (incidents: Incident[], dispatches: Dispatch[] = []): IncidentViewParts => ({
  registry: naTam,
  now: () => at('17:00:00'),
  outbox: { ofIncident: () => dispatches },
  incidents: {
    open: () => incidents.filter(({ state }) => state !== 'resolved' && state !== 'closed'),
    resolvedSince: () => [],
    find: (id) => incidents.find((each) => each.id === id),
    children: (id) => incidents.filter(({ root }) => root === id),
    session: () => ({ state: 'offline', since: null }),
  },
})

const sent = (channel: string, changes: Partial<Dispatch> = {}): Dispatch => ({
  ...{ notification: sampleNotification(), channel, state: 'sent', attempts: 1 },
  ...{ queuedAt: at('14:14:00'), dueAt: at('14:14:00'), doneAt: at('14:14:02'), error: null },
  ...changes,
})

/** Opened as a site, found to be the commune's mains by history, taken on and over. */
const revised = sampleEvent('resolved', '16:55:00', {
  ...{ scope: 'area', element: 'C01', cause: 'power', state: 'resolved', end: at('16:41:00') },
  ...{ sites: ['S1', 'S2'], devices: ['R1', 'P1', 'R2', 'X9'], openedAt: at('14:05:00') },
  ...{ acknowledgedBy: 'lệnh', acknowledgedAt: at('14:20:00') },
  returned: [
    { device: deviceId('P1'), at: at('16:00:00'), by: 'goodbye' },
    { device: deviceId('R1'), at: at('16:41:00'), by: 'connected' },
  ],
  revisions: [
    {
      ...{ t: at('14:05:00'), scope: 'site', cause: 'undetermined' },
      start: [at('14:01:40'), at('14:02:30')],
      why: [
        { rule: 'speakers-alive', devices: 1 },
        { rule: 'whole-site-silent', site: siteId('S1'), devices: 7 },
      ],
    },
    {
      ...{ t: at('16:50:00'), scope: 'area', cause: 'power' },
      start: [at('14:01:40'), at('14:02:30')],
      why: [
        { rule: 'sites-lost-together', area: areaId('C01'), sites: 2, of: 2 },
        { rule: 'power-loss-together', devices: 2 },
      ],
    },
  ],
}).incident

test('a page has the reasons for what is held now, and the others where they were held', () => {
  const view = incidentPageView(partsOf([revised]), revised)
  expect(view.incident).toMatchObject({
    ...{ id: 'I7', scope: 'area', cause: 'power', state: 'resolved', back: 2, siteDevices: 9 },
    place: { vi: 'xã Nà Tăm', en: 'xã Nà Tăm' },
    siteNames: ['UBND xã Nà Tăm', 'Trạm y tế Nà Tăm'],
  })
  expect(view.reasons.map(({ vi }) => vi)).toEqual([
    '2 thiết bị mất điện cùng lúc, theo nhật ký của chính thiết bị',
    '2/2 điểm ở xã Nà Tăm mất cùng lúc',
    'Cả UBND xã Nà Tăm im lặng (7 thiết bị)',
  ])
  expect(view.happenings[0]).toMatchObject({
    ...{ at: at('14:05:00'), kind: 'opened' },
    said: { vi: 'Mở sự cố: cả điểm, chưa rõ nguyên nhân' },
    reasons: [
      { vi: '1 cụm loa ở đó vẫn hoạt động bằng SIM riêng' },
      { vi: 'Cả UBND xã Nà Tăm im lặng (7 thiết bị)' },
    ],
  })
})

test('what happened is in the order of time, each message once with all its ways', () => {
  const failed = sent('webhook', { state: 'failed', error: 'HTTP 500' })
  const view = incidentPageView(partsOf([revised], [sent('log'), failed]), revised)
  expect(view.happenings.map(({ kind }) => kind)).toEqual([
    'opened',
    'told',
    'acknowledged',
    'back',
    'revised',
  ])
  expect(view.happenings[1]).toEqual({
    ...{ at: at('14:14:00'), kind: 'told' },
    subject: { vi: 'Mất kết nối 7/7: UBND xã Nà Tăm từ 14:02', en: 'Down 7/7: UBND xã Nà Tăm since 14:02' },
    sendings: [
      { channel: 'webhook', state: 'failed', doneAt: at('14:14:02'), error: 'HTTP 500' },
      { channel: 'log', state: 'sent', doneAt: at('14:14:02'), error: null },
    ],
  })
})

test('devices stand under their sites, the missing first, the unknown by their ids', () => {
  const { sites } = incidentPageView(partsOf([revised]), revised)
  expect(
    sites.map(({ name, areaName, members }) => [name, areaName, ...members.map((each) => each.name)]),
  ).toEqual([
    ['UBND xã Nà Tăm', 'xã Nà Tăm', 'Bộ định tuyến tầng 1', 'Văn thư'],
    ['Trạm y tế Nà Tăm', 'xã Nà Tăm', 'Bộ định tuyến trạm'],
    ['', '', 'X9'],
  ])
  const half = { ...revised, returned: revised.returned.slice(1) }
  const [first] = incidentPageView(partsOf([half]), half).sites
  expect(first!.members.map(({ name }) => name)).toEqual(['Văn thư', 'Bộ định tuyến tầng 1'])
})

test('root and children know each other', () => {
  const root = sampleEvent('opened', '14:05:00').incident
  const child = sampleEvent('opened', '14:30:00', {
    id: 'I8',
    root: 'I7',
    devices: ['R2'],
    sites: ['S2'],
  }).incident
  const parts = partsOf([root, child])
  expect(incidentPageView(parts, child).root?.id).toBe('I7')
  expect(incidentPageView(parts, root).children.map(({ id }) => id)).toEqual(['I8'])
})

test('the version changes with all that the page shows, and with nothing else', () => {
  const incident = sampleEvent('opened', '14:05:00').incident
  const versionOf = (changes: Partial<Incident>, others: Incident[] = []) => {
    const changed = { ...incident, ...changes }
    return incidentHeadView(partsOf([changed, ...others]), changed).version
  }
  const other = sampleEvent('opened', '14:30:00', { id: 'I8', root: 'I7' }).incident
  const versions = [
    versionOf({}),
    versionOf({ state: 'recovering' }),
    versionOf({ acknowledgedBy: 'lệnh' }),
    versionOf({ severity: 'critical' }),
    versionOf({ flapping: true }),
    versionOf({ devices: incident.devices.slice(1) }),
    versionOf({ returned: [{ device: deviceId('R1'), at: 1, by: 'connected' }] }),
    versionOf({ revisions: [...incident.revisions, ...incident.revisions] }),
    versionOf({}, [other]),
  ]
  expect(new Set(versions).size).toBe(versions.length)
  expect(versionOf({}, [{ ...other, root: null }])).toBe(versions[0])
})

test('a member that was never lost lives on by its battery until its mains is back', () => {
  const open: Incident = { ...revised, state: 'open', end: null, onBattery: [deviceId('R2')] }
  const livingOn = (returned: Incident['returned']): string[] =>
    incidentPageView(partsOf([open]), { ...open, returned })
      .sites.flatMap((site) => site.members)
      .filter(({ livesOn }) => livesOn)
      .map(({ id }) => id)
  expect(livingOn([])).toEqual(['R2'])
  const names = incidentView(naTam, open).deviceNames
  expect(names).toHaveLength(open.devices.length - 1)
  expect(livingOn([{ device: deviceId('R2'), at: 1, by: 'connected' }])).toEqual([])
})
