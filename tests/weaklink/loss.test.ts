import { expect, test } from 'vitest'
import { atSize } from '../chaos/size.ts'
import { eventually } from '../support/eventually.ts'
import { canMakeLines } from '../support/weak-line.ts'
import { figure, quantile, weakWorld } from './world.ts'

/** An hour in full, as the scoreboard has it. */
const LOSSY_MS = atSize({ slice: 30_000, full: 3_600_000 })
/** A report of one sample each 30 s; in the slice more often, to have a dozen of them. */
const REPORT_SECONDS = atSize({ slice: 2, full: 30 })
/** The kernels' pauses double up to two minutes; the last report may meet several. */
const LAST_MS = 600_000

/** Of an hour. Of a dozen reports the slowest is the 95th of a hundred, and one that met the worst luck fails nothing. */
const P95_MS = atSize({ slice: Number.POSITIVE_INFINITY, full: 15_000 })

test.runIf(canMakeLines()).each([
  { loss: 0.3, p95Ms: P95_MS },
  { loss: 0.5, p95Ms: Number.POSITIVE_INFINITY },
])(
  '$loss of all packets lost each way, 64 kbit/s: every report arrives, and once',
  {
    timeout: LOSSY_MS + LAST_MS + 60_000,
  },
  async ({ loss, p95Ms }) => {
    const { line, start, stored } = await weakWorld()
    line.limit(64)
    line.lose(loss)
    const { said, tell, ended } = start({ sampleMs: REPORT_SECONDS * 1000, reportSeconds: REPORT_SECONDS })
    await new Promise((resolve) => setTimeout(resolve, LOSSY_MS))
    tell('samples off')
    // The line stays as it is until the last one is there.
    await eventually('the last report', () => stored().has(said.sample.length), LAST_MS)
    const { bytes, packets } = line.traffic()
    tell('stop')
    await ended

    const arrived = stored()
    const numbers = said.sample.map(([number]) => Number(number))
    expect(
      numbers.filter((number) => arrived.get(number)?.times !== 1),
      'lost or stored twice',
    ).toEqual([])
    const delaysMs = said.sample.map(([number, ms]) => arrived.get(Number(number))!.atMs - Number(ms))
    const [p50, p95] = [quantile(delaysMs, 0.5), quantile(delaysMs, 0.95)]
    figure(`weaklink.loss_${loss * 100}`, {
      ...{
        reports: numbers.length,
        delivered: arrived.size,
        p50_ms: p50,
        p95_ms: p95,
        max_ms: Math.max(...delaysMs),
      },
      ...{
        connections: said.connected.length,
        packets,
        bytes,
        bytes_per_report: Math.round(bytes / numbers.length),
      },
    })
    expect(numbers.length, 'the premise: there was something to deliver').toBeGreaterThan(10)
    expect(p95).toBeLessThanOrEqual(p95Ms)
  },
)
