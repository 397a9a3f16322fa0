import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { areaId, deviceId, siteId } from '#protocol/ids.ts'
import { readAgentConfig, writeAgentConfig } from '../agent/config.ts'
import type { Centre } from '../server/centre.ts'
import { readConfig } from '../server/config.ts'
import { openCentre, readUsage, runUntilSignal } from '../server/main.ts'
import { newId, newKey } from '../server/registry/new-device.ts'

const HELP = `haidang start

Chạy trung tâm và một tác tử cho chính máy này, tự ghi danh. Cài đặt như "haidang server --help".
Runs the centre and an agent for this very machine, enrolled by itself. Settings as in "haidang server --help".
`

/** This machine's own line is free: a report each minute, and a loss noticed within a minute and a half. */
const LOCAL_REPORT_SECONDS = 60
const LOCAL_KEEPALIVE_SECONDS = 60

/** The agent has 3 s to say goodbye; then it is not waited for. */
const AGENT_STOP_MS = 5000

const CENTRE_AREA = { id: areaId('TT'), parent: null, name: 'Trung tâm giám sát', code: null }
const CENTRE_SITE = {
  ...{ id: siteId('TT-1'), area: CENTRE_AREA.id, name: 'Máy chủ' },
  ...{ terrain: null, latitude: null, longitude: null },
}

/** `npm start`: the centre in this process, the agent in one of its own. @returns the exit status */
export async function runStart(args: string[]): Promise<number> {
  const usage = readUsage('start', HELP, args)
  if (usage !== null) return usage
  return runUntilSignal(async (log) => {
    const centre = await openCentre(log)
    try {
      const { dataFolder, agentsHost } = readConfig(process.env)
      const folder = join(dataFolder, 'agent')
      await enrolThisMachine(centre, folder, agentsHost ?? '127.0.0.1')
      const agent = startAgent(folder, log)
      return async () => {
        await stopAgent(agent)
        await centre.stop()
      }
    } catch (error) {
      await centre.stop()
      throw error
    }
  })
}

/** Writes the agent's papers at the first start, and the broker's port of today at every later one. */
async function enrolThisMachine(centre: Centre, folder: string, host: string): Promise<void> {
  const { registry, mqttPort } = centre
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const server = { host, port: mqttPort }
  const known = existsSync(join(folder, 'agent.json')) ? readAgentConfig(folder) : null
  if (known && registry.device(known.device)) {
    const same = known.server.host === host && known.server.port === mqttPort
    // What else a technician has written into them is left alone.
    if (!same) await writeAgentConfig(folder, { ...known, server })
    return
  }
  if (!registry.area(CENTRE_AREA.id)) await registry.addArea(CENTRE_AREA)
  if (!registry.site(CENTRE_SITE.id)) await registry.addSite(CENTRE_SITE)
  const device = {
    id: deviceId(newId()),
    site: CENTRE_SITE.id,
    uplink: null,
    sim: null,
    battery: false,
    prober: null,
    bulletinClass: null,
    // Not a PC that somebody may switch off in the evening: when it is silent, that is worth a message.
    kind: 'other' as const,
    name: hostname(),
    key: newKey(),
    keepaliveSeconds: LOCAL_KEEPALIVE_SECONDS,
    reportSeconds: LOCAL_REPORT_SECONDS,
    enrolledMs: Date.now(),
  }
  await registry.addDevice(device)
  await writeAgentConfig(folder, {
    server,
    device: device.id,
    key: device.key.toString('hex'),
    sampleSeconds: 60,
    reportSeconds: LOCAL_REPORT_SECONDS,
    keepaliveSeconds: LOCAL_KEEPALIVE_SECONDS,
  })
}

/**
 * In a process group of its own, so that Ctrl-C reaches this process alone, which then stops it in order; and
 * attached, so that it does not outlive this process however that ends.
 */
function startAgent(folder: string, log: Logger): ChildProcess {
  const args = [...process.execArgv, process.argv[1]!, 'agent', '--attached', '--data', folder]
  const agent = spawn(process.execPath, args, { stdio: ['pipe', 'inherit', 'inherit'], detached: true })
  agent.once('exit', (status, signal) => {
    // Not started again: what watches over agents is the system they run under, and here a person.
    log.warn({ status, signal }, `agent ended; start it again by: npx haidang agent --data ${folder}`)
  })
  return agent
}

async function stopAgent(agent: ChildProcess): Promise<void> {
  if (agent.exitCode !== null || agent.signalCode !== null) return
  agent.removeAllListeners('exit')
  const ended = once(agent, 'exit')
  agent.kill('SIGTERM')
  const timer = setTimeout(() => agent.kill('SIGKILL'), AGENT_STOP_MS)
  await ended
  clearTimeout(timer)
}
