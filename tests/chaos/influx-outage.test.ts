import { expect, onTestFinished, test } from 'vitest'
import { startTestCentre } from '../support/centre.ts'
import { startCountingAgent } from '../support/counting-agent.ts'
import { eventually } from '../support/eventually.ts'
import { influxdMissing, startInfluxd } from '../support/influxd.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { atSize } from './size.ts'

const AGENTS = 20

/** The outage that the centre must bear without anybody noticing: longer than the longest pause between its tries. */
const OUTAGE_MS = atSize({ slice: 30_000, full: 120_000 })
const BEFORE_MS = 3000
const SAMPLE_MS = 200
const LIMIT_MS = OUTAGE_MS + 120_000

const missing = influxdMissing()
if (missing) process.stderr.write(`${missing}\n`)

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

test.skipIf(missing)(
  `InfluxDB stopped for ${OUTAGE_MS / 1000} seconds under load: no reading is missing and no agent noticed`,
  { timeout: LIMIT_MS },
  async () => {
    const influxd = await startInfluxd()
    onTestFinished(() => influxd.remove())
    const centre = await startTestCentre({ INFLUX_URL: influxd.url })
    const folder = temporaryFolder()
    const agents = []
    for (let number = 1; number <= AGENTS; number++) {
      const enrolled = await centre.enrol(`D${number}`, 'S1', 'router')
      agents.push(await startCountingAgent({ ...enrolled, folder, port: centre.mqttPort }))
    }
    let reporting = true
    let longestQueue = 0
    const work = agents.map(async (agent) => {
      while (reporting) {
        await agent.sample()
        longestQueue = Math.max(longestQueue, agent.pending())
        await pause(SAMPLE_MS)
      }
    })

    await pause(BEFORE_MS)
    await influxd.stop()
    const producedBefore = agents.map((agent) => agent.produced())
    await pause(OUTAGE_MS)
    const lagging = await (await fetch(`${centre.address}/readyz`)).json()
    await influxd.start()
    reporting = false
    await Promise.all(work)
    // The premises: the store was really away, and the load went on all the while.
    expect(lagging).toMatchObject({
      projections: expect.arrayContaining([
        expect.objectContaining({ name: 'readings', fault: expect.any(String) }),
      ]),
    })
    agents.forEach((agent, at) => {
      expect(agent.produced() - producedBefore[at]!).toBeGreaterThan(OUTAGE_MS / SAMPLE_MS / 2)
    })

    await eventually(
      'the store to catch up',
      async () =>
        (await fetch(`${centre.address}/metrics`))
          .text()
          .then((text) => /projection="readings"\} 0\n/.test(text)),
      60_000,
    )
    for (const agent of agents) {
      const { points } = await centre.api<{ points: { value: number }[] }>(
        `/devices/${agent.device}/readings?metric=uptime_seconds`,
      )
      const numbers = points.map(({ value }) => value)
      expect(numbers, agent.device).toEqual(Array.from({ length: agent.produced() }, (_, at) => at + 1))
      expect(agent.connections(), 'connections').toBe(1)
      expect(agent.pending()).toBe(0)
      await agent.stop()
    }
    // At 50 ms an acknowledgement, one or two of a fifth of a second each are under way.
    expect(longestQueue).toBeLessThan(20)
  },
)
