import { describe, expect, test } from 'vitest'
import type { Age } from '#protocol/delivery.ts'
import { areaId, deviceId, siteId } from '#protocol/ids.ts'
import { numberOf, type PowerSource, stateNumber } from '#protocol/metrics.ts'
import type { Report } from '#protocol/report.ts'
import type { Observation, PlannedCut, Warning } from '../../../server/incidents/observation.ts'
import type { Fact } from '../../../server/ledger/entry.ts'
import { observationsOf } from '../../../server/projections/observations.ts'
import { sampleHello } from '../../support/sample-hello.ts'

const AT = Date.UTC(2026, 10, 22, 7)
const device = deviceId('LOA-1')

const told = (fact: Fact): Observation[] => observationsOf({ offset: 1, at: AT, ...fact }, () => false)

/** Three rows a minute apart, the last at an uptime of two hours, when the device's clock said 6:58:30. */
const REPORT: Report = {
  ...{ epoch: 5, seq: 9, boot: 7, uptimeSeconds: 7080, clockSeconds: AT / 1000 - 210 },
  offsetsSeconds: [0, 60, 120],
  columns: [],
}

function reported(age: Age, columns: Report['columns'] = [], changes: Partial<Report> = {}): Observation[] {
  const report = { ...REPORT, columns, ...changes }
  return told({ kind: 'report', device, age, report, bytes: new Uint8Array() })
}

const power = (...sources: (PowerSource | null)[]) => ({
  metric: numberOf('power_source'),
  values: sources.map((source) => (source === null ? null : stateNumber('power_source', source))),
})
const cell = (...values: (number | null)[]) => ({ metric: numberOf('cell_id'), values })

describe('a connection', () => {
  const pace = { ...sampleHello().pace, reportSeconds: 21_600, keepaliveSeconds: 7200 }

  test('tells its boot, how the one before ended, its habit, and when the boot began', () => {
    const hello = sampleHello({
      boot: 8,
      uptimeSeconds: 95,
      previousEnd: 'shutdown',
      pace: { ...pace, step: 5 },
    })
    expect(told({ kind: 'connected', device, keepaliveSeconds: 7200, hello })).toEqual([
      {
        ...{ t: AT, type: 'connected', device, boot: 8, previousEnd: 'shutdown' },
        ...{ keepaliveSeconds: 7200, awaySeconds: 21_600 },
      },
      {
        ...{ t: AT, type: 'report', device, now: { boot: 8, uptimeSeconds: 95 } },
        ...{ clockMs: null, history: [] },
      },
    ])
  })

  test('whose hello nobody can read tells only that it is there', () => {
    expect(told({ kind: 'connected', device, keepaliveSeconds: 60, hello: null })).toEqual([
      {
        ...{ t: AT, type: 'connected', device, boot: null, previousEnd: null },
        ...{ keepaliveSeconds: 60, awaySeconds: 0 },
      },
    ])
  })
})

describe('a report', () => {
  test('of the present says which boot runs, how old it is, and what its clock says', () => {
    expect(reported({ seconds: 3, basis: 'monotonic' })).toEqual([
      {
        ...{ t: AT, type: 'report', device, history: [] },
        now: { boot: 7, uptimeSeconds: 7203 },
        clockMs: AT - 87_000,
      },
    ])
  })

  test('that had to wait says that its boot lived then, and lives still', () => {
    expect(reported({ seconds: 7200, basis: 'monotonic' })).toEqual([
      {
        ...{ t: AT, type: 'report', device },
        now: { boot: 7, uptimeSeconds: 14_400 },
        clockMs: AT - 90_000 + 7_200_000,
        history: [{ boot: 7, fromSeconds: 7080, toSeconds: 7200, clockMs: AT - 210_000, end: null }],
      },
    ])
  })

  test('of an earlier boot tells of then, by a clock of which it is known what it says now', () => {
    expect(reported({ seconds: 3600, basis: 'clock' })).toEqual([
      {
        ...{ t: AT, type: 'report', device, now: null },
        clockMs: AT - 90_000 + 3_600_000,
        history: [{ boot: 7, fromSeconds: 7080, toSeconds: 7200, clockMs: AT - 210_000, end: null }],
      },
    ])
  })

  test('of a board without a clock has a duration and an order, and no time', () => {
    expect(reported(null, [], { clockSeconds: null })).toEqual([
      {
        ...{ t: AT, type: 'report', device, now: null, clockMs: null },
        history: [{ boot: 7, fromSeconds: 7080, toSeconds: 7200, clockMs: null, end: null }],
      },
    ])
  })

  test('of the present tells the power and the base station of its newest row', () => {
    const live = { seconds: 0, basis: 'monotonic' } as const
    const states = (...columns: Report['columns']) => reported(live, columns).slice(1)
    expect(states(power('mains', 'mains', 'battery'), cell(1, 2, 1_203_457))).toEqual([
      { t: AT, type: 'power', device, source: 'battery' },
      { t: AT, type: 'cell', device, cell: '4701' },
    ])
    expect(states(power('battery', 'battery', 'mains'))).toEqual([
      { t: AT, type: 'power', device, source: 'mains' },
    ])
    expect(states(power('battery', 'battery', null), cell(5, 5, 0)), 'not said of now').toEqual([])
    expect(states(power('mains', 'mains', 'unknown'))).toEqual([])
    expect(states({ metric: numberOf('power_source'), values: [9, 9, 9] }), 'a newer word').toEqual([])
    expect(states(cell(1, 1, 2 ** 35))[0], 'a 5G cell').toMatchObject({ cell: `nr-${2 ** 35}` })
  })

  test('of the past says nothing of the power now', () => {
    expect(
      reported({ seconds: 61, basis: 'monotonic' }, [power('battery', 'battery', 'battery')]),
    ).toHaveLength(1)
    expect(reported({ seconds: 5, basis: 'clock' }, [power('battery', 'battery', 'battery')])).toHaveLength(1)
  })
})

test.each<[string, Fact, Partial<Observation>]>([
  [
    'a goodbye',
    { kind: 'goodbye', device, goodbye: { reason: 'shutdown', boot: 7, uptimeSeconds: 7200 } },
    { type: 'goodbye', device, reason: 'shutdown' },
  ],
  ['a loss', { kind: 'lost', device, why: 'socket' }, { type: 'lost', device, why: 'socket' }],
  [
    'a pace',
    { kind: 'pace', device, pace: { ...sampleHello().pace, keepaliveSeconds: 120, step: 0 } },
    { type: 'pace', device, keepaliveSeconds: 120, awaySeconds: 0 },
  ],
  [
    'a pace without a keepalive: the device lives, and the habit stays',
    { kind: 'pace', device, pace: { ...sampleHello().pace, keepaliveSeconds: 0 } },
    { type: 'report', device, now: null, clockMs: null, history: [] },
  ],
  [
    'rows declared lost: the device lives',
    {
      ...{ kind: 'loss', device },
      loss: { epoch: 5, seq: 3, boot: 7, uptimeSeconds: 60, spanSeconds: 600, rows: 10, reason: 'dropped' },
    },
    { type: 'report', device, now: null, clockMs: null, history: [] },
  ],
  ['the centre', { kind: 'platform', event: 'stopping' }, { type: 'platform', event: 'stopping' }],
  [
    'somebody takes it on',
    { kind: 'acknowledged', incident: 'I1', by: 'lan' },
    { type: 'acknowledged', incident: 'I1', by: 'lan' },
  ],
])('%s', (_what, fact, observation) => {
  expect(told(fact)).toEqual([{ t: AT, ...observation }])
})

test('warnings and plans go on as they are, without what is for people only', () => {
  const warning: Warning = {
    id: 'W1',
    action: 'alert',
    status: 'actual',
    severity: 'severe',
    areas: [areaId('X1')],
    onset: AT,
    expires: AT + 3_600_000,
  }
  const note = {
    identifier: 'm-1',
    sent: AT,
    by: 'NCHMF',
    isManual: false,
    headline: 'Bão số 9',
    refers: [],
    remarks: [],
  }
  expect(told({ kind: 'warning', warning, note })).toEqual([{ t: AT, type: 'warning', ...warning }])
  const plan: PlannedCut = { id: 'P1', cause: 'power', sites: [siteId('S1')], from: AT, to: AT + 60_000 }
  expect(told({ kind: 'planned', plan, note: { reason: 'EVN', owner: 'lan' } })).toEqual([
    { t: AT, type: 'planned', ...plan },
  ])
})

describe('a device that another speaks for', () => {
  const probed = (fact: Fact): Observation[] => observationsOf({ offset: 1, at: AT, ...fact }, () => true)
  const row = (boot: number, uptime: number): Report['columns'] => [
    { metric: numberOf('uptime_seconds'), values: [uptime - 120, uptime - 60, uptime] },
    { metric: numberOf('probed_boot'), values: [boot, boot, boot] },
  ]

  test('whose prober is away has not failed: nobody looks', () => {
    expect(probed({ kind: 'lost', device, why: 'unwatched' })).toEqual([
      { t: AT, type: 'goodbye', device, reason: 'service-stop' },
    ])
    expect(probed({ kind: 'lost', device, why: 'keepalive' })).toEqual([
      { t: AT, type: 'lost', device, why: 'keepalive' },
    ])
  })

  test("is not taken to run its prober's boot, nor to show that it lives as often as that one", () => {
    const hello = sampleHello({ boot: 8, previousEnd: 'shutdown' })
    expect(probed({ kind: 'connected', device, keepaliveSeconds: 120, hello })).toEqual([
      {
        ...{ t: AT, type: 'connected', device, boot: null, previousEnd: null },
        ...{ keepaliveSeconds: 120, awaySeconds: 0 },
      },
    ])
    expect(probed({ kind: 'pace', device, pace: hello.pace })).toEqual([
      { t: AT, type: 'report', device, now: null, clockMs: null, history: [] },
    ])
  })

  test('tells its own boot where it knows it', () => {
    expect(reported({ seconds: 3, basis: 'monotonic' }, row(4, 500))).toEqual([
      {
        ...{ t: AT, type: 'report', device, now: { boot: 4, uptimeSeconds: 503 } },
        ...{ clockMs: null, history: [] },
      },
    ])
    expect(reported({ seconds: 9000, basis: 'monotonic' }, row(4, 500))[0]).toMatchObject({
      now: { boot: 4, uptimeSeconds: 9500 },
      history: [{ boot: 4, fromSeconds: 380, toSeconds: 500, clockMs: null, end: null }],
    })
  })

  test('and no boot at all where it does not', () => {
    expect(reported({ seconds: 9000, basis: 'monotonic' }, row(0, 500))[0]).toMatchObject({
      ...{ now: null, history: [] },
    })
  })
})
