import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createAgent } from '../../agent/agent.ts'
import { createPowerCollector } from '../../agent/collect/power.ts'
import { readAgentConfig } from '../../agent/config.ts'
import { agentFolder } from '../support/agent-process.ts'
import { startTestCentre } from '../support/centre.ts'
import { eventually } from '../support/eventually.ts'
import { rememberingLog } from '../support/remembering-log.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

interface DeviceAnswer {
  values: Record<string, number>
}

test('the charger is pulled, and seconds later the page says that the machine runs on battery', async () => {
  const centre = await startTestCentre()
  const supplies = temporaryFolder()
  const battery = async (status: string): Promise<void> => {
    await mkdir(join(supplies, 'BAT0'), { recursive: true })
    await writeFile(join(supplies, 'BAT0/type'), 'Battery\n')
    await writeFile(join(supplies, 'BAT0/status'), `${status}\n`)
  }
  await battery('Full')
  const quarterly = { sampleSeconds: 60, reportSeconds: 900, keepaliveSeconds: 1200 }
  const folder = await agentFolder(centre, 'R1', quarterly)
  const agent = createAgent({
    ...{ config: readAgentConfig(folder), folder, log: rememberingLog() },
    power: createPowerCollector(supplies),
    powerLimits: { lookMs: 100 },
  })
  onTestFinished(() => agent.stop('service-stop'))
  await agent.start()
  const source = async () => (await centre.api<DeviceAnswer>('/devices/R1')).values.power_source
  await eventually('the first report', async () => (await source()) === 1)

  const pulledMs = performance.now()
  await battery('Discharging')
  await eventually('the report on battery', async () => (await source()) === 2)
  expect(performance.now() - pulledMs).toBeLessThan(5000)
  const page = await (await fetch(`${centre.address}/devices/R1`)).text()
  expect(page).toContain('Chạy bằng pin')
})
