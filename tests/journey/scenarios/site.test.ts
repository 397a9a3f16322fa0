import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { startSeveredLine } from './severed-line.ts'
import { startAgent, startVillage } from './village.ts'

/** Scenarios 4 and 5 over real MQTT: an office of real agents behind one line, rules of seconds. */

const OFFICE = [
  ['R1', 'router'],
  ['P1', 'pc'],
  ['P2', 'pc'],
] as const

test('5: the line of an office is cut: one page of the site, and the link once the boots have shown it', {
  timeout: 60_000,
}, async () => {
  const village = await startVillage()
  const line = await startSeveredLine(() => village.mqttPort)
  for (const [id, kind] of OFFICE) await startAgent(await village.add(id, kind, { port: line.port }))
  await startAgent(await village.add('L1', 'speaker'))
  await village.becomes('online', 'R1', 'P1', 'P2', 'L1')

  const cutAt = Date.now()
  line.cut()
  const [page] = await village.messagesCome(1)
  expect(page).toMatchObject({
    ...{ event: 'opened', priority: 'page', scope: 'site', cause: 'undetermined' },
  })
  expect([...page!.devices].sort()).toEqual(['P1', 'P2', 'R1'])
  expect(page!.start[0]).toBeLessThanOrEqual(cutAt + 1000)
  expect(page!.start[1]).toBeGreaterThanOrEqual(cutAt - 1000)

  line.mend()
  const [, resolved] = await village.messagesCome(2)
  expect(resolved).toMatchObject({ event: 'resolved', incident: page!.incident })
  const incidents = await eventually('the cause by history', async () => {
    const all = await village.incidents()
    return all[0]?.cause === 'link' && all
  })
  expect(incidents).toHaveLength(1)
  expect(village.told()).toHaveLength(2)
})

test('4: the mains of an office go while its router runs on a mini-UPS and says so: power', {
  timeout: 60_000,
}, async () => {
  const village = await startVillage()
  const line = await startSeveredLine(() => village.mqttPort)
  const supply = { source: 1 }
  const collector = { name: 'power', read: async () => ({ power_source: supply.source }) }
  await startAgent(await village.add('R1', 'router', { battery: true }), collector)
  for (const id of ['P1', 'P2']) await startAgent(await village.add(id, 'pc', { port: line.port }))
  await village.becomes('online', 'R1', 'P1', 'P2')

  supply.source = 2
  line.cut()
  const [page] = await village.messagesCome(1)
  expect(page).toMatchObject({ event: 'opened', priority: 'page', scope: 'site', cause: 'power' })
  expect(page!.devices).toEqual(expect.arrayContaining(['P1', 'P2']))
  expect(await village.session('R1')).toBe('online')
  line.mend()
})
