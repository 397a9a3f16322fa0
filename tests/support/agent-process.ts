import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { writeAgentConfig } from '../../agent/config.ts'
import type { TestCentre } from './centre.ts'
import { temporaryFolder } from './temporary-folder.ts'

const HAIDANG = fileURLToPath(new URL('../../dist/haidang.js', import.meta.url))

export interface AgentProcess {
  child: ChildProcess
  folder: string
  /** Sends the signal and waits for the process to end. */
  end(signal: NodeJS.Signals): Promise<void>
}

/** The papers of an enrolled device in a folder of their own. */
export async function agentFolder(
  centre: Pick<TestCentre, 'enrolQuick' | 'mqttPort'>,
  device: string,
  pace = { sampleSeconds: 1, reportSeconds: 1, keepaliveSeconds: 60 },
): Promise<string> {
  const folder = temporaryFolder()
  const enrolled = await centre.enrolQuick(device, pace)
  mkdirSync(folder, { recursive: true })
  await writeAgentConfig(folder, {
    server: { host: '127.0.0.1', port: centre.mqttPort },
    device: enrolled.device,
    key: Buffer.from(enrolled.key).toString('hex'),
    ...pace,
  })
  return folder
}

/** `haidang agent` as it is built, in a process of its own. */
export function startAgentProcess(folder: string): AgentProcess {
  const child = spawn(process.execPath, [HAIDANG, 'agent', '--data', folder], { stdio: 'ignore' })
  const ended = once(child, 'exit')
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal)
    await ended
  }
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) await end('SIGKILL')
  })
  return { child, folder, end }
}
