import type { Traits } from '#protocol/traits.ts'
import type { Collector, Values } from '../collect/collector.ts'
import { standing } from '../collect/standing.ts'
import type { Log } from '../log.ts'
import { reasonOf } from '../reason.ts'
import type { BootsSeen } from './boots.ts'
import { type Finding, NoAnswer, type Probe } from './probe.ts'
import { asksLine, nextLookSeconds, type Reach, reachAfter, UNKNOWN } from './reach.ts'
import { TOUCH_SECONDS, type Touch } from './touch.ts'

export interface ProbedParts {
  probe: Probe
  profile: { name: string; everySeconds: number }
  /** null: nothing is cheaper than a look. */
  touch: Touch | null
  boots: BootsSeen
  /** Whether the prober itself is heard by the centre right now. */
  lineAnswers(): Promise<boolean>
  /** Whether the device's network is one that the prober is plugged into right now. */
  isOnLink(): boolean
  /** The device is there, which may be told again, or is not any more. */
  onReach(there: boolean): void | Promise<void>
  log: Log
  limits?: Partial<ProbedLimits>
}

interface ProbedLimits {
  /** All steps of a profile together: three SNMP packets with their repetitions, an HTTP answer on a slow board. */
  lookMs: number
}

const LIMITS: ProbedLimits = { lookMs: 20_000 }

/** What was found stands for now until the next look is half an interval overdue. */
const STANDS_FOR = 1.5

/** One device that runs no agent: looked at evenly, and counted as away only when the fault is its own. */
export class Probed {
  readonly #parts: ProbedParts
  readonly #limits: ProbedLimits
  #reach: Reach = UNKNOWN
  #found: { finding: Finding; atMs: number } | null = null
  /** What it said of itself last: a device that cannot be read for a while has no other model. */
  #words: Traits = {}
  #faults: readonly string[] = []
  #timer: NodeJS.Timeout | undefined
  #looking: AbortController | null = null
  #running = false
  #wasOnLink = false

  constructor(parts: ProbedParts) {
    this.#parts = parts
    this.#limits = { ...LIMITS, ...parts.limits }
  }

  get reach(): Reach {
    return this.#reach
  }

  /** What an agent measures of it: the newest finding, as long as it stands for now. */
  get collector(): Collector {
    return { name: 'probe', read: async () => this.#values(), traits: () => this.#traits() }
  }

  start(): void {
    this.#running = true
    void this.#look()
  }

  stop(): void {
    this.#running = false
    clearTimeout(this.#timer)
    this.#looking?.abort()
    this.#parts.probe.stop()
  }

  #values(): Values {
    const { profile, boots } = this.#parts
    const standsMs = profile.everySeconds * STANDS_FOR * 1000 + this.#limits.lookMs
    const found = this.#found
    if (!found || performance.now() - found.atMs > standsMs) return {}
    const { values } = found.finding
    found.finding = { ...found.finding, values: standing(values) }
    // What the device said at its last look is older by now.
    const uptime = boots.uptimeSeconds
    const agedSeconds = Math.floor((performance.now() - found.atMs) / 1000)
    const aged = uptime === undefined ? {} : { uptime_seconds: Math.floor(uptime) + agedSeconds }
    return { ...values, ...aged, probed_boot: boots.count }
  }

  #traits(): Traits {
    const { profile } = this.#parts
    return {
      ...this.#words,
      profile: profile.name,
      ...(this.#faults.length > 0 && { faults: this.#faults.join('\n') }),
    }
  }

  async #look(): Promise<void> {
    const { profile, onReach, lineAnswers, isOnLink, log } = this.#parts
    const answered = await this.#ask()
    if (answered) this.#wasOnLink ||= isOnLink()
    // Pulled out of its network the prober may be heard by another line, and still sees none of them.
    const ownFault = this.#wasOnLink && !isOnLink()
    const line =
      !answered && asksLine(this.#reach) ? !ownFault && (await lineAnswers().catch(() => false)) : null
    if (!this.#running) return
    const before = this.#reach
    this.#reach = reachAfter(before, answered, line)
    if (this.#reach.state !== before.state) {
      log.info({ before: before.state, now: this.#reach.state }, 'probed device')
      // A doubtful one stays as it was told last: nobody knows better.
      if (this.#reach.state === 'there') await onReach(true)
      if (this.#reach.state === 'away') await onReach(false)
    }
    if (this.#running) this.#wait(profile.everySeconds)
  }

  /** Until the next look, with a touch each minute; one in vain brings the look forward. */
  #wait(leftSeconds: number): void {
    const { profile, touch } = this.#parts
    const paceSeconds = touch ? Math.min(TOUCH_SECONDS, profile.everySeconds) : profile.everySeconds
    if (this.#reach.failures > 0 || touch === null || leftSeconds <= paceSeconds) {
      const seconds = this.#reach.failures > 0 ? nextLookSeconds(this.#reach, paceSeconds) : leftSeconds
      this.#timer = setTimeout(() => void this.#look(), seconds * 1000)
      return
    }
    this.#timer = setTimeout(async () => {
      this.#looking = new AbortController()
      const answered = await touch(this.#looking.signal)
      if (!this.#running) return
      if (answered) this.#wait(leftSeconds - paceSeconds)
      else void this.#look()
    }, paceSeconds * 1000)
  }

  /** Whether the device is there; what it said is kept. */
  async #ask(): Promise<boolean> {
    const { probe, boots, profile } = this.#parts
    const looking = new AbortController()
    this.#looking = looking
    const timer = setTimeout(() => looking.abort(), this.#limits.lookMs)
    try {
      const finding = await probe.look(looking.signal)
      await boots.saw(finding.values.uptime_seconds)
      this.#found = { finding, atMs: performance.now() }
      // Where a step failed, what it would have said is not taken back.
      this.#words = finding.faults.length > 0 ? { ...this.#words, ...finding.traits } : finding.traits
      this.#faults = finding.faults.map((fault) => `${profile.name}: ${fault}`)
      return true
    } catch (error) {
      if (error instanceof NoAnswer || looking.signal.aborted) {
        this.#found = null
        return false
      }
      // Something answered that nobody can read: the device is there, and what it said is not known.
      await boots.saw(undefined)
      this.#found = { finding: { values: {}, traits: {}, faults: [] }, atMs: performance.now() }
      this.#faults = [`${profile.name}: ${reasonOf(error)}`]
      return true
    } finally {
      clearTimeout(timer)
      this.#looking = null
    }
  }
}
