import { join } from 'node:path'
import type { DeviceId } from '#protocol/ids.ts'
import { encodePace } from '#protocol/pace.ts'
import { TOPICS } from '#protocol/topics.ts'
import { openJournal } from '../../agent/journal/open.ts'
import { connectOptions } from '../../agent/link/connect.ts'
import { Exchange } from '../../agent/link/exchange.ts'
import { askKernel } from '../../agent/link/kernel.ts'
import { Link } from '../../agent/link/link.ts'
import { ageOf } from '../../agent/report.ts'
import { sampleHello } from './sample-hello.ts'

export interface CountingAgent {
  device: DeviceId
  /** Readings that the journal has taken, so far: they are numbered from 1, and the number is their uptime. */
  produced(): number
  /** Takes one more reading and reports it. */
  sample(): Promise<void>
  /** Reports that the centre has not acknowledged. */
  pending(): number
  /** Says something that is answered at once: with it everything before is acknowledged. */
  ask(): Promise<boolean>
  /** How often it has connected. */
  connections(): number
  stop(): Promise<void>
}

const QUIET = { info() {}, warn() {}, error() {} }

/** Full jitter over a second and upwards is for a province; a test's agents come back within a quarter of it. */
const HURRY = 0.002

/** The agent's own journal and link, fed with readings that say which they are: their uptime counts them. */
export async function startCountingAgent(parts: {
  folder: string
  device: DeviceId
  key: Uint8Array
  port: number
  /** See Link; 1: each report is acknowledged. */
  answerEvery?: number
  /** The date of number 0: each reading is placed at a second of its own. Without it they are placed by their age. */
  sinceSeconds?: number
}): Promise<CountingAgent> {
  const { device, key, port, answerEvery = 1, sinceSeconds } = parts
  const journal = await openJournal(join(parts.folder, device), { log: QUIET })
  // In a journal that was there: it goes on counting, and what was not reported is.
  let produced = journal.rows
  while (await journal.sealOldest(1));
  let connections = 0
  const config = {
    server: { host: '127.0.0.1', port },
    device,
    key: Buffer.from(key).toString('hex'),
  }
  const clock = { uptimeSeconds: () => produced, nowMs: Date.now }
  const link = new Link({
    address: config.server,
    options: () => connectOptions(config, sampleHello({ epoch: journal.epoch, uptimeSeconds: produced })),
    keepaliveSeconds: () => 60,
    answerEvery,
    askKernel,
    outbox: journal,
    ageOf: (report) => (sinceSeconds === undefined ? ageOf(report, 1, clock) : null),
    exchange: new Exchange(),
    onConnected: () => {
      connections++
    },
    log: QUIET,
    random: () => Math.random() * HURRY,
  })
  link.start()
  return {
    device,
    produced: () => produced,
    async sample() {
      const number = produced + 1
      const values = { cpu_percent: number % 100, rx_bytes: number * 4096 }
      const clockSeconds = (sinceSeconds ?? 0) + number
      await journal.append({ boot: 1, uptimeSeconds: number, clockSeconds, values })
      produced = number
      await journal.sealNewest(1)
      link.send()
    },
    pending: () => journal.pending().length,
    ask: () => link.say(TOPICS.pace, encodePace(sampleHello().pace)),
    connections: () => connections,
    async stop() {
      await link.stop()
      await journal.close()
    },
  }
}
