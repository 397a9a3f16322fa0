import type { GoodbyeReason } from '#protocol/goodbye.ts'
import { assemble } from './assemble.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Collector } from './collect/collector.ts'
import { createPowerCollector } from './collect/power.ts'
import type { AgentConfig } from './config.ts'
import type { Log } from './log.ts'
import { type Machine, thisMachine } from './machine.ts'
import { openAgent } from './opened.ts'
import type { PowerWatchLimits } from './power-watch.ts'
import type { RouteLimits } from './relay/route.ts'

export interface AgentParts {
  config: AgentConfig
  /** Where the journal and the number of the boot are kept. */
  folder: string
  log: Log
  clock?: Clock
  /** When it leaves its relay, and when it comes back. */
  routeLimits?: Partial<RouteLimits>
  /** What is measured; absent: the machine that it runs on. */
  machine?: Machine
  /** Tells whether the machine runs on mains. */
  power?: Collector
  /** How often that is looked at. */
  powerLimits?: Partial<PowerWatchLimits>
  /** It speaks for another device, which it only reaches for as long as it answers: it begins hushed. */
  forAnother?: boolean
}

/** One device's agent: samples, keeps, reports. */
export interface Agent {
  /** Resolves when the first sample is taken and the link begun. @throws Error when the folder cannot be written */
  start(): Promise<void>
  /** Says goodbye, in the journal and to the centre, and leaves nothing running. */
  stop(reason: GoodbyeReason): Promise<void>
  /** Whether updates and probes are to wait, because of a storm. */
  held(): boolean
  /** Of one that speaks for another: that other is gone, or there again. */
  hush(): Promise<void>
  speak(): void
  /** Where those report to that this agent speaks for. @throws Error when it goes through another's relay itself */
  innerPort(): Promise<number>
  /** Whether the centre answers on the line right now: asks it, which costs 250 bytes. */
  lineAnswers(): Promise<boolean>
}

export function createAgent(given: AgentParts): Agent {
  const parts = {
    ...{ clock: systemClock, routeLimits: {}, power: createPowerCollector(), powerLimits: {} },
    machine: given.machine ?? thisMachine(),
    forAnother: false,
    ...given,
  }
  let assembled: Promise<Agent> | null = null
  let begun: Agent | null = null
  return {
    async start() {
      assembled = openAgent(parts).then((opened) => assemble(parts, opened))
      begun = await assembled
      await begun.start()
    },
    async stop(reason) {
      await (await assembled)?.stop(reason)
    },
    held: () => begun?.held() ?? false,
    hush: async () => begun?.hush(),
    speak: () => begun?.speak(),
    async innerPort() {
      if (!assembled) throw new Error('agent: expected to be started, got one that is not')
      return (await assembled).innerPort()
    },
    lineAnswers: async () => (await begun?.lineAnswers()) ?? false,
  }
}
