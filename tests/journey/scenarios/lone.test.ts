import { expect, test } from 'vitest'
import { startAgentProcess } from '../../support/agent-process.ts'
import { eventually } from '../../support/eventually.ts'
import { startSeveredLine } from './severed-line.ts'
import { reboot, startAgent, startVillage } from './village.ts'

/** Scenarios 1, 11 and 13 over real MQTT: real agents, rules of seconds. */

test('1: a PC that says goodbye is off, and nobody hears of it; 13: a loudspeaker that dies is one ticket', {
  timeout: 60_000,
}, async () => {
  const village = await startVillage()
  const pc = await startAgent(await village.add('P1', 'pc'))
  const folder = await village.add('L1', 'speaker')
  const speaker = startAgentProcess(folder)
  await startAgent(await village.add('L2', 'speaker'))
  await startAgent(await village.add('R1', 'router'))
  await village.becomes('online', 'P1', 'L1', 'L2', 'R1')

  await pc.stop('shutdown')
  await village.becomes('goodbye', 'P1')
  // It stays away for longer than the loudspeaker: had the goodbye counted as a loss, it would be told of first.
  await speaker.end('SIGKILL')
  const [ticket] = await village.messagesCome(1)
  expect(ticket).toMatchObject({
    ...{ event: 'opened', priority: 'ticket', scope: 'device', devices: ['L1'] },
  })

  await reboot(folder)
  startAgentProcess(folder)
  const [, resolved] = await village.messagesCome(2)
  expect(resolved).toMatchObject({ event: 'resolved', incident: ticket!.incident, devices: ['L1'] })
  const [incident] = await eventually('the cause by its history', async () => {
    const incidents = await village.incidents()
    return incidents[0]?.cause === 'device' && incidents
  })
  expect(incident).toMatchObject({ scope: 'device', devices: ['L1'] })
  expect(await village.incidents()).toHaveLength(1)
  expect(await village.session('P1')).toBe('goodbye')
})

test('11: what dips and is back within its hold-down is told to nobody', { timeout: 60_000 }, async () => {
  const village = await startVillage({ holdDownWiredSeconds: 10, holdDownCellSeconds: 10 })
  const [dipping, marked] = [
    await startSeveredLine(() => village.mqttPort),
    await startSeveredLine(() => village.mqttPort),
  ]
  await startAgent(await village.add('R1', 'router', { port: dipping.port }))
  await startAgent(await village.add('P1', 'pc', { port: dipping.port }))
  await startAgent(await village.add('L1', 'speaker', { port: marked.port }))
  await startAgent(await village.add('L2', 'speaker'))
  await village.becomes('online', 'R1', 'P1', 'L1', 'L2')

  dipping.cut()
  await village.becomes('suspect', 'R1', 'P1')
  marked.cut()
  dipping.mend()
  await village.becomes('online', 'R1', 'P1')
  // It was lost later and stays away: when its hold-down is over, theirs would be.
  const [ticket] = await village.messagesCome(1)
  expect(ticket).toMatchObject({ event: 'opened', devices: ['L1'] })
  expect(await village.incidents()).toHaveLength(1)
  marked.mend()
})
