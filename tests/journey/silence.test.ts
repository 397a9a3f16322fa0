import { expect, test } from 'vitest'
import type { Notification } from '../../server/notify/notification.ts'
import { agentFolder, startAgentProcess } from '../support/agent-process.ts'
import { startTestCentre } from '../support/centre.ts'
import { eventually } from '../support/eventually.ts'
import { QUICK_RULES } from '../support/quick-rules.ts'
import { startReceiver } from '../support/webhook-receiver.ts'

const SECRET = 'bi-mat-cua-may-nhan'

interface DeviceAnswer {
  session: string
}

interface IncidentAnswer {
  state: string
  devices: string[]
  end: number | null
}

test('a goodbye is no outage; a killed agent is one incident, one message, and one when it is back', {
  timeout: 60_000,
}, async () => {
  const receiver = await startReceiver(200)
  const centre = await startTestCentre(
    { HAIDANG_WEBHOOK_URL: receiver.url, HAIDANG_WEBHOOK_SECRET: SECRET },
    QUICK_RULES,
  )
  const folder = await agentFolder(centre, 'R1')
  const session = async (): Promise<string> => (await centre.api<DeviceAnswer>('/devices/R1')).session
  const becomes = (state: string) => eventually(`session ${state}`, async () => (await session()) === state)

  const stopped = startAgentProcess(folder)
  await becomes('online')
  await stopped.end('SIGTERM')
  await becomes('goodbye')

  // Had the goodbye counted as a loss, its incident would come: after the hold-down, a tick, and the second that
  // ticks stay behind the clock.
  const past = Date.now() + 2000 + 1000 + 1000 + 500
  await eventually('the hold-down to be over', () => Date.now() > past)
  expect(await centre.api<IncidentAnswer[]>('/incidents')).toEqual([])

  const killed = startAgentProcess(folder)
  await becomes('online')
  await killed.end('SIGKILL')
  await becomes('suspect')
  expect(await centre.api<IncidentAnswer[]>('/incidents')).toEqual([])
  await becomes('offline')
  const [opened] = await centre.api<IncidentAnswer[]>('/incidents?open=true')
  expect(opened).toMatchObject({ devices: ['R1'], state: 'open', end: null })
  await receiver.received(1)

  startAgentProcess(folder)
  const resolved = await eventually('the incident to be resolved', async () => {
    const [incident] = await centre.api<IncidentAnswer[]>('/incidents')
    return incident?.state === 'resolved' && incident
  })
  expect(resolved.end).not.toBeNull()
  const requests = await receiver.received(2)
  const told = requests.map(({ body }) => JSON.parse(body) as Notification)
  expect(told.map(({ event, incident }) => `${incident} ${event}`)).toEqual(['I1 opened', 'I1 resolved'])
  expect(told[0]!.text.vi.body).toContain('MẤT KẾT NỐI')
})

test('whoever takes an incident on is named in it', async () => {
  const centre = await startTestCentre({}, QUICK_RULES)
  const agent = startAgentProcess(await agentFolder(centre, 'R1'))
  await eventually('online', async () => (await centre.api<DeviceAnswer>('/devices/R1')).session === 'online')
  await agent.end('SIGKILL')
  await eventually('an incident', async () => (await centre.api<IncidentAnswer[]>('/incidents')).length === 1)
  expect(await centre.api('/incidents/I1/acknowledge', {})).toMatchObject({
    state: 'acknowledged',
    acknowledgedBy: 'admin',
  })
})
