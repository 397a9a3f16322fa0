/**
 * `npm run bench:agent`: what an agent takes from the PC it runs on, at its default pace. The built agent alone in a
 * folder reports to the built server; after it has settled it is watched for four minutes, with `--hour` for an hour.
 * Root and Linux: it runs in a process namespace of its own, where every new process takes the next number.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { requireTools } from './support/namespace.ts'
import { printFigure } from './support/print-figure.ts'
import { type BenchServer, startBenchServer } from './support/server.ts'

const AGENT = fileURLToPath(new URL('../../dist/agent.cjs', import.meta.url))

/** What is promised: issue 3's table. */
const RSS_BOUND_MB = 60
const CPU_BOUND_PERCENT = 0.3
const CHILDREN_BOUND = 0

/** Connected, the first report acknowledged, and the heap's first collection over. */
const SETTLE_SECONDS = 30
const SECONDS = 240
const HOUR_SECONDS = 3600
const LOOK_EVERY_SECONDS = 5

const KILOBYTES_PER_MB = 1024
const NANOSECONDS_PER_SECOND = 1e9

/** The agent is the one child of `unshare`. */
async function agentPid(unshare: ChildProcess): Promise<number> {
  for (;;) {
    const children = readFileSync(`/proc/${unshare.pid}/task/${unshare.pid}/children`, 'utf8').trim()
    if (children) return Number(children)
    if (unshare.exitCode !== null)
      throw new Error(`unshare: expected an agent, it ended: ${unshare.exitCode}`)
    await pause(10)
  }
}

/** Kilobytes of a line of a file under /proc. */
function kilobytes(file: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(file, 'utf8'))?.[1])
}

/** The time that all threads have spent on a core, in nanoseconds; /proc/PID/stat counts in hundredths of a second. */
function cpuNanoseconds(pid: number): number {
  const times = readdirSync(`/proc/${pid}/task`).map((task) =>
    Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]),
  )
  return times.reduce((sum, time) => sum + time, 0)
}

/** A process made to ask which number it got; the next one gets the next. */
function nextNumber(pid: number): number {
  const { status, stdout } = spawnSync('nsenter', ['-t', String(pid), '-p', 'sh', '-c', 'echo $$'])
  if (status !== 0) throw new Error(`nsenter: expected exit status 0, got ${status}`)
  return Number(stdout)
}

function startAgent(folder: string, { device, key }: { device: string; key: string }, server: BenchServer) {
  copyFileSync(AGENT, join(folder, 'agent.cjs'))
  const papers = { server: { host: '127.0.0.1', port: server.mqttPort }, device, key }
  writeFileSync(join(folder, 'agent.json'), JSON.stringify(papers), { mode: 0o600 })
  const agent = [process.execPath, join(folder, 'agent.cjs'), '--data', folder]
  return spawn('unshare', ['--pid', '--fork', '--kill-child', ...agent], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env.PATH ?? '' },
  })
}

async function measure(pid: number, seconds: number): Promise<void> {
  const rollup = `/proc/${pid}/smaps_rollup`
  const rss: number[] = []
  const first = { cpu: cpuNanoseconds(pid), number: nextNumber(pid), at: performance.now() }
  for (let at = 0; at < seconds; at += LOOK_EVERY_SECONDS) {
    await pause(LOOK_EVERY_SECONDS * 1000)
    rss.push(kilobytes(rollup, 'Rss') / KILOBYTES_PER_MB)
  }
  const tookSeconds = (performance.now() - first.at) / 1000
  const cpu = (cpuNanoseconds(pid) - first.cpu) / NANOSECONDS_PER_SECOND
  const children = nextNumber(pid) - first.number - 1

  const conditions = { measured_s: Math.round(tookSeconds), node: process.versions.node }
  printFigure({
    ...{ name: 'agent.rss_mb', value: Math.max(...rss), unit: 'MB', bound: RSS_BOUND_MB },
    last: Number(rss.at(-1)!.toFixed(1)),
    at_start_peak: Math.round(kilobytes(`/proc/${pid}/status`, 'VmHWM') / KILOBYTES_PER_MB),
    of_it_anonymous: Math.round(kilobytes(rollup, 'Anonymous') / KILOBYTES_PER_MB),
    ...conditions,
  })
  printFigure({
    ...{ name: 'agent.cpu_percent', value: (cpu / tookSeconds) * 100, unit: '%', bound: CPU_BOUND_PERCENT },
    ...conditions,
  })
  printFigure({
    ...{ name: 'agent.child_processes_per_minute', value: (children / tookSeconds) * 60, unit: '1/min' },
    ...{ bound: CHILDREN_BOUND, children_and_threads: children, ...conditions },
  })
}

/** The first report is stored: the agent does all that it ever does. */
async function reported(server: BenchServer): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const metrics = await (await fetch(`http://127.0.0.1:${server.httpPort}/metrics`)).text()
    if (/^haidang_messages_total\{result="stored"\} [1-9]/m.test(metrics)) return
    await pause(100)
  }
  throw new Error('bench:agent: expected a report at the server within 10 s, got none')
}

async function main(): Promise<void> {
  const { values: asked } = parseArgs({ options: { hour: { type: 'boolean', default: false } } })
  requireTools('bench:agent', 'unshare', 'nsenter')
  const folder = mkdtempSync(join(tmpdir(), 'haidang-bench-'))
  const server = await startBenchServer()
  let unshare: ChildProcess | null = null
  try {
    unshare = startAgent(folder, await server.enrol('D1'), server)
    const pid = await agentPid(unshare)
    await reported(server)
    await pause(SETTLE_SECONDS * 1000)
    await measure(pid, asked.hour ? HOUR_SECONDS : SECONDS)
  } finally {
    if (unshare?.exitCode === null) {
      const ended = once(unshare, 'exit')
      unshare.kill('SIGKILL')
      await ended
    }
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

await main()
