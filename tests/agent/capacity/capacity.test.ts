import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { Capacity, type CapacityParts, type Look } from '../../../agent/capacity/capacity.ts'
import { Busy, type CapacityEstimate } from '../../../agent/capacity/estimate.ts'
import { rememberingLog } from '../../support/remembering-log.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const HOUR = 3600_000
const DAY = 24 * HOUR
/** Midnight in Vietnam. */
const MIDNIGHT = Date.UTC(2026, 10, 9, 17)
/** Draws 01:00 and 12:30. */
const RANDOM = 0.5

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const FOUND: CapacityEstimate = {
  down: { kbps: 7911.6, errorPercent: 4.2 },
  up: { kbps: 978, errorPercent: 6.1 },
  spentBytes: 150_000,
  trains: { down: [], up: [] },
}

/** A device with its clock, through virtual days; what a look finds is given, all else is the real thing. */
async function world(given: Partial<CapacityParts> = {}, folder = temporaryFolder(), sinceMs = 0) {
  const state = { held: false, connected: true, rate: 1, capBytes: null as number | null, mayProbe: true }
  const looks: { atMs: number; maxBytes: number; known: { down: number | null; up: number | null } }[] = []
  const costs: number[] = []
  const bornMs = performance.now()
  const nowMs = () => MIDNIGHT + sinceMs + (performance.now() - bornMs)
  const log = rememberingLog()
  const capacity = new Capacity({
    look: async (what, onSpent) => {
      looks.push({ ...what, atMs: nowMs() - MIDNIGHT })
      onSpent(FOUND.spentBytes)
      return FOUND
    },
    budget: () => ({
      capBytes: state.capBytes,
      mayProbe: () => state.mayProbe,
      probed: (bytes) => void costs.push(bytes),
    }),
    held: () => state.held,
    connected: () => state.connected,
    traffic: async () => {
      const bytes = Math.round(((performance.now() - bornMs) / 1000) * state.rate)
      return { rx_bytes: bytes, tx_bytes: bytes }
    },
    clock: { nowMs, uptimeSeconds: () => Math.floor((performance.now() - bornMs) / 1000) + 100_000 },
    ...{ folder, log, random: () => RANDOM },
    ...given,
  })
  await capacity.start()
  onTestFinished(() => capacity.stop())
  return { capacity, state, looks, costs, log, folder, pass: (ms: number) => vi.advanceTimersByTimeAsync(ms) }
}

test('one look a night, at the drawn minute; the figures stand until the next', async () => {
  const { capacity, looks, costs, pass } = await world()
  expect(await capacity.collector.read()).toEqual({})
  await pass(3 * DAY)
  expect(looks.map(({ atMs }) => Math.floor(atMs / 60_000))).toEqual([60, 60 + 1440, 60 + 2880])
  expect(costs).toEqual([150_000, 150_000, 150_000])
  expect(looks.map(({ known }) => known.down)).toEqual([null, 7911.6, 7911.6])
  const values = { down_kbps: 7912, down_error_percent: 5, up_kbps: 978, up_error_percent: 7 }
  expect(await capacity.collector.read()).toEqual(values)
})

test('figures that are older than a day and a half are not told', async () => {
  const { capacity, state, pass } = await world()
  await pass(2 * HOUR)
  state.connected = false
  await pass(34 * HOUR)
  expect(await capacity.collector.read()).toHaveProperty('down_kbps')
  await pass(3 * HOUR)
  expect(await capacity.collector.read()).toEqual({})
})

test('a look that finds nothing one way leaves what was found the day before', async () => {
  let found: CapacityEstimate = FOUND
  const { capacity, pass } = await world({ look: async () => found })
  await pass(2 * HOUR)
  found = { ...FOUND, down: null, up: { kbps: 500, errorPercent: 5 } }
  await pass(DAY)
  expect(await capacity.collector.read()).toMatchObject({ down_kbps: 7912, up_kbps: 500 })
  await pass(DAY)
  expect(await capacity.collector.read()).toEqual({ up_kbps: 500, up_error_percent: 6 })
})

test.each<[string, (state: Awaited<ReturnType<typeof world>>['state'], on: boolean) => void]>([
  ['the centre says hold', (state, on) => (state.held = on)],
  ['the link is away', (state, on) => (state.connected = !on)],
  ['somebody works on the machine', (state, on) => (state.rate = on ? 50_000 : 1)],
  ['the budget refuses', (state, on) => (state.mayProbe = !on)],
])('while %s no look is taken; within the window it is taken afterwards', async (_, turn) => {
  const { state, looks, costs, pass } = await world()
  turn(state, true)
  await pass(80 * 60_000)
  expect(looks).toEqual([])
  expect(costs).toEqual([])
  turn(state, false)
  await pass(10 * 60_000)
  expect(looks).toHaveLength(1)
})

test('when the window is over the next one comes at noon', async () => {
  const { state, looks, pass } = await world()
  state.held = true
  await pass(2 * HOUR)
  state.held = false
  await pass(10 * HOUR)
  expect(looks).toEqual([])
  await pass(HOUR)
  expect(Math.floor(looks[0]!.atMs / 60_000)).toBe(12 * 60 + 30)
})

test('a capped line is looked at each week for a fiftieth of its cap, or never', async () => {
  const { state, looks, pass } = await world()
  state.capBytes = 1_000_000
  await pass(8 * DAY)
  expect(looks).toEqual([])
  state.capBytes = 5_000_000
  await pass(15 * DAY)
  expect(looks.map(({ maxBytes }) => maxBytes)).toEqual([100_000, 100_000, 100_000])
})

test('a centre without room is asked again when it said, spread over as long again', async () => {
  let asked = 0
  const look: Look = async (_, onSpent) => {
    onSpent(300)
    if (++asked === 1) throw new Busy(600)
    return FOUND
  }
  const { capacity, costs, pass } = await world({ look })
  await pass(HOUR + 10 * 60_000)
  expect(asked).toBe(1)
  expect(await capacity.collector.read()).toEqual({})
  await pass(10 * 60_000)
  expect(asked).toBe(2)
  expect(costs).toEqual([300, 300])
})

test('a centre that does not answer is asked twice, seldomer each time, and the fault is told', async () => {
  const look: Look = async (_, onSpent) => {
    onSpent(276)
    throw new Error('centre: expected a challenge by UDP, got nothing')
  }
  const { capacity, costs, pass } = await world({ look })
  await pass(2 * HOUR)
  expect(costs).toEqual([276, 276])
  await expect(capacity.collector.read()).rejects.toThrow('expected a challenge by UDP, got nothing')
  await pass(22 * HOUR)
  expect(costs).toHaveLength(2)
  await pass(2 * HOUR)
  expect(costs).toHaveLength(4)
  await pass(30 * DAY)
  expect(costs.length).toBeGreaterThan(10)
  expect(costs.length).toBeLessThan(18)
})

test('a look that is under way when the agent stops is ended, and paid', async () => {
  const look: Look = (_, onSpent, signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        onSpent(1234)
        reject(new Error('told to stop'))
      })
    })
  const { capacity, costs, log, pass } = await world({ look })
  await pass(HOUR + 60_000)
  await capacity.stop()
  expect(costs).toEqual([1234])
  expect(log.lines).toEqual([])
})

test('a look that fails without a word of its cost leaves no money set aside', async () => {
  const look: Look = () => Promise.reject(new Error('no socket'))
  const { costs, pass } = await world({ look })
  await pass(HOUR + 60_000)
  expect(costs).toEqual([0])
})

test('minutes and figures outlive a restart; the same day is not looked at twice', async () => {
  const first = await world()
  await first.pass(2 * HOUR)
  await first.capacity.stop()
  const kept = JSON.parse(readFileSync(join(first.folder, 'capacity.json'), 'utf8'))
  expect(kept.minutes).toEqual({ night: 60, noon: 750 })
  const second = await world({ random: () => 0.9 }, first.folder, 2 * HOUR)
  await second.pass(18 * HOUR)
  expect(second.looks).toEqual([])
  expect(await second.capacity.collector.read()).toHaveProperty('up_kbps', 978)
  await second.pass(5 * HOUR + 60_000)
  expect(second.looks).toHaveLength(1)
})

test.each(['', '{', '[]', '{"minutes":{}}', '{"minutes":{"night":1,"noon":2},"sinceMs":null}'])(
  'a damaged file %j is drawn anew',
  async (text) => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'capacity.json'), text)
    const { capacity, looks, pass } = await world({}, folder)
    expect(await capacity.collector.read()).toEqual({})
    await pass(2 * HOUR)
    expect(looks).toHaveLength(1)
  },
)
