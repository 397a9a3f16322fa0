import { describe, expect, test } from 'vitest'
import type { IncidentEvent } from '../../../server/incidents/incident.ts'
import { clockOf, connected, engineStory, silent, tick, warned } from '../../support/engine-story.ts'
import { smallWorld } from '../../support/small-world.ts'

const told = ({ t, event, priority, incident, devices }: IncidentEvent): string =>
  [clockOf(t), incident.id, event, priority, ...devices].join(' ')

describe('an area whose loudspeakers are silent while a warning is in force', () => {
  const numbers = [0, 1, 2, 3]
  const fourSites = () =>
    smallWorld(
      Object.fromEntries(
        numbers.map((at) => [
          `S${at}`,
          {
            name: `S${at}`,
            devices: { [`R${at}`]: 'router' as const, [`K${at}`]: { kind: 'speaker' as const, sim: 'A' } },
          },
        ]),
      ),
    )
  const everybody = numbers.flatMap((at) => [connected(`R${at}`), connected(`K${at}`)])

  test('is said to be out of reach by a page', () => {
    const { tell, events, state } = engineStory(fourSites())
    tell('05:00:00', ...everybody)
    tell('07:00:00', warned('W1', '08:00:00', '20:00:00'))
    tell('07:30:00', silent('K0'), silent('K1'), silent('K2'))
    tell('08:10:00', tick)
    const raised = events.filter(({ why }) => why.some(({ rule }) => rule === 'speakers-unreachable'))
    expect(raised.map(told)).toEqual(['07:40:00 I1 opened page K0'])
    expect(state.incidents).toMatchObject({ I1: { severity: 'critical' } })
  })

  test('also where the engine had found a storm by itself before the warning came', () => {
    const { tell, events, state } = engineStory(fourSites())
    tell('05:00:00', ...everybody)
    tell('06:00:00', silent('R0'))
    tell('06:20:00', silent('R1'))
    tell('06:40:00', silent('R2'))
    tell('07:00:00', tick)
    expect(Object.values(state.storms).map(({ id, by }) => [id, by])).toEqual([['S1', 'incidents']])
    tell('07:00:00', warned('W1', '08:00:00', '20:00:00'))
    tell('07:30:00', silent('K0'), silent('K1'), silent('K2'))
    tell('08:10:00', tick)
    const raised = events.filter(({ why }) => why.some(({ rule }) => rule === 'speakers-unreachable'))
    expect(raised.map(({ t, incident }) => [clockOf(t), incident.severity])).toEqual([
      ['07:40:00', 'critical'],
    ])
    expect(state.storms).toMatchObject({ W1: { unwarned: ['C01'] }, S1: { unwarned: [] } })
  })

  test('and where they were silent before the warning, when it begins', () => {
    const { tell, events } = engineStory(fourSites())
    tell('05:00:00', ...everybody)
    tell('05:30:00', silent('K0'), silent('K1'), silent('K2'))
    tell('06:00:00', tick)
    expect(events.map(told)).toEqual([
      '05:40:00 I1 opened ticket K0',
      '05:40:00 I2 opened ticket K1',
      '05:40:00 I3 opened ticket K2',
    ])
    tell('06:00:00', warned('W1', '08:00:00', '20:00:00'))
    expect(tell('06:59:59', tick)).toEqual([])
    tell('07:00:00', tick)
    expect(events.slice(3).map(({ t, incident }) => [clockOf(t), incident.severity])).toEqual([
      ['07:00:00', 'critical'],
    ])
  })
})

describe('several that a storm has hidden', () => {
  const site = () =>
    smallWorld({
      S1: {
        name: 'Nà Tăm',
        devices: {
          R1: 'router',
          ...Object.fromEntries(
            Array.from({ length: 12 }, (_, at) => [`K${at}`, { kind: 'speaker' as const, sim: `A${at}` }]),
          ),
        },
      },
    })
  const five = ['K0', 'K1', 'K2', 'K3', 'K4']

  const fiveLost = () => {
    const world = site()
    const story = engineStory(world)
    story.tell('+1 05:00:00', ...[...world.devices()].map(({ id }) => connected(id)))
    story.tell('+1 05:00:00', warned('W1', '+1 06:00:00', '+1 12:00:00'))
    for (const [at, id] of five.entries()) story.tell(`+1 07:${10 + at * 8}:00`, silent(id))
    story.tell('+1 12:59:59', tick)
    return story
  }

  test('are told together when it is over, and of the one that bore the message its end is told', () => {
    const { tell, events } = fiveLost()
    tell('+1 13:00:00', tick)
    tell('+1 15:00:00', ...five.map((id) => connected(id)))
    tell('+1 16:00:00', tick)
    expect(events.map(told)).toEqual([
      '07:20:00 I1 digest digest K0',
      '13:00:00 I1 opened ticket K0 K1 K2 K3 K4',
      '15:10:00 I1 resolved ticket K0',
    ])
  })

  test('who comes back just before the end is listed, and not told as missing', () => {
    const { tell, events } = fiveLost()
    tell('+1 12:59:59', connected('K0'), connected('K3'))
    tell('+2 13:00:00', tick)
    expect(events.slice(1).map(told)).toEqual([
      '13:00:00 I2 opened ticket K1 K2 K4',
      '13:09:59 I4 digest digest K3',
    ])
  })

  test('who comes back just before the end and is lost again at once is told minutes later', () => {
    const { tell, events, state } = fiveLost()
    tell('+1 12:55:00', connected('K3'))
    tell('+1 13:00:30', silent('K3'))
    tell('+2 13:00:00', tick)
    expect(events.slice(1).map(told)).toEqual([
      '13:00:00 I1 opened ticket K0 K1 K2 K4',
      '13:05:00 I4 opened ticket K3',
    ])
    expect(state.storms).toEqual({})
  })

  test('of an incident with some who are back only those are told who are not', () => {
    const world = site()
    const { tell, events } = engineStory(world)
    tell('+1 05:00:00', ...[...world.devices()].map(({ id }) => connected(id)))
    tell('+1 05:00:00', warned('W1', '+1 06:00:00', '+1 12:00:00'))
    // The first of a site is told, whatever follows there is listed.
    tell('+1 07:00:00', silent('K0'), silent('K1'))
    tell('+1 08:00:00', silent('K2'), silent('K3'), silent('K4'))
    tell('+1 09:00:00', silent('K5'))
    tell('+1 11:00:00', connected('K3'))
    tell('+1 13:00:00', tick)
    expect(events.map(told)).toEqual([
      '07:10:00 I1 opened ticket K0 K1',
      '08:10:00 I1 digest digest K2 K3 K4',
      '13:00:00 I2 opened ticket K2 K4 K5',
    ])
  })
})

describe('the first of a storm in an area', () => {
  const threeSites = () =>
    smallWorld(
      Object.fromEntries(
        [1, 2, 3].map((at) => [`S${at}`, { name: `S${at}`, devices: { [`R${at}`]: 'router' as const } }]),
      ),
    )

  test('stands above the others for six hours after its end, though all is known of it', () => {
    const { tell, events } = engineStory(threeSites())
    tell('+1 05:00:00', connected('R1', 60, 1), connected('R2', 60, 1), connected('R3', 60, 1))
    tell('+1 05:00:00', warned('W1', '+1 06:00:00', '+3 06:00:00'))
    tell('+1 06:30:00', silent('R1'))
    tell('+1 07:00:00', connected('R1', 60, 1))
    tell('+1 12:30:00', silent('R2'))
    tell('+1 12:50:00', connected('R2', 60, 1))
    tell('+1 20:00:00', silent('R3'))
    tell('+1 20:10:00', tick)
    expect(events.filter(({ event }) => event !== 'resolved').map(told)).toEqual([
      '06:33:00 I1 opened page R1',
      '12:33:00 I2 digest digest R2',
      '20:03:00 I3 opened page R3',
    ])
  })
})
