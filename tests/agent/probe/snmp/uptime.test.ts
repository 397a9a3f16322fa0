import { describe, expect, it } from 'vitest'
import {
  type SeenUptime,
  TICKS_WRAP_SECONDS,
  unwrapped,
  uptimeAfter,
  uptimeOf,
} from '../../../../agent/probe/snmp/uptime.ts'

const DAY = 86_400
const none = { agentTicks: null, systemTicks: null, engineSeconds: null }

describe('uptimeOf', () => {
  it.each([
    ['nothing told', none, null],
    ['the agent only, as DrayTek', { ...none, agentTicks: 945_848_800 }, 9_458_488],
    [
      'an agent that was restarted on a system that was not, as the RUTX11',
      { agentTicks: 266_573, systemTicks: 4_446_713, engineSeconds: 2666 },
      44_467.13,
    ],
    ['a system uptime of 0 says nothing', { ...none, agentTicks: 5000, systemTicks: 0 }, 50],
    [
      'ticks that wrapped, beside an engine that did not',
      { ...none, agentTicks: 10_000, engineSeconds: Math.floor(TICKS_WRAP_SECONDS) + 100 },
      TICKS_WRAP_SECONDS + 100,
    ],
    [
      'an engine that counts something else',
      { ...none, agentTicks: 10_000, engineSeconds: 1_760_000_000 },
      100,
    ],
    [
      'a system that wrapped after its agent was restarted',
      { ...none, agentTicks: 10 * DAY * 100, systemTicks: 300 * 100 },
      300 + TICKS_WRAP_SECONDS,
    ],
  ])('%s', (_, uptimes, expected) => {
    const uptime = uptimeOf(uptimes)
    if (expected === null) expect(uptime).toBeNull()
    else expect(uptime).toBeCloseTo(expected, 3)
  })
})

describe('unwrapped', () => {
  it('adds the wraps that lead to what was expected, and nothing else', () => {
    expect(unwrapped(10, TICKS_WRAP_SECONDS + 12, 60)).toBeCloseTo(TICKS_WRAP_SECONDS + 10)
    expect(unwrapped(10, 3 * TICKS_WRAP_SECONDS, 60)).toBeCloseTo(3 * TICKS_WRAP_SECONDS + 10)
    expect(unwrapped(10, 500 * DAY, 60)).toBe(10)
    expect(unwrapped(10, 9, 60)).toBe(10)
    expect(unwrapped(10, 400 * DAY, 60)).toBe(10)
  })
})

describe('uptimeAfter', () => {
  const seen = (uptimeSeconds: number, atMs = 0): SeenUptime => ({ boots: 4, uptimeSeconds, atMs })
  it.each<[string, SeenUptime, number, number, number]>([
    ['a minute later', seen(1000), 1060, 60_000, 4],
    ['a clock that is a little slow', seen(100_000), 100_000 + DAY - 80, DAY * 1000, 4],
    ['a restart', seen(1000), 20, 60_000, 5],
    ['a restart a while ago, up for longer than before', seen(100), 5000, 10_000_000, 5],
    ['a wrap after 497 days', seen(TICKS_WRAP_SECONDS - 30), 30, 60_000, 4],
    ['a restart just before the wrap', seen(TICKS_WRAP_SECONDS - 3000), 5, 60_000, 5],
    ['a second wrap, with the first in the state', seen(2 * TICKS_WRAP_SECONDS - 30), 30, 60_000, 4],
  ])('%s', (_, before, uptime, nowMs, boots) => {
    expect(uptimeAfter(before, uptime, nowMs).boots).toBe(boots)
  })

  it('begins with one boot, and keeps the wraps in the uptime that it tells', () => {
    const first = uptimeAfter(null, TICKS_WRAP_SECONDS - 10, 0)
    expect(first.boots).toBe(1)
    const second = uptimeAfter(first, 50, 60_000)
    expect(second).toMatchObject({ boots: 1 })
    expect(second.uptimeSeconds).toBeCloseTo(TICKS_WRAP_SECONDS + 50)
    const third = uptimeAfter(second, 110, 120_000)
    expect(third.uptimeSeconds).toBeCloseTo(TICKS_WRAP_SECONDS + 110)
    expect(uptimeAfter(third, 5, 180_000)).toEqual({ boots: 2, uptimeSeconds: 5, atMs: 180_000 })
  })
})
