import { describe, expect, test } from 'vitest'
import { expectOne, expectSeconds, judge, sayings } from './judged.ts'
import { province } from './province.ts'
import { at, CHANCES, type Chance, MINUTE, SECOND, story } from './story.ts'
import { knowledge } from './verdicts.ts'

/** A commune of four sites, whose first three have 18 loudspeakers on one cell. */
function commune(chance: Chance) {
  const world = province()
  world.backdrop(3, 4)
  const sites = Array.from({ length: 4 }, (_, number) =>
    world.site(`S00${number + 1}`, {
      ...{ area: 'C01', speakers: 6, batteryRouters: number === 0 ? 1 : 0 },
      cell: number < 3 ? 'cell-1' : 'cell-2',
    }),
  )
  const served = sites.slice(0, 3).flatMap(({ speakers }) => speakers)
  return { world, sites, served, tale: story(world, chance) }
}

describe.each(CHANCES)('under chance %s', (chance) => {
  test('11: a dip of 40 s, all reboot, some take their session over: silence', async () => {
    const { tale, sites } = commune(chance)
    const [from, to] = [at('10:00'), at('10:00:40')]
    const onBattery = sites[0]!.routers
    const all = sites.flatMap((site) => site.all).filter((id) => !onBattery.includes(id))
    tale.powerCut(all, from, to)
    tale.onBattery(onBattery, from, to)
    const { told, incidents, figures } = await judge(tale, at('18:00'))
    expect(sayings(told)).toEqual([])
    expect(incidents).toEqual([])
    for (const id of all) {
      expect(figures(id), id).toMatchObject({ failures: 0, downFaultSeconds: 0 })
    }
    const known = await knowledge(tale, at('18:00'))
    for (const id of all) expect(known.figures(id, tale.begins, at('18:00')).momentary.count, id).toBe(1)
  })

  test('12: a cell fades for 8 minutes, and later for 40: silence, then one page of the cell', async () => {
    const { tale, served } = commune(chance)
    tale.cut(served, at('09:00'), at('09:08'))
    tale.cut(served, at('14:00'), at('14:40'))
    const { told, figures } = await judge(tale, at('20:00'))
    const message = expectOne(told, {
      ...{ priority: 'page', scope: 'cell', cause: 'link', start: at('14:00') },
      ...{ from: at('14:11'), by: at('14:13') },
    })
    expect([...message.devices].sort()).toEqual([...served].sort())
    for (const id of served) {
      expectSeconds(figures(id), { unreachableSeconds: 48 * 60 }, 120)
      expect(figures(id)).toMatchObject({ failures: 0, downFaultSeconds: 0, downPowerSeconds: 0 })
    }
  })
})

test('12 can fail: with half the hold-down the short fade is told too', async () => {
  const { tale, served } = commune('worst')
  tale.cut(served, at('09:00'), at('09:08'))
  const { told } = await judge(tale, at('20:00'), { holdDownCellSeconds: 4 * 60 })
  expect(told.map(({ scope, t }) => [scope, t])).toEqual([['cell', at('09:00') + 180 * SECOND + 4 * MINUTE]])
})
