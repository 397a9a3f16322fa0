import { expect, test } from 'vitest'
import { breakOnLine, connectPacketBytes, publishBytes } from '#protocol/cost.ts'
import { SILENT_STEP } from '#protocol/pace.ts'
import { habitAt } from '../../../agent/budget/steps.ts'
import { budgetWorld, METERED_LINE, OFFICE_PACE, settled } from '../../support/budget-world.ts'

const DAY = 86_400
const CONNECT = { clientIdBytes: 8, helloBytes: 24 }

/** A device with a budget through a month, from its first minute on; the line breaks every `breaksEverySeconds`. */
async function month(capBytes: number, breaksEverySeconds = Number.POSITIVE_INFINITY) {
  const world = budgetWorld(capBytes)
  world.time.trueMs = Date.UTC(2026, 9, 31, 17)
  await world.start()
  const reports: number[] = []
  let [up, lastReport, lastBreak] = [false, Number.NEGATIVE_INFINITY, 0]
  // To the last hour: with the next month all begins anew.
  for (let second = 0; second < 30 * DAY - 3600; second += 60) {
    world.pass(60)
    const { budget } = world
    budget.tick()
    await settled()
    if (up && second - lastBreak >= breaksEverySeconds) {
      up = false
      lastBreak = second
      budget.closed(false)
    }
    if (!up && budget.mayConnect()) {
      budget.attempted()
      budget.connected(connectPacketBytes(CONNECT), 0)
      up = true
      lastReport = Number.NEGATIVE_INFINITY
    }
    const { reportSeconds, sampleSeconds } = habitAt(budget.step, OFFICE_PACE)
    if (!up || second - lastReport < reportSeconds) continue
    const payloadBytes = 10 + Math.ceil((5 * Math.min(reportSeconds, 21_600)) / sampleSeconds)
    if (!budget.maySend('live', payloadBytes)) continue
    budget.sent(publishBytes({ topicBytes: 1, payloadBytes, qos: 1 }), true)
    budget.received(4)
    lastReport = second
    reports.push(second)
  }
  return { ...world, reports, spent: world.budget.spentBytes }
}

const lastDay = (reports: number[]) => reports.filter((second) => second >= 29 * DAY).length

test('plenty of money: never stretched', async () => {
  const { steps, reports, spent } = await month(2_000_000)
  expect(steps).toEqual([])
  expect(reports.length).toBe(30 * 96 - 4)
  expect(spent).toBeLessThan(800_000)
})

test('a tight cap is stretched once or twice, lasts to the end and is used', async () => {
  const { steps, reports, spent } = await month(400_000)
  expect(steps.length).toBeLessThanOrEqual(6)
  expect(lastDay(reports)).toBeGreaterThan(10)
  expect(spent).toBeGreaterThan(200_000)
  expect(spent).toBeLessThanOrEqual(400_000)
})

test('a line that breaks every ten minutes: most is lost to connects, reports go on to the last day', async () => {
  const { reports, spent } = await month(400_000, 600)
  expect(lastDay(reports)).toBeGreaterThan(0)
  expect(spent).toBeLessThanOrEqual(400_000)
})

test('too small for a report a day: silent, until what is left is enough for the days that are', async () => {
  const { steps, reports, spent } = await month(40_000)
  expect(steps.slice(0, 2)).toEqual([SILENT_STEP, 6])
  expect(reports[0]).toBeGreaterThan(10 * DAY)
  expect(lastDay(reports)).toBeGreaterThan(0)
  expect(spent).toBeLessThanOrEqual(40_000)
})

test('news goes out of the reserve while all else is silent', async () => {
  const world = budgetWorld(20_000)
  await world.start()
  expect(world.budget.mayConnect()).toBe(false)
  world.news = true
  expect(world.budget.mayConnect()).toBe(true)
  world.budget.attempted()
  world.budget.connected(connectPacketBytes(CONNECT), 0)
  world.news = false
  expect(world.budget.maySend('urgent', 20)).toBe(true)
  expect(world.budget.maySend('live', 90), 'the first report with the news').toBe(true)
  world.budget.sent(publishBytes({ topicBytes: 1, payloadBytes: 90, qos: 1 }), true)
  world.budget.received(4)
  expect(world.budget.maySend('live', 90)).toBe(false)
  expect(world.budget.mayPing()).toBe(false)
})

test('a disk that takes nothing: what is set aside is spent and no more, and said once', async () => {
  const world = budgetWorld(1_000_000)
  await world.start()
  world.budget.attempted()
  world.budget.connected(connectPacketBytes(CONNECT), 0)
  world.disk.full = true
  let sent = 0
  for (; sent < 1000 && world.budget.maySend('live', 90); sent++) {
    world.budget.sent(publishBytes({ topicBytes: 1, payloadBytes: 90, qos: 1 }), true)
    world.budget.received(4)
    await settled()
  }
  expect(sent).toBeGreaterThan(0)
  expect(sent).toBeLessThan(40)
  expect(world.log.lines.filter((line) => line.startsWith('account of the line not written'))).toHaveLength(1)
  await settled()
  world.disk.full = false
  const before = world.rooms
  world.pass(3600)
  world.budget.tick()
  await settled()
  expect(world.rooms, 'told that there is room').toBeGreaterThan(before)
  expect(world.budget.maySend('live', 90)).toBe(true)
})

test('an attempt that nobody answers leaves nothing behind: the end of the line that stands costs its end alone', async () => {
  const world = budgetWorld(1_000_000)
  await world.start()
  const { budget } = world
  budget.attempted()
  budget.connected(connectPacketBytes(CONNECT), 0)
  budget.attempted()
  budget.attempted(true)
  budget.gaveUp()
  const before = budget.spentBytes
  budget.closed(false)
  expect(budget.spentBytes - before).toBe(breakOnLine(METERED_LINE))
})
