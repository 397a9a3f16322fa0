import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createAgent } from '../../../agent/agent.ts'
import { parseAgentConfig } from '../../../agent/config.ts'
import { startTestCentre } from '../../support/centre.ts'
import { eventually } from '../../support/eventually.ts'
import { rememberingLog } from '../../support/remembering-log.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** A centre with a commune in a district, and an agent in the commune. */
async function startHeld() {
  const centre = await startTestCentre()
  await centre.api('/areas', { id: 'X2', parent: 'X1', name: 'Bản Coóng Nọi' })
  await centre.api('/areas', { id: 'Y1', name: 'Xã Bản Bo' })
  await centre.api('/sites', { id: 'S2', area: 'X2', name: 'Trạm y tế' })
  const { device, key } = await centre.enrol('PC-01', 'S2')
  const folder = join(temporaryFolder(), 'agent')
  const config = parseAgentConfig({
    ...{ server: { host: '127.0.0.1', port: centre.mqttPort }, device },
    ...{ key: Buffer.from(key).toString('hex'), sampleSeconds: 60, reportSeconds: 900, keepaliveSeconds: 60 },
  })
  const startAgent = async () => {
    const log = rememberingLog()
    const agent = createAgent({ config, folder, log })
    await agent.start()
    let running = true
    const stop = async () => {
      if (running) await agent.stop('service-stop')
      running = false
    }
    onTestFinished(stop)
    await eventually('it is connected', async () => {
      const { session } = await centre.api<{ session: string }>('/devices/PC-01')
      return session === 'online'
    })
    return { agent, stop }
  }
  const storm = (area: string) =>
    centre.api<{ id: string }>('/storms', { areas: [area], hours: 1, name: 'Bão số 9' })
  return { centre, startAgent, storm }
}

test('in a storm an agent holds updates and probes, over a restart of its own too, until it is over', async () => {
  const { centre, startAgent, storm } = await startHeld()
  const { agent, stop } = await startAgent()
  expect(agent.held()).toBe(false)
  await storm('Y1')
  const { id } = await storm('X1')
  await eventually('the storm of the district holds the agent of its commune', () => agent.held())
  await stop()

  const again = await startAgent()
  expect(again.agent.held(), 'it has kept it').toBe(true)
  await centre.api(`/storms/${id}`, undefined, 'DELETE')
  await eventually('it is over', () => !again.agent.held())
})

test('one whose storm began while it was away is told at its connect', async () => {
  const { startAgent, storm } = await startHeld()
  await storm('X2')
  const { agent } = await startAgent()
  await eventually('it is told', () => agent.held())
})
