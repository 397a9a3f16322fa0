import { expect, test } from 'vitest'
import { atSize } from '../chaos/size.ts'
import { eventually } from '../support/eventually.ts'
import { canMakeLines } from '../support/weak-line.ts'
import { figure, quantile, weakWorld } from './world.ts'

/** Each takes its blackout, the calm before it, and the return. */
const FLAPS = atSize({ slice: 3, full: 40 })
const MAX_BLACKOUT_S = atSize({ slice: 12, full: 60 })
/** Something has to be under way when the line breaks, for the device to miss it. */
const REPORT_MS = 2000
/** Longer than any kernel waits between two tries. */
const STUCK_MS = 130_000

/** Spread evenly over the logarithm, short ones as often as long ones, the same in each run. */
function blackoutMs(flap: number): number {
  return 1000 * MAX_BLACKOUT_S ** ((flap + 0.5) / FLAPS)
}

test.runIf(canMakeLines()).each([
  { kernelTells: true, system: 'Linux' },
  { kernelTells: false, system: 'Windows' },
])(
  `${FLAPS} blackouts of 1 to ${MAX_BLACKOUT_S} s on a real line, as on $system: always back, and soon`,
  {
    timeout: FLAPS * (MAX_BLACKOUT_S * 1000 + 30_000) + STUCK_MS,
  },
  async ({ kernelTells }) => {
    const { line, start, stored } = await weakWorld()
    const { said, tell, ended } = start({ sampleMs: REPORT_MS, reportSeconds: REPORT_MS / 1000, kernelTells })
    await eventually('the first report', () => stored().size > 0)
    const backMs: number[] = []
    for (let flap = 0; flap < FLAPS; flap++) {
      line.cut(true)
      await new Promise((resolve) => setTimeout(resolve, blackoutMs(flap)))
      const missed = said.sample.length
      line.cut(false)
      const returnedMs = Date.now()
      // The present counts: what was measured last before the line returned.
      await eventually('the present', () => stored().has(missed), STUCK_MS)
      backMs.push(stored().get(missed)!.atMs - returnedMs)
      // Until nothing is in doubt any more.
      await new Promise((resolve) => setTimeout(resolve, 3 * REPORT_MS))
    }
    tell('samples off')
    await eventually(
      'everything',
      () => said.sample.every(([number]) => stored().has(Number(number))),
      STUCK_MS,
    )
    tell('stop')
    await ended
    expect([...stored().values()].filter(({ times }) => times !== 1)).toEqual([])
    const [p50, p95] = [quantile(backMs, 0.5), quantile(backMs, 0.95)]
    figure(`weaklink.flaps${kernelTells ? '' : '_blind'}`, {
      ...{ flaps: FLAPS, max_blackout_s: MAX_BLACKOUT_S, back_p50_ms: p50, back_p95_ms: p95 },
      ...{ back_max_ms: Math.max(...backMs), connections: said.connected.length },
    })
    expect(p95).toBeLessThanOrEqual(5000)
  },
)
