import { describe, expect, test } from 'vitest'
import type { Rules } from '../../../../server/incidents/rules.ts'
import { expectOne, expectSeconds, judge, sayings } from './judged.ts'
import { province } from './province.ts'
import { at, CHANCES, type Chance, DAY, MINUTE, SECOND, story } from './story.ts'

function office(chance: Chance) {
  const world = province()
  world.backdrop(3, 4)
  world.site('S002', { area: 'C01' })
  const site = world.site('S001', { area: 'C01', pcs: 6 })
  return { ...site, router: site.routers[0]!, tale: story(world, chance) }
}

/** Announced the day before for 07:30 to 13:00; the mains is back at `back`. */
function announcedCut(chance: Chance, back: number) {
  const setting = office(chance)
  const { tale, all } = setting
  tale.say({
    ...{ t: at('06:10'), type: 'planned', id: 'M1', cause: 'power', sites: ['S001'] },
    ...{ from: at('+1 07:30'), to: at('+1 13:00') },
  })
  tale.powerCut(all, at('+1 07:30'), back)
  return setting
}

describe.each(CHANCES)('under chance %s', (chance) => {
  test('18: an announced cut that ends in time: silence, off as planned', async () => {
    const back = at('+1 12:40')
    const { tale, router, all } = announcedCut(chance, back)
    const { told, figures } = await judge(tale, at('+1 20:00'))
    expect(sayings(told)).toEqual([])
    for (const id of all) {
      const line = figures(id)
      expectSeconds(line, { offPlannedSeconds: (back - at('+1 07:30')) / SECOND }, 60)
      expect(line, id).toMatchObject({
        downPowerSeconds: 0,
        downFaultSeconds: 0,
        unknownSeconds: 0,
        failures: 0,
      })
    }
    const whole = (at('+1 20:00') - tale.begins) / SECOND
    // Whether the twenty minutes after the early return were required is for the rules of the figures to say.
    expectSeconds(figures(router), { requiredSeconds: whole - 320 * 60 }, 10 * 60 + 60)
  })

  test('18: one that overruns to 15:00: one page 45 minutes after its end', async () => {
    const { tale, router, all } = announcedCut(chance, at('+1 15:00'))
    const { told, figures } = await judge(tale, at('+1 20:00'))
    const message = expectOne(told, {
      ...{ priority: 'page', event: 'overrun', scope: 'site', cause: 'power' },
      ...{ from: at('+1 13:44'), by: at('+1 13:46') },
    })
    expect(message.devices).toEqual(expect.arrayContaining(all))
    const line = figures(router)
    expect(line.failures).toBe(0)
    expect(line.offPlannedSeconds).toBeGreaterThanOrEqual(5.5 * 3600 - 60)
    expectSeconds(
      line,
      { downPowerSeconds: (at('+1 15:00') - at('+1 07:30')) / SECOND - line.offPlannedSeconds },
      90,
    )
  })

  test('19: a caretaker cuts the mains every night: silence from the fourth; a page when nobody returns it', async () => {
    const { tale, sleepless, told } = await nights(chance)
    const missed = told.filter(({ t }) => t > sleepless)
    // Three nights teach it; the fourth and all later ones are silent, the weekend among them.
    expect(sayings(missed), sayings(told).join('\n')).toHaveLength(1)
    expectOne(missed, {
      ...{ priority: 'page', scope: 'site' },
      ...{ from: at('+8 07:00') + 75 * MINUTE - 5 * MINUTE, by: at('+8 07:00') + 75 * MINUTE + 5 * MINUTE },
    })
    expect(tale.begins).toBeLessThan(sleepless)
  })
})

/**
 * From Tuesday on the mains goes at about 18:00 and returns at about 07:00 on the next working day; the PCs have said
 * goodbye before. On Wednesday of the week after nobody returns it.
 */
async function nights(chance: Chance, rules: Partial<Rules> = {}) {
  const setting = office(chance)
  const { tale, router, pcs } = setting
  const jitter = (): number => tale.between([-3 * MINUTE, 3 * MINUTE])
  for (const day of [0, 1, 2, 3, 6, 7]) {
    const off = at('18:00') + day * DAY + jitter()
    tale.die(pcs, off - 50 * MINUTE, 'shutdown')
    tale.die(router, off, 'power-loss')
    if (day === 7) break
    const on = at('07:00') + (day === 3 ? 6 : day + 1) * DAY + jitter()
    tale.boot(router, on)
    tale.boot(pcs, on + 20 * MINUTE)
  }
  const { told } = await judge(tale, at('+8 18:00'), rules)
  // The fourth evening is Friday's.
  return { ...setting, told, sleepless: at('+3 17:00') }
}

describe('these can fail', () => {
  test('18 when nobody announced it', async () => {
    const { tale } = announcedCut('worst', at('+1 12:40'))
    tale.drop(({ type }) => type === 'planned')
    const { told } = await judge(tale, at('+1 20:00'))
    expect(told.map(({ priority, scope }) => [priority, scope])).toEqual([['page', 'site']])
  })

  test('18 when another site was announced', async () => {
    const { tale, all } = office('worst')
    tale.say({
      ...{ t: at('06:10'), type: 'planned', id: 'M1', cause: 'power', sites: ['S002'] },
      ...{ from: at('+1 07:30'), to: at('+1 13:00') },
    })
    tale.powerCut(all, at('+1 07:30'), at('+1 12:40'))
    const { told } = await judge(tale, at('+1 20:00'))
    expect(told.map(({ priority, scope }) => [priority, scope])).toEqual([['page', 'site']])
  })

  test('19 when nothing is learned: a page every night', async () => {
    const { told, sleepless } = await nights('worst', { learnedOffTimes: 99 })
    expect(told.filter(({ t }) => t > sleepless).length).toBeGreaterThanOrEqual(3)
  })
})
