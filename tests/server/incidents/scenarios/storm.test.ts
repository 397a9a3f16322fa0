import { describe, expect, test } from 'vitest'
import {
  type IncidentLine,
  incidentOf,
  type Judged,
  judge,
  type NotificationLine,
  sayings,
} from './judged.ts'
import { province, type Site } from './province.ts'
import { at, CHANCES, type Chance, clockOf, HOUR, MINUTE, story } from './story.ts'
import { knowledge } from './verdicts.ts'

const STORM = 'W1'
const CALLED_OFF = at('+1 12:00')
const COMMUNES = ['C01', 'C02', 'C03', 'C04', 'C05', 'C06']
const warning = (t: number, action: string, expires: number) => ({
  ...{ t, type: 'warning', id: STORM, action, status: 'actual', severity: 'severe' },
  ...{ areas: COMMUNES, onset: at('12:00'), expires },
})

interface Outage {
  devices: string[]
  from: number
}

/**
 * Six communes of seven sites with five loudspeakers each, warned for 12:00. From 13:00 on 40 outages come in turn:
 * a site's mains, a site's line, or a loudspeaker alone, for 2 to 6 hours each. Three loudspeakers are destroyed. In
 * C01 all mains go within an hour.
 */
function typhoon(chance: Chance) {
  const world = province()
  world.backdrop(6, 6)
  const sites = COMMUNES.flatMap((area, commune) =>
    Array.from({ length: 7 }, (_, number) =>
      world.site(`S${commune + 1}${String(number + 1).padStart(2, '0')}`, {
        ...{ area, terrain: 'coast', pcs: 4, isps: [number % 2 === 0 ? 'A' : 'B'] },
      }),
    ),
  )
  const tale = story(world, chance)
  tale.say(warning(at('06:00'), 'alert', at('+1 12:00')))
  tale.say(warning(at('18:00'), 'update', at('+1 18:00')))
  tale.say(warning(CALLED_OFF, 'cancel', CALLED_OFF))
  const destroyed = [2, 3, 4].map((commune) => siteOf(sites, COMMUNES[commune]!, 0).speakers[3]!)
  const outages: Outage[] = []
  const strike = (devices: string[], from: number, hours: number, how: 'mains' | 'line'): void => {
    outages.push({ devices, from })
    const back = from + hours * HOUR
    if (how === 'line') {
      tale.cut(devices, from, back)
      return
    }
    tale.die(devices, from, 'power-loss')
    tale.boot(
      devices.filter((id) => !destroyed.includes(id)),
      back,
    )
  }
  // No two strikes can be taken for one: the truth is 40 causes.
  const places = COMMUNES.flatMap((area) =>
    Array.from({ length: 7 }, (_, number) => siteOf(sites, area, number)),
  )
  const striken = places.filter(({ id }) => id !== 'S606' && id !== 'S607')
  expect(striken).toHaveLength(40)
  for (const [turn, site] of striken.entries()) {
    const number = Number(site.id.slice(2)) - 1
    const from = at('13:00') + (site.area === 'C01' ? number * 8 : turn * 15) * MINUTE
    if (number === 0 || number === 3 || site.area === 'C01') strike(site.all, from, 4, 'mains')
    else if (number % 3 !== 2) strike(site.wired, from, 2 + (number % 4), 'line')
    else strike([site.speakers[1]!], from, 3, 'mains')
  }
  return { sites, tale, outages, destroyed }
}

function siteOf(sites: readonly Site[], area: string, number: number): Site {
  return sites.filter((site) => site.area === area)[number]!
}

/** Digests come six hours apart at least. */
function expectSpaced({ told }: Judged): NotificationLine[] {
  const digests = told.filter(({ event }) => event === 'digest')
  for (const [number, { t }] of digests.entries()) {
    const before = digests[number - 1]?.t
    if (before === undefined) continue
    const what = `${clockOf(t)} six hours after ${clockOf(before)}:\n${sayings(told).join('\n')}`
    expect(t - before, what).toBeGreaterThanOrEqual(6 * HOUR)
  }
  return digests
}

/** When the incident that held the loudspeaker closed. */
function closings({ incidents, resolved }: Judged, speaker: string): number[] {
  const held = incidents.filter(({ devices, scope }) => devices.includes(speaker) && scope !== 'device')
  return resolved.filter(({ incident }) => held.some(({ id }) => id === incident)).map(({ t }) => t)
}

const whyOf = ({ revisions }: IncidentLine): string[] => revisions.flatMap(({ why }) => why)

describe.each(CHANCES)('under chance %s', (chance) => {
  test('20: a typhoon over six communes: a page each, a digest in six hours, everything listed', async () => {
    const { tale, outages, destroyed } = typhoon(chance)
    const end = at('+2 12:00')
    const judged = await judge(tale, end)
    const said = sayings(judged.told).join('\n')

    const pages = judged.told.filter(({ priority }) => priority === 'page')
    for (const area of COMMUNES) {
      const here = pages.filter(({ areas }) => areas.includes(area))
      expect(here.length, `pages of ${area}:\n${said}`).toBeLessThanOrEqual(1)
    }
    const digests = expectSpaced(judged)
    const tickets = judged.told.filter(({ priority }) => priority === 'ticket')
    expect(tickets.map(({ devices }) => devices).sort(), said).toEqual(destroyed.map((id) => [id]).sort())
    for (const { t, devices } of tickets) {
      const due = closings(judged, devices[0]!).map((closed) => closed + HOUR)
      const near = due.some((at) => Math.abs(t - at) <= MINUTE)
      expect(near, `${clockOf(t)}, closings and an hour: ${due.map(clockOf).join(' ')}:\n${said}`).toBe(true)
    }

    // What is left says that a commune can be warned no more, once.
    const rest = judged.told.filter((message) => ![...pages, ...digests, ...tickets].includes(message))
    expect(
      rest.map(({ event, areas }) => [event, ...areas]),
      said,
    ).toEqual([['widened', 'C01']])

    const unlisted = outages.filter(
      ({ devices, from }) =>
        !judged.incidents.some(
          ({ storm, start, devices: members }) =>
            storm === STORM && start[0] <= from && devices.every((id) => members.includes(id)),
        ),
    )
    expect(outages).toHaveLength(40)
    expect(unlisted.map(({ devices, from }) => `${clockOf(from)} ${devices.join(' ')}`)).toEqual([])
    expect(unwarned(judged)).toEqual(['C01'])
  })

  test('21: warned of, no storm comes, one loudspeaker dies: no page, listed at once, told after it', async () => {
    const { tale, speaker, expires } = falseAlarm(chance)
    const died = at('14:00')
    const soon = await judge(tale, died + 13 * MINUTE)
    expect(incidentOf(soon, speaker).devices).toEqual([speaker])
    const judged = await judge(tale, at('+2 12:00'))
    // A digest lists it, and asks nobody to do anything.
    const asking = judged.told.filter(({ event }) => event !== 'digest')
    expect(
      asking.map(({ priority }) => priority),
      sayings(judged.told).join('\n'),
    ).toEqual(['ticket'])
    expectSpaced(judged)
    const [ticket] = asking
    expect(ticket!.devices).toEqual([speaker])
    expect(ticket!.t).toBeLessThanOrEqual(expires + HOUR)
    const { figures } = await knowledge(tale, at('+2 12:00'))
    const { stormDowntime, downtime } = figures(speaker, tale.begins, at('+2 12:00'))
    const total = (parts: typeof downtime): number => Object.values(parts).reduce((sum, ms) => sum + ms, 0)
    expect(total(stormDowntime)).toBe(0)
    expect(total(downtime)).toBeGreaterThan(20 * HOUR)
  })
})

/** The communes of whom it was said that they cannot be warned. */
function unwarned({ incidents }: Judged): string[] {
  const found = incidents.filter((incident) => whyOf(incident).includes('speakers-unreachable'))
  return [...new Set(found.flatMap(({ devices }) => devices.map((id) => `C0${id[1]}`)))].sort()
}

function falseAlarm(chance: Chance) {
  const world = province()
  world.backdrop(6, 6)
  const sites = COMMUNES.map((area, number) => world.site(`S${number + 1}01`, { area }))
  const tale = story(world, chance)
  const expires = at('22:00')
  tale.say(warning(at('06:00'), 'alert', expires))
  const speaker = sites[0]!.speakers[2]!
  tale.die(speaker, at('14:00'), 'unknown')
  tale.boot(speaker, at('+1 16:00'))
  return { tale, speaker, expires }
}

describe('these can fail', () => {
  test('20 without a warning is no storm W1', async () => {
    const { tale } = typhoon('worst')
    tale.drop(({ type }) => type === 'warning')
    const { incidents, told } = await judge(tale, at('+2 12:00'))
    expect(incidents.filter(({ storm }) => storm === STORM)).toEqual([])
    expect(told.filter(({ priority }) => priority === 'page').length).toBeGreaterThan(6)
  })

  test.each(['test', 'cancelled'])('21 with a warning that is %s: the ticket comes at once', async (how) => {
    const { tale, speaker } = falseAlarm('worst')
    if (how === 'cancelled') tale.say(warning(at('07:00'), 'cancel', at('07:00')))
    else {
      tale.drop(({ type, status }) => type === 'warning' && status === 'actual')
      tale.say({ ...warning(at('06:00'), 'alert', at('22:00')), status: 'test' })
    }
    const { told } = await judge(tale, at('+2 12:00'))
    expect(told.map(({ priority, devices }) => [priority, ...devices])).toEqual([['ticket', speaker]])
    expect(told[0]!.t).toBeLessThanOrEqual(at('14:13'))
  })
})
