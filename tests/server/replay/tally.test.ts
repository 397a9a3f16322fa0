import { expect, test } from 'vitest'
import { areaId, deviceId } from '#protocol/ids.ts'
import type { Incident, IncidentEvent } from '../../../server/incidents/incident.ts'
import { keepTally, onlyAmong, type ToldIncident } from '../../../server/replay/tally.ts'

const MINUTE = 60_000

function incident(fields: Omit<Partial<Incident>, 'devices'> & { devices?: string[] }): Incident {
  const { devices = ['R1'], ...rest } = fields
  return {
    ...{ id: 'I1', root: null, scope: 'site', element: 'S1', cause: 'power', state: 'closed' },
    ...{
      severity: 'major',
      sites: [],
      areas: [areaId('C1')],
      devices: devices.map(deviceId),
      onBattery: [],
      returned: [],
    },
    ...{ start: [0, 0], end: null, storm: null, priority: 'page', openedAt: 0, resolveAt: null },
    ...{ acknowledgedBy: null, acknowledgedAt: null, flapping: false, revisions: [] },
    ...rest,
  }
}

function event(fields: Partial<IncidentEvent> & { incident: Incident }): IncidentEvent {
  return { t: 0, event: 'opened', priority: 'page', devices: [], why: [], ...fields }
}

const downFor = (fault: number, power: number) => ({
  ...{
    type: 'availability' as const,
    device: deviceId('R1'),
    from: 0,
    to: 1,
    requiredSeconds: 0,
    upSeconds: 0,
  },
  ...{ connectedSeconds: 0, downFaultSeconds: fault, downPowerSeconds: power, unreachableSeconds: 0 },
  ...{ offPlannedSeconds: 0, unknownSeconds: 0, failures: 0, repairSeconds: 0 },
})

test('counts what people were told, by how urgent it was and by month', () => {
  const tally = keepTally(() => 420)
  const one = incident({ id: 'I1', start: [0, 5 * MINUTE] })
  const two = incident({ id: 'I2', start: [20 * MINUTE, 20 * MINUTE], cause: 'link', scope: 'area' })
  const three = incident({ id: 'I3', scope: 'device', cause: 'device' })
  // The last hours of June by UTC are July in Vietnam.
  const july = Date.UTC(2026, 5, 30, 17)
  tally.note(event({ t: 4 * MINUTE, incident: one }))
  tally.note(event({ t: 6 * MINUTE, incident: one, event: 'widened' }))
  tally.note(event({ t: 9 * MINUTE, incident: one, event: 'resolved' }))
  tally.note(event({ t: 30 * MINUTE, incident: two, priority: 'ticket' }))
  tally.note(event({ t: july - 1, incident: three, event: 'digest', priority: 'digest' }))
  tally.note(event({ t: july, incident: three, event: 'digest', priority: 'digest' }))
  const { told, ...figures } = tally.finish([one, two, three], [downFor(1800, 0), downFor(1800, 3600)])
  expect(figures).toEqual({
    notifications: { page: 2, ticket: 1, digest: 2 },
    resolved: 1,
    months: {
      '1970-01': { page: 2, ticket: 1, digest: 0 },
      '2026-06': { page: 0, ticket: 0, digest: 1 },
      '2026-07': { page: 0, ticket: 0, digest: 1 },
    },
    // A digest calls nobody.
    medianSeconds: { page: 240, ticket: 600 },
    scopes: { device: 1, site: 1, cell: 0, area: 1, isp: 0, platform: 0 },
    causes: { power: 1, link: 1, device: 1, undetermined: 0, platform: 0 },
    hours: { fault: 1, power: 1, unreachable: 0, unknown: 0 },
  })
  expect(told.map((each) => [each.incident.id, each.t, each.priority])).toEqual([
    ['I1', 4 * MINUTE, 'page'],
    ['I2', 30 * MINUTE, 'ticket'],
  ])
})

test.each([
  [[4, 10], 7],
  [[10, 4, 5], 5],
])('of incidents told after %j minutes the median is %i', (minutes, median) => {
  const tally = keepTally(() => 420)
  const incidents = minutes.map((_, at) => incident({ id: `I${at}` }))
  for (const [at, each] of incidents.entries())
    tally.note(event({ t: minutes[at]! * MINUTE, incident: each }))
  expect(tally.finish(incidents, []).medianSeconds.page).toBe(median * 60)
})

test('without a message there is no median', () => {
  expect(keepTally(() => 420).finish([], []).medianSeconds).toEqual({ page: null, ticket: null })
})

const told = (fields: Parameters<typeof incident>[0]): ToldIncident => ({
  incident: incident(fields),
  t: 0,
  priority: 'page',
})

test('an incident has a counterpart when a device of it is out at the same time in the other run', () => {
  const others = [
    told({ id: 'I1', devices: ['R1', 'R2'], start: [100, 110], end: 200 }),
    told({ id: 'I2', devices: ['R3'], start: [500, 510], end: null }),
    told({ id: 'I3', devices: [], scope: 'platform', start: [900, 900], end: 950 }),
  ]
  const some = [
    told({ id: 'a site of it', devices: ['R2', 'R9'], start: [190, 195], end: 400 }),
    told({ id: 'later', devices: ['R2'], start: [201, 202], end: 400 }),
    told({ id: 'another device', devices: ['R4'], start: [100, 110], end: 200 }),
    told({ id: 'one that still lasts', devices: ['R3'], start: [9000, 9000], end: 9001 }),
    told({
      id: 'the same outage of the centre',
      devices: [],
      scope: 'platform',
      start: [940, 940],
      end: null,
    }),
    told({ id: 'another of the centre', devices: [], scope: 'platform', start: [951, 951], end: null }),
  ]
  expect(onlyAmong(some, others).map((each) => each.incident.id)).toEqual([
    'later',
    'another device',
    'another of the centre',
  ])
})
