import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Agent, createAgent } from '../agent.ts'
import { type AgentConfig, readAgentConfig } from '../config.ts'
import type { Log } from '../log.ts'
import type { Machine } from '../machine.ts'
import { reasonOf } from '../reason.ts'
import { openBootsSeen } from './boots.ts'
import { isOnLink } from './on-link.ts'
import { PROBED_FOLDER, type ProbePapers, readProbePapers } from './papers.ts'
import type { Probe } from './probe.ts'
import { Probed } from './probed.ts'
import type { Profile } from './profile.ts'
import { openTold } from './told.ts'
import type { Touch } from './touch.ts'

/** A device that is enrolled while the prober runs is asked within so long; listing a folder takes 0.1 ms. */
const RESCAN_MS = 30_000

/** A timer holds no more. An agent in this process has no line of its own to take when its relay is silent. */
const FOR_EVER_MS = 2 ** 31 - 1
const RELAY_ONLY = { graceMs: FOR_EVER_MS, lineDownMs: FOR_EVER_MS, spreadMs: 0 }

/** Who was heard a moment ago is at once; a new session takes two exchanges, gathered for 2 s each. */
const HEARD_WITHIN_MS = 60_000
const HEARD_POLL_MS = 1000

/** As much of the prober's own agent as those that it speaks for need. */
export type ProbingAgent = Pick<Agent, 'innerPort' | 'lineAnswers'>

export interface ProberParts {
  /** The prober's own. */
  folder: string
  agent: ProbingAgent
  openProbe(
    papers: ProbePapers,
    folder: string,
  ): Promise<{ probe: Probe; profile: Profile; touch: Touch | null }>
  log: Log
  rescanMs?: number
}

interface Speaking {
  agent: Agent
  probed: Probed
}

/**
 * Speaks for devices that run no agent. Each is asked in the ways of its profile and has a journal and a key of its own,
 * as a neighbour of this agent's relay has; while it does not answer nothing of it is said.
 */
export class Prober {
  readonly #parts: ProberParts
  readonly #devices = new Map<string, Speaking>()
  /** Why a device cannot be asked, as it was told: its papers may be laid just now, or be mended later. */
  readonly #refused = new Map<string, string>()
  #timer: NodeJS.Timeout | undefined
  #scanning: Promise<void> = Promise.resolve()
  #running = true

  constructor(parts: ProberParts) {
    this.#parts = parts
  }

  /** Resolves when those that are enrolled are being asked. */
  async start(): Promise<void> {
    if (this.#running) await this.#rescan()
  }

  async stop(): Promise<void> {
    this.#running = false
    clearTimeout(this.#timer)
    await this.#scanning
    await Promise.all([...this.#devices].map(([name, device]) => this.#end(name, device)))
    this.#devices.clear()
  }

  async #rescan(): Promise<void> {
    this.#scanning = this.#scan()
    await this.#scanning
    if (this.#running) this.#timer = setTimeout(() => void this.#rescan(), this.#parts.rescanMs ?? RESCAN_MS)
  }

  async #scan(): Promise<void> {
    const root = join(this.#parts.folder, PROBED_FOLDER)
    const names = await foldersIn(root)
    // Which there are cannot be read now: those that are asked go on being asked.
    if (names === null) return
    for (const name of this.#refused.keys()) if (!names.includes(name)) this.#refused.delete(name)
    for (const [name, device] of this.#devices) {
      if (names.includes(name)) continue
      this.#devices.delete(name)
      await this.#end(name, device)
    }
    for (const name of names) {
      if (this.#devices.has(name) || !this.#running) continue
      try {
        this.#devices.set(name, await this.#begin(root, name))
        this.#refused.delete(name)
      } catch (error) {
        const reason = reasonOf(error)
        if (this.#refused.get(name) === reason) continue
        this.#refused.set(name, reason)
        this.#parts.log.error({ probed: name, reason }, 'a probed device cannot be asked')
      }
    }
  }

  async #begin(root: string, name: string): Promise<Speaking> {
    const { agent: own, openProbe } = this.#parts
    const folder = join(root, name)
    const config = readAgentConfig(folder)
    // Of a copy beside its folder: two that speak for one device would push each other out at the centre without end.
    if (config.device !== name) {
      throw new Error(`agent.json: device: expected ${name}, as its folder is called, got ${config.device}`)
    }
    const papers = readProbePapers(folder)
    const { probe, profile, touch } = await openProbe(papers, folder)
    const log = this.#logOf(config.device)
    const told = await openTold(folder, log)
    let speaking = false
    const speak = (): void => {
      if (!speaking) agent.speak()
      speaking = true
    }
    const probed: Probed = new Probed({
      ...{ probe, profile, touch, log },
      boots: await openBootsSeen(folder, log),
      lineAnswers: () => own.lineAnswers(),
      isOnLink: () => isOnLink(papers.target.address),
      onReach: async (there) => {
        if (there) {
          speak()
          await told.tell(true)
        } else if (told.there) {
          speak()
          const heard = await this.#fallSilent(agent)
          speaking = false
          // Else it is said by the next run.
          if (heard) await told.tell(false)
        }
      },
    })
    const relay = { host: '127.0.0.1', port: await own.innerPort() }
    const agent = createAgent({
      config: { ...withoutWays(config), relay },
      ...{ folder, log, forAnother: true, routeLimits: RELAY_ONLY, machine: spokenFor(probed) },
    })
    try {
      await agent.start()
    } catch (error) {
      await this.#end(config.device, { agent, probed })
      throw error
    }
    probed.start()
    return { agent, probed }
  }

  /**
   * The centre only misses whom it has heard: of a device that went while the prober was away it would for ever think
   * that nobody asks it. So its agent falls silent when it has been heard.
   */
  async #fallSilent(agent: Agent): Promise<boolean> {
    const untilMs = performance.now() + HEARD_WITHIN_MS
    let heard = await agent.lineAnswers()
    while (!heard && this.#running && performance.now() < untilMs) {
      await sleep(HEARD_POLL_MS)
      heard = await agent.lineAnswers()
    }
    await agent.hush()
    return heard && this.#running
  }

  /** Never rejects: its folder may be gone, and the others go on. */
  async #end(name: string, { probed, agent }: Speaking): Promise<void> {
    probed.stop()
    try {
      await agent.stop('service-stop')
    } catch (error) {
      this.#parts.log.warn({ probed: name, reason: reasonOf(error) }, 'a probed device was left in disorder')
    }
  }

  #logOf(probed: string): Log {
    const { log } = this.#parts
    const beside = (data: object): object => ({ probed, ...data })
    return {
      info: (data, text) => log.info(beside(data), text),
      warn: (data, text) => log.warn(beside(data), text),
      error: (data, text) => log.error(beside(data), text),
    }
  }
}

/** What it measures is what it is told; its boots are counted by the prober. */
function spokenFor({ collector }: Probed): Machine {
  return { collectors: () => [collector], recordedEnd: async () => null }
}

function withoutWays({ relay, relayPort, ...config }: AgentConfig): AgentConfig {
  return config
}

/** None where there is no such folder; null when it cannot be read. */
async function foldersIn(root: string): Promise<string[] | null> {
  try {
    const entries = await readdir(root, { withFileTypes: true })
    return entries.filter((entry) => !entry.isFile()).map(({ name }) => name)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? [] : null
  }
}
