import { expect, test } from 'vitest'
import { atSize } from '../chaos/size.ts'
import { eventually } from '../support/eventually.ts'
import { canMakeLines } from '../support/weak-line.ts'
import { figure, quantile, weakWorld } from './world.ts'

/** Seven days, a row a minute. */
const BACKLOG = 10_080
const KBIT = 32
/** Live reports while history drains. */
const REPORT_MS = 3000

test.runIf(canMakeLines())(
  'seven days of backlog at 32 kbit/s: the present within a second, then all of the past',
  {
    timeout: 300_000,
  },
  async () => {
    const { line, start, stored } = await weakWorld()
    line.limit(KBIT)
    const { said, tell, ended } = start({
      ...{ backlog: BACKLOG, sampleMs: REPORT_MS, reportSeconds: REPORT_MS / 1000 },
    })
    await eventually('the connection', () => said.connected[0], 120_000)
    const connectedMs = Number(said.connected[0]![0])
    // When the device knows that the centre has it: an answer counts for all before it, and the first asks.
    const [acknowledgedMs] = (await eventually('the first answer', () => said.acknowledged[0])).map(Number)
    const newest = said.sample.findLast(([, ms]) => Number(ms) <= connectedMs)![0]
    expect(stored().has(Number(newest)), 'the present').toBe(true)
    expect(stored().size, 'the premise: the past is still to come').toBeLessThan(BACKLOG / 10)

    await eventually('a part of the past', () => stored().size > BACKLOG / 3, 60_000)
    const before = stored().size
    line.cut(true)
    await new Promise((resolve) => setTimeout(resolve, 8000))
    line.cut(false)
    await eventually('all of the past', () => stored().size >= BACKLOG, 120_000)
    const drainedMs = Date.now()
    tell('samples off')
    await eventually(
      'everything',
      () => said.sample.every(([number]) => stored().has(Number(number))),
      60_000,
    )
    tell('stop')
    await ended
    const arrived = stored()
    expect([...arrived.values()].filter(({ times }) => times !== 1)).toEqual([])
    // The live reports that were due while the past was under way, but for those that met the cut.
    const liveMs = said.sample
      .filter(([, ms]) => Number(ms) > connectedMs && Number(ms) < drainedMs)
      .map(([number, ms]) => arrived.get(Number(number))!.atMs - Number(ms))
    figure('weaklink.live_first', {
      ...{ backlog_rows: BACKLOG, kbit_per_s: KBIT, present_ms: acknowledgedMs! - connectedMs },
      ...{ drained_s: (drainedMs - connectedMs) / 1000, rows_before_cut: before },
      ...{ live_p50_ms: quantile(liveMs, 0.5), live_reports: liveMs.length, ...line.traffic() },
    })
    // A slice runs beside other tests, whose load is not the line's doing.
    const limitMs = atSize({ slice: 5000, full: 1500 })
    expect(acknowledgedMs! - connectedMs).toBeLessThan(limitMs)
    expect(quantile(liveMs, 0.5)).toBeLessThan(limitMs)
  },
)
