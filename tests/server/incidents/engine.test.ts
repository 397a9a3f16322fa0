import { describe, expect, test } from 'vitest'
import { acknowledge } from '../../../server/incidents/acknowledge.ts'
import type { IncidentEvent } from '../../../server/incidents/incident.ts'
import {
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

describe('one device', () => {
  test('a router falls silent: nothing before the hold-down, one page after it, one end', () => {
    const { tell, events, state } = engineStory(office())
    expect(tell('10:00:00', connected('R1'))).toEqual([])
    expect(tell('11:00:00', cut('R1'))).toEqual([])
    expect(tell('11:02:59', tick)).toEqual([])
    expect(tell('11:03:00', tick)).toEqual(['11:03:00 I1 opened page device R1'])
    expect(tell('15:00:00', tick, tick)).toEqual([])
    expect(tell('16:41:00', connected('R1'))).toEqual([])
    expect(state.incidents).toMatchObject({ I1: { state: 'recovering' } })
    expect(tell('16:41:59', tick)).toEqual([])
    expect(tell('16:42:30', tick)).toEqual(['16:42:00 I1 resolved page device R1'])
    expect(tell('+1 10:00:00', tick)).toEqual([])
    expect(start(events[0])).toEqual(['11:00:00', '11:00:00'])
    expect(clockOf(events[1]!.incident.end!)).toBe('16:41:00')
    expect(events[1]!.incident).toMatchObject({ state: 'resolved', cause: 'undetermined', areas: ['C01'] })
    expect(events[0]!.why).toEqual(['silent-past-hold-down', 'no-always-on-answers'])
    expect(state).toMatchObject({ incidents: {}, timers: [] })
  })

  test('back within the hold-down: nobody hears of it', () => {
    const { tell } = engineStory(office())
    tell('10:00:00', connected('R1'))
    tell('11:00:00', cut('R1'))
    tell('11:02:00', connected('R1'))
    expect(tell('12:00:00', tick)).toEqual([])
  })

  test('a goodbye is no incident, nor is the socket that closes after it', () => {
    const { tell } = engineStory(office())
    tell('10:00:00', connected('R1'), connected('P1'))
    tell('17:00:00', goodbye('P1'), cut('P1'), goodbye('R1'), cut('R1'))
    expect(tell('+1 07:00:00', tick)).toEqual([])
  })

  test('a PC is for the digest, a speaker whose router answers for a ticket', () => {
    const { tell } = engineStory(office())
    tell('10:00:00', connected('R1'), connected('P1'), connected('R2'), connected('L1'))
    tell('11:00:00', cut('P1'))
    expect(tell('11:30:00', tick)).toEqual(['11:03:00 I1 opened digest device P1'])
    tell('12:00:00', cut('L1'))
    expect(tell('12:30:00', tick)).toEqual(['12:03:00 I2 opened ticket device L1'])
  })

  test('lost again while recovering: the incident goes on and nobody is told twice', () => {
    const { tell, state } = engineStory(office())
    tell('10:00:00', connected('R1'))
    tell('11:00:00', cut('R1'))
    expect(tell('11:10:00', connected('R1'))).toEqual(['11:03:00 I1 opened page device R1'])
    expect(tell('11:10:30', cut('R1'))).toEqual([])
    expect(state.incidents).toMatchObject({ I1: { state: 'open', end: null, returned: [] } })
    expect(tell('12:00:00', connected('R1'))).toEqual([])
    expect(tell('12:05:00', tick)).toEqual(['12:01:00 I1 resolved page device R1'])
  })

  test('acknowledged by the first who does; it stays so when the device comes and goes', () => {
    const { tell, state, events } = engineStory(office())
    tell('10:00:00', connected('R1'))
    tell('11:00:00', cut('R1'))
    tell('11:05:00', tick)
    expect(acknowledge(state, 'I1', 'Páo', at('11:06:00'))).toMatchObject({ state: 'acknowledged' })
    expect(acknowledge(state, 'I1', 'Lệnh', at('11:07:00'))).toMatchObject({ acknowledgedBy: 'Páo' })
    expect(acknowledge(state, 'I2', 'Páo', at('11:07:00'))).toBeUndefined()
    tell('11:10:00', connected('R1'))
    tell('11:10:30', cut('R1'))
    expect(state.incidents).toMatchObject({ I1: { state: 'acknowledged' } })
    tell('11:11:00', connected('R1'))
    tell('11:20:00', tick)
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
})

describe('a site', () => {
  test('all three go: one incident of the site, and the end when the last that counts is back', () => {
    const { tell, events } = engineStory(office())
    tell('10:00:00', connected('R1'), connected('P1'), connected('P2'))
    tell('11:00:10', silent('P1'))
    tell('11:00:40', silent('R1'))
    tell('11:01:00', silent('P2'))
    expect(tell('11:30:00', tick)).toEqual(['11:03:10 I1 opened page site P1 R1 P2'])
    expect(start(events[0])).toEqual(['10:59:30', '10:59:40'])
    tell('12:00:00', connected('P1'))
    tell('12:00:30', connected('R1'))
    tell('12:00:40', connected('P2'))
    expect(tell('13:00:00', tick)).toEqual(['12:01:30 I1 resolved page site P1 R1 P2'])
    expect(clockOf(events[1]!.incident.end!)).toBe('12:00:30')
    expect(events[1]!.why).toEqual(['all-back'])
  })

  test('a PC that stays off after the outage keeps nothing open', () => {
    const { tell, events } = engineStory(office())
    tell('10:00:00', connected('R1'), connected('P1'))
    tell('16:30:00', cut('R1'), cut('P1'))
    tell('18:00:00', connected('R1'))
    expect(tell('+1 07:00:00', tick)).toEqual(['18:01:00 I1 resolved page site R1 P1'])
    expect(events.at(-1)!.why).toEqual(['pcs-hold-nothing-open'])
    expect(tell('+1 07:30:00', connected('P1'), tick)).toEqual([])
  })

  test('losses too far apart for one cause are two incidents', () => {
    const { tell } = engineStory(office())
    tell('10:00:00', connected('L1'), connected('L2'))
    tell('11:00:00', cut('L1'))
    tell('11:00:41', cut('L2'))
    expect(tell('11:30:00', tick)).toEqual([
      '11:03:00 I1 opened page device L1',
      '11:03:41 I2 opened page device L2',
    ])
  })

  test('a member of one incident is not drawn into another that its own loss could meet', () => {
    const devices = { R1: 'router', L1: 'speaker', P1: 'pc', P2: 'pc' } as const
    const { tell } = engineStory(smallWorld({ S1: { name: 'Tà Tổng', devices } }))
    tell('10:00:00', connected('R1', 60), connected('L1'), connected('P1', 600), connected('P2', 1800))
    tell('11:00:00', silent('R1'))
    expect(tell('11:06:00', silent('P1'))).toEqual(['11:03:00 I1 opened ticket device R1'])
    // Between 10:22 and 10:52, P1 between 10:51 and 11:01, R1 between 10:58:30 and 10:59:30.
    tell('11:07:00', silent('P2'))
    expect(tell('12:00:00', tick)).toEqual(['11:10:00 I2 opened digest device P2'])
  })

  test('several that go together while others answer are one incident, not the site', () => {
    const { tell } = engineStory(office())
    tell('10:00:00', connected('R2'), connected('L1'), connected('L2'))
    tell('11:00:00', cut('L1'), cut('L2'))
    expect(tell('11:30:00', tick)).toEqual(['11:03:00 I1 opened ticket device L1 L2'])
  })

  test('who said goodbye before is not missed; who said it afterwards shows that the line was there', () => {
    const { tell } = engineStory(office())
    tell('10:00:00', connected('R1'), connected('P1'), connected('P2'))
    tell('10:30:00', goodbye('P2'))
    tell('11:00:00', cut('R1'), cut('P1'))
    expect(tell('11:03:00', tick)).toEqual(['11:03:00 I1 opened page site R1 P1'])
    tell('12:00:00', connected('R1'), connected('P1'), connected('P2'))
    tell('13:00:00', cut('R1'), cut('P1'))
    tell('13:01:00', goodbye('P2'))
    expect(tell('13:30:00', tick)).toEqual(['13:03:00 I2 opened page device R1 P1'])
  })

  test('the rest go later by the same cause: the incident widens without another page', () => {
    const { tell, events } = engineStory(office())
    tell('10:00:00', connected('R1', 60), connected('P1', 600), connected('P2', 600))
    tell('11:00:00', silent('R1'))
    expect(tell('11:05:00', tick)).toEqual(['11:03:00 I1 opened page device R1'])
    tell('11:06:00', silent('P1'))
    tell('11:12:00', silent('P2'))
    expect(tell('12:00:00', tick)).toEqual(['11:15:00 I1 widened digest site R1 P1 P2'])
    expect(events[1]!.incident.priority).toBe('page')
    expect(start(events[1])).toEqual(['10:58:30', '10:59:30'])
  })

  test('widening that makes it more urgent is told: a PC went first, then the router', () => {
    const { tell } = engineStory(office())
    tell('10:00:00', connected('P1', 60), connected('R1', 600))
    tell('11:00:00', silent('P1'))
    expect(tell('11:05:00', tick)).toEqual(['11:03:00 I1 opened digest device P1'])
    tell('11:10:00', silent('R1'))
    expect(tell('12:00:00', tick)).toEqual(['11:13:00 I1 widened page site P1 R1'])
  })

  test('a device lost while its site is down joins; once the site has worked again it is a new fault', () => {
    const { tell } = engineStory(office())
    tell('10:00:00', connected('R2'), connected('L1'))
    tell('11:00:00', cut('R2'), cut('L1'))
    expect(tell('11:10:00', connected('L2'))).toEqual(['11:03:00 I1 opened page site R2 L1'])
    tell('11:12:00', cut('L2'))
    expect(tell('11:30:00', tick)).toEqual([])
    tell('12:00:00', connected('R2'), connected('L2'))
    // L1 stays dead and holds I1 open; ten minutes later the two others are free of it.
    tell('14:00:00', cut('R2'), cut('L2'))
    expect(tell('14:30:00', tick)).toEqual(['14:03:00 I2 opened page site R2 L2'])
    tell('15:00:00', connected('R2'), connected('L2'))
    expect(tell('16:00:00', connected('L1'))).toEqual(['15:01:00 I2 resolved page site R2 L2'])
    expect(tell('17:00:00', tick)).toEqual(['16:01:00 I1 resolved page site R2 L1 L2'])
  })

  test('a member that says goodbye or is watched no more is missed no longer', () => {
    const world = office()
    const { tell, events } = engineStory(world)
    tell('10:00:00', connected('R2'), connected('L1'), connected('L2'))
    tell('11:00:00', cut('R2'), cut('L1'), cut('L2'))
    tell('12:00:00', connected('R2'), goodbye('L1'))
    world.remove('L2')
    tell('13:00:00', tick)
    expect(tell('14:00:00', tick)).toEqual(['13:01:00 I1 resolved page site R2 L1 L2'])
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
    tell('11:00:00', started)
    expect(state.devices).toMatchObject({ R1: { session: { state: 'stale' } } })
    tell('11:04:50', connected('R1'), connected('P1'))
    expect(tell('11:05:29', tick)).toEqual([])
    expect(tell('12:00:00', tick)).toEqual(['11:05:30 I1 opened page site R2 L1'])
    expect(start(events[0])).toEqual(['10:45:00', '11:00:00'])
  })

  test('sockets that close because it stops are held against nobody, and no hold-down runs meanwhile', () => {
    const { tell, events } = engineStory(office())
    tell('10:00:00', connected('R1'), connected('R2'))
    tell('10:59:00', cut('R2'))
    tell('11:00:00', stopping, cut('R1'))
    expect(tell('11:12:00', started)).toEqual([])
    tell('11:13:00', connected('R2'))
    expect(tell('12:00:00', tick)).toEqual(['11:17:30 I1 opened page device R1'])
    // Alive 1.5 keepalives before the stop, or it would have been called lost.
    expect(start(events[0])).toEqual(['10:58:30', '11:12:00'])
  })

  test('killed during a hold-down: what fell due while it was dead is doubted, and a return is no incident', () => {
    const { tell, events } = engineStory(office())
    tell('10:00:00', connected('R1'), connected('R2'))
    tell('11:00:00', cut('R1'), cut('R2'))
    tell('11:00:10', tick)
    expect(tell('11:10:10', started)).toEqual([])
    expect(tell('11:10:15', connected('R1'))).toEqual([])
    expect(tell('11:15:39', tick)).toEqual([])
    expect(tell('12:00:00', tick)).toEqual(['11:15:40 I1 opened page device R2'])
    expect(start(events[0])).toEqual(['11:00:00', '11:00:00'])
  })

  test('killed during the grace: the next start gives a whole one', () => {
    const { tell } = engineStory(office())
    tell('10:00:00', connected('R1'))
    tell('11:00:00', started)
    expect(tell('11:20:00', started)).toEqual([])
    tell('11:25:00', connected('R1'))
    expect(tell('12:00:00', tick)).toEqual([])
  })

  test('killed while an incident recovers: it is over only when everybody has been seen again', () => {
    const { tell } = engineStory(office())
    tell('10:00:00', connected('R1'), connected('R2'))
    tell('11:00:00', cut('R1'))
    tell('11:00:50', cut('R2'))
    tell('11:10:00', connected('R1'), connected('R2'))
    expect(tell('11:10:10', tick)).toEqual([])
    expect(tell('11:13:00', started)).toEqual([])
    tell('11:13:05', connected('R1'))
    expect(tell('12:00:00', tick)).toEqual(['11:18:30 I1 resolved page device R1'])
    expect(tell('12:10:00', connected('R2'))).toEqual([])
    expect(tell('12:20:00', tick)).toEqual(['12:11:00 I2 resolved page device R2'])
  })

  test('an incident of before goes on through a restart', () => {
    const { tell } = engineStory(office())
    tell('10:00:00', connected('R1'))
    tell('11:00:00', cut('R1'))
    tell('11:10:00', stopping)
    expect(tell('11:20:00', started)).toEqual([])
    tell('11:21:00', connected('R1'))
    expect(tell('11:30:00', tick)).toEqual(['11:22:00 I1 resolved page device R1'])
  })
})

describe('a clock that was wrong', () => {
  test('a day ahead for one tick: a loss after it opens an incident after its hold-down', () => {
    const { tell, events, state } = engineStory(office())
    tell('10:00:00', connected('R1'))
    tell('+1 10:30:00', tick)
    tell('10:30:01', tick)
    expect(tell('11:00:00', cut('R1'))).toEqual([])
    expect(tell('11:02:59', tick)).toEqual([])
    expect(tell('11:03:00', tick)).toEqual(['11:03:00 I1 opened page device R1'])
    expect(start(events[0])).toEqual(['11:00:00', '11:00:00'])
    tell('11:10:00', connected('R1'))
    expect(tell('11:20:00', tick)).toEqual(['11:11:00 I1 resolved page device R1'])
    expect(state).toMatchObject({ incidents: {}, timers: [] })
  })

  test('waits that began on the wrong clock begin again on the right one', () => {
    const { tell, events } = engineStory(office())
    tell('10:00:00', connected('R1'), connected('R2'), connected('L1'))
    tell('+1 10:00:00', cut('R1'))
    tell('+1 10:03:30', tick)
    tell('+1 10:04:00', cut('R2'), connected('R1'))
    expect(tell('11:00:00', tick)).toEqual([])
    expect(tell('12:00:00', connected('R2'), tick)).toEqual([
      '11:03:00 I2 opened ticket device R2',
      '11:05:30 I1 resolved page device R1',
    ])
    expect(events.map(start)).toEqual([
      ['10:00:00', '10:00:00'],
      ['11:00:00', '11:00:00'],
      ['11:00:00', '11:00:00'],
    ])
  })

  test('set back while the centre was off: the grace counts from the start', () => {
    const { tell } = engineStory(office())
    tell('10:00:00', connected('R1'), connected('R2'))
    tell('+1 10:00:00', started)
    expect(tell('11:00:00', started)).toEqual([])
    tell('11:05:00', connected('R1'))
    expect(tell('12:00:00', tick)).toEqual(['11:05:30 I1 opened page device R2'])
  })
})

describe('bad input', () => {
  test('an observation a little out of order is taken as of now', () => {
    const { tell, events } = engineStory(office())
    tell('11:00:00', connected('R1'))
    tell('10:59:10', cut('R1'))
    expect(tell('11:30:00', tick)).toEqual(['11:03:00 I1 opened page device R1'])
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
    expect(tell('12:00:00', tick)).toEqual(['11:03:00 I1 opened page device R1'])
    expect(start(events[0])).toEqual(['09:52:30', '11:00:00'])
  })
})
