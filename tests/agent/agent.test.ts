import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { baseOf } from '#protocol/base.ts'
import { decodeDelivery } from '#protocol/delivery.ts'
import { decodeGoodbye } from '#protocol/goodbye.ts'
import { decodeHello } from '#protocol/hello.ts'
import { deviceId } from '#protocol/ids.ts'
import { fromWire, numberOf } from '#protocol/metrics.ts'
import { decodeReport } from '#protocol/report.ts'
import { createAgent } from '../../agent/agent.ts'
import { createPowerCollector } from '../../agent/collect/power.ts'
import type { AgentConfig } from '../../agent/config.ts'
import { eventually } from '../support/eventually.ts'
import { type PskBroker, startPskBroker } from '../support/psk-broker.ts'
import { rememberingLog } from '../support/remembering-log.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const KEY = '5a'.repeat(32)

async function centreAndConfig() {
  const centre = await startPskBroker({ device: 'PC-01', key: KEY })
  onTestFinished(() => centre.stop())
  const config: AgentConfig = {
    server: { host: '127.0.0.1', port: centre.port },
    device: deviceId('PC-01'),
    key: KEY,
    sampleSeconds: 60,
    reportSeconds: 900,
    keepaliveSeconds: 1200,
  }
  return { centre, config }
}

/** Among what else an agent says. */
const reportsTo = ({ arrived }: Pick<PskBroker, 'arrived'>) => arrived.filter(({ topic }) => topic === 'r')

test("from this machine's start to its goodbye", async () => {
  const { centre, config } = await centreAndConfig()
  const folder = temporaryFolder()
  const log = rememberingLog()
  const agent = createAgent({ config, folder, log })
  await agent.start()
  const first = await eventually('the first report', () => reportsTo(centre)[0])
  const { age, report: bytes } = decodeDelivery(first.payload)
  const report = decodeReport(bytes)
  expect(age?.basis).toBe('monotonic')
  expect(age?.seconds).toBeLessThan(5)
  expect([report.seq, report.boot, report.offsetsSeconds]).toEqual([1, 1, [0]])
  const named = report.columns.map(({ metric, values }) => fromWire(metric, values[0]!).name)
  expect(named).toEqual(
    expect.arrayContaining(['cpu_percent', 'memory_percent', 'disk_percent', 'rx_bytes', 'tx_bytes']),
  )
  expect(decodeHello(centre.hellos[0]!)).toMatchObject({
    epoch: report.epoch,
    boot: 1,
    previousEnd: null,
    pace: { reportSeconds: 900 },
  })

  await agent.stop('service-stop')
  const last = centre.arrived.at(-1)!
  expect(last.topic).toBe('g')
  expect(decodeGoodbye(last.payload)).toMatchObject({ reason: 'service-stop', boot: 1 })
  await eventually('the connection closed', () => centre.connections() === 0)

  const again = createAgent({ config, folder, log })
  await again.start()
  const second = await eventually('the report after the restart', () => reportsTo(centre)[1])
  const next = decodeReport(decodeDelivery(second.payload).report)
  expect([next.epoch, next.seq, next.boot], 'the same journal, the same boot').toEqual([report.epoch, 2, 1])
  await again.stop('service-stop')
  expect(await readdir(folder)).toEqual(expect.arrayContaining(['boot.json', 'budget.json', 'journal']))
})

test('a wall clock in 1970 for a whole life: readings still come with the age of the last, by the monotonic clock', async () => {
  const { centre, config } = await centreAndConfig()
  await centre.stop()
  let ranSeconds = 0
  const clock = {
    uptimeSeconds: () => 1000 + ranSeconds,
    nowMs: () => (1000 + ranSeconds) * 1000,
  }
  const folder = temporaryFolder()
  const parts = { config, folder, log: rememberingLog(), clock }
  const unheard = createAgent(parts)
  await unheard.start()
  await unheard.stop('service-stop')

  ranSeconds = 600
  const back = await startPskBroker({ device: 'PC-01', key: KEY, port: centre.port })
  onTestFinished(() => back.stop())
  const agent = createAgent(parts)
  await agent.start()
  const first = await eventually('the report', () => reportsTo(back)[0])
  await agent.stop('service-stop')
  const { age, report: bytes } = decodeDelivery(first.payload)
  expect(age).toEqual({ seconds: 0, basis: 'monotonic' })
  expect(decodeReport(bytes)).toMatchObject({
    ...{ boot: 1, uptimeSeconds: 1000, clockSeconds: null },
    offsetsSeconds: [0, 600],
  })
})

test('a boot file that was damaged costs a number, not the agent', async () => {
  const { centre, config } = await centreAndConfig()
  const parts = { config, folder: temporaryFolder(), log: rememberingLog() }
  const before = createAgent(parts)
  await before.start()
  await eventually('the first hello', () => centre.hellos.length === 1)
  await before.stop('service-stop')
  await writeFile(join(parts.folder, 'boot.json'), '{"num')

  const agent = createAgent(parts)
  await agent.start()
  await eventually('the second hello', () => centre.hellos.length === 2)
  await agent.stop('service-stop')
  expect(decodeHello(centre.hellos[1]!)).toMatchObject({ boot: 2, previousEnd: 'unknown' })
  expect((await readdir(parts.folder)).sort()).toEqual([
    'boot.json',
    'boot.json.damaged',
    'budget.json',
    'capacity.json',
    'journal',
  ])
})

test('a stop while it starts, with no centre in sight, ends in good order', async () => {
  const { centre, config } = await centreAndConfig()
  await centre.stop()
  const log = rememberingLog()
  const agent = createAgent({ config, folder: temporaryFolder(), log })
  const started = agent.start()
  await agent.stop('shutdown')
  await started
  expect(log.lines).toEqual(['agent started', 'agent stopped'])
})

test('mains that go are told within two seconds, in the middle of a quarter of an hour', async () => {
  const { centre, config } = await centreAndConfig()
  const supplies = temporaryFolder()
  const plug = async (online: number): Promise<void> => {
    await mkdir(join(supplies, 'AC'), { recursive: true })
    await writeFile(join(supplies, 'AC/type'), 'Mains\n')
    await writeFile(join(supplies, 'AC/online'), `${online}\n`)
  }
  await plug(1)
  const agent = createAgent({
    ...{ config, folder: temporaryFolder(), log: rememberingLog() },
    power: createPowerCollector(supplies),
    powerLimits: { lookMs: 50, calmMs: 50 },
  })
  onTestFinished(() => agent.stop('service-stop'))
  await agent.start()
  const sources = () =>
    reportsTo(centre).map(({ payload }) => {
      const { columns } = decodeReport(decodeDelivery(payload).report, {
        epoch: decodeHello(centre.hellos[0]!).epoch,
        findBase: (seq) => baseOf(decodeReport(decodeDelivery(reportsTo(centre)[seq - 1]!.payload).report)),
      })
      return columns.find(({ metric }) => metric === numberOf('power_source'))?.values.at(-1)
    })
  await eventually('the first report', () => reportsTo(centre).length === 1)
  // Looks that find nothing new report nothing.
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(sources()).toEqual([1])

  const cutMs = performance.now()
  await plug(0)
  await eventually('the report on battery', () => reportsTo(centre).length === 2)
  expect(performance.now() - cutMs).toBeLessThan(2000)
  expect(sources()).toEqual([1, 2])
})
