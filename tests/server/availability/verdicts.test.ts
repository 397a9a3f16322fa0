import { describe, expect, test } from 'vitest'
import { deviceId } from '#protocol/ids.ts'
import { smallWorld } from '../../support/small-world.ts'
import { at, clockOf, incident, past } from './past.ts'

const MINUTES = 60

/** All of S1 run and are heard since the evening before. */
function morning() {
  const told = past()
  for (const id of ['R1', 'P1', 'P2', 'P3', 'L1', 'L2']) told.boots(id, '-1 20:00:30', 7, null)
  return told
}

/** Age in seconds at `clock` of the boots of `morning`. */
const age = (clock: string): number => (at(clock) - at('-1 20:00')) / 1000

const seen = (boot: number, clock: string, end: 'power-loss' | 'unknown') => [
  { boot, fromSeconds: age('09:00'), toSeconds: age(clock), end },
]

describe('goodbyes', () => {
  test('1: a PC that is shut down is off on purpose from that second, at once and for sure', () => {
    const told = morning().goodbye('P1', '17:05:00', 'shutdown')
    expect(told.story('P1', '16:00', '20:00')).toEqual(['16:00:00 up-connected', '17:05:00 off-planned'])
  })

  test.each([
    ['shutdown', 8, ['12:00:00 off-planned', '13:00:00 up-unreachable*', '13:00:30 up-connected']],
    // The same boot: it slept.
    ['sleep', 7, ['12:00:00 off-planned', '13:00:30 up-connected']],
    // Its agent was stopped, and it ran on.
    ['service-stop', 7, ['12:00:00 up-unreachable', '13:00:30 up-connected']],
  ] as const)('%s until it is heard again', (reason, boot, expected) => {
    const told = morning().goodbye('P1', '12:00:00', reason)
    if (boot === 8) told.boots('P1', '13:00:30', 8, null)
    else told.connected('P1', '13:00:30', 7)
    expect(told.story('P1', '11:00', '14:00')).toEqual(['11:00:00 up-connected', ...expected])
  })

  test('a restart is a momentary interruption and no failure', () => {
    const told = morning().goodbye('R1', '12:00:00', 'restart').boots('R1', '12:01:30', 8, null)
    expect(told.story('R1', '11:00', '13:00')).toEqual([
      '11:00:00 up-connected',
      '12:00:00 off-planned*',
      '12:01:00 up-unreachable*',
      '12:01:30 up-connected',
    ])
    expect(told.figures(['R1'], '11:00', '13:00')).toMatchObject({
      failures: 0,
      momentary: { count: 1, ms: 90_000 },
    })
  })

  test('a router that restarts and does not come back for an hour hung', () => {
    const told = morning().goodbye('R1', '12:00:00', 'restart').boots('R1', '13:00:30', 8, null)
    expect(told.story('R1', '12:00', '13:00')).toEqual(['12:00:00 down-fault'])
    expect(told.figures(['R1'], '11:00', '14:00').failures).toBe(1)
  })

  test('who went to sleep and woke up without a line was up since it woke', () => {
    const told = morning().goodbye('P1', '12:00:00', 'sleep')
    told.connected('P1', '14:00', 7)
    told.report('P1', '14:00:02', 7, '-1 20:00', [
      { boot: 7, fromSeconds: age('13:00'), toSeconds: age('14:00') },
    ])
    expect(told.story('P1', '11:00', '15:00')).toEqual([
      '11:00:00 up-connected',
      '12:00:00 off-planned',
      '13:00:00 up-unreachable',
      '14:00:00 up-connected',
    ])
  })

  test('one that comes behind the news of the loss counts all the same', () => {
    const told = morning().lost('P1', '17:00:00', 'socket').goodbye('P1', '17:00:02', 'shutdown')
    expect(told.story('P1', '16:00', '18:00')).toEqual(['16:00:00 up-connected', '17:00:00 off-planned'])
  })
})

describe('a device that another speaks for', () => {
  const world = smallWorld({
    S1: { name: 'S1', devices: { P1: 'pc', R1: { kind: 'router', prober: 'P1' } } },
  })

  test('is unknown, and not off on purpose, while its prober is away', () => {
    const told = past(world).connected('R1', '08:00', null).goodbye('R1', '12:00:00', 'service-stop')
    expect(told.story('R1', '11:00', '12:30')).toEqual(['11:00:00 up-connected', '12:00:00 unknown?'])
    told.connected('R1', '13:00:00', null)
    expect(told.story('R1', '11:00', '14:00')).toEqual([
      '11:00:00 up-connected',
      '12:00:00 unknown?',
      '13:00:00 up-connected',
    ])
    expect(told.figures(['R1'], '11:00', '14:00')).toMatchObject({ failures: 0 })
  })

  test('was up, when the same boot of its own is found behind the gap', () => {
    const told = past(world)
    told.connected('R1', '08:00', null).report('R1', '08:00:01', 3, '07:00')
    told.goodbye('R1', '12:00:00', 'service-stop')
    told.connected('R1', '13:00:00', null).report('R1', '13:00:01', 3, '07:00')
    expect(told.story('R1', '11:00', '14:00')).toEqual([
      '11:00:00 up-connected',
      '12:00:00 up-unreachable',
      '13:00:00 up-connected',
    ])
  })
})

describe('the same boot across a gap', () => {
  test('5, 14: it ran all the time, and that was the line', () => {
    const told = morning().lost('R1', '09:01:00').connected('R1', '13:00:00', 7)
    expect(told.story('R1', '08:00', '14:00')).toEqual([
      '08:00:00 up-connected',
      '09:00:00 up-unreachable',
      '13:00:00 up-connected',
    ])
    const figures = told.figures(['R1'], '08:00', '14:00')
    expect(figures).toMatchObject({ failures: 0, device: { lower: 1, upper: 1 } })
    expect(figures.requiredMs - figures.connectedMs).toBe(240 * MINUTES * 1000)
  })

  test('a session that is taken over by another boot was lost a keepalive and a half before at most', () => {
    const told = morning().connected('R1', '12:00:00', 8, 'unknown')
    const [, down] = told.judged('R1', '11:00', '13:00')
    expect(down!.from).toBeGreaterThanOrEqual(at('11:58:30'))
    expect(down!.momentary).toBe(true)
  })

  test('the word of the loss was lost itself: history tells that it was not heard', () => {
    const told = morning().connected('R1', '12:00:00', 7)
    expect(told.story('R1', '09:00', '13:00')).toEqual(['09:00:00 up-connected'])
    told.report('R1', '12:00:02', 7, '-1 20:00', [
      { boot: 7, fromSeconds: age('10:00'), toSeconds: age('12:00') },
    ])
    expect(told.story('R1', '09:00', '13:00')).toEqual([
      '09:00:00 up-connected',
      '10:00:30 up-unreachable',
      '12:00:00 up-connected',
    ])
  })
})

describe('power', () => {
  /** The office loses its mains at 10:00, and its router and two PCs die within a minute; back at 10:40. */
  function officeTrips(end: 'power-loss' | 'unknown' = 'power-loss') {
    const told = morning()
    for (const id of ['R1', 'P1', 'P2', 'P3']) told.lost(id, '10:01:30')
    return {
      told,
      back: () => {
        told.boots('R1', '10:40:30', 8, end, seen(7, '10:00:00', end))
        told.boots('P1', '10:55:30', 8, end, seen(7, '10:00:30', end))
        told.boots('P2', '11:30:30', 8, end, seen(7, '09:59:30', end))
        return told
      },
    }
  }

  test.each(['power-loss', 'unknown'] as const)(
    '3: those that died together (%s) had no power until the router had',
    (end) => {
      const told = officeTrips(end).back()
      expect(told.story('R1', '09:00', '12:00')).toEqual([
        '09:00:00 up-connected',
        '10:00:30 down-power',
        '10:40:00 up-unreachable',
        '10:40:30 up-connected',
      ])
      expect(told.story('P2', '09:00', '12:00')).toEqual([
        '09:00:00 up-connected',
        '10:00:00 down-power',
        '10:40:00 off-planned',
        '11:30:00 up-unreachable*',
        '11:30:30 up-connected',
      ])
      expect(told.figures(['R1', 'P1', 'P2'], '09:00', '12:00').failures).toBe(0)
    },
  )

  test('one that has not told its story yet shares that of the others, for the time being', () => {
    const told = officeTrips().back()
    expect(told.story('P3', '09:00', '12:00')).toEqual([
      '09:00:00 up-connected',
      '10:00:30 down-power?',
      '10:40:00 unknown?',
    ])
  })

  test('a router without a battery that runs on proves that nobody cut the office off', () => {
    const told = morning().lost('P1', '17:07:00').lost('P2', '17:07:30')
    told.boots('P1', '+1 07:30:30', 8, 'power-loss', seen(7, '17:06', 'power-loss'))
    told.boots('P2', '+1 07:40:30', 8, 'power-loss', seen(7, '17:06:30', 'power-loss'))
    expect(told.story('P1', '17:00', '+1 07:00', '+1 09:00')).toEqual([
      '17:00:00 up-connected',
      '17:06:30 off-planned',
    ])
  })

  test('4: a router on its battery says that the mains failed, and is not down a minute', () => {
    const told = past()
    for (const id of ['R2', 'P4']) told.boots(id, '08:00:30', 7, null)
    told.power('R2', '10:00:05', 'battery').lost('P4', '10:01:30').power('R2', '10:40:00', 'mains')
    told.boots('P4', '10:50:30', 8, 'power-loss', [{ boot: 7, toSeconds: 7200, end: 'power-loss' }])
    expect(told.story('R2', '09:00', '11:00')).toEqual(['09:00:00 up-connected'])
    expect(told.story('P4', '09:00', '10:50')).toEqual([
      '09:00:00 up-connected',
      '10:00:30 down-power',
      '10:40:00 off-planned',
    ])
  })

  test('8: a battery that ran down: no power from its death on', () => {
    const told = past()
      .boots('R2', '08:00:30', 7, null)
      .power('R2', '10:00:05', 'battery')
      .lost('R2', '12:01:00')
    told.boots('R2', '14:00:30', 8, 'unknown', [{ boot: 7, toSeconds: 4 * 3600, end: 'unknown' }])
    expect(told.story('R2', '09:00', '14:00')).toEqual(['09:00:00 up-connected', '12:00:30 down-power'])
  })

  test('a router that stays away for hours when the others have power again has failed', () => {
    const told = morning()
    for (const id of ['R1', 'P1', 'P2']) told.lost(id, '10:01:30')
    told.boots('L1', '10:20:30', 8, 'power-loss')
    told.boots('P1', '10:40:30', 8, 'power-loss', seen(7, '10:00:00', 'power-loss'))
    told.boots('R1', '15:00:30', 8, 'power-loss', seen(7, '10:00:00', 'power-loss'))
    told.boots('P2', '10:41:30', 8, 'power-loss', seen(7, '10:00:00', 'power-loss'))
    expect(told.story('R1', '10:01', '15:00', '16:00')).toEqual([
      '10:01:00 down-power',
      '10:40:00 down-fault',
    ])
  })
})

describe('alone', () => {
  test('2: a PC that was unplugged is unknown overnight, then was off since it was last alive', () => {
    const told = morning().lost('P1', '17:07:30')
    expect(told.story('P1', '17:00', '+1 06:00')).toEqual(['17:00:00 up-connected', '17:06:30 unknown?'])
    told.boots('P1', '+1 07:30:30', 8, 'power-loss', seen(7, '17:06', 'power-loss'))
    expect(told.story('P1', '17:00', '+1 07:30', '+1 08:00')).toEqual([
      '17:00:00 up-connected',
      '17:06:30 off-planned',
    ])
    expect(told.story('P1', '17:00', '+1 06:00', '+1 06:00'), 'what was held then stays').toEqual([
      '17:00:00 up-connected',
      '17:06:30 unknown?',
    ])
    expect(told.figures(['P1'], '00:00', '+1 08:00').failures).toBe(0)
  })

  test('6: a router hangs and is power-cycled while the PCs run: a failure of two hours', () => {
    const told = morning()
    for (const id of ['R1', 'P1', 'P2', 'P3']) told.lost(id, '09:01:00')
    told.boots('R1', '11:00:30', 8, 'power-loss', seen(7, '09:00', 'power-loss'))
    for (const id of ['P1', 'P2', 'P3']) told.connected(id, '11:01:00', 7)
    const { failures, mttrMs } = told.figures(['R1'], '08:00', '12:00')
    expect(failures).toBe(1)
    expect(mttrMs! / 60_000).toBeCloseTo(119.5, 5)
    expect(told.figures(['P1', 'P2', 'P3'], '08:00', '12:00').failures).toBe(0)
    expect(told.story('P1', '09:30', '10:30', '12:00')).toEqual(['09:30:00 up-unreachable'])
  })

  test('13: a speaker dies at 20:00 and boots 30 h later for no known reason: one failure', () => {
    const told = morning().lost('L1', '20:01:00')
    told.boots('L1', '+2 02:00:30', 8, 'unknown', seen(7, '20:00', 'unknown'))
    const { failures, mttrMs } = told.figures(['L1'], '00:00', '+3 00:00')
    expect(failures).toBe(1)
    expect(Math.abs(mttrMs! - 30 * 3600_000)).toBeLessThanOrEqual(60_000)
  })

  test('one that booted offline was repaired then, and only its line was still gone', () => {
    const told = morning().lost('L1', '10:01:00')
    told.boots('L1', '18:00:30', 9, null, [
      ...seen(7, '10:00', 'unknown'),
      { boot: 8, fromSeconds: 0, toSeconds: 3 * 3600, clock: '12:00', end: 'unknown' },
    ])
    expect(told.story('L1', '09:00', '18:00')).toEqual([
      '09:00:00 up-connected',
      '10:00:30 down-fault',
      '12:00:00 up-unreachable',
      '15:00:00 down-fault',
    ])
    expect(told.figures(['L1'], '09:00', '19:00').failures).toBe(2)
  })

  test('11: a dip of 40 s is momentary and no failure', () => {
    const told = morning().lost('L1', '10:01:00')
    told.boots('L1', '10:01:10', 8, 'unknown', seen(7, '10:00', 'unknown'))
    expect(told.figures(['L1'], '09:00', '12:00')).toMatchObject({ failures: 0, momentary: { count: 1 } })
  })

  test('a device that is never seen again stays unknown, and after a week nothing more is expected', () => {
    const told = morning().lost('L1', '10:01:00')
    expect(told.story('L1', '10:30', '11:00', '+1 00:00')).toEqual(['10:30:00 unknown?'])
    expect(told.story('L1', '10:30', '11:00', '+8 00:00')).toEqual(['10:30:00 unknown'])
  })
})

describe('before history, the incident', () => {
  test.each([
    ['power', 'R1', 'down-power'],
    ['power', 'L2', 'unknown'],
    ['link', 'R1', 'up-unreachable'],
    ['device', 'R1', 'down-fault'],
    ['device', 'P1', 'unknown'],
    ['undetermined', 'R1', 'unknown'],
  ] as const)('%s: %s is %s for the time being', (cause, device, state) => {
    const told = morning().lost(device, '10:01:00')
    told.incident('10:04:30', incident({ since: '10:00', cause, devices: [device] }))
    expect(told.story(device, '10:01', '12:00')).toEqual([`10:01:00 ${state}?`])
    expect(told.judged(device, '10:01', '12:00')[0]!.incident).toBe('I1')
  })

  test('counts as it was held at that moment', () => {
    const told = morning().lost('R1', '10:01:00')
    const open = incident({ since: '10:00', devices: ['R1'] })
    told.incident('10:04:30', open).incident('10:30', { ...open, cause: 'link', storm: 'W1' })
    expect(told.story('R1', '10:01', '10:20', '10:20')).toEqual(['10:01:00 unknown?'])
    expect(told.story('R1', '10:01', '10:20', '10:40')).toEqual(['10:01:00 up-unreachable?'])
    expect(told.judged('R1', '10:01', '10:20', '10:20')[0]!.storm).toBe(null)
    expect(told.judged('R1', '10:01', '10:20', '10:40')[0]!.storm).toBe('W1')
  })

  test('21: a lone device is no damage of a storm unless something else of the area was lost in it', () => {
    const told = morning().lost('L1', '10:01:00')
    const given = { scope: 'device', cause: 'device', storm: 'W1', areas: ['C01'] } as const
    told.incident(
      '10:04',
      incident({ since: '10:00', ...given, areas: [...given.areas] as never, devices: ['L1'] }),
    )
    expect(told.judged('L1', '10:01', '12:00')[0]!.storm).toBe(null)
    told.incident(
      '11:00',
      incident({ since: '10:59', ...given, id: 'I2', areas: [...given.areas] as never, devices: ['L2'] }),
    )
    expect(told.judged('L1', '10:01', '12:00')[0]!.storm).toBe('W1')
  })

  test('a member that was back is not out any more because its incident goes on', () => {
    const told = morning().lost('P1', '10:01:00')
    const open = incident({ since: '10:00', cause: 'power', devices: ['P1', 'R1'] })
    told.incident('10:04', open).connected('P1', '10:30', 7)
    const back = { device: deviceId('P1'), at: at('10:30'), by: 'connected' as const }
    told.incident('10:30', { ...open, returned: [back] }).lost('P1', '17:01:00')
    expect(told.story('P1', '17:01', '18:00')).toEqual(['17:01:00 unknown?'])
  })
})

describe('the centre itself', () => {
  test('16: its absence is not theirs: the same boot was up and its service is not charged', () => {
    const told = morning()
      .platform('10:00', 'unhealthy')
      .platform('10:12', 'healthy')
      .connected('R1', '10:14', 7)
    expect(told.story('R1', '09:00', '11:00')).toEqual(['09:00:00 up-connected'])
  })

  test('17: who lost power meanwhile did so when its history says', () => {
    const told = morning().platform('10:00', 'unhealthy').platform('10:12', 'healthy')
    for (const id of ['R1', 'P1']) {
      told.boots(id, '11:00:30', 8, 'power-loss', seen(7, '10:05', 'power-loss'))
    }
    expect(told.story('R1', '09:00', '11:00')).toEqual([
      '09:00:00 up-connected',
      '10:00:00 up-unreachable',
      '10:05:30 down-power',
    ])
  })

  test.each([
    ['started', '10:30', 'up-connected'],
    ['started', '11:00', 'unknown?'],
    ['unhealthy', '11:00', 'up-connected'],
    ['unhealthy', '14:00', 'unknown?'],
  ] as const)('after it %s, one that is silent is at %s held to be %s', (event, asOf, state) => {
    const told = morning().platform('10:20', event)
    if (event === 'unhealthy') told.platform('10:20:30', 'healthy')
    expect(told.story('R1', '10:21', '10:25', asOf)).toEqual([`10:21:00 ${state}`])
  })

  test('a report since shows that the session lived through', () => {
    const told = morning().platform('10:20', 'unhealthy').platform('10:21', 'healthy')
    told.report('R1', '11:10', 7, '-1 20:00')
    expect(told.story('R1', '10:00', '15:00')).toEqual(['10:00:00 up-connected'])
  })
})

describe('announced cuts', () => {
  function cut(backAt: string) {
    const told = morning()
    for (const id of ['R1', 'P1']) told.lost(id, '07:32:30')
    for (const id of ['R1', 'P1']) {
      told.boots(id, backAt, 8, 'power-loss', [{ boot: 7, toSeconds: age('07:31'), end: 'power-loss' }])
    }
    return told
  }

  test('18: power that is back in time was off on purpose, and that is not required', () => {
    const told = cut('12:40:30').planned('-1 12:00', 'power', '07:30', '13:00')
    expect(told.story('R1', '07:00', '12:40')).toEqual(['07:00:00 up-connected', '07:31:30 off-planned'])
    expect(told.figures(['R1'], '07:00', '12:40').device).toEqual({ lower: 1, upper: 1 })
  })

  test('18: what overruns was not announced', () => {
    const told = cut('15:00:30').planned('-1 12:00', 'power', '07:30', '13:00')
    expect(told.story('R1', '07:00', '15:00')).toEqual([
      '07:00:00 up-connected',
      '07:31:30 off-planned',
      '13:00:00 down-power',
    ])
  })

  test.each([
    ['-1 12:00', ['07:31:30 maintenance', '09:00:00 down-power']],
    ['07:30:00', ['07:31:30 down-power']],
    ['10:00:00', ['07:31:30 down-power']],
  ] as const)('maintenance counts only if announced beforehand: at %s', (announced, expected) => {
    const told = cut('12:40:30').planned(announced, 'maintenance', '07:30', '09:00')
    expect(told.story('R1', '07:00', '12:40')).toEqual(['07:00:00 up-connected', ...expected])
  })

  test.each([
    ['called off', '07:30', '07:30', ['07:31:30 down-power']],
    ['made shorter', '07:30', '08:00', ['07:31:30 maintenance', '08:00:00 down-power']],
    ['made longer', '07:30', '12:00', ['07:31:30 maintenance', '09:00:00 down-power']],
  ] as const)('while it lasts it can be %s', (_what, from, to, expected) => {
    const told = cut('12:40:30').planned('-1 12:00', 'maintenance', '07:30', '09:00')
    told.planned('07:45', 'maintenance', from, to)
    expect(told.story('R1', '07:00', '12:40')).toEqual(['07:00:00 up-connected', ...expected])
  })

  test('who runs and is heard in a time of maintenance is simply up', () => {
    const told = morning().planned('-1 12:00', 'maintenance', '10:00', '12:00').lost('L1', '11:01', 'socket')
    expect(told.story('L1', '09:00', '13:00').slice(0, 2)).toEqual([
      '09:00:00 up-connected',
      '11:01:00 maintenance?',
    ])
  })
})

describe('19: a caretaker who cuts the mains by night', () => {
  function nights(count: number, pcRuns = false) {
    const told = morning()
    let boot = 7
    for (let night = 0; night < count; night++) {
      const day = night === 0 ? '' : `+${night} `
      if (!pcRuns) for (const id of ['P1', 'P2', 'P3']) told.goodbye(id, `${day}17:00:00`, 'shutdown')
      told.lost('R1', `${day}17:2${night % 5}:00`)
      const morningAfter = `+${night + 1} 07:10:30`
      told.boots('R1', morningAfter, ++boot, 'power-loss')
      if (!pcRuns)
        for (const id of ['P1', 'P2', 'P3']) told.boots(id, `+${night + 1} 07:20:30`, boot, 'shutdown')
    }
    return told
  }
  const states = (told: ReturnType<typeof past>, until: string) =>
    new Set(told.judged('R1', '00:00', until).map(({ state }) => state))

  test('four nights alike were switched off, the first of them too', () => {
    expect(states(nights(4), '+4 12:00')).toEqual(new Set(['up-connected', 'up-unreachable', 'off-planned']))
  })

  test('three are not enough to say so', () => {
    expect(states(nights(3), '+3 12:00')).toContain('down-power')
  })

  test('nobody switches an office off in which a PC runs on', () => {
    expect(states(nights(5, true), '+5 12:00')).toContain('down-fault')
  })
})

describe('22: clocks', () => {
  test('a PC that is three years behind: its hint is set right by what its clock showed when it told', () => {
    const told = morning().goodbye('P1', '12:00', 'shutdown')
    const threeYears = 3 * 365 * 86_400_000
    told.connected('P1', '18:00', 9)
    const history = [
      {
        boot: 8,
        fromSeconds: 0,
        toSeconds: 3600,
        clockMs: at('13:00') - threeYears,
        end: 'shutdown' as const,
      },
    ]
    const report = { t: at('18:00:02'), type: 'report' as const, device: deviceId('P1') }
    told.hear({
      ...report,
      now: { boot: 9, uptimeSeconds: 62 },
      clockMs: at('18:00:02') - threeYears,
      history,
    })
    expect(told.story('P1', '12:00', '17:59')).toEqual([
      '12:00:00 off-planned',
      '13:00:00 up-unreachable',
      '14:00:00 off-planned',
    ])
  })

  test.each([
    ['no clock', undefined],
    ['a clock of another year', '+400 12:00'],
    ['a clock that would put it before its predecessor', '09:00'],
  ])('%s: order and length are right, the place is marked as not known', (_what, clock) => {
    const told = morning().lost('L1', '10:01:00')
    const offline = clock === undefined ? {} : { clock }
    told.boots('L1', '18:00:30', 10, null, [
      ...seen(7, '10:00', 'unknown'),
      { boot: 8, toSeconds: 3600, end: 'unknown', ...offline },
      { boot: 9, toSeconds: 1800, end: 'unknown', ...offline },
    ])
    const up = told.judged('L1', '10:10', '17:59', '19:00').filter(({ state }) => state === 'up-unreachable')
    expect(up.map(({ from, to }) => (to - from) / 1000)).toEqual([3600, 1800])
    expect(
      up.every(({ unanchored }) => unanchored),
      clockOf(up[0]!.from),
    ).toBe(true)
  })

  test('more life than the gap has room for is shortened, never overlaid', () => {
    const told = morning().lost('L1', '10:01:00')
    told.boots('L1', '11:00:30', 9, null, [
      ...seen(7, '10:00', 'unknown'),
      { boot: 8, toSeconds: 86_400, end: 'unknown' },
    ])
    const verdicts = told.judged('L1', '09:00', '12:00')
    for (const [index, { from }] of verdicts.entries()) {
      if (index > 0) expect(from).toBe(verdicts[index - 1]!.to)
    }
    expect(verdicts.every(({ from, to }) => to > from)).toBe(true)
  })

  test('history that comes three days late changes what is held, and not what was held', () => {
    const told = morning().lost('L1', '10:01:00').connected('L1', '18:00:30', 8, 'unknown')
    told.report('L1', '18:00:32', 8, '18:00:00')
    const before = told.story('L1', '09:00', '20:00', '+1 00:00')
    expect(before).toEqual([
      '09:00:00 up-connected',
      '10:00:00 down-fault?',
      '18:00:00 up-unreachable',
      '18:00:30 up-connected',
    ])
    told.report('L1', '+3 10:00', 8, '18:00:00', seen(7, '17:00', 'unknown'))
    expect(told.story('L1', '09:00', '20:00', '+1 00:00')).toEqual(before)
    expect(told.story('L1', '09:00', '20:00', '+4 00:00')).toEqual([
      '09:00:00 up-connected',
      '10:00:00 up-unreachable',
      '17:00:30 down-fault',
      '18:00:00 up-unreachable',
      '18:00:30 up-connected',
    ])
  })
})

test('an agent that was made anew counts its boots from one: they come behind the others', () => {
  const told = morning().goodbye('P1', '12:00', 'shutdown').boots('P1', '13:00:30', 1, null)
  expect(told.story('P1', '11:00', '14:00')).toEqual([
    '11:00:00 up-connected',
    // Its numbers do not say whether a boot between is still to be told of.
    '12:00:00 off-planned?',
    '13:00:00 up-unreachable*',
    '13:00:30 up-connected',
  ])
})

test('a device that does not name its boots: nobody knows whether it ran, but for its goodbyes and incidents', () => {
  const told = past().connected('R1', '08:00', null).lost('R1', '10:01:00').connected('R1', '12:00', null)
  expect(told.story('R1', '09:00', '13:00')).toEqual([
    '09:00:00 up-connected',
    '10:00:00 unknown?',
    '12:00:00 up-connected',
  ])
  const ended = incident({ since: '10:00', cause: 'link', devices: ['R1'], end: at('12:00') })
  expect(told.incident('12:00', ended).story('R1', '10:00', '12:00', '+9 00:00')).toEqual([
    '10:00:00 up-unreachable',
  ])
})

test('a device that nobody knows is judged by itself; of one that nobody heard nothing is known', () => {
  const told = morning().boots('X9', '08:00:30', 1, null).lost('X9', '09:01:00').connected('X9', '10:00', 1)
  expect(told.story('X9', '08:30', '11:00')).toEqual([
    '08:30:00 up-connected',
    '09:00:00 up-unreachable',
    '10:00:00 up-connected',
  ])
  expect(told.story('constructor', '08:00', '09:00')).toEqual(['08:00:00 unknown?'])
})
