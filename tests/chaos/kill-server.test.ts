import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { DeviceId } from '#protocol/ids.ts'
import { Ledger } from '../../server/ledger/ledger.ts'
import { startTestCentre } from '../support/centre.ts'
import { startCountingAgent } from '../support/counting-agent.ts'
import { eventually } from '../support/eventually.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const AGENTS = 50
const KILLS = 50

/** 50 kills of at most 1.5 s of life and as much of starting, and the backlog afterwards, on a slow machine. */
const LIMIT_MS = 420_000

/** From just after the doors open, when everybody returns at once, to well into calm. */
const LIFE_MS = [20, 1500] as const

/** The numbers of a device's readings in the ledger, in order of arrival. */
async function stored(path: string): Promise<Map<DeviceId, number[]>> {
  const ledger = new Ledger(path)
  await ledger.start()
  const numbers = new Map<DeviceId, number[]>()
  for (
    let offset = 0, entries = ledger.read(0, 1000);
    entries.length > 0;
    entries = ledger.read(offset, 1000)
  ) {
    for (const entry of entries) {
      if (entry.kind !== 'report') continue
      const { uptimeSeconds, offsetsSeconds } = entry.report
      const rows = numbers.get(entry.device) ?? []
      rows.push(...offsetsSeconds.map((offsetSeconds) => uptimeSeconds + offsetSeconds))
      numbers.set(entry.device, rows)
    }
    offset = entries.at(-1)!.offset
  }
  await ledger.stop()
  return numbers
}

test(`${KILLS} times kill -9 of the server while ${AGENTS} agents report: every reading is stored, none twice`, {
  timeout: LIMIT_MS,
}, async () => {
  const data = temporaryFolder()
  const enrolling = await startTestCentre({ HAIDANG_DATA: data })
  const devices = []
  for (let number = 1; number <= AGENTS; number++)
    devices.push(await enrolling.enrol(`D${number}`, 'S1', 'router'))
  await enrolling.stop()

  let server = await startServerProcess({ HAIDANG_DATA: data })
  const environment = { HAIDANG_DATA: data, HAIDANG_MQTT_PORT: String(server.mqttPort) }
  const folder = temporaryFolder()
  const agents = await Promise.all(
    devices.map((device) => startCountingAgent({ ...device, folder, port: server.mqttPort })),
  )

  let reporting = true
  const work = agents.map(async (agent) => {
    while (reporting) {
      await agent.sample()
      await new Promise((resolve) => setTimeout(resolve, randomInt(50, 250)))
    }
  })
  for (let kill = 0; kill < KILLS; kill++) {
    await new Promise((resolve) => setTimeout(resolve, randomInt(...LIFE_MS)))
    await server.end('SIGKILL')
    server = await startServerProcess(environment)
  }
  reporting = false
  await Promise.all(work)
  await eventually('everything acknowledged', () => agents.every((agent) => agent.pending() === 0), 120_000)
  await Promise.all(agents.map((agent) => agent.stop()))
  await server.end('SIGTERM')

  const numbers = await stored(join(data, 'ledger.db'))
  for (const agent of agents) {
    const got = numbers.get(agent.device)!.sort((one, other) => one - other)
    const expected = Array.from({ length: agent.produced() }, (_, at) => at + 1)
    expect(got, agent.device).toEqual(expected)
  }
  const total = agents.reduce((sum, agent) => sum + agent.produced(), 0)
  // The premise: there was a load, and kills fell into it.
  expect(total).toBeGreaterThan(AGENTS * KILLS)
})
