import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** A real InfluxDB 1.x server with a folder of its own. */
export interface Influxd {
  url: string
  /** Ends the server, by default in order; 'SIGKILL' is the crash. */
  stop(signal?: NodeJS.Signals): Promise<void>
  /** Starts it again on the same data and port; resolves when it answers. */
  start(): Promise<void>
  /** Ends it for good and takes its folder away. */
  remove(): Promise<void>
}

const READY_WITHIN_MS = 20_000
const POLL_MS = 50

/**
 * Whether tests with InfluxDB are to be skipped, which it says in one line; on a build server nothing is
 * skipped and `startInfluxd` fails.
 */
export function influxdMissing(): boolean {
  if (process.env.CI || spawnSync('influxd', ['version']).status === 0) return false
  process.stderr.write('tests with a real InfluxDB are skipped: apt-get install influxdb\n')
  return true
}

/** @throws Error when influxd is not installed, or does not answer in time, with what it printed */
export async function startInfluxd(): Promise<Influxd> {
  const folder = await mkdtemp(join(tmpdir(), 'haidang-influxd-'))
  const port = await freePort()
  await writeFile(join(folder, 'influxd.conf'), configuration(folder, port))
  const url = `http://127.0.0.1:${port}`
  let child: ChildProcess | null = null
  const kill = () => child?.kill('SIGKILL')

  const influxd: Influxd = {
    url,
    async start() {
      child = spawn('influxd', ['run', '-config', join(folder, 'influxd.conf')], {
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      await answering(child, url)
    },
    async stop(signal = 'SIGTERM') {
      if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill(signal)
      await ended
    },
    async remove() {
      await influxd.stop('SIGKILL')
      process.off('exit', kill)
      await rm(folder, { recursive: true, force: true })
    },
  }
  process.once('exit', kill)
  try {
    await influxd.start()
  } catch (error) {
    await influxd.remove()
    throw error
  }
  return influxd
}

async function answering(child: ChildProcess, url: string): Promise<void> {
  let printed = ''
  let fault: Error | null = null
  child.stderr!.on('data', (text) => {
    printed += text
  })
  child.once('error', (error) => {
    fault = error
  })
  const deadline = Date.now() + READY_WITHIN_MS
  while (Date.now() < deadline && !fault && child.exitCode === null) {
    const ready = await fetch(`${url}/ping`).catch(() => null)
    if (ready?.status === 204) return
    await pause(POLL_MS)
  }
  child.kill('SIGKILL')
  throw new Error(
    `influxd (apt-get install influxdb): expected an answer at ${url}, got: ${fault ?? (printed || 'none')}`,
  )
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

function configuration(folder: string, port: number): string {
  return `
reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
[http]
  bind-address = "127.0.0.1:${port}"
  log-enabled = false
[monitor]
  store-enabled = false
[logging]
  level = "warn"
  suppress-logo = true
`
}
