/**
 * `npm run bench:reconnect`: two thousand agents whose line returns at one moment, each with six hours of readings that
 * wait. The server as it is built takes them on this machine's two cores, which it shares with the agents: links,
 * reporters, TLS and all, in one process in a network namespace, behind packets that are dropped until then.
 */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openNamespace, requireTools, run } from './support/namespace.ts'
import { printFigure } from './support/print-figure.ts'
import type { Returned, Returning } from './support/returning-agents.ts'
import { type BenchServer, startBenchServer } from './support/server.ts'

const AGENTS = Number(process.argv[2] ?? 2000)
/** Six hours at a row a minute, and the newest. */
const ROWS = 361

/** Every agent has tried and failed some times by then. */
const DEAD_LINE_MS = 20_000

/** What issue 3 asks. */
const LIVE_BOUND_S = 60
const DRAINED_BOUND_S = 600
const RSS_BOUND_MB = 512

const LOOK_MS = 200

const AGENTS_SCRIPT = fileURLToPath(new URL('support/returning-agents.ts', import.meta.url))
const FROM_SOURCE = fileURLToPath(new URL('../../deploy/from-source.mjs', import.meta.url))

function rssMb(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) / 1024
}

/** Rows of reports that the server says it has stored. */
async function storedRows(server: BenchServer, devices: readonly { device: string }[]): Promise<number> {
  let rows = 0
  for (const { device } of devices)
    rows += (await server.get<{ rows: { stored: number } }>(`/devices/${device}`)).rows.stored
  return rows
}

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)]!

async function main(): Promise<void> {
  requireTools('bench:reconnect', 'ip', 'iptables')
  const server = await startBenchServer()
  const namespace = openNamespace(0)
  const drop = ['INPUT', '-s', namespace.deviceAddress, '-j', 'DROP']
  try {
    const devices = []
    for (let number = 1; number <= AGENTS; number++) devices.push(await server.enrol(`R${number}`))
    run('iptables', '-I', ...drop)
    const [program, ...args] = namespace.inside(process.execPath, '--import', FROM_SOURCE, AGENTS_SCRIPT)
    const child = spawn(program!, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    const returning: Returning = {
      ...{ host: namespace.serverAddress, port: server.mqttPort, rows: ROWS },
      devices: devices.map(({ device, key }) => ({ device, key })),
    }
    child.stdin.end(JSON.stringify(returning))

    let backMs = 0
    let peakMb = 0
    const looking = setInterval(() => {
      peakMb = Math.max(peakMb, rssMb(server.child.pid!))
    }, LOOK_MS)
    const returned: Returned[] = []
    for await (const line of createInterface(child.stdout)) {
      if (line === 'ready') {
        await pause(DEAD_LINE_MS)
        run('iptables', '-D', ...drop)
        backMs = Date.now()
      } else if (line.startsWith('{')) returned.push(JSON.parse(line) as Returned)
    }
    clearInterval(looking)

    const seconds = (pick: (one: Returned) => number): number[] =>
      returned.map((one) => (pick(one) - backMs) / 1000).sort((a, b) => a - b)
    const live = seconds(({ liveMs }) => liveMs)
    const drained = seconds(({ drainedMs }) => drainedMs)
    await server.caughtUp()
    const stored = await storedRows(server, devices)
    const conditions = {
      agents: AGENTS,
      returned: returned.length,
      backlog_rows_each: ROWS,
      rows_lost: AGENTS * ROWS - stored,
      connections: returned.reduce((sum, { connections }) => sum + connections, 0),
    }
    printFigure({
      ...{ name: 'reconnect.live_p99_s', value: percentile(live, 0.99), unit: 's', bound: LIVE_BOUND_S },
      ...{ p50: percentile(live, 0.5), max: live.at(-1)!, ...conditions },
    })
    printFigure({
      ...{ name: 'reconnect.drained_s', value: drained.at(-1)!, unit: 's', bound: DRAINED_BOUND_S },
      ...conditions,
    })
    printFigure({
      ...{ name: 'reconnect.rss_mb', value: peakMb, unit: 'MB', bound: RSS_BOUND_MB, of: 'server, peak' },
      ...conditions,
    })
  } finally {
    namespace.remove()
    await server.stop()
  }
}

await main()
