/**
 * A device at the far end of a weak line, as a program: the agent's own journal, reporter and link, fed with samples
 * that are numbered by their uptime. It prints what happens, a line each: `sample NUMBER MS`, `connected MS`,
 * `acknowledged MS LEFT`, `log MS TEXT`, `learnt JSON`. A line on its standard input: `samples off`, `samples on`, `stop`.
 */
import { createInterface } from 'node:readline'
import { deviceId } from '#protocol/ids.ts'
import { openJournal } from '../../agent/journal/open.ts'
import { connectOptions } from '../../agent/link/connect.ts'
import { Exchange } from '../../agent/link/exchange.ts'
import { learnIdleLimit } from '../../agent/link/idle-limit.ts'
import { askKernel } from '../../agent/link/kernel.ts'
import { Link } from '../../agent/link/link.ts'
import { ageOf } from '../../agent/report.ts'
import { Reporter } from '../../agent/reporter.ts'
import { officeDay } from '../samples/office-pc.ts'
import { sampleHello } from './sample-hello.ts'

export interface LineAgent {
  folder: string
  host: string
  port: number
  device: string
  key: string
  sampleMs: number
  reportSeconds: number
  keepaliveSeconds: number
  answerEvery: number
  /** Whether its kernel tells what has arrived, as Linux does and Windows does not. */
  kernelTells: boolean
  /** Learns how long a silence the line bears. */
  learns: boolean
  /** Samples of an outage before the start. */
  backlog: number
}

/** What is learnt is printed: `learnt JSON`. */
const tellingStore = { read: async () => null, write: async (text: string) => tell('learnt', text) }

function tell(...words: (string | number)[]): void {
  process.stdout.write(`${words.join(' ')}\n`)
}

async function live(agent: LineAgent): Promise<void> {
  const log = {
    info() {},
    warn: (data: object, text: string) => tell('log', Date.now(), text, JSON.stringify(data)),
    error: (data: object, text: string) => tell('log', Date.now(), text, JSON.stringify(data)),
  }
  const journal = await openJournal(agent.folder, { log })
  const measured = officeDay(1)
  let number = 0
  const clock = { uptimeSeconds: () => number, nowMs: Date.now }
  const sample = async (): Promise<void> => {
    number++
    tell('sample', number, Date.now())
    const { values } = measured[number % measured.length]!
    await journal.append({
      boot: 1,
      uptimeSeconds: number,
      clockSeconds: Math.floor(Date.now() / 1000),
      values,
    })
  }
  while (number < agent.backlog) await sample()

  const silences = agent.learns ? await learnIdleLimit(tellingStore, Date.now, log) : null
  const address = { host: agent.host, port: agent.port }
  const config = { server: address, device: deviceId(agent.device), key: agent.key }
  const link = new Link({
    address,
    options: () =>
      connectOptions(
        config,
        sampleHello({ epoch: journal.epoch, uptimeSeconds: number, rows: journal.rows }),
      ),
    keepaliveSeconds: () => agent.keepaliveSeconds,
    askKernel: agent.kernelTells ? askKernel : null,
    ...(silences && { silences }),
    answerEvery: agent.answerEvery,
    outbox: {
      pending: () => journal.pending(),
      async ack(sealed) {
        await journal.ack(sealed)
        tell('acknowledged', Date.now(), journal.pending().length + journal.unsealedRows)
      },
    },
    ageOf: (sealed) => ageOf(sealed, 1, clock),
    exchange: new Exchange(),
    onConnected: async () => {
      tell('connected', Date.now())
      await reporter.onConnected()
    },
    onRoom: () => void reporter.onRoom(),
    log,
  })
  const pace = { sampleSeconds: agent.sampleMs / 1000, reportSeconds: agent.reportSeconds }
  const reporter = new Reporter({ pace: () => pace, journal, link, log })
  link.start()

  let sampling = true
  const timer = setInterval(() => {
    if (sampling) void sample().then(() => reporter.onSample())
  }, agent.sampleMs)
  for await (const line of createInterface(process.stdin)) {
    if (line === 'stop') break
    sampling = line === 'samples on'
  }
  clearInterval(timer)
  process.stdin.destroy()
  await link.stop()
  await journal.close()
  tell('stopped', Date.now())
}

await live(JSON.parse(process.argv[2] ?? '{}') as LineAgent)
