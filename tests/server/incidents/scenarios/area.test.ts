import { describe, expect, test } from 'vitest'
import { expectOne, incidentOf, isOf, judge, sayings } from './judged.ts'
import { type Province, province, type Site } from './province.ts'
import { at, CHANCES, type Chance, HOUR, MINUTE, SECOND, story } from './story.ts'

/** Eight sites of a commune with 8 routers, 50 PCs and 33 loudspeakers. */
function eightSites(
  world: Province,
  wish: Omit<Parameters<Province['site']>[1], 'area' | 'pcs' | 'speakers'>,
  batteries: (number: number) => { batteryRouters?: number; batterySpeakers?: number } = () => ({}),
): Site[] {
  return Array.from({ length: 8 }, (_, number) =>
    world.site(`S00${number + 1}`, {
      ...wish,
      area: 'C01',
      pcs: number < 2 ? 7 : 6,
      speakers: number < 1 ? 5 : 4,
      ...batteries(number),
    }),
  )
}

const devicesOf = (sites: readonly Site[]): string[] => sites.flatMap(({ all }) => all)

function island(chance: Chance, batteries: Parameters<typeof eightSites>[2]) {
  const world = province()
  world.backdrop(6, 6)
  const sites = eightSites(world, { terrain: 'island', medium: 'microwave' }, batteries)
  return { world, sites, tale: story(world, chance) }
}

/** One page at the beginning, one word at the end: scenario 7. */
async function judgeIslandLink({ tale, sites }: ReturnType<typeof island>) {
  const all = devicesOf(sites)
  expect(all).toHaveLength(8 + 50 + 33)
  tale.cut(all, at('14:00'), at('16:00'))

  const soon = await judge(tale, at('14:13'))
  const members = soon.incidents.filter(({ scope }) => scope === 'area').flatMap(({ devices }) => devices)
  expect(members.length, `members by 14:13 of ${all.length}`).toBeGreaterThanOrEqual(0.95 * all.length)

  const judged = await judge(tale, at('20:00'))
  expectOne(judged.told, {
    ...{ priority: 'page', scope: 'area', cause: 'link' },
    ...{ start: at('14:00'), by: at('14:05') },
  })
  expect(judged.told[0]!.areas).toEqual(['C01'])
  expect(sayings(judged.resolved)).toHaveLength(1)
  expect(judged.incidents).toHaveLength(1)
  for (const device of all) {
    expect(judged.figures(device)).toMatchObject({ failures: 0, downFaultSeconds: 0, downPowerSeconds: 0 })
  }
}

describe.each(CHANCES)('under chance %s', (chance) => {
  test('7: the microwave of an island for two hours: one page, the link, and one recovery', async () => {
    await judgeIslandLink(island(chance, (number) => ({ batterySpeakers: number < 4 ? 2 : 1 })))
  })

  test('8: the feeder of an island: power within three minutes; batteries that die later page nobody', async () => {
    const { tale, sites } = island(chance, (number) =>
      number < 2 ? { batteryRouters: 1, batterySpeakers: 2 } : {},
    )
    const batteries = sites
      .slice(0, 2)
      .flatMap(({ routers, speakers }) => [...routers, ...speakers.slice(0, 2)])
    expect(batteries).toHaveLength(6)
    const others = devicesOf(sites).filter((id) => !batteries.includes(id))
    tale.powerCut(others, at('14:00'), at('18:00'))
    tale.onBattery(batteries, at('14:00'), at('18:00'))
    for (const [number, id] of batteries.entries()) {
      tale.powerCut(id, at('16:00') + number * 12 * MINUTE, at('18:00'))
    }
    const judged = await judge(tale, at('22:00'))
    expectOne(judged.told, {
      ...{ priority: 'page', scope: 'area', cause: 'power' },
      ...{ start: at('14:00'), by: at('14:03') },
    })
    for (const id of [...batteries, ...others]) incidentOf(judged, id)
    expect(judged.incidents).toHaveLength(1)
    expect(judged.incidents[0]!.end!).toBeGreaterThanOrEqual(at('18:00'))
  })

  test.each([
    { what: 'poles on other feeders, which only the cell takes', poles: 'elsewhere' },
    { what: 'loudspeakers with batteries at the very sites', poles: 'here' },
  ] as const)('9: the feeder of 3 of 8 sites, two hours later their cell: $what', async ({ poles }) => {
    const world = province()
    world.backdrop(6, 6)
    const here = poles === 'here'
    const dark = Array.from({ length: 3 }, (_, number) =>
      world.site(`S00${number + 1}`, {
        ...{ area: 'C01', speakers: 6, cell: here ? 'cell-1' : 'cell-2' },
        batterySpeakers: here ? 6 : 0,
      }),
    )
    const lit = Array.from({ length: 5 }, (_, number) =>
      world.site(`S00${number + 4}`, {
        ...{ area: 'C01', speakers: number < 3 ? 6 : 3 },
        cell: !here && number < 3 ? 'cell-1' : 'cell-2',
      }),
    )
    const tale = story(world, chance)
    const served = (here ? dark : lit.slice(0, 3)).flatMap(({ speakers }) => speakers)
    expect(served).toHaveLength(18)

    const back = at('09:00') + 3.5 * HOUR
    tale.powerCut(here ? dark.flatMap(({ wired }) => wired) : devicesOf(dark), at('09:00'), back)
    if (here) tale.onBattery(served, at('09:00'), back)
    tale.cut(served, at('11:00'), back)

    const judged = await judge(tale, at('18:00'))
    expectOne(judged.told, {
      ...{ priority: 'page', scope: 'area', cause: 'power' },
      ...{ start: at('09:00'), by: at('09:04:30') },
    })
    expect(judged.incidents.map(({ scope }) => scope)).toEqual(['area'])
    expect(judged.incidents[0]!.devices).toEqual(
      expect.arrayContaining([...served, ...dark.flatMap(({ wired }) => wired)]),
    )
  })

  test('10: an ISP for 80 minutes: one page of it; sites with a second ISP lose only their redundancy', async () => {
    const { tale, single, double } = twoIsps(chance)
    const began = at('09:00')
    tale.cut(
      single.flatMap(({ wired }) => wired),
      began,
      began + 80 * MINUTE,
    )
    for (const { wired } of double) {
      tale.cut(wired, began, began + tale.between([20 * SECOND, 150 * SECOND]))
    }
    const judged = await judge(tale, at('18:00'))
    const message = expectOne(judged.told, {
      ...{ priority: 'page', scope: 'isp', cause: 'link' },
      ...{ start: began, by: began + 5 * MINUTE },
    })
    expect([...message.areas].sort()).toEqual(['C01', 'C02', 'C03', 'C04'])
    const incident = incidentOf(judged, single[0]!.routers[0]!)
    expect(incident.devices).toEqual(expect.arrayContaining(single.flatMap(({ routers }) => routers)))
    for (const { routers } of double) expect(incident.devices).not.toEqual(expect.arrayContaining(routers))
    expect(incident.revisions.flatMap(({ why }) => why)).toContain('redundancy-lost')
    expect(judged.incidents).toHaveLength(1)
  })
})

/** Four communes: 30 routers by ISP A alone, 6 sites with a second line by B, and some by B alone. */
function twoIsps(chance: Chance) {
  const world = province()
  world.backdrop(8, 6)
  const single: Site[] = []
  const double: Site[] = []
  let count = 0
  for (const area of ['C01', 'C02', 'C03', 'C04']) {
    const add = (isps: string[]): Site => world.site(`S${String(++count).padStart(3, '0')}`, { area, isps })
    const many = area < 'C03' ? 8 : 7
    for (let number = 0; number < many; number++) single.push(add(['A']))
    for (let number = 0; number < (area < 'C03' ? 2 : 1); number++) double.push(add(['A', 'B']))
    add(['B'])
  }
  expect([single.length, double.length]).toEqual([30, 6])
  return { single, double, tale: story(world, chance) }
}

describe('these can fail', () => {
  test('7 when only its loudspeakers are heard to go', async () => {
    const setting = island('worst', () => ({}))
    const wired = setting.sites.flatMap((site) => site.wired)
    setting.tale.drop(isOf('lost', wired))
    await expect(judgeIslandLink(setting)).rejects.toThrow()
  })

  test('10 when its lines failed an hour apart', async () => {
    const { tale, single } = twoIsps('worst')
    for (const [number, { wired }] of single.entries()) {
      tale.cut(wired, at('06:30') + number * 20 * MINUTE, at('06:50') + number * 20 * MINUTE)
    }
    const { told } = await judge(tale, at('20:00'))
    expect(told.filter(({ scope }) => scope === 'isp')).toEqual([])
    expect(told.length).toBeGreaterThan(1)
  })
})
