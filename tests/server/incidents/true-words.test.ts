import { describe, expect, test } from 'vitest'
import type { IncidentEvent } from '../../../server/incidents/incident.ts'
import {
  connected,
  engineStory,
  goodbye,
  planned,
  power,
  silent,
  started,
  stopping,
  tick,
} from '../../support/engine-story.ts'
import { smallWorld } from '../../support/small-world.ts'

const rules = (event: IncidentEvent | undefined) => event?.why.map(({ rule }) => rule)

const fact = (event: IncidentEvent | undefined, name: string) => event?.why.find(({ rule }) => rule === name)

const connectedAll = (...ids: string[]) => ids.map((id) => connected(id))

describe('whose lines still work is said of those that do', () => {
  const onLines = (lines: Record<string, string>) =>
    smallWorld(
      Object.fromEntries(
        Object.entries(lines).map(([site, isp]) => [
          site,
          { name: site, uplinks: { [`${site}-line`]: isp }, devices: { [`R-${site}`]: 'router' as const } },
        ]),
      ),
    )

  test('one other operator', () => {
    const { tell, events } = engineStory(onLines({ S1: 'VNPT', S2: 'VNPT', S3: 'Viettel' }))
    tell('10:00:00', ...connectedAll('R-S1', 'R-S2', 'R-S3'))
    tell('11:00:00', silent('R-S1'), silent('R-S2'))
    expect(tell('11:03:00', tick)).toEqual(['11:03:00 I1 opened page area R-S1 R-S2'])
    expect(fact(events[0], 'other-isp-alive')).toEqual({ rule: 'other-isp-alive', isp: 'Viettel', sites: 1 })
  })

  test('two others', () => {
    const { tell, events } = engineStory(onLines({ S1: 'VNPT', S2: 'VNPT', S3: 'Viettel', S4: 'FPT' }))
    tell('10:00:00', ...connectedAll('R-S1', 'R-S2', 'R-S3', 'R-S4'))
    tell('11:00:00', silent('R-S1'), silent('R-S2'))
    tell('11:03:00', tick)
    expect(fact(events[0], 'other-isp-alive')).toMatchObject({ isp: 'FPT, Viettel', sites: 2 })
  })
})

describe('that it said that it restarts is said only of one that did', () => {
  const lone = () =>
    smallWorld({
      S1: { name: 'Nà Tăm', devices: { R1: 'router' } },
      S2: { name: 'Hua Bum', devices: { R2: 'router' } },
    })

  test('it did', () => {
    const { tell, events } = engineStory(lone())
    tell('10:00:00', ...connectedAll('R1', 'R2'))
    tell('11:00:00', goodbye('R1', 'restart'))
    expect(tell('11:15:00', tick)).toEqual(['11:15:00 I1 opened page site R1'])
    expect(events[0]!.why[0]).toEqual({ rule: 'restart-took-too-long', seconds: 900 })
  })

  test('it may stay away for long to spare its line', () => {
    const { tell, events } = engineStory(lone())
    tell('10:00:00', connected('R2'), connected('R1', 600, null, null, 1800))
    tell('11:00:00', silent('R1'))
    expect(tell('11:44:59', tick)).toEqual([])
    expect(tell('11:45:00', tick)).toEqual(['11:45:00 I1 opened page site R1'])
    // Lost between 15 and 5 minutes before.
    expect(events[0]!.why[0]).toEqual({ rule: 'silent-past-hold-down', seconds: 3000 })
  })

  test('the centre was away', () => {
    const { tell, events } = engineStory(lone())
    tell('10:00:00', ...connectedAll('R1', 'R2'))
    tell('11:00:00', stopping)
    tell('11:04:00', started)
    tell('11:05:00', connected('R2'))
    expect(tell('11:16:00', tick)).toEqual(['11:16:00 I1 opened page site R1'])
    expect(events[0]!.why[0]).toEqual({ rule: 'silent-past-hold-down', seconds: 720 })
  })

  test('it did, and the centre was away meanwhile', () => {
    const { tell, events } = engineStory(lone())
    tell('10:00:00', ...connectedAll('R1', 'R2'))
    tell('11:00:00', goodbye('R1', 'restart'))
    tell('11:01:00', stopping)
    tell('11:02:00', started)
    tell('11:03:00', connected('R2'))
    expect(tell('11:30:00', tick)).toEqual(['11:15:00 I1 opened page site R1'])
    expect(rules(events[0])![0]).toBe('restart-took-too-long')
  })
})

describe('an announced cut that should be over', () => {
  const site = (area = 'C01') => ({ name: area, area })
  const speakers = { K1: { kind: 'speaker', sim: 'A' }, K2: { kind: 'speaker', sim: 'B' } } as const

  test('power is back and one device is not: that one is missed, and no cut has overrun', () => {
    const { tell, events } = engineStory(
      smallWorld({ S1: { ...site(), devices: { R1: 'router', X1: 'other', ...speakers } } }),
    )
    tell('+1 05:00:00', ...connectedAll('R1', 'X1', 'K1', 'K2'))
    tell('+1 05:00:00', planned('M1', ['S1'], '+1 07:30:00', '+1 13:00:00'))
    tell('+1 07:40:00', ...['R1', 'X1', 'K1', 'K2'].map(silent))
    tell('+1 12:40:00', ...connectedAll('R1', 'X1', 'K1'))
    expect(tell('+1 13:45:00', tick)).toEqual(['13:45:00 I1 opened ticket device K2'])
    expect(rules(events[0])).toEqual(['missing-after-plan', 'neighbours-alive', 'some-always-on-answer'])
    expect(events[0]!.incident.cause).toBe('device')
  })

  test('the speakers are back and the router is not: a page of it, and nobody is told to ask for power', () => {
    const { tell, events } = engineStory(
      smallWorld({ S1: { ...site(), devices: { R1: 'router', ...speakers } } }),
    )
    tell('+1 05:00:00', ...connectedAll('R1', 'K1', 'K2'))
    tell('+1 05:00:00', planned('M1', ['S1'], '+1 07:30:00', '+1 13:00:00'))
    tell('+1 07:40:00', ...['R1', 'K1', 'K2'].map(silent))
    tell('+1 12:40:00', ...connectedAll('K1', 'K2'))
    expect(tell('+1 13:45:00', tick)).toEqual(['13:45:00 I1 opened page site R1'])
    expect(rules(events[0])).not.toContain('planned-overran')
    expect(events[0]!.incident.cause).toBe('undetermined')
  })

  test('one site is dark, another is lit: the dark one alone has overrun', () => {
    const { tell, events } = engineStory(
      smallWorld({
        S1: { ...site(), devices: { R1: 'router', X1: 'other' } },
        S2: { ...site(), devices: { R2: 'router', X2: 'other' } },
      }),
    )
    tell('+1 05:00:00', ...connectedAll('R1', 'X1', 'R2', 'X2'))
    tell('+1 05:00:00', planned('M1', ['S1', 'S2'], '+1 07:30:00', '+1 13:00:00'))
    tell('+1 07:40:00', ...['R1', 'X1', 'R2', 'X2'].map(silent))
    tell('+1 12:40:00', connected('R2'))
    expect(tell('+1 13:45:00', tick)).toEqual([
      '13:45:00 I1 overrun page site R1 X1',
      '13:45:00 I2 opened ticket device X2',
    ])
    expect(events[0]!.incident).toMatchObject({ element: 'S1', cause: 'power', sites: ['S1'] })
  })

  test('sites of two communes are dark: one message each, which names its own', () => {
    const { tell, events } = engineStory(
      smallWorld({
        S1: { ...site(), devices: { R1: 'router' } },
        S2: { ...site(), devices: { R2: 'router' } },
        S3: { ...site('C02'), devices: { R3: 'router' } },
      }),
    )
    tell('+1 05:00:00', ...connectedAll('R1', 'R2', 'R3'))
    tell('+1 05:00:00', planned('M1', ['S1', 'S2', 'S3'], '+1 07:30:00', '+1 13:00:00'))
    tell('+1 07:40:00', ...['R1', 'R2', 'R3'].map(silent))
    expect(tell('+1 13:45:00', tick)).toEqual([
      '13:45:00 I1 overrun page area R1 R2',
      '13:45:00 I2 overrun page site R3',
    ])
    expect(events.map(({ incident }) => incident.areas)).toEqual([['C01'], ['C02']])
  })
})

describe('that all of a site is silent is said only where it is', () => {
  const world = () =>
    smallWorld({
      S1: {
        name: 'Nà Tăm',
        devices: {
          R1: 'router',
          K1: { kind: 'speaker', sim: 'A' },
          K2: { kind: 'speaker', sim: 'B' },
          K3: { kind: 'speaker', sim: 'C' },
        },
      },
    })

  test('two loudspeakers, each by a SIM of its own, are widened to their site', () => {
    const { tell, events, state } = engineStory(world())
    tell('10:00:00', connected('R1'), connected('K1', 120), connected('K2', 900), connected('K3'))
    tell('11:00:00', silent('K1'))
    tell('11:15:00', silent('K2'))
    expect(tell('12:00:00', tick)).toEqual(['11:25:00 I1 widened digest site K1 K2'])
    expect(rules(events.at(-1))).toEqual(['losses-can-meet', 'losses-can-meet', 'some-always-on-answer'])
    for (const { why } of state.incidents.I1!.revisions)
      expect(why.map(({ rule }) => rule)).not.toContain('whole-site-silent')
  })
})

describe('who is not back', () => {
  test('a router that lives on its battery is no PC that somebody switched off', () => {
    const { tell, events } = engineStory(
      smallWorld({
        S1: { name: 'Nà Tăm', devices: { R1: { kind: 'router', battery: true }, X1: 'other' } },
      }),
    )
    tell('10:00:00', ...connectedAll('R1', 'X1'))
    tell('11:00:00', power('R1', 'battery'))
    tell('11:01:00', silent('X1'))
    tell('11:30:00', connected('X1'))
    expect(tell('12:00:00', tick).at(-1)).toBe('11:40:00 I1 resolved page site X1 R1')
    expect(events.at(-1)!.why).toEqual([{ rule: 'most-back', devices: 1, of: 2 }])
  })

  test('of a PC it is said, and how many', () => {
    const { tell, events } = engineStory(
      smallWorld({ S1: { name: 'Nà Tăm', devices: { R1: 'router', P1: 'pc', P2: 'pc' } } }),
    )
    tell('10:00:00', ...connectedAll('R1', 'P1', 'P2'))
    tell('11:00:00', silent('R1'), silent('P1'), silent('P2'))
    tell('12:00:00', connected('R1'), connected('P1'))
    tell('12:30:00', tick)
    expect(events.at(-1)!.why).toEqual([{ rule: 'pcs-hold-nothing-open', devices: 1 }])
  })
})
