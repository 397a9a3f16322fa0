import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { createAgent } from './agent.ts'
import { claimFolder } from './alone.ts'
import type { Collector } from './collect/collector.ts'
import { type AgentConfig, parseAgentConfig, RELAY_PORT, readAgentConfig } from './config.ts'
import { leavingReason } from './leaving.ts'
import { type Machine, thisMachine } from './machine.ts'
import { portOf } from './port.ts'
import { createOwnProfileCollector } from './probe/own-profile.ts'
import { readOwnProbe } from './probe/papers.ts'
import { Prober, type ProberParts } from './probe/prober.ts'
import { reasonOf } from './reason.ts'

const USAGE = `haidang agent --data THƯ_MỤC

Tác tử của một thiết bị: đo mỗi phút, giữ trên đĩa, báo về trung tâm.
The agent of one device: samples each minute, keeps it on disk, reports to the centre.

  --data THƯ_MỤC   thư mục có agent.json, cũng giữ nhật ký
                   the folder that holds agent.json; the journal is kept there too
  --attached       dừng khi đầu vào chuẩn đóng, như khi tiến trình cha mất
                   stops when standard input closes, as when the parent process is gone
  --help           in hướng dẫn này
                   prints this text
`

const RELAY_USAGE = `haidang relay --data THƯ_MỤC [--port CỔNG]

Tác tử cũng nhận báo cáo của các máy lân cận và gửi đi cùng báo cáo của mình: cả điểm dùng chung một đường truyền yếu.
An agent that also takes its neighbours' reports and sends them with its own. They are enrolled with --relay HOST.

  --data THƯ_MỤC   như haidang agent · as of haidang agent
  --port CỔNG      cổng trong mạng nội bộ · the port on the LAN (relayPort của agent.json, ${RELAY_PORT})
  --attached       như haidang agent · as of haidang agent
  --help           in hướng dẫn này · prints this text
`

/** The command `haidang agent`. Resolves with the exit status: 0, 1 failed, 2 bad usage. */
export function runAgent(args: string[]): Promise<number> {
  return run(args, USAGE, (config) => config)
}

/** The command `haidang relay`: an agent that is a relay, whatever its papers say. */
export function runRelay(args: string[]): Promise<number> {
  return run(args, RELAY_USAGE, (config, port) => {
    return parseAgentConfig({ ...config, relayPort: port ?? config.relayPort ?? RELAY_PORT })
  })
}

async function run(
  args: string[],
  usage: string,
  amend: (config: AgentConfig, port: number | undefined) => AgentConfig,
): Promise<number> {
  let port: number | undefined
  let folder: string | undefined
  let attached = false
  try {
    const { values } = parseArgs({
      args,
      options: {
        data: { type: 'string' },
        port: { type: 'string' },
        attached: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    if (values.help) {
      process.stdout.write(usage)
      return 0
    }
    folder = values.data
    if (values.port !== undefined) {
      if (usage !== RELAY_USAGE) throw new Error('--port: expected none for an agent, got one')
      port = portOf('--port', values.port)
    }
    attached = values.attached ?? false
    if (!folder) throw new Error('--data: expected a folder, got nothing')
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\n\n${usage}`)
    return 2
  }

  try {
    // Heard from the first moment: a signal while the agent starts stops it in good order too.
    const signal = firstSignal(attached)
    const config = amend(readAgentConfig(folder), port)
    const release = await claimFolder(folder)
    const log = pino({ base: null })
    const own = await ownProfile(folder)
    const agent = createAgent({ config, folder, log, machine: withProfile(thisMachine(), own) })
    const prober = new Prober({ folder, agent, log, openProbe })
    const started = agent.start().then(() => prober.start())
    await Promise.race([started, signal])
    await signal
    const reason = await leavingReason()
    await prober.stop()
    await agent.stop(reason)
    await started
    release()
    return 0
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\n`)
    return 1
  }
}

/** What asks others takes 1.4 MB, which only those load that ask. */
const openProbe: ProberParts['openProbe'] = async (papers, folder) =>
  (await import('./probe/open-probe.ts')).openProbe(papers, folder)

function withProfile(machine: Machine, own: readonly Collector[]): Machine {
  return { ...machine, collectors: (surroundings) => [...machine.collectors(surroundings), ...own] }
}

/** What another program of this machine says of it, where the agent's papers name a profile to ask it by. */
async function ownProfile(folder: string): Promise<Collector[]> {
  const papers = readOwnProbe(folder)
  if (papers === null) return []
  const { probe, profile } = await openProbe(papers, folder)
  return [createOwnProfileCollector(probe, profile)]
}

/**
 * Resolves at the first SIGTERM or SIGINT, or at the end of input. Further ones change nothing: a wrapper that passes
 * on what the process group got already would cut off the goodbye, and the way out is bounded to a few seconds anyway.
 */
function firstSignal(attached: boolean): Promise<void> {
  return new Promise((resolve) => {
    const heard = () => {
      process.stdin.pause()
      resolve()
    }
    if (attached) process.stdin.once('end', heard).resume()
    process.on('SIGTERM', heard)
    process.on('SIGINT', heard)
  })
}
