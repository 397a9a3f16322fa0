import { expect, test } from 'vitest'
import { createOwnProfileCollector } from '../../../agent/probe/own-profile.ts'
import { type Finding, NoAnswer } from '../../../agent/probe/probe.ts'
import type { Profile } from '../../../agent/probe/profile.ts'

const profile: Profile = {
  ...{
    name: 'cum-loa',
    title: { vi: 'x', en: 'x' },
    kind: 'speaker',
    source: 'x',
    everySeconds: 60,
    steps: [],
  },
}

const collector = (look: () => Promise<Finding>) =>
  createOwnProfileCollector({ look, stop: () => {} }, profile)

test('what the player says is the board’s own, but for how long it is up', async () => {
  const own = collector(async () => ({
    values: { playback_state: 2, uptime_seconds: 12 },
    traits: { model: 'Loa' },
    faults: ['volume: expected a number, got nothing'],
  }))
  expect(await own.read()).toEqual({ playback_state: 2 })
  expect(own.traits?.()).toEqual({
    ...{ model: 'Loa', profile: 'cum-loa' },
    faults: 'cum-loa: volume: expected a number, got nothing',
  })
})

test('a player that does not answer is a fault of the player, and what it is stays known', async () => {
  let there = true
  const own = collector(async () => {
    if (!there) throw new NoAnswer('http 127.0.0.1: expected an answer, got none')
    return { values: {}, traits: { model: 'Loa' }, faults: [] }
  })
  await own.read()
  there = false
  await expect(own.read()).rejects.toThrow('expected an answer, got none')
  expect(own.traits?.()).toEqual({ model: 'Loa', profile: 'cum-loa' })
})
