import { expect, test } from 'vitest'
import { readLines } from '../../../../server/replay/read.ts'
import { createToldWorld } from '../../../../server/replay/world.ts'
import { province } from './province.ts'
import { at, CHANCES, type Chance, clockOf, type Line, story } from './story.ts'

/** The stories themselves: what they write is what a centre would hear. */

function small(chance: Chance) {
  const world = province()
  const site = world.site('S001', { area: 'C01', pcs: 1, speakers: 1, batteryRouters: 1 })
  return {
    ...site,
    router: site.routers[0]!,
    pc: site.pcs[0]!,
    speaker: site.speakers[0]!,
    world,
    tale: story(world, chance),
  }
}

const heard = (lines: readonly string[], device: string): string[] =>
  lines
    .map((line) => JSON.parse(line) as Line)
    .filter((line) => line.device === device && line.t > at('06:01'))
    .map(
      ({ t, type, ...rest }) =>
        `${clockOf(t)} ${type} ${rest.why ?? rest.reason ?? rest.boot ?? rest.source}`,
    )

test('the worst chance: a will comes one keepalive and a half late, a return as late as it can', () => {
  const { tale, pc, speaker } = small('worst')
  tale.powerCut(pc, at('10:00'), at('10:40'))
  tale.cut(speaker, at('10:00'), at('10:10'))
  const lines = tale.lines(at('12:00'))
  expect(heard(lines, pc)).toEqual(['10:01:30 lost keepalive', '10:40:50 connected 8', '10:40:52 report 8'])
  expect(heard(lines, speaker)).toEqual([
    '10:03:00 lost keepalive',
    '10:10:20 connected 7',
    '10:10:22 report 7',
  ])
})

test.each(CHANCES)('a seed spreads wills over half to one and a half keepalives: %s', (chance) => {
  const { tale, pc, speaker } = small(chance)
  tale.cut([pc, speaker], at('10:00'), at('10:10'))
  const lost = (id: string) =>
    tale
      .lines(at('12:00'))
      .map((line) => JSON.parse(line) as Line)
      .find(({ type, device }) => type === 'lost' && device === id)!.t - at('10:00')
  expect(lost(pc)).toBeGreaterThanOrEqual(30_000)
  expect(lost(pc)).toBeLessThanOrEqual(90_000)
  expect(lost(speaker)).toBeGreaterThanOrEqual(60_000)
  expect(lost(speaker)).toBeLessThanOrEqual(180_000)
})

test('a goodbye is no will, a take-over has none, and a centre that is away hears none', () => {
  const { tale, pc, speaker, router } = small('worst')
  tale.die(pc, at('17:05'), 'shutdown')
  tale.cut(speaker, at('09:00'), at('09:01'))
  tale.centreAway(at('10:00'), at('10:12'))
  tale.cut(router, at('09:59:30'), at('11:00'))
  const lines = tale.lines(at('18:00'))
  expect(heard(lines, pc).slice(-1)).toEqual(['17:05:00 goodbye shutdown'])
  expect(heard(lines, speaker).slice(0, 2)).toEqual(['09:01:20 connected 7', '09:01:22 report 7'])
  expect(heard(lines, router)).toEqual(['11:00:20 connected 7', '11:00:22 report 7'])
})

test('the past is told boot by boot, known to the minute where the boot was cut off', () => {
  const { tale, speaker } = small('worst')
  tale.cut(speaker, at('10:00'), at('18:00'))
  tale.powerCut(speaker, at('12:00:30'), at('12:10'))
  const report = tale
    .lines(at('20:00'))
    .map((line) => JSON.parse(line) as Line)
    .findLast(({ type, device }) => type === 'report' && device === speaker)!
  const day = 24 * 3600
  const since = at('09:50:02')
  expect(report.history).toEqual([
    {
      boot: 7,
      from: day + (since - at('06:00')) / 1000,
      to: day + 6 * 3600,
      clock: since,
      end: 'power-loss',
    },
    { boot: 8, from: 0, to: 350 * 60 + 20, clock: at('12:10'), end: null },
  ])
})

test('batteries tell within ten seconds; who was away tells when it is back', () => {
  const { tale, router } = small('worst')
  tale.onBattery(router, at('10:00'), at('11:00'))
  tale.powerCut(router, at('10:30'), at('11:00'))
  expect(heard(tale.lines(at('12:00')), router)).toEqual([
    '10:00:10 power battery',
    '10:31:30 lost keepalive',
    '11:00:50 connected 8',
    '11:00:52 report 8',
    '11:00:52 power mains',
  ])
})

test('every line is one that replay takes', async () => {
  const { tale, router, pc, speaker } = small(1)
  tale.centreAway(at('10:00'), at('10:12'))
  tale.onBattery(router, at('09:00'), at('09:30'))
  tale.die(pc, at('17:05'), 'sleep')
  tale.powerCut(speaker, at('13:00'), at('14:00'))
  const types = new Set<string>()
  for await (const { type } of readLines(tale.lines(at('18:00')), createToldWorld())) types.add(type)
  expect([...types].sort()).toEqual(['cell', 'connected', 'goodbye', 'lost', 'platform', 'power', 'report'])
})
