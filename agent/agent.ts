import { join } from 'node:path'
import { encodeGoodbye, type GoodbyeReason } from '#protocol/goodbye.ts'
import type { Hello } from '#protocol/hello.ts'
import { type Boot, lookAtBoot, nextBoot, readBoot, writeBoot } from './boot.ts'
import { type Clock, systemClock } from './clock.ts'
import { createCpuCollector } from './collect/cpu.ts'
import { createDiskCollector } from './collect/disk.ts'
import { createMemoryCollector } from './collect/memory.ts'
import { createNetworkCollector } from './collect/network.ts'
import { createTemperatureCollector } from './collect/temperature.ts'
import type { AgentConfig } from './config.ts'
import { Intake } from './journal/intake.ts'
import type { Journal } from './journal/journal.ts'
import { openJournal } from './journal/open.ts'
import { connectOptions } from './link/connect.ts'
import { Exchange } from './link/exchange.ts'
import { Link } from './link/link.ts'
import type { Log } from './log.ts'
import { reasonOf } from './reason.ts'
import { ageOf } from './report.ts'
import { Reporter } from './reporter.ts'
import { Sampler } from './sampler.ts'

export interface AgentParts {
  config: AgentConfig
  /** Where the journal and the number of the boot are kept. */
  folder: string
  log: Log
  clock?: Clock
}

/** One device's agent: samples, keeps, reports. */
export interface Agent {
  /** Resolves when the first sample is taken and the link begun. @throws Error when the folder cannot be written */
  start(): Promise<void>
  /** Says goodbye, in the journal and to the centre, and leaves nothing running. */
  stop(reason: GoodbyeReason): Promise<void>
}

export function createAgent({ config, folder, log, clock = systemClock }: AgentParts): Agent {
  const parts = { config, folder, log, clock }
  let assembled: Promise<Agent> | null = null
  return {
    async start() {
      assembled = open(folder, log, clock).then(({ journal, boot }) => assemble(parts, journal, boot))
      await (await assembled).start()
    },
    async stop(reason) {
      await (await assembled)?.stop(reason)
    },
  }
}

async function open(folder: string, log: Log, clock: Clock): Promise<{ journal: Journal; boot: Boot }> {
  const journal = await openJournal(join(folder, 'journal'), { log })
  try {
    const boot = nextBoot(await readBoot(folder, log), await lookAtBoot(clock), journal)
    await writeBoot(folder, boot)
    return { journal, boot }
  } catch (error) {
    await journal.close()
    throw error
  }
}

function assemble(
  { config, folder, log, clock }: Required<AgentParts>,
  journal: Journal,
  opened: Boot,
): Agent {
  let boot = opened
  let stopping = false
  const exchange = new Exchange()

  const hello = (): Hello => ({
    epoch: journal.epoch,
    boot: boot.number,
    uptimeSeconds: clock.uptimeSeconds(),
    previousEnd: boot.previousEnd,
    pace: {
      settings: 0,
      sampleSeconds: config.sampleSeconds,
      reportSeconds: config.reportSeconds,
      keepaliveSeconds: config.keepaliveSeconds,
      step: 0,
    },
    rows: journal.rows,
  })

  const link = new Link({
    options: (connectMs) => connectOptions(config, hello(), connectMs),
    outbox: journal,
    ageOf: (report) => ageOf(report, boot.number, clock),
    exchange,
    onConnected: () => {
      void rememberTold()
      void reporter.onConnected()
    },
    log,
  })

  const reporter = new Reporter({ pace: config, journal, link, log })
  const intake = new Intake({ append: (sample) => journal.append(sample), log })
  const sampler = new Sampler({
    collectors: [
      createCpuCollector(),
      createMemoryCollector(),
      createDiskCollector(folder),
      createNetworkCollector(),
      createTemperatureCollector(),
      { name: 'exchange', read: async () => exchange.take(performance.now()) },
    ],
    clock,
    boot: boot.number,
    sampleSeconds: config.sampleSeconds,
    onSample: async (sample) => {
      await intake.take(sample)
      await reporter.onSample()
    },
    log,
  })

  /** How the last boot ended is said once, also if the agent starts again in this boot. */
  async function rememberTold(): Promise<void> {
    if (boot.previousEnd === null) return
    boot = { ...boot, previousEnd: null }
    try {
      await writeBoot(folder, boot)
    } catch (error) {
      log.warn({ reason: reasonOf(error) }, 'boot file not written')
    }
  }

  return {
    async start() {
      log.info({ device: config.device, boot: boot.number, server: config.server }, 'agent started')
      await sampler.start()
      if (!stopping) link.start()
    },
    async stop(reason) {
      stopping = true
      await sampler.stop()
      const goodbye = { reason, boot: boot.number, uptimeSeconds: clock.uptimeSeconds() }
      // On the disk first: a system that shuts down may not leave the time for the centre's answer.
      await journal.goodbye(goodbye).catch((error: unknown) => {
        log.warn({ reason: reasonOf(error) }, 'goodbye not recorded')
      })
      const heard = await link.sayGoodbye(encodeGoodbye(goodbye))
      await link.stop()
      await journal.close()
      log.info({ reason, heard }, 'agent stopped')
    },
  }
}
