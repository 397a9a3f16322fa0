/**
 * A day of one device, as fast as its packets allow: the agent's own journal and link, fed with a model's samples. Run
 * by the wire bench inside a network namespace. A device that is not new has the centre's settings: it gets them before
 * the day. Prints `begin MS`, `connected MS` when CONNACK has come, `done MS` at the end, and `model BYTES`, what the
 * agent's own account of the line says of the day.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deviceId } from '#protocol/ids.ts'
import { decodeSettings } from '#protocol/settings.ts'
import { createDeadBands } from '../../../agent/dead-band.ts'
import { openJournal } from '../../../agent/journal/open.ts'
import { connectOptions } from '../../../agent/link/connect.ts'
import { Exchange } from '../../../agent/link/exchange.ts'
import { Link, type LinkParts } from '../../../agent/link/link.ts'
import { ageOf } from '../../../agent/report.ts'
import { fullDay, idleDay, officeDay } from '../../samples/office-pc.ts'
import { sampleHello } from '../../support/sample-hello.ts'
import { createBenchMeter } from './bench-meter.ts'

const MODELS = { office: officeDay, idle: idleDay, full: fullDay }

export interface DeviceDay {
  host: string
  port: number
  device: string
  key: string
  sample: keyof typeof MODELS
  seed: number
  samplesPerReport: number
  /** How much of the day is run. */
  share: number
  /** Every how many reports one is acknowledged. */
  answerEvery: number
  /** TLS with a tag of 8 bytes. */
  metered: boolean
  deadBands: boolean
  timestamps: boolean
}

const SAMPLES = 1440

/** Longer than any delayed ACK (Linux: 40 to 200 ms): in a real day none shares a packet with the next report. */
const QUIET_MS = 250

const SILENT = { info() {}, warn() {}, error() {} }

async function live(day: DeviceDay): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'haidang-bench-'))
  const journal = await openJournal(folder, { log: SILENT })
  const model = MODELS[day.sample](day.seed)
  const samples = model.slice(0, Math.round(SAMPLES * day.share))
  const banded = day.deadBands ? createDeadBands() : null
  let now = samples[0]!
  const clock = { uptimeSeconds: () => now.uptimeSeconds, nowMs: () => now.clockSeconds * 1000 }
  const address = { host: day.host, port: day.port }
  const config = { server: address, device: deviceId(day.device), key: day.key }
  let settings = 0
  const hello = () => {
    const { boot, uptimeSeconds } = now
    return sampleHello({
      ...{ epoch: journal.epoch, boot, uptimeSeconds, rows: journal.rows },
      pace: { ...sampleHello().pace, settings },
    })
  }
  const line = { timestamps: day.timestamps, tagBytes: day.metered ? 8 : 16, ipv6: false } as const
  const meter = createBenchMeter(line, day.device.length)
  const connect = async (parts: Pick<LinkParts, 'meter' | 'onPush'>): Promise<Link> => {
    let heard = (): void => {}
    const connected = new Promise<void>((resolve) => {
      heard = resolve
    })
    const link = new Link({
      address,
      options: () => connectOptions(config, hello(), { metered: day.metered }),
      outbox: journal,
      ageOf: (sealed) => ageOf(sealed, now.boot, clock),
      exchange: new Exchange(),
      keepaliveSeconds: () => 2700,
      answerEvery: day.answerEvery,
      // What the kernel has been acknowledged is seen by the capture; each report here has its quiet time.
      askKernel: async () => 0,
      onConnected: () => heard(),
      log: SILENT,
      ...parts,
    })
    link.start()
    await connected
    return link
  }

  const first = await connect({
    onPush: (_topic, payload) => {
      settings = decodeSettings(payload).number
    },
  })
  await quiet()
  await first.stop()
  await quiet()
  tell('begin', Date.now())
  const link = await connect({ meter })
  tell('connected', Date.now())
  await quiet()
  for (const [at, sample] of samples.entries()) {
    now = sample
    await journal.append(banded ? { ...sample, values: banded(sample.values) } : sample)
    if ((at + 1) % day.samplesPerReport !== 0) continue
    await journal.sealNewest(day.samplesPerReport)
    link.send()
    await quiet()
  }
  tell('done', Date.now())
  tell('model', meter.bytes)
  await quiet()
  await link.stop()
  await journal.close()
  rmSync(folder, { recursive: true, force: true })
}

function tell(what: string, value: number): void {
  process.stdout.write(`${what} ${value}\n`)
}

function quiet(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, QUIET_MS))
}

await live(JSON.parse(process.argv[2] ?? '{}') as DeviceDay)
