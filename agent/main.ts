import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { createAgent } from './agent.ts'
import { readAgentConfig } from './config.ts'
import { reasonOf } from './reason.ts'

const USAGE = `haidang agent --data THƯ_MỤC

Tác tử của một thiết bị: đo mỗi phút, giữ trên đĩa, báo về trung tâm.
The agent of one device: samples each minute, keeps it on disk, reports to the centre.

  --data THƯ_MỤC   thư mục có agent.json, cũng giữ nhật ký
                   the folder that holds agent.json; the journal is kept there too
  --help           in hướng dẫn này
                   prints this text
`

/** The command `haidang agent`. Resolves with the exit status: 0, 1 failed, 2 bad usage. */
export async function runAgent(args: string[]): Promise<number> {
  let folder: string | undefined
  try {
    const { values } = parseArgs({
      args,
      options: { data: { type: 'string' }, help: { type: 'boolean' } },
    })
    if (values.help) {
      process.stdout.write(USAGE)
      return 0
    }
    folder = values.data
    if (!folder) throw new Error('--data: expected a folder, got nothing')
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\n\n${USAGE}`)
    return 2
  }

  try {
    // Heard from the first moment: a signal while the agent starts stops it in good order too.
    const signal = firstSignal()
    const agent = createAgent({ config: readAgentConfig(folder), folder, log: pino() })
    const started = agent.start()
    await Promise.race([started, signal])
    await signal
    await agent.stop('service-stop')
    await started
    return 0
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\n`)
    return 1
  }
}

/** Resolves at the first SIGTERM or SIGINT; a second one ends the process as usual. */
function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    const heard = () => {
      process.off('SIGTERM', heard)
      process.off('SIGINT', heard)
      resolve()
    }
    process.on('SIGTERM', heard)
    process.on('SIGINT', heard)
  })
}
