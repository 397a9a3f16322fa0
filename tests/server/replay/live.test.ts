import { join } from 'node:path'
import { expect, test } from 'vitest'
import { encodeGoodbye } from '#protocol/goodbye.ts'
import { encodeHello } from '#protocol/hello.ts'
import type { Incident } from '../../../server/incidents/incident.ts'
import { DEFAULT_RULES } from '../../../server/incidents/rules.ts'
import { openLedgerSource } from '../../../server/replay/ledger-source.ts'
import { createRun, replayObservations } from '../../../server/replay/run.ts'
import { openDatabase } from '../../../server/sqlite/database.ts'
import { startTestCentre } from '../../support/centre.ts'
import { eventually } from '../../support/eventually.ts'
import { connectDevice } from '../../support/raw-device.ts'
import { sampleHello } from '../../support/sample-hello.ts'

/** Waits that a test can wait for; that two of five devices go is no reason for the centre to doubt itself. */
const QUICK = {
  ...{ holdDownWiredSeconds: 1, holdDownCellSeconds: 1, holdDownSocketExtraSeconds: 0 },
  ...{ recoverySeconds: 1, releaseSeconds: 1, staleGraceSeconds: 0, platformShare: 1 },
}
const PACE = { reportSeconds: 60, keepaliveSeconds: 5 }

interface IncidentAnswer {
  id: string
  state: string
}

/** A morning of five routers: two are cut off and come back as another boot, one says goodbye, one is cut off for good. */
async function liveMorning() {
  const centre = await startTestCentre({}, QUICK)
  const connect = async (name: string, boot: number, key: Uint8Array) => {
    const previousEnd = boot === 1 ? null : 'power-loss'
    const hello = encodeHello(sampleHello({ boot, previousEnd, uptimeSeconds: 1 }))
    return connectDevice({ port: centre.mqttPort, device: name, key }, hello)
  }
  const keys = new Map<string, Uint8Array>()
  for (const name of ['R1', 'R2', 'R3', 'R4', 'R5']) keys.set(name, (await centre.enrolQuick(name, PACE)).key)
  const [r1, r2, r3, r4] = await Promise.all([...keys].map(([name, key]) => connect(name, 1, key)))
  const states = async () =>
    (await centre.api<IncidentAnswer[]>('/incidents')).map(({ id, state }) => `${id} ${state}`)
  const become = (expected: string) => eventually(expected, async () => (await states()).includes(expected))

  r1!.stream.destroy()
  r2!.stream.destroy()
  await become('I1 open')
  await centre.api('/incidents/I1/acknowledge', {})
  await become('I1 acknowledged')
  await Promise.all(['R1', 'R2'].map((name) => connect(name, 2, keys.get(name)!)))
  await become('I1 resolved')
  await r3!.publishAsync('g', Buffer.from(encodeGoodbye({ reason: 'shutdown', boot: 1, uptimeSeconds: 9 })), {
    qos: 1,
  })
  r4!.stream.destroy()
  await become('I2 open')
  const running = await recordsFrom(centre.folder)
  await centre.stop()
  return { folder: centre.folder, running }
}

async function recordsFrom(folder: string): Promise<object[]> {
  const { world, observations, close } = await openLedgerSource(folder, { warn() {} })
  const records: object[] = []
  const rules = { ...DEFAULT_RULES, ...QUICK }
  for await (const record of replayObservations(world, observations(), rules)) records.push(record)
  await close()
  return records
}

async function replayed(folder: string): Promise<Incident[]> {
  const { world, observations, close } = await openLedgerSource(folder, { warn() {} })
  const run = createRun(world, { ...DEFAULT_RULES, ...QUICK })
  for await (const observation of observations()) run.observe(observation)
  await close()
  return run.incidents()
}

function stored(folder: string): Incident[] {
  const database = openDatabase(join(folder, 'projections.db'), { migrations: [], readOnly: true })
  const rows = database.all<{ json: string }>('SELECT json FROM incident ORDER BY opened_ms, id')
  database.close()
  return rows.map(({ json }) => JSON.parse(json) as Incident)
}

test('a replay of the ledger finds the very incidents that the running centre found', async () => {
  const { folder, running } = await liveMorning()
  const incidents = stored(folder)
  expect(incidents.map(({ id, devices }) => `${id} ${[...devices].sort().join(' ')}`)).toEqual([
    'I1 R1 R2',
    'I2 R4',
  ])
  expect(incidents[0]).toMatchObject({ state: 'resolved', acknowledgedBy: 'admin' })
  expect(await replayed(folder)).toEqual(incidents)
  const records = await recordsFrom(folder)
  expect(await recordsFrom(folder)).toEqual(records)
  const told = records.filter(isMessage)
  expect(told).toHaveLength(3)
  // While it still ran, nothing in the ledger was newer than the loss of R4: time had not passed to its end.
  expect(running.filter(isMessage)).toEqual(told.slice(0, 2))
})

const isMessage = (record: object) => 'type' in record && record.type === 'notification'
