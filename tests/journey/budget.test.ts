import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { uplinkId } from '#protocol/ids.ts'
import type { Pace } from '#protocol/pace.ts'
import { SILENT_STEP } from '#protocol/pace.ts'
import { createAgent } from '../../agent/agent.ts'
import type { Account } from '../../agent/budget/account.ts'
import { parseAgentConfig } from '../../agent/config.ts'
import { startTestCentre } from '../support/centre.ts'
import { startCountingProxy } from '../support/counting-proxy.ts'
import { eventually } from '../support/eventually.ts'
import { rememberingLog } from '../support/remembering-log.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

interface DeviceBody {
  pace: Pace | null
}

interface BillBody {
  bytes: number
  source: string
  capBytes: number | null
  vnd: number | null
}

/** The first of a month, in the morning: nothing of it is spent yet. */
const MORNING_MS = Date.UTC(2026, 10, 1, 1)

/** Longer than any pause of the link in the first minutes of an outage: SPACING_MS and JITTER_MS. */
const TWO_TRIES_MS = 2500

test('the owner says what a month may cost, the device stretches, says so, and is silent before it is spent', async () => {
  const centre = await startTestCentre()
  const line = { name: '4G', isp: 'Viettel', medium: 'cell' as const, vndPerMb: 200 }
  const cap = async (monthlyBytes: number | null) =>
    centre.api('/uplinks/U1', { ...line, monthlyBytes }, 'PUT')
  await centre.api('/uplinks', { id: 'U1', site: 'S1', ...line })
  const papers = await centre.api<{ key: string }>('/enrolments', {
    ...{ device: 'PC-01', site: 'S1', uplink: 'U1', kind: 'pc', name: 'Máy văn thư' },
    ...{ reportSeconds: 10, keepaliveSeconds: 60 },
  })
  const proxy = await startCountingProxy(centre.mqttPort)
  const config = parseAgentConfig({
    server: { host: '127.0.0.1', port: proxy.port },
    ...{ device: 'PC-01', key: papers.key, sampleSeconds: 1, reportSeconds: 2, keepaliveSeconds: 60 },
  })
  const folder = temporaryFolder()
  const startedMs = performance.now()
  const ranMs = () => performance.now() - startedMs
  const clock = { uptimeSeconds: () => 100 + Math.floor(ranMs() / 1000), nowMs: () => MORNING_MS + ranMs() }
  const log = rememberingLog()
  const agent = createAgent({ config, folder, log, clock })
  await agent.start()
  const paceOf = async () => (await centre.api<DeviceBody>('/devices/PC-01')).pace
  const step = async () => (await paceOf())?.step

  await eventually('the settings that the centre pushed are kept and said', async () => {
    const pace = await paceOf()
    return pace?.reportSeconds === 10 && pace.step === 0
  })
  expect(JSON.parse(await readFile(join(folder, 'settings.json'), 'utf8'))).toMatchObject({
    monthlyBytes: null,
  })

  await cap(400_000)
  await eventually('an hour between two reports, announced', async () => (await step()) === 3)
  expect(await paceOf()).toMatchObject({ sampleSeconds: 120, reportSeconds: 3600 })

  // The API refuses so little.
  await centre.registry.changeUplink(uplinkId('U1'), { ...line, monthlyBytes: 20_000 })
  await eventually('silence, announced', async () => (await step()) === SILENT_STEP)
  expect(log.lines).toContain('budget: silent but for what changes')
  const before = proxy.bytes
  const { connections } = proxy
  proxy.cut()
  await new Promise((resolve) => setTimeout(resolve, TWO_TRIES_MS))
  expect([proxy.connections, proxy.bytes], 'a broken line is not even tried').toEqual([connections, before])

  await cap(400_000)
  await agent.stop('service-stop')
  const account = JSON.parse(await readFile(join(folder, 'budget.json'), 'utf8')) as Account
  // Headers and acknowledgements are the model's, only the rest passes the proxy.
  expect(account.bytes).toBeGreaterThan(proxy.bytes)
  expect(account.bytes).toBeLessThan(20_000)

  const bill = await centre.api<BillBody>('/devices/PC-01/bill')
  expect(bill).toMatchObject({ source: 'agent', capBytes: 400_000 })
  expect(bill.vnd).toBe(Math.round(bill.bytes / 5000))
  expect(await centre.api('/uplinks/U1/bill')).toMatchObject({
    capBytes: 400_000,
    devices: [{ device: 'PC-01' }],
  })
}, 40_000)
