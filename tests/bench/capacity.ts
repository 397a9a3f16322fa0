/**
 * `npm run bench:capacity`: how far the capacity estimate is from what `tc tbf` really lets through. The agent's code and
 * the centre's responder each run in a process and a network namespace of their own, with a shaped line between them.
 * `--runs N` estimates of each case, `--rate KBPS` one rate only, `--verbose` each estimate. Root and Linux.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { CapacityEstimate } from '../../agent/capacity/estimate.ts'
import { requireTools } from './support/namespace.ts'
import { printFigure } from './support/print-figure.ts'
import { openShapedLine, type Shape, type ShapedLine } from './support/shaped-line.ts'

const FROM_SOURCE = fileURLToPath(new URL('../../deploy/from-source.mjs', import.meta.url))
const SCRIPTS = {
  responder: new URL('./support/capacity/responder.ts', import.meta.url),
  estimate: new URL('./support/capacity/estimate.ts', import.meta.url),
  delay: new URL('./support/capacity/delay.ts', import.meta.url),
}
const DEVICE = 'D1'
const KEY = 'ab'.repeat(32)

/** What is promised. */
const ERROR_BOUND_PERCENT = 25
const BYTES_BOUND = 200_000

const RATES = [
  { name: '128kbit', kbps: 128 },
  { name: '1mbit', kbps: 1000 },
  { name: '8mbit', kbps: 8000 },
  { name: '50mbit', kbps: 50_000 },
]
/** The manual of tbf: rate over HZ, 250 here, and no less than a packet. */
const HZ = 250
const LEAST_BURST_BYTES = 1600
const BURSTS = [
  (kbps: number): number => Math.max(LEAST_BURST_BYTES, (kbps * 125) / HZ),
  (): number => 16_384,
  (): number => 32_768,
]
/** How long a packet may wait in the queue, unless `--latency MS` says otherwise. */
const LATENCY_MS = '400'
const PATHS = [
  { delayMs: 0, loss: 0 },
  { delayMs: 0, loss: 0.02 },
  { delayMs: 30, loss: 0.01 },
  { delayMs: 150, loss: 0.02 },
]

/** One direction of one estimate; null kbps: it told nothing. */
interface Outcome {
  errorPercent: number
  statedPercent: number
  holds: boolean
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface(child.stdout!)) return line
  throw new Error('bench:capacity: expected a line of a script, it ended')
}

function start(
  script: keyof typeof SCRIPTS,
  at: (...command: string[]) => string[],
  ...args: string[]
): ChildProcess {
  const path = fileURLToPath(SCRIPTS[script])
  const [program, ...rest] = at(process.execPath, '--import', FROM_SOURCE, path, ...args)
  return spawn(program!, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

type Told = CapacityEstimate & { tookMs: number; cpuMs: number }

async function estimate(line: ShapedLine, address: string, port: string): Promise<Told> {
  const child = start('estimate', line.atAgent, address, port, DEVICE, KEY)
  return JSON.parse(await firstLine(child)) as Told
}

function outcomesOf({ down, up }: CapacityEstimate, kbps: number): (Outcome | null)[] {
  return [down, up].map((found) => {
    if (!found) return null
    const errorPercent = (found.kbps / kbps - 1) * 100
    const half = (found.kbps * found.errorPercent) / 100
    const statedPercent = found.errorPercent
    return { errorPercent, statedPercent, holds: Math.abs(found.kbps - kbps) <= half }
  })
}

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((one, other) => one - other)[Math.ceil(values.length * share) - 1] ?? Number.NaN

function tell(name: string, told: readonly Told[], kbps: number, conditions: object): void {
  const all = told.flatMap((each) => outcomesOf(each, kbps))
  const found = all.filter((outcome) => outcome !== null)
  const errors = found.map(({ errorPercent }) => Math.abs(errorPercent))
  printFigure({
    ...{ name: `capacity.${name}.error_percent`, value: quantile(errors, 0.5), unit: '%' },
    bound: ERROR_BOUND_PERCENT,
    worst: Number(quantile(errors, 1).toFixed(1)),
    over_bound: errors.filter((error) => error > ERROR_BOUND_PERCENT).length,
    stated_percent: Number(
      quantile(
        found.map(({ statedPercent }) => statedPercent),
        0.5,
      ).toFixed(1),
    ),
    within_stated: found.filter(({ holds }) => holds).length,
    estimates: found.length,
    not_told: all.length - found.length,
    bytes_most: Math.max(...told.map(({ spentBytes }) => spentBytes)),
    bytes_bound: BYTES_BOUND,
    took_ms: Math.round(
      quantile(
        told.map(({ tookMs }) => tookMs),
        0.5,
      ),
    ),
    cpu_ms: Math.round(
      quantile(
        told.map(({ cpuMs }) => cpuMs),
        0.5,
      ),
    ),
    ...conditions,
  })
}

async function measure(line: ShapedLine, shape: Shape, delayMs: number, runs: number): Promise<Told[]> {
  const responder = start('responder', line.atCentre, line.centreAddress, DEVICE, KEY)
  let delay: ChildProcess | null = null
  try {
    let [address, port] = [line.centreAddress, await firstLine(responder)]
    if (delayMs > 0) {
      delay = start('delay', line.atAgent, address, port, `${delayMs}`)
      ;[address, port] = ['127.0.0.1', await firstLine(delay)]
    }
    const told: Told[] = []
    for (let at = 0; at < runs; at++) {
      line.shape(shape)
      told.push(await estimate(line, address, port))
    }
    return told
  } finally {
    if (delay) await end(delay)
    await end(responder)
  }
}

async function main(): Promise<void> {
  const { values: asked } = parseArgs({
    options: {
      runs: { type: 'string', default: '3' },
      rate: { type: 'string' },
      latency: { type: 'string', default: LATENCY_MS },
      verbose: { type: 'boolean', default: false },
    },
  })
  requireTools('bench:capacity', 'ip', 'tc', 'iptables')
  const line = openShapedLine()
  try {
    for (const { name, kbps } of RATES.filter(({ kbps }) => !asked.rate || kbps === Number(asked.rate))) {
      const all: Told[] = []
      for (const burst of BURSTS) {
        for (const { delayMs, loss } of PATHS) {
          const burstBytes = Math.ceil(burst(kbps))
          line.lose(loss)
          const told = await measure(
            line,
            { kbps, burstBytes, latencyMs: Number(asked.latency) },
            delayMs,
            Number(asked.runs),
          )
          all.push(...told)
          if (asked.verbose) for (const each of told) process.stderr.write(`${JSON.stringify(each)}\n`)
          tell(name, told, kbps, { burst_bytes: burstBytes, delay_ms: delayMs, loss })
        }
      }
      tell(name, all, kbps, { burst_bytes: null, delay_ms: null, loss: null })
    }
  } finally {
    line.remove()
  }
}

await main()
