import { describe, expect, test } from 'vitest'
import { expectSeconds, isOf, judge, sayings } from './judged.ts'
import { province } from './province.ts'
import { at, CHANCES, type Chance, HOUR, SECOND, story } from './story.ts'

function office(chance: Chance) {
  const world = province()
  world.backdrop(3, 4)
  const site = world.site('S001', { area: 'C01' })
  return { ...site, pc: site.pcs[0]!, tale: story(world, chance) }
}

describe.each(CHANCES)('under chance %s', (chance) => {
  test('1: a PC that says goodbye at 17:05 is off from then on, and nobody hears of it', async () => {
    const { tale, pc } = office(chance)
    tale.die(pc, at('17:05:00'), 'shutdown')
    const end = at('+1 06:00')
    const { told, incidents, figures } = await judge(tale, end)
    expect(sayings(told)).toEqual([])
    expect(incidents).toEqual([])
    const { offPlannedSeconds, upSeconds, unknownSeconds } = figures(pc)
    expect({ offPlannedSeconds, upSeconds, unknownSeconds }).toEqual({
      offPlannedSeconds: (end - at('17:05:00')) / SECOND,
      upSeconds: (at('17:05:00') - tale.begins) / SECOND,
      unknownSeconds: 0,
    })
  })

  test('2: a plug pulled at 17:06, alone: unknown overnight, then off since it was last alive', async () => {
    const { tale, pc } = office(chance)
    const pulled = at('17:06:00')
    tale.powerCut(pc, pulled, at('+1 07:40'))

    const night = await judge(tale, at('+1 06:00'))
    expect(sayings(night.told)).toEqual([])
    const asleep = night.figures(pc)
    expectSeconds(asleep, { unknownSeconds: (at('+1 06:00') - pulled) / SECOND }, 90)
    expect(asleep.offPlannedSeconds).toBe(0)

    const day = await judge(tale, at('+1 12:00'))
    expect(sayings(day.told)).toEqual([])
    const awake = day.figures(pc)
    expectSeconds(awake, { offPlannedSeconds: (at('+1 07:40') - pulled) / SECOND, unknownSeconds: 0 }, 60)
    expect(awake).toMatchObject({ failures: 0, downFaultSeconds: 0, downPowerSeconds: 0 })
  })
})

test('without its goodbye the first PC is unknown, not off', async () => {
  const { tale, pc } = office('worst')
  tale.die(pc, at('17:05:00'), 'shutdown')
  tale.drop(isOf('goodbye'))
  tale.say({ t: at('17:05:00') + 90 * SECOND, type: 'lost', device: pc, why: 'keepalive' })
  const { figures } = await judge(tale, at('17:05:00') + 12 * HOUR)
  expect(figures(pc).offPlannedSeconds).toBe(0)
  expect(figures(pc).unknownSeconds).toBeGreaterThan(11 * 3600)
})
