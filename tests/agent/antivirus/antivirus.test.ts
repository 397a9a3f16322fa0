import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createAntivirusCollector } from '../../../agent/antivirus/antivirus.ts'
import type { AntivirusFacts } from '../../../agent/antivirus/verdict.ts'
import type { Collector } from '../../../agent/collect/collector.ts'
import { stateOf } from '../../../protocol/metrics.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { CLIENT, DAY, HEALTHY, HOUR, NOT_RUNNING, NOW, product, STATES } from './samples.ts'

/** A PC with Defender that lives through hours and days in no time; it looks each quarter of an hour. */
function pc({ folder = temporaryFolder(), madeMs = NOW - 7 * HOUR } = {}) {
  const world = {
    folder,
    wallMs: NOW,
    uptimeSeconds: 100,
    line: true,
    facts: (): AntivirusFacts => ({
      ...CLIENT,
      defender: { ...HEALTHY, signaturesUpdatedAt: madeMs },
    }),
    renew: (ms: number) => {
      madeMs = ms
    },
  }
  let collector: Collector
  const states: string[] = []
  const look = async (): Promise<{ state: string | null; age: number | undefined }> => {
    const values = await collector.read()
    const state =
      values.antivirus_state === undefined ? null : stateOf('antivirus_state', values.antivirus_state)
    states.push(String(state))
    return { state, age: values.antivirus_age_hours }
  }
  /** The machine was off for a while; each boot starts the agent anew. */
  const boot = (offMs = 0): void => {
    world.wallMs += offMs
    world.uptimeSeconds = 100
    collector = createAntivirusCollector({
      folder,
      lineUp: () => world.line,
      facts: async () => world.facts(),
      clock: { uptimeSeconds: () => world.uptimeSeconds, nowMs: () => world.wallMs },
    })
  }
  boot()
  /** Runs for hours; what the last look found. */
  const run = async (hours: number) => {
    let found = await look()
    for (let quarter = 0; quarter < hours * 4; quarter++) {
      world.wallMs += 15 * 60_000
      world.uptimeSeconds += 900
      found = await look()
    }
    return found
  }
  return { world, boot, look, run, states, traits: () => collector.traits!() }
}

test('a PC that was off for Tết is not stale in its first hours, and is when it had its chance', async () => {
  const { run, boot, world, traits } = pc()
  await run(8)
  boot(10 * DAY)
  expect(await run(7)).toEqual({ state: 'protected', age: 10 * 24 + 22 })
  expect(traits()).toEqual({
    antivirus: 'Windows Defender',
    antivirus_mode: 'normal',
    antivirus_why: 'few-chances made=2026-11-21 limit_hours=24',
  })
  boot(16 * HOUR)
  expect((await run(7)).state).toBe('protected')
  boot(16 * HOUR)
  expect((await run(7)).state, 'the third day: 8 + 3 × 7 hours of line').toBe('stale')
  world.renew(world.wallMs)
  expect(await run(1)).toEqual({ state: 'protected', age: 1 })
})

test('a machine whose line is up for four days, with signatures of ten days ago, is stale', async () => {
  const { run, traits } = pc({ madeMs: NOW - 10 * DAY })
  expect((await run(4 * 24)).state).toBe('stale')
  expect(traits().antivirus_why).toBe('signatures-old made=2026-11-12 limit_hours=24')
})

test('hours without the line are no chance, however long the machine runs', async () => {
  const { run, world } = pc({ madeMs: NOW - 10 * DAY })
  world.line = false
  expect(await run(30 * 24)).toEqual({ state: 'protected', age: 40 * 24 })
  world.line = true
  expect((await run(7)).state).toBe('protected')
  expect((await run(2)).state, 'after 40 days one office day is enough').toBe('stale')
})

test('a line that comes and goes counts for the part of the time in which it is there', async () => {
  const { run, world } = pc({ madeMs: NOW - 10 * DAY })
  for (let hour = 0; hour < 46; hour++) {
    world.line = hour % 2 === 0
    await run(1)
  }
  expect((await run(0)).state).toBe('protected')
  world.line = true
  expect((await run(2)).state).toBe('stale')
})

test('a machine that renews daily is never anything but protected', async () => {
  const { run, world, states } = pc()
  for (let day = 0; day < 5; day++) {
    await run(24)
    world.renew(world.wallMs - HOUR)
  }
  expect(new Set(states)).toEqual(new Set(['protected']))
})

test('a night of sleep between two looks is no chance', async () => {
  const { run, world } = pc({ madeMs: NOW - 10 * DAY })
  for (let night = 0; night < 20; night++) {
    await run(0.25)
    world.wallMs += 10 * HOUR
    world.uptimeSeconds += 10 * 3600
  }
  expect((await run(0)).state).toBe('protected')
})

test.each<[string, number]>([
  ['ten years on', 3650 * DAY],
  ['a year back', -365 * DAY],
  ['to 1970', -NOW],
])('a clock that jumps %s gives no age and no other state', async (_what, jumpMs) => {
  const { run, world, states, traits } = pc()
  await run(6)
  world.wallMs += jumpMs
  const found = await run(5)
  expect(found).toEqual({ state: 'protected', age: undefined })
  expect(traits().antivirus_why).toBe('age-not-known')
  world.wallMs -= jumpMs
  expect((await run(30)).age, 'a day after it is right again, it dates again').toBe(7 + 6 + 5 + 30)
  expect(new Set(states)).toEqual(new Set(['protected']))
})

test('an agent that starts with a clock years ahead blames nobody who renews his signatures', async () => {
  const { run, world, states, boot } = pc()
  world.wallMs += 3650 * DAY
  boot()
  for (let day = 0; day < 6; day++) {
    world.renew(NOW + day * DAY)
    await run(7)
  }
  expect(new Set(states)).toEqual(new Set(['protected']))
})

test('the hours outlive the agent, and are written at most once an hour', async () => {
  const { run, world } = pc({ madeMs: NOW - 10 * DAY })
  const file = join(world.folder, 'antivirus.json')
  let writes = 0
  let before = ''
  for (let quarter = 0; quarter < 80; quarter++) {
    await run(0.25)
    const stat = statSync(file)
    if (`${stat.ino}` !== before) writes++
    before = `${stat.ino}`
  }
  expect(writes).toBeGreaterThan(15)
  expect(writes).toBeLessThanOrEqual(21)
  expect(readFileSync(file, 'utf8')).toMatch(/^\{"hours":\d+(\.\d+)?,"seen":\{"Windows Defender":\{/)
  const again = pc({ folder: world.folder, madeMs: NOW - 10 * DAY })
  expect((await again.run(3)).state).toBe('protected')
  expect((await again.run(2.5)).state, '19 to 20 hours of before count').toBe('stale')
})

test('where nothing is on nothing is written', async () => {
  const { run, world } = pc()
  world.facts = () => ({ clamav: null, others: [] })
  expect((await run(30)).state).toBe('none')
  expect(readdirSync(world.folder)).toEqual([])
})

test('a record that is damaged, or cannot be written, costs no verdict', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'antivirus.json'), '{"hours":1e999')
  const { run } = pc({ folder })
  expect((await run(1)).state).toBe('protected')
  rmSync(join(folder, 'antivirus.json'))
  mkdirSync(join(folder, 'antivirus.json'))
  const other = pc({ folder })
  expect((await other.run(2)).state).toBe('protected')
})

test('a look that fails says so, takes its words away, and its hours count', async () => {
  const { run, look, world, traits } = pc({ madeMs: NOW - 10 * DAY })
  await run(1)
  const { facts } = world
  world.facts = () => {
    throw new Error('powershell: expected an answer within 60 s, got none')
  }
  await expect(look()).rejects.toThrow('powershell: expected an answer within 60 s')
  expect(traits()).toEqual({})
  for (let quarter = 0; quarter < 96; quarter++) {
    world.wallMs += 15 * 60_000
    world.uptimeSeconds += 900
    await look().catch(() => {})
  }
  world.facts = facts
  expect((await run(0)).state).toBe('stale')
})

test('words are told while the next look is under way', async () => {
  const { run, world, look, traits } = pc()
  await run(0)
  let during = {}
  const { facts } = world
  world.facts = () => {
    during = traits()
    return facts()
  }
  await look()
  expect(during).toHaveProperty('antivirus_why', 'current')
})

test('whoever switches to another product is judged by that one', async () => {
  const { run, world, traits } = pc({ madeMs: NOW - 10 * DAY })
  await run(30)
  world.facts = () => ({
    ...CLIENT,
    products: [product('Kaspersky', STATES.onWithUpdater)],
    defender: NOT_RUNNING,
  })
  expect(await run(1)).toEqual({ state: 'protected', age: undefined })
  expect(traits().antivirus).toBe('Kaspersky')
})
