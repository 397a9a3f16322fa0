import { describe, expect, test } from 'vitest'
import { expectMessage, expectOne, expectRevised, incidentOf, type Judged, judge, sayings } from './judged.ts'
import { province } from './province.ts'
import { at, CHANCES, type Chance, clockOf, MINUTE, SECOND, story } from './story.ts'

/** 12 communes, 100 sites, 1,400 devices. */
function wholeProvince(chance: Chance) {
  const world = province()
  const sites = Array.from({ length: 100 }, (_, number) =>
    world.site(`S${String(number + 1).padStart(3, '0')}`, {
      area: `C${String(1 + (number % 12)).padStart(2, '0')}`,
      isps: [number % 2 === 0 ? 'A' : 'B'],
    }),
  )
  expect(world.devices.size).toBe(1400)
  return { sites, all: [...world.devices.keys()], tale: story(world, chance) }
}

function expectNoDowntime({ figures }: Judged, devices: readonly string[]): void {
  for (const id of devices) {
    const { downFaultSeconds, downPowerSeconds, unknownSeconds, failures } = figures(id)
    const down = { downFaultSeconds, downPowerSeconds, unknownSeconds, failures }
    expect(down, id).toEqual({ downFaultSeconds: 0, downPowerSeconds: 0, unknownSeconds: 0, failures: 0 })
  }
}

const AWAY = at('10:00')
const BACK = at('10:12')

describe.each(CHANCES)('under chance %s', (chance) => {
  test('16: the broker is away for 12 minutes and all come back: the platform is told of, no device is', async () => {
    const { tale, all } = wholeProvince(chance)
    tale.centreAway(AWAY, BACK)
    const judged = await judge(tale, at('14:00'))
    expectOne(judged.told, { priority: 'page', scope: 'platform', cause: 'platform', start: AWAY, by: BACK })
    expect(judged.incidents.map(({ scope }) => scope)).toEqual(['platform'])
    expectNoDowntime(judged, all)
  })

  test('16: the same when the centre does not know that it was deaf: all vanish within three minutes', async () => {
    const { tale, all } = wholeProvince(chance)
    tale.cut(all, AWAY, BACK)
    const judged = await judge(tale, at('14:00'))
    expectOne(judged.told, { priority: 'page', scope: 'platform', cause: 'platform', from: AWAY, by: BACK })
    expect(judged.incidents.map(({ scope }) => scope)).toEqual(['platform'])
    expectNoDowntime(judged, all)
  })

  test('17: a site loses its power meanwhile: one page when the doubt is over, its start by history', async () => {
    const { tale, sites, all } = wholeProvince(chance)
    const site = sites[0]!
    tale.centreAway(AWAY, BACK)
    tale.powerCut(site.all, at('10:05'), at('11:00'))
    const judged = await judge(tale, at('14:00'))
    expect(sayings(judged.told)).toHaveLength(2)
    const [platform, dark] = judged.told
    expectMessage(platform!, {
      priority: 'page',
      scope: 'platform',
      cause: 'platform',
      start: AWAY,
      by: BACK,
    })
    expectMessage(dark!, {
      ...{ priority: 'page', scope: 'site' },
      ...{ start: at('10:05'), from: BACK, by: at('10:24:30') },
    })
    expect(dark!.start.map((ms) => clockOf(ms))).toEqual(['10:00:00', '10:12:00'])
    const incident = incidentOf(judged, site.routers[0]!)
    expectRevised(incident, incident.revisions[0]!.cause, 'power')
    const shown = incident.start.map(clockOf).join('..')
    expect(incident.start[0], shown).toBeGreaterThanOrEqual(at('10:05') - MINUTE)
    expect(incident.start[1], shown).toBeLessThanOrEqual(at('10:05') + MINUTE)
    expectNoDowntime(
      judged,
      all.filter((id) => !site.all.includes(id)),
    )
  })
})

test('16 can fail: without the platform guard a deaf centre calls the field', async () => {
  const { tale, all } = wholeProvince('worst')
  tale.cut(all, AWAY, BACK)
  const { told } = await judge(tale, at('14:00'), { platformShare: 2 })
  expect(told.filter(({ scope }) => scope !== 'platform').length).toBeGreaterThan(0)
})

test('17 can fail: with a shorter doubt the slow ones are called missing', async () => {
  const { tale } = wholeProvince('worst')
  tale.centreAway(AWAY, BACK)
  const { told } = await judge(tale, at('14:00'), { staleGraceSeconds: 60 })
  expect(told.filter(({ scope }) => scope !== 'platform').length).toBeGreaterThan(0)
  expect(told[1]!.t).toBeLessThanOrEqual(BACK + 61 * SECOND)
})
