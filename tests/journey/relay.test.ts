import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createAgent } from '../../agent/agent.ts'
import { readAgentConfig } from '../../agent/config.ts'
import { startAgentProcess } from '../support/agent-process.ts'
import { startTestCentre, type TestCentre } from '../support/centre.ts'
import { eventually } from '../support/eventually.ts'
import { rememberingLog } from '../support/remembering-log.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

interface DeviceAnswer {
  session: string
  readAt: number | null
}

const NEIGHBOURS = ['N1', 'N2', 'N3']

/** Seconds in place of minutes. */
const HURRIED = {
  graceMs: 500,
  spreadMs: 500,
  quickRetryMs: 200,
  returnMs: 500,
  returnCapMs: 1000,
  stableMs: 0,
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** The least that the centre lets a device ask for. */
const REPORT_SECONDS = 10

/** The papers of a device in a folder of its own, with what they say of relays. */
async function enrol(centre: TestCentre, device: string, relaying: object): Promise<string> {
  const folder = temporaryFolder()
  const asked = { device, site: 'S1', kind: 'router', name: device, reportSeconds: REPORT_SECONDS }
  const { key } = await centre.api<{ key: string }>('/enrolments', asked)
  const pace = { sampleSeconds: 1, reportSeconds: REPORT_SECONDS, keepaliveSeconds: 60 }
  const papers = { server: { host: '127.0.0.1', port: centre.mqttPort }, device, key, ...pace, ...relaying }
  await writeFile(join(folder, 'agent.json'), JSON.stringify(papers))
  return folder
}

async function connections(centre: TestCentre): Promise<number> {
  const text = await (await fetch(`${centre.address}/metrics`)).text()
  return Number(/^haidang_connections (\d+)$/m.exec(text)?.[1])
}

test('neighbours report through their relay, by themselves when it is killed, and through it again', async () => {
  const centre = await startTestCentre()
  const port = await freePort()
  const relayFolder = await enrol(centre, 'R1', { relayPort: port })
  const relay = startAgentProcess(relayFolder)

  const logs = NEIGHBOURS.map(() => rememberingLog())
  for (const [at, name] of NEIGHBOURS.entries()) {
    const folder = await enrol(centre, name, { relay: { host: '127.0.0.1', port } })
    const config = readAgentConfig(folder)
    const agent = createAgent({ config, folder, log: logs[at]!, routeLimits: HURRIED })
    await agent.start()
    onTestFinished(() => agent.stop('service-stop'))
  }

  /** Online over so many connections, the relay's among them, each with a reading taken since. */
  const reporting = (what: string, over: number): Promise<unknown> => {
    const sinceMs = Date.now()
    return eventually(
      what,
      async () => {
        if ((await connections(centre)) !== over) return false
        const devices = await Promise.all(
          NEIGHBOURS.map((name) => centre.api<DeviceAnswer>(`/devices/${name}`)),
        )
        return devices.every(({ session, readAt }) => session === 'online' && (readAt ?? 0) > sinceMs)
      },
      60_000,
    )
  }

  await reporting('all through the relay', 1)
  await relay.end('SIGKILL')
  await reporting('all by themselves', NEIGHBOURS.length)
  const again = startAgentProcess(relayFolder)
  await reporting('all through the relay again', 1)
  for (const { lines } of logs) {
    const welcomes = lines.filter((line) => line === 'connected through the relay').length
    expect(welcomes).toBeGreaterThanOrEqual(2)
  }
  await again.end('SIGTERM')
}, 240_000)
