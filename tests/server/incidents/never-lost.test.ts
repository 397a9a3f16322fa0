import { describe, expect, test } from 'vitest'
import type { Observation } from '../../../server/incidents/observation.ts'
import { deviceState } from '../../../server/incidents/state.ts'
import type { World } from '../../../server/incidents/world.ts'
import {
  connected,
  engineStory,
  planned,
  silent,
  started,
  stopping,
  tick,
  warned,
} from '../../support/engine-story.ts'
import { smallWorld } from '../../support/small-world.ts'

/** S1 with a router of its own, and somebody else who shows that the centre hears. */
const two = () =>
  smallWorld({
    S1: { name: 'Nà Tăm', devices: { R1: 'router', X1: 'other' } },
    S2: { name: 'Hua Bum', area: 'C02', devices: { R2: 'router', K2: { kind: 'speaker', sim: 'A' } } },
  })

type Story = ReturnType<typeof engineStory>

const all = ['R1', 'X1', 'R2', 'K2']

/** Who always runs, is away, and is in no incident that stands. */
function lostSightOf({ state }: Story, world: World): string[] {
  return [...world.devices()]
    .filter(({ kind }) => kind !== 'pc')
    .filter(({ id }) => deviceState(state, id).session.state === 'offline')
    .filter(({ id }) => !Object.hasOwn(state.incidents, deviceState(state, id).incident ?? ''))
    .map(({ id }) => id)
}

/** For three evenings S1 was off from 18:00 to 07:00, Monday to Wednesday; on Thursday it is switched off again. */
function untilOffByHabit({ tell }: Story, ...members: string[]): void {
  tell('+1 06:00:00', ...all.map((id) => connected(id)))
  for (const day of [1, 2, 3]) {
    tell(`+${day} 18:00:00`, ...members.map(silent))
    tell(`+${day + 1} 07:00:00`, ...members.map((id) => connected(id)))
  }
  tell('+4 18:00:00', ...members.map(silent))
}

describe('an announced cut that is changed while it lasts', () => {
  const cutAt8 = () => {
    const world = two()
    const story = engineStory(world)
    story.tell('+1 06:00:00', ...all.map((id) => connected(id)))
    story.tell('+1 06:00:00', planned('M1', ['S1'], '+1 07:30:00', '+1 13:00:00'))
    expect(story.tell('+1 08:00:00', silent('R1'), silent('X1'))).toEqual([])
    expect(story.tell('+1 08:59:59', tick)).toEqual([])
    return { ...story, world }
  }
  const changes: Record<string, Parameters<Story['tell']>[1]> = {
    'called off': planned('M1', ['S1'], '+1 07:30:00', '+1 07:30:00'),
    'moved to tomorrow': planned('M1', ['S1'], '+2 07:30:00', '+2 13:00:00'),
    'announced for another site': planned('M1', ['S2'], '+1 07:30:00', '+1 13:00:00'),
  }

  test.each(Object.entries(changes))('%s: whom it hid is missed at once', (_, change) => {
    const { tell, events, world, ...story } = cutAt8()
    expect(tell('+1 09:00:00', change)).toEqual(['09:00:00 I1 opened page site R1 X1'])
    expect(events[0]!.why[0]).toEqual({ rule: 'silent-past-hold-down', seconds: 3630 })
    expect(lostSightOf({ tell, events, ...story }, world)).toEqual([])
  })

  test('made longer: it is waited for until the new end', () => {
    const { tell } = cutAt8()
    tell('+1 09:00:00', planned('M1', ['S1'], '+1 07:30:00', '+1 15:00:00'))
    expect(tell('+1 15:44:59', tick)).toEqual([])
    expect(tell('+1 15:45:00', tick)).toEqual(['15:45:00 I1 overrun page site R1 X1'])
  })

  test('called off while another covers the site: the other still does', () => {
    const { tell } = cutAt8()
    tell('+1 08:59:59', planned('M2', ['S1'], '+1 08:00:00', '+1 18:00:00'))
    expect(tell('+1 09:00:00', planned('M1', ['S1'], '+1 07:30:00', '+1 07:30:00'))).toEqual([])
    expect(tell('+1 18:45:00', tick)).toEqual(['18:45:00 I1 overrun page site R1 X1'])
  })
})

test('of two overlapping cuts the later end counts', () => {
  const { tell } = engineStory(two())
  tell('+1 06:00:00', ...all.map((id) => connected(id)))
  tell('+1 06:00:00', planned('M1', ['S1'], '+1 07:30:00', '+1 13:00:00'))
  tell('+1 06:00:00', planned('M2', ['S1'], '+1 08:00:00', '+1 18:00:00'))
  tell('+1 08:00:00', silent('R1'), silent('X1'))
  expect(tell('+1 18:44:59', tick)).toEqual([])
  expect(tell('+1 18:45:00', tick)).toEqual(['18:45:00 I1 overrun page site R1 X1'])
})

describe('a site that is switched off by habit', () => {
  test('one of two comes back in the morning: the other, dead, is missed minutes later', () => {
    const world = two()
    const story = engineStory(world)
    untilOffByHabit(story, 'R1', 'X1')
    expect(story.tell('+5 06:59:59', tick)).toEqual([])
    expect(story.tell('+5 07:00:00', connected('X1'))).toEqual([])
    expect(story.tell('+5 07:09:59', tick)).toEqual([])
    expect(story.tell('+5 07:10:00', tick)).toEqual(['07:10:00 I4 opened ticket device R1'])
    expect(story.events.at(-1)!.why[0]!.rule).toBe('silent-past-hold-down')
    expect(lostSightOf(story, world)).toEqual([])
  })

  test('both come back one after the other: nobody hears of it', () => {
    const story = engineStory(two())
    untilOffByHabit(story, 'R1', 'X1')
    story.tell('+5 07:00:00', connected('X1'))
    story.tell('+5 07:08:00', connected('R1'))
    expect(story.tell('+6 07:00:00', tick)).toEqual([])
  })

  test('its return fell due while the centre was dead: it is doubted first', () => {
    const story = engineStory(two())
    untilOffByHabit(story, 'R1', 'X1')
    const { tell, state } = story
    tell('+5 06:00:00', stopping)
    // It is due at 08:15; the centre starts at 09:00, and is told at once of its own absence only.
    expect(tell('+5 09:00:00', started)).toEqual(['09:00:00 I4 opened page platform '])
    expect(tell('+5 09:05:00', connected('R1'), connected('X1'), connected('R2'), connected('K2'))).toEqual(
      [],
    )
    expect(tell('+5 12:00:00', tick)).toEqual(['09:10:00 I4 resolved page platform '])
    expect(state.sites).toMatchObject({ S1: { nights: { length: 4 } } })
  })

  test('and is missed after the doubt when it does not come back', () => {
    const story = engineStory(two())
    untilOffByHabit(story, 'R1', 'X1')
    story.tell('+5 06:00:00', stopping)
    story.tell('+5 09:00:00', started)
    story.tell('+5 09:00:05', connected('R2'), connected('K2'))
    expect(story.tell('+5 09:11:59', tick)).toEqual(['09:10:00 I4 resolved page platform '])
    expect(story.tell('+5 09:12:00', tick)).toEqual(['09:12:00 I5 opened page site R1 X1'])
  })
})

test('an announced cut ended while the centre was dead: who is back when it starts is no overrun', () => {
  const { tell } = engineStory(two())
  tell('+1 06:00:00', ...all.map((id) => connected(id)))
  tell('+1 06:00:00', planned('M1', ['S1'], '+1 07:30:00', '+1 10:00:00'))
  tell('+1 08:00:00', silent('R1'), silent('X1'))
  tell('+1 09:00:00', stopping)
  expect(tell('+1 11:00:00', started)).toEqual(['11:00:00 I1 opened page platform '])
  tell('+1 11:00:05', ...all.map((id) => connected(id)))
  expect(tell('+1 14:00:00', tick)).toEqual(['11:10:00 I1 resolved page platform '])
})

test('while the centre is deaf nothing is missed that it could not have heard', () => {
  const { tell } = engineStory(two())
  const platform = (event: 'healthy' | 'unhealthy') =>
    ({ type: 'platform', event }) as Omit<Extract<Observation, { type: 'platform' }>, 't'>
  tell('+1 06:00:00', ...all.map((id) => connected(id)))
  tell('+1 06:00:00', planned('M1', ['S1'], '+1 07:30:00', '+1 10:00:00'))
  tell('+1 08:00:00', silent('R1'), silent('X1'))
  tell('+1 10:44:00', platform('unhealthy'))
  expect(tell('+1 10:48:00', tick)).toEqual([])
  tell('+1 10:48:00', platform('healthy'))
  expect(tell('+1 10:49:00', ...all.map((id) => connected(id)))).toEqual([])
  expect(tell('+1 12:00:00', tick)).toEqual([])
})

describe('a device that is lost again', () => {
  test('and stays away: who was told that it had recovered is told that it has not', () => {
    const { tell, events } = engineStory(two())
    tell('+1 06:00:00', ...all.map((id) => connected(id)))
    tell('+1 08:00:00', silent('K2'))
    tell('+1 09:00:00', connected('K2'))
    expect(tell('+2 07:59:59', tick)).toEqual(['09:10:00 I1 resolved ticket device K2'])
    tell('+2 08:00:00', silent('K2'))
    expect(tell('+2 09:09:59', tick)).toEqual([])
    expect(tell('+40 08:00:00', tick)).toEqual(['09:10:00 I1 opened ticket device K2'])
    expect(events.at(-1)!.why).toEqual([{ rule: 'reopened', times: 2 }])
    expect(tell('+40 09:00:00', connected('K2'))).toEqual([])
    expect(tell('+40 09:10:00', tick)).toEqual(['09:10:00 I1 resolved ticket device K2'])
  })

  test('and comes back soon: it began in silence and ends in silence', () => {
    const { tell } = engineStory(two())
    tell('+1 06:00:00', ...all.map((id) => connected(id)))
    tell('+1 08:00:00', silent('K2'))
    tell('+1 09:00:00', connected('K2'))
    tell('+2 08:00:00', silent('K2'))
    tell('+2 09:00:00', connected('K2'))
    expect(tell('+20 09:00:00', tick)).toEqual([])
  })

  test('the first time in a storm, in a digest only, the second time after it: then it is told at once', () => {
    const { tell, events } = engineStory(two())
    tell('+1 06:00:00', ...all.map((id) => connected(id)))
    tell('+1 06:00:00', warned('W1', '+1 08:00:00', '+1 12:00:00', { areas: ['C02' as never] }))
    tell('+1 08:00:00', silent('K2'))
    expect(tell('+1 09:00:00', connected('K2'))).toEqual(['08:10:00 I1 digest digest device K2'])
    expect(tell('+2 07:59:59', tick)).toEqual([])
    tell('+2 08:00:00', silent('K2'))
    expect(tell('+2 08:10:00', tick)).toEqual(['08:10:00 I1 opened ticket device K2'])
    expect(events.at(-1)!.why).toEqual([{ rule: 'reopened', times: 2 }])
    tell('+3 08:00:00', connected('K2'))
    expect(tell('+3 08:10:00', tick)).toEqual(['08:10:00 I1 resolved ticket device K2'])
  })
})

test('what is lost and back between two digests of a storm is listed when the storm ends', () => {
  const { tell, events } = engineStory(
    smallWorld({
      S1: {
        name: 'Nà Tăm',
        devices: {
          ...{ R1: 'router', K1: { kind: 'speaker', sim: 'A' }, K2: { kind: 'speaker', sim: 'A' } },
          ...{ K3: { kind: 'speaker', sim: 'A' }, K4: { kind: 'speaker', sim: 'A' } },
        },
      },
    }),
  )
  tell('+1 05:00:00', ...['R1', 'K1', 'K2', 'K3', 'K4'].map((id) => connected(id)))
  tell('+1 05:00:00', warned('W1', '+1 06:00:00', '+1 11:00:00'))
  tell('+1 07:00:00', silent('K1'))
  expect(tell('+1 08:00:00', silent('K2'))).toEqual(['07:10:00 I1 digest digest device K1'])
  tell('+1 10:30:00', connected('K2'))
  expect(tell('+1 11:59:59', tick)).toEqual([])
  tell('+1 12:00:00', tick)
  expect(events.slice(1).map(({ event, devices }) => [event, ...devices])).toEqual([
    ['digest', 'K2'],
    ['opened', 'K1'],
  ])
  // Nobody was told of K2 by a message of its own, so nobody is told of its end.
  expect(tell('+3 12:00:00', tick)).toEqual([])
})

describe('the registry is changed while a device is away', () => {
  test('taken out, and put back an hour later: it is missed within half an hour', () => {
    const world = two()
    const story = engineStory(world)
    story.tell('+1 06:00:00', ...all.map((id) => connected(id)))
    const router = world.remove('R1')
    story.tell('+1 08:00:00', silent('R1'))
    expect(story.tell('+1 09:00:00', tick)).toEqual([])
    world.put(router)
    expect(story.tell('+1 09:30:00', tick)).toEqual(['09:30:00 I1 opened ticket device R1'])
    expect(lostSightOf(story, world)).toEqual([])
  })

  test('enrolled for the first time after it was lost', () => {
    const world = two()
    const router = world.remove('R1')
    const story = engineStory(world)
    story.tell('+1 06:00:00', ...all.map((id) => connected(id)))
    story.tell('+1 06:01:00', silent('R1'))
    expect(story.tell('+1 06:10:00', tick)).toEqual([])
    world.put(router)
    expect(story.tell('+1 06:30:00', tick)).toEqual(['06:30:00 I1 opened ticket device R1'])
  })

  test('moved to another site while it is off by habit at its old one', () => {
    const world = two()
    const story = engineStory(world)
    untilOffByHabit(story, 'R1', 'X1')
    story.tell('+4 20:00:00', tick)
    world.put({ ...world.remove('R1'), site: 'S2' as never })
    expect(story.tell('+4 20:30:00', tick)).toEqual(['20:30:00 I4 opened ticket device R1'])
    // The other is expected to be away until the morning.
    expect(lostSightOf(story, world)).toEqual(['X1'])
    expect(story.tell('+5 08:15:00', tick)).toEqual(['08:15:00 I5 opened page site X1'])
  })

  describe('taken out while others of its incident return', () => {
    const fourOfFiveBack = () => {
      const world = smallWorld({
        S1: {
          name: 'Nà Tăm',
          devices: { R1: 'router', X1: 'other', X2: 'other', X3: 'other', X4: 'other' },
        },
        S2: { name: 'Hua Bum', devices: { R2: 'router' } },
      })
      const story = engineStory(world)
      const five = ['R1', 'X1', 'X2', 'X3', 'X4']
      story.tell('+1 06:00:00', connected('R2'), ...five.map((id) => connected(id)))
      story.tell('+1 08:00:00', ...five.map(silent))
      story.tell('+1 09:00:00', ...five.slice(0, 4).map((id) => connected(id)))
      expect(story.tell('+1 09:30:00', tick)).toEqual(['09:10:00 I1 resolved page site R1 X1 X2 X3 X4'])
      return { ...story, world, dead: world.remove('X4') }
    }

    test('and put back while that still waits for history', () => {
      const { tell, world, dead, state } = fourOfFiveBack()
      expect(tell('+1 11:00:00', tick)).toEqual([])
      expect(state.incidents).toMatchObject({ I1: { state: 'resolved' } })
      world.put(dead)
      expect(tell('+1 11:30:00', tick)).toEqual(['11:30:00 I2 opened ticket device X4'])
    })

    test('and put back after that was closed', () => {
      const { tell, world, dead, state } = fourOfFiveBack()
      expect(tell('+9 10:00:00', tick)).toEqual([])
      expect(state.incidents).toEqual({})
      world.put(dead)
      expect(tell('+9 10:30:00', tick)).toEqual(['10:30:00 I2 opened ticket device X4'])
    })
  })
})
