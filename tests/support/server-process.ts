import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const HAIDANG = fileURLToPath(new URL('../../dist/haidang.js', import.meta.url))

export interface ServerProcess {
  child: ChildProcess
  httpPort: number
  mqttPort: number
  /** Sends the signal and waits for the process to end. @returns its exit status, null when a signal ended it */
  end(signal: NodeJS.Signals): Promise<number | null>
}

/** `haidang server` as it is built, in a process of its own; resolves when both its doors are open. */
export async function startServerProcess(environment: Record<string, string>): Promise<ServerProcess> {
  const child = spawn(process.execPath, [HAIDANG, 'server'], {
    env: { PATH: process.env.PATH ?? '', HAIDANG_HTTP_PORT: '0', HAIDANG_MQTT_PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let complaints = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString()
  })
  const ended = once(child, 'exit')
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal)
    await ended
    return child.exitCode
  }
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) await end('SIGKILL')
  })
  const ports: Record<string, number> = {}
  for await (const line of createInterface(child.stdout)) {
    const [, name, port] = /^listening (\w+) (\d+)$/.exec(line) ?? []
    if (name) ports[name] = Number(port)
    if (ports.http && ports.mqtt) return { child, httpPort: ports.http, mqttPort: ports.mqtt, end }
  }
  throw new Error(`haidang server: expected it to listen, it ended: ${complaints}`)
}
