import { describe, expect, test } from 'vitest'
import {
  at,
  clockOf,
  connected,
  engineStory,
  silent,
  started,
  stopping,
  tick,
  warned,
} from '../../support/engine-story.ts'
import { smallWorld } from '../../support/small-world.ts'

const two = () =>
  smallWorld({
    S1: { name: 'Nà Tăm', devices: { R1: 'router' } },
    S2: { name: 'Hua Bum', devices: { R2: 'router', K2: { kind: 'speaker', sim: 'A' } } },
    S3: { name: 'Bản Bo', area: 'C02', devices: { R3: 'router' } },
  })

const all = ['R1', 'R2', 'K2', 'R3'].map((id) => connected(id))

describe('time', () => {
  test('does not go back when the centre starts and finds what fell due while it was dead', () => {
    const { tell, state } = engineStory(two())
    tell('10:00:00', ...all)
    tell('11:00:00', silent('R1'))
    tell('14:00:00', started)
    expect(clockOf(state.now)).toBe('14:00:00')
    // Taken at its own time this would be lost before the centre heard of it.
    tell('14:00:05', connected('R2'))
    expect(clockOf(state.now)).toBe('14:00:05')
  })

  test('does not go back for a warning whose end was put into the past', () => {
    const { tell, state, events } = engineStory(two())
    tell('+1 06:00:00', ...all)
    tell('+1 06:00:00', warned('W1', '+1 08:00:00', '+5 12:00:00'))
    tell('+3 08:00:00', silent('K2'))
    tell('+4 08:00:00', warned('W1', '+1 08:00:00', '+2 12:00:00', { action: 'update' }))
    expect(tell('+4 08:00:01', tick)).toEqual(['08:00:00 I1 opened ticket device K2'])
    expect(events.map(({ t }) => t)).toEqual([at('+3 08:10:00'), at('+4 08:00:00')])
    expect(state.now).toBe(at('+4 08:00:01'))
  })
})

describe('an incident of PCs alone', () => {
  const office = () =>
    ({
      S1: { name: 'Nà Tăm', devices: { P1: 'pc', P2: 'pc', P3: 'pc' } },
      S2: { name: 'Hua Bum', devices: { R2: 'router' } },
    }) as const
  const three = ['P1', 'P2', 'P3']

  test('is over when one of them is back: clerks come when they come', () => {
    const { tell, events, state } = engineStory(smallWorld(office()))
    tell('+1 07:40:00', connected('R2'), ...three.map((id) => connected(id)))
    tell('+1 10:00:00', ...three.map(silent))
    expect(tell('+1 10:59:59', tick)).toEqual(['10:03:00 I1 opened ticket site P1 P2 P3'])
    tell('+1 11:00:00', connected('P2'))
    expect(tell('+1 11:10:00', tick)).toEqual(['11:10:00 I1 resolved ticket site P1 P2 P3'])
    expect(events.at(-1)!.why).toEqual([{ rule: 'pcs-hold-nothing-open', devices: 2 }])
    expect(tell('+12 11:00:00', tick)).toEqual([])
    expect(state.incidents).toEqual({})
  })

  test('takes nothing in that is lost there once it is over', () => {
    const world = smallWorld({ ...office(), S9: { name: 'Kho', devices: { R9: 'router' } } })
    const { tell } = engineStory(world)
    tell('+1 07:40:00', connected('R2'), connected('R9'), ...three.map((id) => connected(id)))
    tell('+1 10:00:00', ...three.map(silent))
    tell('+1 11:00:00', connected('P1'), connected('P2'))
    tell('+1 12:00:00', tick)
    world.put({ ...world.remove('R9'), site: 'S1' as never })
    tell('+30 08:00:00', silent('R9'))
    expect(tell('+30 08:10:00', tick)).toEqual(['08:03:00 I2 opened ticket device R9'])
  })
})

describe('a centre that comes and goes', () => {
  test('four outages of six minutes within half an hour are one page and one end', () => {
    const { tell, events } = engineStory(two())
    tell('05:00:00', ...all)
    const told = [10, 18, 26, 34].flatMap((minute) => [
      ...tell(`06:${minute}:00`, stopping),
      ...tell(`06:${minute + 6}:00`, started, ...all),
    ])
    expect([...told, ...tell('09:00:00', tick)]).toEqual([
      '06:16:00 I1 opened page platform ',
      '06:50:00 I1 resolved page platform ',
    ])
    expect(clockOf(events[1]!.incident.end!)).toBe('06:40:00')
  })

  test('an outage that begins while the last recovers ends that recovery', () => {
    const { tell, state } = engineStory(two())
    tell('05:00:00', ...all)
    tell('06:00:00', stopping)
    tell('06:06:00', started, ...all)
    expect(state.incidents).toMatchObject({ I1: { state: 'recovering' } })
    tell('06:14:00', stopping)
    expect(state.incidents).toMatchObject({ I1: { state: 'open', end: null, resolveAt: null } })
    // The end of the first recovery falls due at 06:16, while it is deaf.
    expect(tell('06:17:00', started, ...all)).toEqual([])
    expect(tell('06:30:00', tick)).toEqual(['06:27:00 I1 resolved page platform '])
  })

  test('an outage after it was over is another', () => {
    const { tell } = engineStory(two())
    tell('05:00:00', ...all)
    tell('06:00:00', stopping)
    tell('06:06:00', started, ...all)
    tell('06:20:00', tick)
    tell('07:00:00', stopping)
    expect(tell('07:06:00', started, ...all)).toEqual(['07:06:00 I2 opened page platform '])
  })
})

describe('a case that was opened again', () => {
  test('is kept for two days after its last end, and not after its first', () => {
    const { tell, state } = engineStory(two())
    tell('+1 00:00:00', connected('R1'), connected('R2'), connected('R3'), connected('K2', 60, 1))
    tell('+1 08:00:00', silent('K2'))
    tell('+1 09:00:00', connected('K2', 60, 1))
    tell('+3 05:00:00', silent('K2'))
    tell('+3 06:00:00', connected('K2', 60, 1))
    // Of the first end it would have been closed at 09:10.
    tell('+3 10:00:00', tick)
    expect(state.incidents).toMatchObject({ I1: { state: 'resolved', devices: ['K2'] } })
    expect(tell('+3 12:00:00', silent('K2'), tick)).toEqual([])
    expect(tell('+3 12:10:00', tick)).toEqual(['12:10:00 I1 widened ticket device K2'])
    expect(state.incidents).toMatchObject({ I1: { flapping: true } })
    expect(Object.keys(state.incidents)).toEqual(['I1'])
  })

  test('and is closed then', () => {
    const { tell, state } = engineStory(two())
    tell('+1 00:00:00', connected('R1'), connected('R2'), connected('R3'), connected('K2', 60, 1))
    tell('+1 08:00:00', silent('K2'))
    tell('+1 09:00:00', connected('K2', 60, 1))
    tell('+3 05:00:00', silent('K2'))
    tell('+3 06:00:00', connected('K2', 60, 1))
    tell('+5 05:59:59', tick)
    expect(Object.keys(state.incidents)).toEqual(['I1'])
    tell('+5 06:10:00', tick)
    expect(state.incidents).toEqual({})
  })
})

describe('what is learned of a site', () => {
  test('is not the power cut of its commune, however regularly that comes', () => {
    const { tell, events } = engineStory(two())
    tell('+1 06:00:00', ...all)
    for (const day of [1, 2, 3, 4]) {
      tell(`+${day} 18:00:00`, silent('R1'), silent('R2'), silent('K2'))
      tell(`+${day} 21:00:00`, connected('R1', 60, day, 'power-loss'), connected('R2', 60, day, 'power-loss'))
      tell(`+${day} 21:00:00`, connected('K2', 60, day, 'power-loss'))
    }
    const openings = events.filter(({ event }) => event === 'opened')
    expect(openings.map(({ incident, devices }) => [incident.scope, ...devices])).toEqual(
      Array(4).fill(['area', 'R1', 'R2', 'K2']),
    )
  })

  test('is the hand at its own switch: from the fourth evening on nobody is told', () => {
    const { tell } = engineStory(two())
    tell('+1 06:00:00', ...all)
    const told = [1, 2, 3, 4].map((day) => {
      const evening = tell(`+${day} 18:00:00`, silent('R1'))
      return [...evening, ...tell(`+${day + 1} 07:00:00`, connected('R1'))]
    })
    expect(told.map((lines) => lines.filter((line) => line.includes('opened')).length)).toEqual([1, 1, 1, 0])
  })
})
