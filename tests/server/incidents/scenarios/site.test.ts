import { describe, expect, test } from 'vitest'
import { expectOne, expectRevised, expectSeconds, incidentOf, isOf, judge, sayings } from './judged.ts'
import { province, type SiteWish } from './province.ts'
import { at, CHANCES, type Chance, MINUTE, SECOND, story } from './story.ts'

/** An office with 6 PCs behind one router, and 5 loudspeakers on a SIM of their own. */
function office(chance: Chance, wish: Partial<SiteWish> = {}) {
  const world = province()
  world.backdrop(3, 4)
  world.site('S002', { area: 'C01', isps: ['B'] })
  const site = world.site('S001', { area: 'C01', pcs: 6, ...wish })
  return { ...site, router: site.routers[0]!, tale: story(world, chance) }
}

const END = at('18:00')

/** The mains of the office trip; those in `except` live on. The PCs are switched on again by hand, minutes later. */
function trip({ tale, router, pcs }: ReturnType<typeof office>, except: readonly string[] = []): void {
  const back = at('10:40')
  if (!except.includes(router)) tale.powerCut(router, at('10:00'), back)
  for (const [number, pc] of pcs.entries()) tale.powerCut(pc, at('10:00'), back + number * 90 * SECOND)
}

/** 40 minutes of power and no fault: scenario 3. */
async function judgeTrip(setting: ReturnType<typeof office>) {
  const { tale, router, pcs } = setting
  trip(setting)
  const judged = await judge(tale, END)
  const message = expectOne(judged.told, {
    ...{ priority: 'page', scope: 'site', cause: 'undetermined' },
    ...{ start: at('10:00'), by: at('10:04:30') },
  })
  expect([...message.devices].sort()).toEqual([router, ...pcs].sort())
  expect(message.areas).toEqual(['C01'])
  expectRevised(incidentOf(judged, router), 'undetermined', 'power')
  expectSeconds(judged.figures(router), { downPowerSeconds: 40 * 60 }, 60)
  for (const device of [router, ...pcs]) {
    expect(judged.figures(device)).toMatchObject({ failures: 0, downFaultSeconds: 0, unknownSeconds: 0 })
  }
  return judged
}

describe.each(CHANCES)('under chance %s', (chance) => {
  test('3: the mains of an office trip while its loudspeakers live: one page, power by history', async () => {
    await judgeTrip(office(chance))
  })

  test('4: the same with the router on a mini-UPS: power, 2 min 40 s after the start', async () => {
    const setting = office(chance, { batteryRouters: 1 })
    const { tale, router, pcs } = setting
    trip(setting, [router])
    tale.onBattery(router, at('10:00'), at('10:40'))
    const { told, figures } = await judge(tale, END)
    const message = expectOne(told, {
      ...{ priority: 'page', scope: 'site', cause: 'power' },
      ...{ start: at('10:00'), by: at('10:02:40') },
    })
    expect(message.devices).toEqual(expect.arrayContaining(pcs))
    const whole = (END - tale.begins) / SECOND
    expect(figures(router)).toMatchObject({
      ...{ downPowerSeconds: 0, downFaultSeconds: 0, unknownSeconds: 0, failures: 0 },
      ...{ upSeconds: whole, connectedSeconds: whole },
    })
  })

  test('5: a fibre cut for four hours: one page, link by history, nothing was down', async () => {
    const { tale, router, pcs, wired } = office(chance)
    tale.cut(wired, at('09:00'), at('13:00'))
    const judged = await judge(tale, END)
    expectOne(judged.told, {
      ...{ priority: 'page', scope: 'site', cause: 'undetermined' },
      ...{ start: at('09:00'), by: at('09:04:30') },
    })
    expectRevised(incidentOf(judged, router), 'undetermined', 'link')
    const whole = (END - tale.begins) / SECOND
    for (const device of [router, ...pcs]) {
      const line = judged.figures(device)
      expect(line).toMatchObject({ upSeconds: whole, failures: 0, downFaultSeconds: 0, downPowerSeconds: 0 })
      expectSeconds(line, { connectedSeconds: whole - 240 * 60, unreachableSeconds: 240 * 60 }, 60)
    }
  })

  test.each(['unknown', 'power-loss'] as const)(
    '6: a router hangs for two hours, its next boot says %s: one page, a failure of the router alone',
    async (end) => {
      const { tale, router, pcs, wired } = office(chance)
      tale.die(router, at('09:00'), end)
      tale.cut(pcs, at('09:00'), at('11:00:30'))
      tale.boot(router, at('11:00'))
      const judged = await judge(tale, END)
      const message = expectOne(judged.told, {
        ...{ priority: 'page', scope: 'site', cause: 'undetermined' },
        ...{ start: at('09:00'), by: at('09:04:30') },
      })
      expect([...message.devices].sort()).toEqual([...wired].sort())
      expectRevised(incidentOf(judged, router), 'undetermined', 'device')
      expect(judged.figures(router)).toMatchObject({ failures: 1, downPowerSeconds: 0 })
      expectSeconds(judged.figures(router), { repairSeconds: 120 * 60, downFaultSeconds: 120 * 60 }, 60)
      for (const pc of pcs) expect(judged.figures(pc)).toMatchObject({ failures: 0, downFaultSeconds: 0 })
    },
  )
})

describe('these can fail', () => {
  test('3 when the wills are never heard', async () => {
    const setting = office('worst')
    setting.tale.drop(isOf('lost'))
    await expect(judgeTrip(setting)).rejects.toThrow('one message')
  })

  test('3 when nothing is told of the past', async () => {
    const setting = office('worst')
    setting.tale.drop((line) => line.type === 'report')
    setting.tale.drop((line) => line.type === 'connected' && line.previousEnd !== null)
    await expect(judgeTrip(setting)).rejects.toThrow('causes undetermined')
  })

  test('3 with a longer hold-down is told later', async () => {
    const setting = office('worst')
    trip(setting)
    const { told } = await judge(setting.tale, END, { holdDownWiredSeconds: 300 })
    expect(told[0]!.t).toBe(at('10:00') + 90 * SECOND + 5 * MINUTE)
  })

  test('4 without the word of the battery is told as late as 3, and of no cause', async () => {
    const setting = office('worst', { batteryRouters: 1 })
    trip(setting, [setting.router])
    setting.tale.onBattery(setting.router, at('10:00'), at('10:40'))
    setting.tale.drop(isOf('power'))
    const { told } = await judge(setting.tale, END)
    expect(sayings(told).filter((text) => text.includes('page'))).toEqual([])
  })
})
