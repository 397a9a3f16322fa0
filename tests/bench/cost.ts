/**
 * `npm run bench:cost`: is the agent's account of the line true? Some hundred exchanges of each kind, by the agent's own
 * line against the server as it is built, captured in a network namespace; beside each the model of `protocol/cost.ts`.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Line } from '#protocol/cost.ts'
import { startCapture } from './support/capture.ts'
import type { ExchangePlan, ExchangesDone } from './support/exchanges.ts'
import { openNamespace, requireTools } from './support/namespace.ts'
import { printFigure } from './support/print-figure.ts'
import { type BenchServer, startBenchServer } from './support/server.ts'

const EXCHANGES = fileURLToPath(new URL('support/exchanges.ts', import.meta.url))
const FROM_SOURCE = fileURLToPath(new URL('../../deploy/from-source.mjs', import.meta.url))

const COUNT = 100
/** What the issue asks of the model. */
const BOUND_PERCENT = 3

const LINES: readonly Line[] = [
  { timestamps: false, tagBytes: 8, ipv6: false },
  { timestamps: false, tagBytes: 16, ipv6: false },
  { timestamps: true, tagBytes: 8, ipv6: false },
]

async function measure(server: BenchServer, number: number, line: Line): Promise<void> {
  const namespace = openNamespace(number)
  const folder = mkdtempSync(join(tmpdir(), 'haidang-cost-'))
  try {
    namespace.setTimestamps(line.timestamps)
    namespace.cutPackets()
    const { device, key } = await server.enrol(`COST${number}`)
    const address = { host: namespace.serverAddress, port: server.mqttPort }
    const plan: ExchangePlan = { ...address, device, key, packets: line, count: COUNT }
    const capture = await startCapture(
      namespace.name,
      namespace.device,
      address.port,
      join(folder, 'cost.pcap'),
    )
    const command = [process.execPath, '--import', FROM_SOURCE, EXCHANGES, JSON.stringify(plan)]
    const [program, ...args] = namespace.inside(...command)
    const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const all: ExchangesDone[] = []
    for await (const text of createInterface(child.stdout)) all.push(JSON.parse(text) as ExchangesDone)
    const packets = await capture.stop()
    for (const { kind, count, fromMs, toMs, modelBytes } of all) {
      const own = packets.filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
      const captured = own.reduce((sum, { ipBytes }) => sum + ipBytes, 0)
      printFigure({
        ...{
          name: `cost.${kind}`,
          value: captured / count,
          unit: 'B',
          count,
          model_bytes: modelBytes / count,
        },
        model_error_percent: Number((100 * (modelBytes / captured - 1)).toFixed(2)),
        ...{ bound_percent: BOUND_PERCENT, packets: own.length / count },
        ...{ tcp_timestamps: line.timestamps, tag_bytes: line.tagBytes },
      })
    }
  } finally {
    namespace.remove()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function main(): Promise<void> {
  requireTools('bench:cost', 'ip', 'tcpdump')
  const server = await startBenchServer()
  try {
    await Promise.all(LINES.map((line, number) => measure(server, number, line)))
  } finally {
    await server.stop()
  }
}

await main()
