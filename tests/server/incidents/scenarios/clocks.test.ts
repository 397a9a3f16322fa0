import { describe, expect, test } from 'vitest'
import { expectWhole, isOf, judge, sayings } from './judged.ts'
import { province } from './province.ts'
import { at, CHANCES, type Chance, DAY, HOUR, SECOND, story } from './story.ts'
import { knowledge, written } from './verdicts.ts'

/** A PC whose clock is three years behind, and a loudspeaker that has none and restarts twice while it is offline. */
function clockless(chance: Chance) {
  const world = province()
  world.backdrop(3, 4)
  const site = world.site('S001', { area: 'C01' })
  const tale = story(world, chance)
  const [pc, speaker] = [site.pcs[0]!, site.speakers[0]!]
  tale.clock(pc, -3 * 365 * DAY)
  tale.die(pc, at('12:00'), 'power-loss')
  tale.boot(pc, at('13:00'))
  tale.cut(pc, at('15:00'), at('16:00'))
  tale.clock(speaker, null)
  tale.cut(speaker, at('10:00'), at('18:00'))
  tale.die(speaker, at('12:00'), 'power-loss')
  tale.boot(speaker, at('12:10'))
  tale.die(speaker, at('14:00'), 'power-loss')
  tale.boot(speaker, at('14:05'))
  return { tale, pc, speaker }
}

const END = at('20:00')

describe.each(CHANCES)('under chance %s', (chance) => {
  test('22: a clock of three years ago and none at all: order and durations hold, the lost boot is unanchored', async () => {
    const { tale, pc, speaker } = clockless(chance)
    const { figures } = await judge(tale, END)
    for (const id of [pc, speaker]) expectWhole(figures(id))
    const { verdicts } = await knowledge(tale, END)

    const mine = verdicts(pc, tale.begins, END)
    expectInOrder(mine, tale.begins, END)
    const cut = mine.find(({ state, to }) => state === 'up-unreachable' && to > at('16:00'))!
    expect(Math.abs(cut.to - cut.from - HOUR), written(mine).join(' ')).toBeLessThanOrEqual(60 * SECOND)
    const off = mine.filter(({ state }) => state === 'off-planned')
    expect(Math.abs(lengthOf(off) - HOUR), written(mine).join(' ')).toBeLessThanOrEqual(60 * SECOND)

    const its = verdicts(speaker, tale.begins, END)
    expectInOrder(its, tale.begins, END)
    const up = its.filter(({ state }) => state === 'up-connected' || state === 'up-unreachable')
    const down = 15 * 60 * SECOND
    // Three boots, each known to the minute.
    expect(Math.abs(lengthOf(up) - (END - tale.begins - down)), written(its).join(' ')).toBeLessThanOrEqual(
      3 * 60 * SECOND,
    )
    const lost = up.filter(({ unanchored }) => unanchored)
    expect(Math.abs(lengthOf(lost) - 110 * 60 * SECOND), written(its).join(' ')).toBeLessThanOrEqual(
      60 * SECOND,
    )
    // The one before it and the one that runs on have a place.
    const anchored = up.filter((verdict) => !verdict.unanchored)
    expect(anchored.some(({ to }) => Math.abs(to - at('12:00')) <= 60 * SECOND)).toBe(true)
    expect(anchored.some(({ from }) => Math.abs(from - at('14:05')) <= 60 * SECOND)).toBe(true)
  })

  test('22: history of three days ago, when the figures were out: they change, and what was held then stays', async () => {
    const world = province()
    world.backdrop(3, 4)
    const speaker = world.site('S001', { area: 'C01' }).speakers[0]!
    const tale = story(world, chance)
    tale.cut(speaker, at('10:00'), at('18:00'))
    tale.die(speaker, at('17:00'), 'power-loss')
    tale.boot(speaker, at('17:05'))
    tale.historyLate(speaker, 3 * DAY)
    const published = at('+2 00:00')
    const { figures } = await knowledge(tale, at('+5 00:00'))
    const period = [tale.begins, at('+1 00:00')] as const
    const first = figures(speaker, ...period, published)
    const second = figures(speaker, ...period)
    // Only the five minutes without mains are left of the seven hours of which nothing was known.
    expect(Math.abs(second.totalMs - second.upMs - 5 * 60 * SECOND)).toBeLessThanOrEqual(60 * SECOND)
    expect(first.upMs).toBeLessThan(second.upMs - 5 * HOUR)
    expect(first.device.lower).toBeLessThan(second.device.lower!)
    expect(second.historyComplete).toBeGreaterThan(first.historyComplete)
    expect(figures(speaker, ...period, published)).toEqual(first)
  })
})

function expectInOrder(verdicts: readonly { from: number; to: number }[], from: number, to: number): void {
  const edges = verdicts.flatMap((verdict) => [verdict.from, verdict.to])
  expect(edges[0]).toBe(from)
  expect(edges.at(-1)).toBe(to)
  expect([...edges].sort((one, other) => one - other)).toEqual(edges)
}

const lengthOf = (verdicts: readonly { from: number; to: number }[]): number =>
  verdicts.reduce((sum, { from, to }) => sum + to - from, 0)

test('22 can fail: a boot that nobody tells of was not up', async () => {
  const { tale, speaker } = clockless('worst')
  tale.drop(isOf('report', [speaker]))
  const { told } = await judge(tale, END)
  const { verdicts } = await knowledge(tale, END)
  expect(verdicts(speaker, tale.begins, END).filter(({ unanchored }) => unanchored)).toEqual([])
  expect(sayings(told).length).toBeLessThanOrEqual(1)
})
