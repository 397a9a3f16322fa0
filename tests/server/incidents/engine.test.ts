import { describe, expect, test } from 'vitest'
import type { IncidentEvent } from '../../../server/incidents/incident.ts'
import {
  acknowledged,
  at,
  clockOf,
  connected,
  cut,
  engineStory,
  goodbye,
  report,
  silent,
  started,
  stopping,
  tick,
} from '../../support/engine-story.ts'
import { smallWorld } from '../../support/small-world.ts'

const office = () =>
  smallWorld({
    S1: { name: 'UBND xã Nà Tăm', devices: { R1: 'router', P1: 'pc', P2: 'pc' } },
    S2: { name: 'Hua Bum', devices: { R2: 'router', L1: 'speaker', L2: 'speaker' } },
  })

const start = (event: IncidentEvent | undefined) => event?.incident.start.map(clockOf)

const rules = (event: IncidentEvent | undefined) => event?.why.map(({ rule }) => rule)

describe('one device', () => {
  test('a router falls silent: nothing before the hold-down, one page after it, one end', () => {
    const { tell, events, state } = engineStory(office())
    expect(tell('10:00:00', connected('R1'))).toEqual([])
    expect(tell('11:00:00', silent('R1'))).toEqual([])
    expect(tell('11:02:59', tick)).toEqual([])
    expect(tell('11:03:00', tick)).toEqual(['11:03:00 I1 opened page site R1'])
    expect(tell('15:00:00', tick, tick)).toEqual([])
    expect(tell('16:41:00', connected('R1'))).toEqual([])
    expect(state.incidents).toMatchObject({ I1: { state: 'recovering' } })
    expect(tell('16:50:59', tick)).toEqual([])
    expect(tell('16:52:30', tick)).toEqual(['16:51:00 I1 resolved page site R1'])
    expect(start(events[0])).toEqual(['10:58:30', '10:59:30'])
    expect(clockOf(events[1]!.incident.end!)).toBe('16:41:00')
    expect(events[1]!.incident).toMatchObject({ state: 'resolved', cause: 'undetermined', areas: ['C01'] })
    expect(rules(events[0])).toEqual([
      'silent-past-hold-down',
      'whole-site-silent',
      'no-witness',
      'no-always-on-answers',
    ])
    // Its history is waited for, and then it is closed and forgotten.
    expect(tell('+9 10:00:00', tick)).toEqual([])
    expect(state).toMatchObject({ incidents: {}, cases: {} })
    expect(state.timers.heap.map(({ kind }) => kind)).toEqual(['sweep'])
  })

  test('a socket that closes in order may be a restart: it is given longer', () => {
    const { tell } = engineStory(office())
    tell('10:00:00', connected('R1'))
    tell('11:00:00', cut('R1'))
    expect(tell('11:05:59', tick)).toEqual([])
    expect(tell('11:06:00', tick)).toEqual(['11:06:00 I1 opened page site R1'])
  })

  test('back within the hold-down: nobody hears of it', () => {
    const { tell } = engineStory(office())
    tell('10:00:00', connected('R1'))
    tell('11:00:00', silent('R1'))
    tell('11:02:00', connected('R1'))
    expect(tell('12:00:00', tick)).toEqual([])
  })

  test('a goodbye is no incident, nor is the socket that closes after it', () => {
    const { tell } = engineStory(office())
    tell('10:00:00', connected('R1'), connected('P1'))
    tell('17:00:00', goodbye('P1'), cut('P1'), goodbye('R1'), cut('R1'))
    expect(tell('+1 07:00:00', tick)).toEqual([])
  })

  test('a restart that was announced and does not end is a hang', () => {
    const { tell, events } = engineStory(office())
    tell('10:00:00', connected('R1'), connected('P1'))
    tell('11:00:00', goodbye('R1', 'restart'), goodbye('P1', 'restart'))
    expect(tell('12:00:00', tick)).toEqual(['11:15:00 I1 opened page site R1'])
    expect(rules(events[0])![0]).toBe('restart-took-too-long')
  })

  test('of a PC alone nobody is told, of a speaker whose router answers there is a ticket', () => {
    const { tell } = engineStory(office())
    tell('10:00:00', connected('R1'), connected('P1'), connected('R2'), connected('L1'))
    tell('11:00:00', silent('P1'))
    expect(tell('11:30:00', tick)).toEqual([])
    tell('12:00:00', silent('L1'))
    expect(tell('12:30:00', tick)).toEqual(['12:03:00 I1 opened ticket device L1'])
  })

  test('lost again while recovering: the incident goes on and nobody is told twice', () => {
    const { tell, state } = engineStory(office())
    tell('10:00:00', connected('R1'))
    tell('11:00:00', silent('R1'))
    expect(tell('11:10:00', connected('R1'))).toEqual(['11:03:00 I1 opened page site R1'])
    expect(tell('11:15:30', silent('R1'))).toEqual([])
    expect(state.incidents).toMatchObject({ I1: { state: 'open', end: null, returned: [] } })
    expect(tell('12:00:00', connected('R1'))).toEqual([])
    expect(tell('12:15:00', tick)).toEqual(['12:10:00 I1 resolved page site R1'])
  })

  test('acknowledged by the first who does; it stays so when the device comes and goes', () => {
    const { tell, state, events } = engineStory(office())
    tell('10:00:00', connected('R1'))
    tell('11:00:00', silent('R1'))
    tell('11:06:00', acknowledged('I1', 'Páo'))
    expect(state.incidents).toMatchObject({ I1: { state: 'acknowledged' } })
    tell('11:07:00', acknowledged('I1', 'Lệnh'), acknowledged('I2', 'Páo'))
    tell('11:10:00', connected('R1'))
    tell('11:10:30', silent('R1'))
    expect(state.incidents).toMatchObject({ I1: { state: 'acknowledged' } })
    tell('11:11:00', connected('R1'))
    tell('11:30:00', tick)
    expect(events.at(-1)!.incident).toMatchObject({
      state: 'resolved',
      acknowledgedBy: 'Páo',
      acknowledgedAt: at('11:06:00'),
    })
  })

  test('a keepalive bounds when a loss began, and the last packet bounds it closer', () => {
    const { tell, events } = engineStory(office())
    tell('10:00:00', connected('R1', 60), connected('R2', 600))
    tell('10:50:00', report('R2'))
    tell('11:00:00', silent('R1'), silent('R2'))
    tell('12:00:00', tick)
    expect(events.map(start)).toEqual([
      ['10:58:30', '10:59:30'],
      ['10:50:00', '10:55:00'],
    ])
  })

  test('the same speaker again: one case, opened again in silence; the third time it flaps, and stays open', () => {
    const { tell, state } = engineStory(office())
    tell('10:00:00', connected('R2'), connected('L1'))
    tell('11:00:00', silent('L1'))
    expect(tell('11:30:00', connected('L1'))).toEqual(['11:03:00 I1 opened ticket device L1'])
    expect(tell('12:00:00', silent('L1'))).toEqual(['11:40:00 I1 resolved ticket device L1'])
    expect(tell('12:30:00', connected('L1'))).toEqual([])
    expect(tell('13:00:00', silent('L1'))).toEqual([])
    expect(tell('13:30:00', connected('L1'))).toEqual(['13:03:00 I1 widened ticket device L1'])
    expect(tell('15:00:00', silent('L1'))).toEqual([])
    expect(tell('15:30:00', connected('L1'))).toEqual([])
    expect(state.incidents).toMatchObject({ I1: { state: 'recovering', flapping: true } })
    expect(tell('+2 15:30:00', tick)).toEqual(['15:30:00 I1 resolved ticket device L1'])
  })

  test('one that flaps and then stays away for a day has died, and is told once more', () => {
    const { tell } = engineStory(office())
    tell('10:00:00', connected('R2'), connected('L1'))
    for (const hour of ['11', '12', '13']) {
      tell(`${hour}:00:00`, silent('L1'))
      tell(`${hour}:30:00`, connected('L1'))
    }
    expect(tell('15:00:00', silent('L1'))).toEqual([])
    expect(tell('+1 14:59:59', tick)).toEqual([])
    expect(tell('+1 15:00:00', tick)).toEqual(['15:00:00 I1 opened ticket device L1'])
    expect(tell('+20 15:00:00', tick)).toEqual([])
    expect(tell('+20 16:00:00', connected('L1'))).toEqual([])
    expect(tell('+25 16:00:00', tick)).toEqual(['16:00:00 I1 resolved ticket device L1'])
  })
})

describe('a site', () => {
  test('all three go: one incident of the site, and the end when the last that counts is back', () => {
    const { tell, events } = engineStory(office())
    tell('10:00:00', connected('R1'), connected('P1'), connected('P2'))
    tell('11:00:10', silent('P1'))
    tell('11:00:40', silent('R1'))
    tell('11:01:00', silent('P2'))
    expect(tell('11:30:00', tick)).toEqual(['11:03:40 I1 opened page site R1 P1 P2'])
    expect(start(events[0])).toEqual(['10:59:30', '10:59:40'])
    tell('12:00:00', connected('P1'))
    tell('12:00:30', connected('R1'))
    tell('12:00:40', connected('P2'))
    expect(tell('13:00:00', tick)).toEqual(['12:10:30 I1 resolved page site R1 P1 P2'])
    expect(clockOf(events[1]!.incident.end!)).toBe('12:00:30')
    expect(rules(events[1])).toEqual(['all-back'])
  })

  test('a PC that stays off after the outage keeps nothing open', () => {
    const { tell, events } = engineStory(office())
    tell('10:00:00', connected('R1'), connected('P1'))
    tell('16:30:00', silent('R1'), silent('P1'))
    tell('18:00:00', connected('R1'))
    expect(tell('+1 07:00:00', tick)).toEqual(['18:10:00 I1 resolved page site R1 P1'])
    expect(rules(events.at(-1))).toEqual(['pcs-hold-nothing-open'])
    expect(tell('+1 07:30:00', connected('P1'), tick)).toEqual([])
  })

  test('where only PCs are watched several that go at once in office hours are a ticket, one is nothing', () => {
    const { tell, events } = engineStory(
      smallWorld({ S1: { name: 'Nà Tăm', devices: { P1: 'pc', P2: 'pc', P3: 'pc' } } }),
    )
    // 22 June 2026 is a Monday.
    tell('+1 08:00:00', connected('P1'), connected('P2'), connected('P3'))
    tell('+1 09:00:00', silent('P3'))
    expect(tell('+1 09:30:00', connected('P3'))).toEqual([])
    tell('+1 10:00:00', silent('P1'), silent('P2'), silent('P3'))
    expect(tell('+1 11:00:00', tick)).toEqual(['10:03:00 I1 opened ticket site P1 P2 P3'])
    expect(rules(events[0])).toContain('only-pcs')
    tell('+1 12:00:00', connected('P1'), connected('P2'), connected('P3'))
    expect(tell('+1 18:00:00', silent('P1'), silent('P2'), silent('P3'))).toEqual([
      '12:10:00 I1 resolved ticket site P1 P2 P3',
    ])
    expect(tell('+1 23:00:00', tick)).toEqual([])
  })

  test('losses too far apart for one cause are two incidents', () => {
    const { tell } = engineStory(office())
    tell('10:00:00', connected('R2'), connected('L1'), connected('L2'))
    tell('11:00:00', cut('L1'))
    tell('11:00:41', cut('L2'))
    expect(tell('11:30:00', tick)).toEqual([
      '11:06:00 I1 opened ticket device L1',
      '11:06:41 I2 opened ticket device L2',
    ])
  })

  test('several speakers that go together while the router answers are one ticket of the site', () => {
    const { tell } = engineStory(office())
    tell('10:00:00', connected('R2'), connected('L1'), connected('L2'))
    tell('11:00:00', silent('L1'), silent('L2'))
    expect(tell('11:30:00', tick)).toEqual(['11:03:00 I1 opened ticket site L1 L2'])
  })

  test('who said goodbye before is not missed; who said it afterwards shows that the line was there', () => {
    const { tell, events } = engineStory(office())
    tell('10:00:00', connected('R1'), connected('P1'), connected('P2'))
    tell('10:30:00', goodbye('P2'))
    tell('11:00:00', silent('R1'), silent('P1'))
    expect(tell('11:03:00', tick)).toEqual(['11:03:00 I1 opened page site R1 P1'])
    tell('12:00:00', connected('R1'), connected('P1'), connected('P2'))
    tell('13:00:00', silent('R1'), silent('P1'))
    tell('13:01:00', goodbye('P2'))
    expect(tell('13:30:00', tick).at(-1)).toBe('13:03:00 I2 opened ticket device R1')
    expect(rules(events.at(-1))).toContain('neighbours-alive')
  })

  test('a device lost while its site is down joins; once the site has worked again it is a new fault', () => {
    const { tell } = engineStory(office())
    tell('10:00:00', connected('R2'), connected('L1'))
    tell('11:00:00', silent('R2'), silent('L1'))
    expect(tell('11:10:00', connected('L2'))).toEqual(['11:03:00 I1 opened page site R2 L1'])
    tell('11:12:00', silent('L2'))
    expect(tell('11:30:00', tick)).toEqual([])
    tell('12:00:00', connected('R2'), connected('L2'))
    // L1 stays dead and holds I1 open; ten minutes later the two others are free of it.
    tell('14:00:00', silent('R2'), silent('L2'))
    expect(tell('14:30:00', tick)).toEqual(['14:03:00 I2 opened page site R2 L2'])
    tell('15:00:00', connected('R2'), connected('L2'))
    expect(tell('16:00:00', connected('L1'))).toEqual(['15:10:00 I2 resolved page site R2 L2'])
    expect(tell('17:00:00', tick)).toEqual(['16:10:00 I1 resolved page site R2 L1 L2'])
  })

  test('who stays away when the rest is back has a fault of its own, told an hour later', () => {
    const speakers = Object.fromEntries(['L1', 'L2', 'L3', 'L4', 'L5'].map((id) => [id, 'speaker' as const]))
    const { tell, events } = engineStory(
      smallWorld({ S1: { name: 'Tà Tổng', devices: { R1: 'router', ...speakers } } }),
    )
    const all = ['R1', ...Object.keys(speakers)]
    tell('10:00:00', ...all.map((id) => connected(id)))
    tell('11:00:00', ...all.map((id) => silent(id)))
    expect(tell('12:00:00', ...all.slice(0, 5).map((id) => connected(id)))).toEqual([
      '11:03:00 I1 opened page site R1 L1 L2 L3 L4 L5',
    ])
    expect(tell('15:00:00', tick)).toEqual([
      '12:10:00 I1 resolved page site R1 L1 L2 L3 L4 L5',
      '13:10:00 I2 opened ticket device L5',
    ])
    expect(rules(events[1])).toEqual(['most-back'])
    expect(rules(events[2])![0]).toBe('still-missing')
    expect(events[2]!.incident.root).toBe('I1')
  })

  test('a member that says goodbye or is watched no more is missed no longer', () => {
    const world = office()
    const { tell, events } = engineStory(world)
    tell('10:00:00', connected('R2'), connected('L1'), connected('L2'))
    tell('11:00:00', silent('R2'), silent('L1'), silent('L2'))
    tell('12:00:00', connected('R2'), goodbye('L1'))
    world.remove('L2')
    tell('13:00:00', tick)
    expect(tell('14:00:00', tick)).toEqual(['13:10:00 I1 resolved page site R2 L1 L2'])
    expect(events.at(-1)!.incident.returned.map(({ device, by }) => `${device} ${by}`)).toEqual([
      'R2 connected',
      'L1 goodbye',
      'L2 removed',
    ])
  })
})

describe('the centre itself', () => {
  test('after its start silence says nothing until the grace ends', () => {
    const { tell, events, state } = engineStory(office())
    tell('10:00:00', connected('R1'), connected('P1'), connected('R2'), connected('L1'))
    tell('10:45:00', report('R2'), report('L1'))
    tell('10:59:00', tick)
    tell('11:00:00', started)
    expect(state.devices).toMatchObject({ R1: { session: { state: 'stale' } } })
    tell('11:11:50', connected('R1'), connected('P1'))
    expect(tell('11:11:59', tick)).toEqual([])
    expect(tell('12:00:00', tick)).toEqual(['11:12:00 I1 opened page site R2 L1'])
    expect(start(events[0])).toEqual(['10:45:00', '11:00:00'])
  })

  test('sockets that close because it stops are held against nobody; being away for long is told once', () => {
    const { tell, events } = engineStory(office())
    tell('10:00:00', connected('R1'), connected('R2'))
    tell('10:59:00', cut('R2'))
    tell('11:00:00', stopping, cut('R1'))
    expect(tell('11:12:00', started)).toEqual(['11:12:00 I1 opened page platform '])
    tell('11:13:00', connected('R2'))
    expect(tell('12:00:00', tick)).toEqual([
      '11:22:00 I1 resolved page platform ',
      '11:24:00 I2 opened page site R1',
    ])
    expect(start(events[0])).toEqual(['11:00:00', '11:00:00'])
    expect(start(events[2])).toEqual(['11:00:00', '11:12:00'])
  })

  test('killed during a hold-down: what fell due while it was dead is doubted, and a return is no incident', () => {
    const { tell, events } = engineStory(office())
    tell('10:00:00', connected('R1'), connected('R2'))
    tell('11:00:00', cut('R1'), cut('R2'))
    tell('11:00:10', tick)
    expect(tell('11:04:10', started)).toEqual([])
    expect(tell('11:04:15', connected('R1'))).toEqual([])
    expect(tell('11:16:09', tick)).toEqual([])
    expect(tell('12:00:00', tick)).toEqual(['11:16:10 I1 opened page site R2'])
    expect(start(events[0])).toEqual(['11:00:00', '11:00:00'])
  })

  test('killed during the grace: the next start gives a whole one', () => {
    const { tell } = engineStory(office())
    tell('10:00:00', connected('R1'))
    tell('10:59:00', tick)
    tell('11:00:00', started)
    tell('11:10:00', tick)
    expect(tell('11:11:00', started)).toEqual([])
    tell('11:22:00', connected('R1'))
    expect(tell('12:00:00', tick)).toEqual([])
  })

  test('killed while an incident recovers: it is over only when everybody has been seen again', () => {
    const { tell } = engineStory(office())
    tell('10:00:00', connected('R1'), connected('R2'))
    tell('11:00:00', silent('R1'))
    tell('11:10:00', connected('R1'))
    expect(tell('11:16:00', tick)).toEqual([])
    expect(tell('11:17:00', started)).toEqual([])
    tell('11:17:05', connected('R1'), connected('R2'))
    expect(tell('12:00:00', tick)).toEqual(['11:29:00 I1 resolved page site R1'])
  })

  test('an incident of before goes on through a restart', () => {
    const { tell } = engineStory(office())
    tell('10:00:00', connected('R1'))
    tell('11:00:00', silent('R1'))
    tell('11:10:00', stopping)
    expect(tell('11:12:00', started)).toEqual([])
    tell('11:13:00', connected('R1'))
    expect(tell('11:30:00', tick)).toEqual(['11:23:00 I1 resolved page site R1'])
  })
})

describe('a clock that was wrong', () => {
  test('a day ahead for one tick: a loss after it opens an incident after its hold-down', () => {
    const { tell, events } = engineStory(office())
    tell('10:00:00', connected('R1'))
    tell('+1 10:30:00', tick)
    tell('10:30:01', tick)
    expect(tell('11:00:00', silent('R1'))).toEqual([])
    expect(tell('11:02:59', tick)).toEqual([])
    expect(tell('11:03:00', tick)).toEqual(['11:03:00 I1 opened page site R1'])
    expect(start(events[0])).toEqual(['10:58:30', '10:59:30'])
  })

  test('waits that began on the wrong clock go on for as long on the right one', () => {
    const { tell, events } = engineStory(office())
    tell('10:00:00', connected('R1'), connected('R2'))
    tell('+1 10:00:00', silent('R1'))
    tell('+1 10:02:00', tick)
    expect(tell('10:50:00', tick)).toEqual([])
    expect(tell('12:00:00', tick)).toEqual(['10:51:00 I1 opened page site R1'])
    expect(events.map(start)).toEqual([['10:46:30', '10:47:30']])
  })

  test('set back while the centre was off: the grace counts from the start', () => {
    const { tell } = engineStory(office())
    tell('10:00:00', connected('R1'), connected('R2'))
    tell('+1 09:59:00', tick)
    tell('+1 10:00:00', started)
    expect(tell('11:00:00', started)).toEqual([])
    tell('11:05:00', connected('R1'))
    expect(tell('12:00:00', tick)).toEqual(['11:12:00 I1 opened page site R2'])
  })
})

describe('bad input', () => {
  test('an observation a little out of order is taken as of now', () => {
    const { tell, events } = engineStory(office())
    tell('11:00:00', connected('R1'))
    tell('10:59:10', cut('R1'))
    expect(tell('11:30:00', tick)).toEqual(['11:06:00 I1 opened page site R1'])
    expect(start(events[0])).toEqual(['11:00:00', '11:00:00'])
  })

  test('unknown devices are counted, make no incident, and may bear any name', () => {
    const { tell, state } = engineStory(office())
    tell('10:00:00', connected('constructor'), connected('R1'), connected('X9'))
    tell('11:00:00', cut('constructor'), cut('X9'), report('X9'))
    expect(tell('12:00:00', tick)).toEqual([])
    expect(state.unknown).toEqual({ constructor: 2, X9: 3 })
  })

  test('a loss of a session that nobody saw begin is a loss', () => {
    const { tell, events } = engineStory(office())
    tell('11:00:00', silent('R1'))
    expect(tell('12:00:00', tick)).toEqual(['11:03:00 I1 opened page site R1'])
    expect(start(events[0])).toEqual(['09:52:30', '11:00:00'])
  })
})
