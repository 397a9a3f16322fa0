import { expect, test } from 'vitest'
import { startSeveredLine } from './severed-line.ts'
import { startAgent, startVillage } from './village.ts'

/** Scenarios 16 and 17 over real MQTT: the centre goes away while real agents live on. */

test('16, 17: the centre is away and one device dies meanwhile: it alone is told of, besides the platform', {
  timeout: 60_000,
}, async () => {
  const first = await startVillage()
  const place = { port: first.mqttPort }
  const line = await startSeveredLine(() => place.port)
  const dying = await startSeveredLine(() => place.port)
  for (const [id, site, { port }] of [
    ['R1', 'S1', line],
    ['R2', 'S2', line],
    ['R3', 'S3', dying],
  ] as const) {
    await startAgent(await first.add(id, 'router', { site, port }))
  }
  await first.becomes('online', 'R1', 'R2', 'R3')
  const beforeStop = Date.now()
  await first.stop()
  dying.cut()

  const second = await startVillage(
    { platformHoldDownSeconds: 0, staleGraceSeconds: 12 },
    { HAIDANG_DATA: first.folder },
  )
  const backAt = Date.now()
  place.port = second.mqttPort
  await second.becomes('online', 'R1', 'R2')
  const field = () => second.messages().filter(({ scope }) => scope !== 'platform')
  await second.messagesCome(1)
  while (field().length === 0) await second.messagesCome(second.messages().length + 1)
  const [missing] = field()
  expect(missing).toMatchObject({ event: 'opened', priority: 'page', devices: ['R3'] })
  // While the centre was away: nobody can say when.
  expect(missing!.start[0]).toBeLessThanOrEqual(beforeStop + 1000)
  expect(missing!.start[1]).toBeGreaterThanOrEqual(beforeStop)
  expect(missing!.start[1]).toBeLessThanOrEqual(backAt + 1000)
  const platform = second.messages().filter(({ scope, event }) => scope === 'platform' && event === 'opened')
  expect(platform.length, second.told().join(' | ')).toBe(1)
  const incidents = await second.incidents()
  expect(incidents.filter(({ scope }) => scope !== 'platform').map(({ devices }) => devices)).toEqual([
    ['R3'],
  ])
  dying.mend()
})
