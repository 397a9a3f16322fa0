import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { stateOf } from '#protocol/metrics.ts'
import type { Values } from '../../../agent/collect/collector.ts'
import { eventually } from '../../support/eventually.ts'
import { canPingLines, makeTwoLines, type TwoLines } from '../../support/two-lines.ts'
import type { UplinkProcess, UplinkWord } from '../../support/uplink-process.ts'

const UPLINK_PROCESS = fileURLToPath(new URL('../../support/uplink-process.ts', import.meta.url))
const canPing = canPingLines()

/** An agent's watch on the router. */
function watchFrom(lines: TwoLines, limits: UplinkProcess['limits']) {
  const settings: UplinkProcess = {
    lines: [
      { name: 'Cáp quang', interface: lines.first.interface, check: lines.first.check },
      { name: '4G', interface: lines.second.interface, check: lines.second.check },
    ],
    limits,
  }
  const [program, ...args] = lines.inside(
    ...[process.execPath, ...process.execArgv, UPLINK_PROCESS],
    JSON.stringify(settings),
  )
  const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let last: Values = {}
  let turns = 0
  createInterface(child.stdout).on('line', (line) => {
    const word = JSON.parse(line) as UplinkWord
    if ('turn' in word) turns++
    else last = 'values' in word ? word.values : {}
  })
  const ended = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const says = () => [
    stateOf('uplink_carrying', last.uplink_carrying ?? -1),
    stateOf('uplink1_state', last.uplink1_state ?? -1),
    stateOf('uplink2_state', last.uplink2_state ?? -1),
  ]
  return {
    last: () => last,
    turns: () => turns,
    says,
    /** Who carries, and the states of both. */
    until: (carrying: string, first: string, second: string, withinMs = 20_000) =>
      eventually(
        `${carrying}, ${first}, ${second}`,
        () => says().join() === [carrying, first, second].join(),
        withinMs,
      ).catch((error: Error) => {
        throw new Error(`${error.message}; last ${JSON.stringify(last)}`)
      }),
  }
}

/** Fast, that the test is short. */
const FAST: UplinkProcess['limits'] = {
  ...{ glanceMs: 200, lookMs: 500, settleMs: 200 },
  checks: { everyMs: 500, meteredEveryMs: 500, againMs: 100, suspiciousMs: 500 },
}

test.runIf(canPing)(
  'real lines: delay and loss of each, and the counters of the kernel',
  { timeout: 60_000 },
  async () => {
    const lines = makeTwoLines()
    await lines.first.delay(40)
    await lines.second.delay(120)
    lines.second.loseEvery(4)
    const { until, last } = watchFrom(lines, FAST)
    await until('first', 'up', 'up')
    await eventually(
      'a loss that is steady',
      () => Math.abs((last().uplink2_loss_percent ?? 0) - 25) <= 10 && last().uplink2_rtt_ms !== undefined,
      30_000,
    )
    const values = last()
    expect(values.uplink1_loss_percent).toBe(0)
    expect(values.uplink1_rtt_ms).toBeGreaterThanOrEqual(40)
    expect(values.uplink1_rtt_ms).toBeLessThan(60)
    expect(values.uplink2_rtt_ms).toBeGreaterThanOrEqual(120)
    expect(values.uplink2_rtt_ms).toBeLessThan(140)
    // Ethernet's 14 bytes come on top of a ping's 44.
    expect(values.uplink1_tx_bytes).toBeGreaterThan(3 * 58)
  },
)

test.runIf(canPing)('real lines: swallowed, routed round, answering again', { timeout: 90_000 }, async () => {
  const lines = makeTwoLines()
  const { until, turns } = watchFrom(lines, FAST)
  await until('first', 'up', 'up')
  lines.first.swallow(true)
  await until('none', 'down', 'up')
  expect(lines.chosen(), 'and the kernel still sends everything there').toBe(lines.first.interface)
  expect(turns()).toBe(1)
  lines.first.route(false)
  await until('second', 'down', 'up')
  expect(turns()).toBe(2)
  lines.first.swallow(false)
  lines.first.route(true)
  // The third turn is told after a calm minute, the state of the line at the next look.
  await until('second', 'up', 'up')
  expect(lines.chosen()).toBe(lines.first.interface)
})

test.runIf(canPing)(
  'real lines: a cable is pulled; who carries is what the kernel does',
  { timeout: 90_000 },
  async () => {
    const lines = makeTwoLines()
    lines.setSysctl('net.ipv4.conf.all.ignore_routes_with_linkdown', '1')
    const { until } = watchFrom(lines, FAST)
    await until('first', 'up', 'up')
    lines.first.unplug(true)
    await until('second', 'down', 'up')
    expect(lines.chosen()).toBe(lines.second.interface)
  },
)

test.runIf(canPing)(
  'real lines: a cable is pulled, and the kernel minds not',
  { timeout: 90_000 },
  async () => {
    const lines = makeTwoLines()
    const { until } = watchFrom(lines, FAST)
    await until('first', 'up', 'up')
    lines.first.unplug(true)
    await until('none', 'down', 'up')
    expect(lines.chosen()).toBe(lines.first.interface)
  },
)

test.runIf(canPing)(
  'real lines at the true pace: a fail-over is told within 12 seconds',
  { timeout: 90_000 },
  async () => {
    const lines = makeTwoLines()
    const { until, turns } = watchFrom(lines, {})
    await until('first', 'up', 'up')
    lines.first.switchOff(true)
    const cutAt = Date.now()
    await until('second', 'down', 'up')
    expect(Date.now() - cutAt).toBeLessThan(14_000)
    expect(turns()).toBe(1)
    lines.first.switchOff(false)
    lines.first.route(true)
    await until('first', 'up', 'up')
    expect(turns()).toBe(2)
  },
)
