/**
 * A day of one device, as fast as its packets allow: the agent's own journal and link, fed with a model's samples. Run
 * by `bench:wire` inside a network namespace. Prints `connected MS` when CONNACK has come and `done MS` at the end.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deviceId } from '#protocol/ids.ts'
import { openJournal } from '../../../agent/journal/open.ts'
import { connectOptions } from '../../../agent/link/connect.ts'
import { Exchange } from '../../../agent/link/exchange.ts'
import { Link } from '../../../agent/link/link.ts'
import { ageOf } from '../../../agent/report.ts'
import { sampleHello } from '../../support/sample-hello.ts'
import { officeDay } from './office-pc.ts'

export interface DeviceDay {
  host: string
  port: number
  device: string
  key: string
  seed: number
  samples: number
  samplesPerReport: number
}

/** Longer than any delayed ACK (Linux: 40 to 200 ms): in a real day none shares a packet with the next report. */
const QUIET_MS = 250

const SILENT = { info() {}, warn() {}, error() {} }

async function live(day: DeviceDay): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'haidang-bench-'))
  const journal = await openJournal(folder, { log: SILENT })
  const samples = officeDay(day.seed, day.samples)
  let now = samples[0]!
  const clock = { uptimeSeconds: () => now.uptimeSeconds, nowMs: () => now.clockSeconds * 1000 }
  const config = {
    server: { host: day.host, port: day.port },
    device: deviceId(day.device),
    key: day.key,
    keepaliveSeconds: 1200,
  }
  const hello = () =>
    sampleHello({ epoch: journal.epoch, boot: now.boot, uptimeSeconds: now.uptimeSeconds, rows: journal.rows })
  let heard = (): void => {}
  const connected = new Promise<void>((resolve) => {
    heard = resolve
  })
  const link = new Link({
    options: (connectMs) => connectOptions(config, hello(), connectMs),
    outbox: journal,
    ageOf: (report) => ageOf(report, now.boot, clock),
    exchange: new Exchange(),
    onConnected: () => heard(),
    log: SILENT,
  })
  link.start()
  await connected
  tell('connected')
  await quiet()
  for (const [at, sample] of samples.entries()) {
    now = sample
    await journal.append(sample)
    if ((at + 1) % day.samplesPerReport !== 0) continue
    await journal.seal()
    link.send()
    while (journal.pending().length > 0) await new Promise((resolve) => setTimeout(resolve, 2))
    await quiet()
  }
  tell('done')
  await quiet()
  await link.stop()
  await journal.close()
  rmSync(folder, { recursive: true, force: true })
}

function tell(what: string): void {
  process.stdout.write(`${what} ${Date.now()}\n`)
}

function quiet(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, QUIET_MS))
}

await live(JSON.parse(process.argv[2] ?? '{}') as DeviceDay)
