import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))

const LOOK_MS = 100

export interface BenchServer {
  child: ChildProcess
  httpPort: number
  mqttPort: number
  enrol(device: string): Promise<{ device: string; key: string }>
  get<Answer>(path: string): Promise<Answer>
  /** Resolves when every projection has seen all that the ledger holds. */
  caughtUp(): Promise<void>
  stop(): Promise<void>
}

/** The server as `npm start` runs it, on a folder of its own; `prefix` is a command to run it under. */
export async function startBenchServer(prefix: readonly string[] = []): Promise<BenchServer> {
  const folder = mkdtempSync(join(tmpdir(), 'haidang-bench-'))
  const password = randomBytes(12).toString('hex')
  const openssl = `--openssl-config=${join(root, 'deploy/openssl.cnf')}`
  const [program, ...args] = [...prefix, process.execPath, openssl, join(root, 'dist/haidang.js'), 'server']
  const child = spawn(program!, args, {
    env: {
      PATH: process.env.PATH ?? '',
      HAIDANG_DATA: folder,
      HAIDANG_HTTP_PORT: '0',
      HAIDANG_MQTT_PORT: '0',
      HAIDANG_ADMIN_PASSWORD: password,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ports: Record<string, number> = {}
  for await (const line of createInterface(child.stdout!)) {
    const [, name, port] = /^listening (\w+) (\d+)$/.exec(line) ?? []
    if (name) ports[name] = Number(port)
    if (ports.http && ports.mqtt) break
  }

  let token = ''
  async function ask<Answer>(path: string, body?: object): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${ports.http}/api/v1${path}`, {
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
      },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as Answer
  }

  token = (await ask<{ token: string }>('/sessions', { name: 'admin', password })).token
  await ask('/areas', { id: 'A', name: 'Bench' })
  await ask('/sites', { id: 'S', area: 'A', name: 'Bench' })
  return {
    child,
    httpPort: ports.http!,
    mqttPort: ports.mqtt!,
    enrol: (device) => ask('/enrolments', { device, site: 'S', kind: 'router', name: device }),
    get: (path) => ask(path),
    async caughtUp() {
      for (;;) {
        const answer = await (await fetch(`http://127.0.0.1:${ports.http}/readyz`)).json()
        if ((answer as { projections: { lag: number }[] }).projections.every(({ lag }) => lag === 0)) return
        await pause(LOOK_MS)
      }
    },
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
