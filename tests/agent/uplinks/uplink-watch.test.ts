import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { stateOf } from '#protocol/metrics.ts'
import { Watched } from '../../../agent/collect/watched.ts'
import { createUplinkChecksCollector, createUplinksCollector } from '../../../agent/uplinks/collectors.ts'
import { kernelAt } from '../../../agent/uplinks/kernel.ts'
import { parseInterfaces } from '../../../agent/uplinks/netifd.ts'
import type { UplinkPapers } from '../../../agent/uplinks/papers.ts'
import type { PingAnswer, PingQuestion } from '../../../agent/uplinks/ping.ts'
import { UplinkWatch, type UplinkWatchParts } from '../../../agent/uplinks/uplink-watch.ts'
import {
  defaultRoute,
  deviceTable,
  FIBRE_AND_4G,
  GATEWAY,
  MWAN3,
  makeTree,
  NETIFD_DUMP,
  routeTable,
} from '../../support/openwrt-tree.ts'

const MINUTE = 60_000
const FIBRE: UplinkPapers = { name: 'VNPT cáp quang', interface: 'pppoe-wan' }
const MOBILE: UplinkPapers = { name: '4G Viettel', interface: 'wwan0' }
const CHECKED = [
  { ...FIBRE, check: '10.0.0.1' },
  { ...MOBILE, check: '10.0.0.2' },
]
const FIBRE_ROUTE = defaultRoute('pppoe-wan', 10, GATEWAY)
const MOBILE_ROUTE = defaultRoute('wwan0', 20)
const ANSWER: PingAnswer = { sent: 3, received: 3, rttMs: 20 }
const SILENCE: PingAnswer = { sent: 3, received: 0, rttMs: null }

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function world(parts: Partial<UplinkWatchParts> & { files?: Record<string, string>; without?: string } = {}) {
  const { files = {}, without, ...given } = parts
  const tree = makeTree({ ...FIBRE_AND_4G, ...files })
  if (without !== undefined) tree.remove(without)
  const began = performance.now()
  const turns: number[] = []
  const asked: (PingQuestion & { atMinute: number })[] = []
  const answers = new Map<string, PingAnswer | Error>()
  let spent = 0
  const watch = new UplinkWatch({
    lines: [FIBRE, MOBILE],
    metered: () => false,
    held: () => false,
    onTurn: () => turns.push((performance.now() - began) / 1000),
    onSpent: (bytes) => {
      spent += bytes
    },
    kernel: kernelAt(tree.root),
    async ping(question) {
      asked.push({ ...question, atMinute: (performance.now() - began) / MINUTE })
      const answer = answers.get(question.interface) ?? ANSWER
      if (answer instanceof Error) throw answer
      return answer
    },
    netifd: async () => new Map(),
    uptimeSeconds: () => 7200 + (performance.now() - began) / 1000,
    ...given,
  })
  const collector = createUplinksCollector(watch)
  return {
    ...{ tree, watch, turns, asked, answers, collector },
    checks: createUplinkChecksCollector(watch),
    routes: (...lines: string[]) => tree.write('proc/net/route', routeTable(...lines)),
    minutes: (count: number) => vi.advanceTimersByTimeAsync(count * MINUTE),
    async says() {
      const values = await collector.read()
      return [
        stateOf('uplink_carrying', values.uplink_carrying ?? -1),
        stateOf('uplink1_state', values.uplink1_state ?? -1),
        stateOf('uplink2_state', values.uplink2_state ?? -1),
      ]
    },
    spent: () => spent,
  }
}

test('two lines at rest: the first carries, both are up, each has its counters and its name', async () => {
  const { watch, collector, says, turns, asked, minutes } = world()
  expect(await says(), 'before the watch began').toEqual(['first', 'up', 'up'])
  watch.start()
  await minutes(30)
  expect(await says()).toEqual(['first', 'up', 'up'])
  expect(await collector.read()).toMatchObject({
    ...{ uplink1_rx_bytes: 90_000_000, uplink1_tx_bytes: 9_000_000 },
    ...{ uplink2_rx_bytes: 50_000, uplink2_tx_bytes: 40_000 },
  })
  expect(collector.traits!()).toEqual({ uplinks: 'VNPT cáp quang\n4G Viettel' })
  expect(turns).toEqual([])
  expect(
    new Set(asked.map((one) => `${one.interface} ${one.address}`)),
    'a gateway, where there is one',
  ).toEqual(new Set(['pppoe-wan 10.255.1.1']))
  watch.stop()
  expect(vi.getTimerCount()).toBe(0)
})

test('the fibre goes, and comes back: both are told within 12 seconds, a third turn after a calm minute', async () => {
  const { tree, watch, routes, says, turns, minutes } = world()
  watch.start()
  await vi.advanceTimersByTimeAsync(95_000)
  routes(MOBILE_ROUTE)
  tree.remove('sys/class/net/pppoe-wan')
  tree.write('proc/net/dev', deviceTable({ wwan0: [60_000, 600, 50_000, 500] }))
  await vi.advanceTimersByTimeAsync(7000)
  expect(turns).toEqual([102])
  expect(await says()).toEqual(['second', 'down', 'up'])
  routes(FIBRE_ROUTE, MOBILE_ROUTE)
  tree.write('sys/class/net/pppoe-wan/operstate', 'unknown\n')
  await vi.advanceTimersByTimeAsync(13_000)
  expect(turns).toHaveLength(2)
  expect(await says()).toEqual(['first', 'up', 'up'])
  routes(MOBILE_ROUTE)
  await minutes(2)
  expect(turns).toHaveLength(3)
  expect(turns[2]! - turns[1]!).toBeGreaterThanOrEqual(60)
  expect(turns[2]! - turns[1]!).toBeLessThanOrEqual(72)
  expect(await says()).toEqual(['second', 'up', 'up'])
  watch.stop()
})

test('a moment without any route between the two is told to nobody', async () => {
  const { watch, routes, says, turns } = world({ held: () => true })
  watch.start()
  await vi.advanceTimersByTimeAsync(9500)
  routes()
  await vi.advanceTimersByTimeAsync(1000)
  expect(await says()).toEqual(['first', 'unknown', 'unknown'])
  routes(MOBILE_ROUTE)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(turns).toEqual([14])
  expect(await says()).toEqual(['second', 'unknown', 'up'])
  watch.stop()
})

test('a route that flickers each 20 seconds for a day costs a hundred reports, and samples say what was told', async () => {
  const { watch, routes, collector, turns } = world()
  watch.start()
  let changes = 0
  let said = (await collector.read()).uplink_carrying
  for (let turn = 0; turn < 86_400 / 20; turn++) {
    routes(...(turn % 2 === 0 ? [MOBILE_ROUTE] : [FIBRE_ROUTE, MOBILE_ROUTE]))
    await vi.advanceTimersByTimeAsync(20_000)
    const { uplink_carrying: now } = await collector.read()
    if (now !== said) changes++
    said = now
  }
  expect(turns.length).toBeGreaterThan(50)
  expect(turns.length).toBeLessThan(110)
  expect(changes).toBe(turns.length)
  watch.stop()
})

test('pings: through each line to what its papers name, each ten minutes; delay and loss as they came', async () => {
  const { watch, checks, asked, answers, minutes, spent } = world({ lines: CHECKED })
  watch.start()
  expect(await checks.read(), 'nothing is known yet').toEqual({})
  answers.set('wwan0', { sent: 3, received: 2, rttMs: 95 })
  await minutes(59)
  const times = asked.filter((one) => one.interface === 'wwan0').map((one) => one.atMinute)
  expect(times).toHaveLength(6)
  for (const [index, minute] of times.slice(1).entries()) {
    expect(minute - times[index]!, 'ten minutes, and at the next look').toBeGreaterThanOrEqual(10)
    expect(minute - times[index]!).toBeLessThan(11.3)
  }
  expect(asked[0]).toMatchObject({ interface: 'pppoe-wan', address: '10.0.0.1', count: 3 })
  const values = await checks.read()
  expect(values).toMatchObject({ uplink1_rtt_ms: 20, uplink1_loss_percent: 0, uplink2_rtt_ms: 95 })
  expect(values.uplink2_loss_percent).toBeCloseTo(100 / 3)
  expect(spent(), '44 bytes a packet').toBe(6 * (6 + 5) * 44)
  watch.stop()
})

test('a day on a paid line: 24 looks of one ping through each line, 4.2 kB together', async () => {
  const { watch, asked, minutes, spent } = world({
    lines: CHECKED,
    metered: () => true,
    async ping(question) {
      return { sent: question.count, received: question.count, rttMs: 20 }
    },
  })
  watch.start()
  await minutes(24 * 60 - 1)
  expect(asked).toEqual([])
  expect(spent()).toBe(2 * 24 * 2 * 44)
  expect(spent()).toBeLessThan(4300)
  watch.stop()
})

test('in a storm nobody pings; what was measured stands for a while, then nothing is claimed', async () => {
  let held = false
  const { watch, checks, asked, minutes, says } = world({ lines: CHECKED, held: () => held })
  watch.start()
  await minutes(1)
  held = true
  await minutes(23)
  expect(asked).toHaveLength(2)
  expect(await says()).toEqual(['first', 'up', 'up'])
  await minutes(3)
  expect(await says()).toEqual(['first', 'unknown', 'unknown'])
  expect(await checks.read()).toEqual({})
  expect(asked).toHaveLength(2)
  watch.stop()
})

test('the far side swallows everything: silence on the counters, three looks, and it is told', async () => {
  const { tree, watch, answers, routes, says, checks, turns, minutes } = world({ lines: CHECKED })
  watch.start()
  await minutes(5)
  answers.set('pppoe-wan', SILENCE)
  let sent = 9000
  const stopAskingAt = performance.now() + 4 * MINUTE
  while (performance.now() < stopAskingAt) {
    sent += 10
    tree.write(
      'proc/net/dev',
      deviceTable({ 'pppoe-wan': [90_000_000, 90_000, sent * 100, sent], wwan0: [50_000, 500, 40_000, 400] }),
    )
    await vi.advanceTimersByTimeAsync(10_000)
  }
  expect(await says()).toEqual(['none', 'down', 'up'])
  expect(turns).toHaveLength(1)
  expect(turns[0]).toBeLessThan((5 + 4) * 60)
  expect(await checks.read()).toMatchObject({ uplink1_loss_percent: 100, uplink2_loss_percent: 0 })
  routes(MOBILE_ROUTE)
  await minutes(2)
  expect(await says(), 'its routes were taken away').toEqual(['second', 'down', 'up'])
  answers.delete('pppoe-wan')
  await minutes(10)
  routes(FIBRE_ROUTE, MOBILE_ROUTE)
  await minutes(5)
  expect(await says()).toEqual(['first', 'up', 'up'])
  expect((await checks.read()).uplink1_loss_percent).toBe(0)
  watch.stop()
})

test('a spare line that dies while nobody uses it is seen at the next look', async () => {
  const { watch, answers, says, turns, minutes } = world({ lines: CHECKED })
  watch.start()
  await minutes(5)
  answers.set('wwan0', SILENCE)
  await minutes(6)
  expect(await says()).toEqual(['first', 'up', 'down'])
  expect(turns, 'who carries is the same').toEqual([])
  watch.stop()
})

test('a gateway that never answers says nothing, one that has answered and is silent does', async () => {
  const { watch, answers, says, checks, minutes } = world()
  answers.set('pppoe-wan', SILENCE)
  watch.start()
  await minutes(30)
  expect(await says()).toEqual(['first', 'up', 'up'])
  answers.delete('pppoe-wan')
  await minutes(10)
  answers.set('pppoe-wan', SILENCE)
  await minutes(11)
  expect(await says()).toEqual(['none', 'down', 'up'])
  expect(await checks.read(), 'how fast a gateway answers is not told').toEqual({})
  watch.stop()
})

test('without ping the lines are still seen, and the fault is that of the pings alone', async () => {
  const { watch, answers, asked, collector, checks, minutes } = world({ lines: CHECKED })
  for (const name of ['pppoe-wan', 'wwan0']) {
    answers.set(name, new Error(`ping through ${name}: expected a count of packets, got spawn ping ENOENT`))
  }
  watch.start()
  const faults: string[] = []
  const watched = new Watched(checks, { onFault: (name, reason) => faults.push(`${name}: ${reason}`) })
  await minutes(1)
  expect(await watched.read()).toEqual({})
  expect(faults).toEqual([
    'uplink checks: ping through pppoe-wan: expected a count of packets, got spawn ping ENOENT',
  ])
  expect(await collector.read()).toMatchObject({ uplink_carrying: 2, uplink1_state: 0, uplink2_state: 0 })
  await minutes(58)
  expect(asked.filter((one) => one.interface === 'pppoe-wan')).toHaveLength(6)
  watch.stop()
})

test('without the files of Linux the reason is told, and the watch goes on', async () => {
  const { tree, watch, collector, says, minutes } = world({ without: 'proc/net/route' })
  watch.start()
  await minutes(1)
  await expect(collector.read()).rejects.toThrow('expected the file /proc/net/route of Linux, got none')
  tree.write('proc/net/route', FIBRE_AND_4G['proc/net/route']!)
  await minutes(1)
  expect(await says()).toEqual(['first', 'up', 'up'])
  watch.stop()
})

test('mwan3 leaves a line out: its word counts, though the main table still has the route', async () => {
  let asked = 0
  const { tree, watch, says, turns, minutes } = world({
    files: MWAN3,
    uptimeSeconds: () => 7200,
    netifd: async () => {
      asked++
      return parseInterfaces(NETIFD_DUMP)
    },
  })
  watch.start()
  await minutes(2)
  expect(await says()).toEqual(['first', 'up', 'up'])
  tree.write('var/run/mwan3track/wan/STATUS', 'offline\n')
  tree.write('var/run/mwan3/iface_state/wan', 'offline\n')
  await vi.advanceTimersByTimeAsync(12_000)
  expect(await says()).toEqual(['second', 'down', 'up'])
  expect(turns).toHaveLength(1)
  await minutes(180)
  expect(asked, 'a child process once, when it knew all it needs').toBe(1)
  watch.stop()
})

test('mwan3 spreads the load: what each line carries tells', async () => {
  const { tree, watch, says, minutes } = world({
    files: MWAN3,
    uptimeSeconds: () => 7200,
    netifd: async () => parseInterfaces(NETIFD_DUMP),
  })
  watch.start()
  for (let minute = 1; minute <= 12; minute++) {
    const packets = 90_000 + minute * 1000
    tree.write(
      'proc/net/dev',
      deviceTable({
        'pppoe-wan': [packets * 1000, packets, 9_000_000, 9000],
        wwan0: [minute * 800_000, minute * 800, 40_000, 400],
      }),
    )
    await minutes(1)
  }
  expect(await says()).toEqual(['both', 'up', 'up'])
  watch.stop()
})

test('where nothing of OpenWrt runs netifd is never asked', async () => {
  const netifd = vi.fn(async () => new Map())
  const { watch, minutes } = world({ netifd })
  watch.start()
  await minutes(300)
  expect(netifd).not.toHaveBeenCalled()
  watch.stop()
})

test('a line dialled anew counts on; one stopped in the middle of a ping leaves nothing', async () => {
  let aborted = false
  const { tree, watch, collector } = world({
    ping: (_question, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true
          reject(new Error('ended'))
        })
      }),
  })
  watch.start()
  await vi.advanceTimersByTimeAsync(10_000)
  tree.write('proc/net/dev', deviceTable({ wwan0: [50_000, 500, 40_000, 400] }))
  await vi.advanceTimersByTimeAsync(10_000)
  tree.write('proc/net/dev', deviceTable({ 'pppoe-wan': [700, 7, 70, 7], wwan0: [50_000, 500, 40_000, 400] }))
  await vi.advanceTimersByTimeAsync(10_000)
  expect((await collector.read()).uplink1_rx_bytes).toBe(90_000_700)
  watch.stop()
  await vi.advanceTimersByTimeAsync(0)
  expect(aborted).toBe(true)
  expect(vi.getTimerCount()).toBe(0)
})
