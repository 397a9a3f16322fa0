import { describe, expect, test } from 'vitest'
import { deviceId } from '#protocol/ids.ts'
import { type StateMetricName, type StateOf, stateNumber } from '#protocol/metrics.ts'
import { faultsOf } from '../../../server/views/faults.ts'
import { linesOf } from '../../../server/views/lines.ts'
import { loadsOf } from '../../../server/views/loads.ts'
import { type Marked, marksOf } from '../../../server/views/marks.ts'
import { sessionView } from '../../../server/views/session.ts'
import { spareSince } from '../../../server/views/spare.ts'
import { supportOf } from '../../../server/views/support.ts'

/** 14:14 on 21/06/2026 in Vietnam. */
const AT = Date.UTC(2026, 5, 21, 7, 14)
const MINUTE_MS = 60_000

const state = <Name extends StateMetricName>(name: Name, word: StateOf<Name>) => ({
  [name]: stateNumber(name, word),
})

describe('marks', () => {
  const marked = (values: Record<string, number>, changes: Partial<Marked> = {}) =>
    marksOf(
      { ...{ kind: 'pc', values, readAt: AT - MINUTE_MS, faults: [], support: null }, ...changes },
      AT,
    ).map(({ name, count }) => (count === null ? name : `${name} ${count}`))

  test.each<[string, Record<string, number>, Partial<Marked>, string[]]>([
    ['nothing is known', {}, {}, []],
    ['all is well', { ...state('antivirus_state', 'protected'), ...state('disk_health', 'good') }, {}, []],
    ['no antivirus', state('antivirus_state', 'none'), {}, ['antivirus-none']],
    ['no antivirus on a router', state('antivirus_state', 'none'), { kind: 'router' }, []],
    ['antivirus switched off', state('antivirus_state', 'off'), {}, ['antivirus-off']],
    ['antivirus out of date', state('antivirus_state', 'stale'), {}, ['antivirus-stale']],
    ['antivirus nobody knows of', state('antivirus_state', 'unknown'), {}, []],
    ['a disk that is worn', state('disk_health', 'worn'), {}, []],
    ['a broken amplifier', state('amplifier_state', 'fault'), { kind: 'speaker' }, ['amplifier-fault']],
    ['an amplifier switched off', state('amplifier_state', 'off'), { kind: 'speaker' }, []],
    ['a broken player', state('playback_state', 'fault'), { kind: 'speaker' }, ['playback-fault']],
    ['a restart pending', state('pending_reboot', 'yes'), {}, ['restart-pending']],
    ['the first line', state('uplink_carrying', 'first'), { kind: 'router' }, []],
    ['both lines', state('uplink_carrying', 'both'), { kind: 'router' }, []],
    ['the spare line', state('uplink_carrying', 'second'), { kind: 'router' }, ['spare-line']],
    [
      'one bulletin missed',
      { scheduled_today: 3, played_today: 2 },
      { kind: 'speaker' },
      ['bulletins-missed 1'],
    ],
    [
      'the third is being played',
      { scheduled_today: 3, played_today: 2, ...state('playback_state', 'playing') },
      { kind: 'speaker' },
      [],
    ],
    ['more were played than were due', { scheduled_today: 1, played_today: 2 }, { kind: 'speaker' }, []],
    [
      'yesterday, at 23:50, one was missing',
      { scheduled_today: 3, played_today: 2 },
      { kind: 'speaker', readAt: AT - (14 * 60 + 24) * MINUTE_MS },
      [],
    ],
    ['a state of a later version', { antivirus_state: 99, uplink_carrying: 99 }, {}, []],
    [
      'all at once, the worst first',
      {
        ...state('pending_reboot', 'yes'),
        ...state('disk_health', 'failing'),
        ...state('antivirus_state', 'off'),
      },
      { faults: faultsOf('a: b\nc: d'), support: supportOf('windows 6.1.7601 professional', AT) },
      ['antivirus-off', 'disk-failing', 'unsupported', 'restart-pending', 'not-measured 2'],
    ],
    [
      'support that goes on',
      {},
      { support: { endsAt: '2030-01-01', state: 'ends-soon', boughtUntil: null } },
      [],
    ],
  ])('%s', (_case, values, changes, expected) => expect(marked(values, changes)).toEqual(expected))
})

test.each([
  [undefined, []],
  ['', []],
  ['disks: expected JSON, got: <html>', [{ collector: 'disks', reason: 'expected JSON, got: <html>' }]],
  [
    'a: b\n\nc',
    [
      { collector: 'a', reason: 'b' },
      { collector: 'c', reason: '' },
    ],
  ],
])('faults of %j', (trait, expected) => expect(faultsOf(trait)).toEqual(expected))

test.each([
  ['goodbye', null, { session: 'goodbye', unwatched: false }],
  ['goodbye', 'PC1', { session: 'stale', unwatched: true }],
  ['online', 'PC1', { session: 'online', unwatched: false }],
  ['offline', 'PC1', { session: 'offline', unwatched: false }],
] as const)('a session %s of a device probed by %s', (state, prober, expected) => {
  const incidents = { session: () => ({ state, since: AT }) }
  const device = { id: deviceId('SP1'), prober: prober === null ? null : deviceId(prober) }
  expect(sessionView(incidents, device)).toEqual({ ...expected, since: AT })
})

describe('the load of a line', () => {
  const rate = (minutesAgo: number, bitsPerSecond: number, minutes = 1) => ({
    from: AT - (minutesAgo + minutes) * MINUTE_MS,
    to: AT - minutesAgo * MINUTE_MS,
    bitsPerSecond,
  })
  const capacity = { down_kbps: 8000, down_error_percent: 12 }

  test('is the mean of the newest quarter of an hour against what was measured', () => {
    const rates = [rate(30, 9e9), rate(3, 1e6, 3), rate(2, 5e6)]
    expect(loadsOf(capacity, new Map([['rx_bits_per_second', rates]]), AT)).toEqual([
      {
        ...{ direction: 'down', line: null, bitsPerSecond: 2e6 },
        capacity: { bitsPerSecond: 8e6, errorPercent: 12 },
      },
    ])
  })

  test('of a site with two lines is of the one that carries', () => {
    const rates = new Map([
      ['rx_bits_per_second', [rate(1, 1)]],
      ['uplink1_rx_bits_per_second', [rate(1, 2)]],
      ['uplink2_rx_bits_per_second', [rate(1, 3)]],
    ] as const)
    const of = (carrying: StateOf<'uplink_carrying'>) =>
      loadsOf({ ...capacity, ...state('uplink_carrying', carrying) }, rates, AT).map(
        ({ line, bitsPerSecond }) => [line, bitsPerSecond],
      )
    expect([of('first'), of('second'), of('both')]).toEqual([[[1, 2]], [[2, 3]], [[null, 1]]])
  })

  test('is not told of old, without a capacity, or without a rate', () => {
    const rates = (minutesAgo: number) => new Map([['rx_bits_per_second' as const, [rate(minutesAgo, 5)]]])
    expect(loadsOf(capacity, rates(121), AT)).toEqual([])
    expect(loadsOf({ down_kbps: 0 }, rates(1), AT)).toEqual([])
    expect(loadsOf({}, rates(1), AT)).toEqual([])
    expect(loadsOf(capacity, new Map(), AT)).toEqual([])
  })
})

test.each<[string, number[], ReturnType<typeof spareSince>]>([
  ['never read', [], null],
  ['the first line', [3, 2], null],
  ['for three readings', [2, 2, 3, 3, 3], { since: 2, exact: true }],
  ['from before', [3, 3], { since: 0, exact: false }],
  ['a second time', [3, 2, 3], { since: 2, exact: true }],
])('on the spare line: %s', (_case, values, expected) => {
  expect(spareSince(values.map((value, at) => ({ at, value })))).toEqual(expected)
})

test('lines are told by name, state, delay and loss; of one alone there is no second', () => {
  expect(linesOf({ uplink1_state: 1, rtt_ms: 3 }, {})).toEqual([])
  const one = { ...state('uplink_carrying', 'first'), ...state('uplink1_state', 'up') }
  expect(linesOf(one, { uplinks: 'eth0' })).toEqual([
    { number: 1, name: 'eth0', state: 'up', carries: true, rttMs: null, lossPercent: null },
  ])
  expect(linesOf(one, { uplinks: 'eth0\nwwan0' }).map(({ name }) => name)).toEqual(['eth0', 'wwan0'])
  const values = {
    ...{ ...state('uplink_carrying', 'second'), ...state('uplink1_state', 'down') },
    ...{ ...state('uplink2_state', 'up'), uplink2_rtt_ms: 61, uplink2_loss_percent: 0 },
  }
  expect(linesOf(values, { uplinks: 'FTTH\n' })).toEqual([
    { number: 1, name: 'FTTH', state: 'down', carries: false, rttMs: null, lossPercent: null },
    { number: 2, name: null, state: 'up', carries: true, rttMs: 61, lossPercent: 0 },
  ])
})
