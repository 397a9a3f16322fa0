import { describe, expect, test } from 'vitest'
import { expectOne, expectRevised, expectSeconds, incidentOf, judge, sayings } from './judged.ts'
import { province } from './province.ts'
import { at, CHANCES, type Chance, DAY, HOUR, MINUTE, SECOND, story } from './story.ts'

/** A commune of three sites; `speaker` is one of 15 loudspeakers on its cell. */
function pole(chance: Chance) {
  const world = province()
  world.backdrop(3, 4)
  const [site] = ['S001', 'S002', 'S003'].map((id) => world.site(id, { area: 'C01' }))
  return { speaker: site!.speakers[0]!, tale: story(world, chance) }
}

describe.each(CHANCES)('under chance %s', (chance) => {
  test('13: a loudspeaker dies and starts again 30 hours later, not knowing why: a ticket and one failure', async () => {
    const { tale, speaker } = pole(chance)
    tale.die(speaker, at('20:00'), 'unknown')
    tale.boot(speaker, at('20:00') + 30 * HOUR)
    const judged = await judge(tale, at('+3 12:00'))
    const message = expectOne(judged.told, {
      ...{ priority: 'ticket', scope: 'device', start: at('20:00'), by: at('20:13') },
    })
    expect(message.devices).toEqual([speaker])
    expect(incidentOf(judged, speaker).cause).toBe('device')
    expect(judged.figures(speaker)).toMatchObject({ failures: 1, downPowerSeconds: 0 })
    expectSeconds(judged.figures(speaker), { repairSeconds: 30 * 3600, downFaultSeconds: 30 * 3600 }, 60)
  })

  test('14: a SIM is blocked for three days while its boot goes on: a ticket, a link, no failure', async () => {
    const { tale, speaker } = pole(chance)
    tale.cut(speaker, at('09:00'), at('09:00') + 3 * DAY)
    const end = at('+4 12:00')
    const judged = await judge(tale, end)
    const message = expectOne(judged.told, {
      ...{ priority: 'ticket', scope: 'device', start: at('09:00'), by: at('09:13') },
    })
    expect(message.devices).toEqual([speaker])
    const incident = incidentOf(judged, speaker)
    expectRevised(incident, incident.revisions[0]!.cause, 'link')
    const line = judged.figures(speaker)
    expect(line).toMatchObject({ failures: 0, downFaultSeconds: 0, downPowerSeconds: 0, unknownSeconds: 0 })
    expect(line.upSeconds).toBe((end - tale.begins) / SECOND)
    expectSeconds(line, { unreachableSeconds: (3 * DAY) / SECOND }, 120)
  })

  test('15: a loudspeaker drops 14 times a day for ten days, once for longer: two tickets at most', async () => {
    const { tale, speaker } = pole(chance)
    dropsFor(tale, speaker, 10)
    const { told } = await judge(tale, at('+14 12:00'))
    expect(sayings(told).length, sayings(told).join('\n')).toBeLessThanOrEqual(2)
    for (const { priority, devices } of told) expect([priority, devices]).toEqual(['ticket', [speaker]])
  })
})

/** Every 100 minutes of the day the line goes for 1 to 8 minutes, and once for 14 to 25. */
function dropsFor(tale: ReturnType<typeof story>, speaker: string, days: number): void {
  for (let day = 0; day < days; day++) {
    const long = Math.floor(tale.between([0, 13]))
    for (let drop = 0; drop < 14; drop++) {
      const from = at('06:30') + day * DAY + drop * 100 * MINUTE + tale.between([0, 60 * MINUTE])
      const span = drop === long ? ([14 * MINUTE, 25 * MINUTE] as const) : ([MINUTE, 8 * MINUTE] as const)
      tale.cut(speaker, from, from + tale.between([...span]))
    }
  }
}

test('15 can fail: what flaps no more and is then gone for a day, a week later, is told anew', async () => {
  const { tale, speaker } = pole('worst')
  dropsFor(tale, speaker, 10)
  const before = (await judge(tale, at('+25 12:00'))).told.length
  tale.cut(speaker, at('+20 12:00'), at('+21 12:00'))
  expect((await judge(tale, at('+25 12:00'))).told.length).toBeGreaterThan(before)
})

test('14 can fail: a SIM that is back with another boot, which says nothing of the gap, was not up', async () => {
  const { tale, speaker } = pole('worst')
  tale.die(speaker, at('09:00'), 'unknown')
  tale.boot(speaker, at('09:00') + 3 * DAY)
  const judged = await judge(tale, at('+4 12:00'))
  expect(incidentOf(judged, speaker).cause).not.toBe('link')
})
