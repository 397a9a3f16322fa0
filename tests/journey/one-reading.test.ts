import { expect, test } from 'vitest'
import { agentFolder, startAgentProcess } from '../support/agent-process.ts'
import { startTestCentre } from '../support/centre.ts'
import { eventually } from '../support/eventually.ts'

interface DeviceAnswer {
  session: string
  readAt: number | null
  values: Record<string, number>
}

interface ReadingsAnswer {
  points: { at: number; value: number }[]
}

test('a reading of this machine goes from its kernel to the page', async () => {
  const centre = await startTestCentre()
  const began = Date.now()
  const agent = startAgentProcess(await agentFolder(centre, 'R1'))

  const device = await eventually('the first reading', async () => {
    const answer = await centre.api<DeviceAnswer>('/devices/R1')
    return answer.readAt !== null && answer
  })
  expect(device.session).toBe('online')
  expect(Date.now() - began, 'ms from start to reading').toBeLessThan(15_000)
  expect(device.values.cpu_percent).toBeGreaterThanOrEqual(0)
  expect(device.values.cpu_percent).toBeLessThanOrEqual(100)
  expect(device.values.memory_percent).toBeGreaterThan(0)
  expect(device.values.uptime_seconds).toBeGreaterThan(0)

  const { points } = await eventually('three readings in the store', async () => {
    const answer = await centre.api<ReadingsAnswer>('/devices/R1/readings?metric=memory_percent')
    return answer.points.length >= 3 && answer
  })
  expect(new Set(points.map(({ at }) => at)).size, 'each at a time of its own').toBe(points.length)
  for (const { at } of points) expect(at).toBeGreaterThanOrEqual(began - 2000)

  const page = await (await fetch(`${centre.address}/`)).text()
  expect(page).toContain('UBND xã Nà Tăm')
  expect(page).toContain('Hoạt động')
  await agent.end('SIGTERM')
})

test('an open page hears of a reading as it comes', async () => {
  const centre = await startTestCentre()
  const folder = await agentFolder(centre, 'R1')
  const stream = await fetch(`${centre.address}/events?lang=vi`)
  expect(stream.headers.get('content-type')).toContain('text/event-stream')
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader()

  startAgentProcess(folder)
  let heard = ''
  while (!heard.includes('"id":"d-R1"')) heard += (await reader.read()).value ?? ''
  expect(heard).toMatch(/^event: hello\ndata: [0-9a-f]{8}\n\n/)
  await reader.cancel()
})
